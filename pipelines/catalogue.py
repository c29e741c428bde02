"""Sources by slug, for the record side: those of the catalogue, and those that only captures still know."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from crawler import catalog
from crawler.errors import ConfigError
from crawler.records.recorded import from_json
from crawler.source import Source
from pipelines.sqlite import Connection


@dataclass(frozen=True, slots=True)
class Catalogue:
    """*errors* are the source files that could not be read, by slug.

    *recorded* are sources that no file describes any more, as they were in force when their pages were fetched.
    """

    sources: Mapping[str, Source]
    errors: Mapping[str, ConfigError] = field(default_factory=dict)
    recorded: dict[str, Source] = field(default_factory=dict)

    @classmethod
    def beside(cls, archive: Path) -> Self:
        """The shipped sources and the operator's own in ``sources/`` beside the archive."""
        loaded = catalog.load(archive.resolve().parent / "sources")
        return cls(loaded.sources, loaded.errors)

    def remember(self, connection: Connection) -> None:
        """Sources that no file describes any more are read as they were last in force."""
        sql = "SELECT slug, definition FROM sources WHERE definition IS NOT NULL AND kind <> 'import'"
        for slug, definition in connection.execute(sql).fetchall():
            if not self.has(slug):
                self.recorded[slug] = from_json(definition)

    def has(self, slug: str) -> bool:
        """Whether a file or a record describes *slug*, rightly or wrongly."""
        return slug in self.sources or slug in self.errors or slug in self.recorded

    def source(self, slug: str, url: str) -> Source:
        """The source *slug*: as its file says, else as it was recorded, else (an import) one made from the address.

        ConfigError where there is a file and it is wrong: a guess would file its pages under other keys, for good.
        """
        if slug in self.sources:
            return self.sources[slug]
        if slug in self.errors:
            raise self.errors[slug]
        if slug in self.recorded:
            return self.recorded[slug]
        return replace(self.unknown(url), slug=slug)

    @staticmethod
    def unknown(url: str) -> Source:
        """A source made from an address alone: the same for a host at any time."""
        return catalog.source_for_host(url)

    def for_url(self, url: str) -> Source | None:
        """The source whose hosts *url* is on."""
        return catalog.source_for_url(url, self.sources.values())
