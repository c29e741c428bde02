"""What the operator decided on pages, asked for each capture while ``decisions.toml`` may be edited."""

import logging
from collections.abc import Mapping
from pathlib import Path

from crawler.errors import ConfigError
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines.decisions import FILE, load
from pipelines.program import read_by
from pipelines.withholding.words.redacting import ByKey, names_for

log = logging.getLogger(__name__)


class Pages:
    """What is decided on pages, asked for each capture: a decision made meanwhile holds from the next one on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp = self._look()
        self._all = load(folder)
        self._of: dict[str, tuple[Mapping[str, bool], ByKey]] = {}

    def accepted(self, source: Source, url: str) -> bool | None:
        """Whether the operator says that the page at *url* is an article; None where nothing was said."""
        decided, _ = self._decided(source)
        return decided.get(identity_key(url, source)) if decided else None

    def names(self, source: Source) -> ByKey:
        """The names that are taken out of articles of *source*."""
        return self._decided(source)[1]

    def read_by(self, source: Source, url: str) -> str:
        """The mark of what reads the page at *url* as decided."""
        names = names_for(self.names(source), identity_key(url, source))
        return read_by(source, self.accepted(source, url), names.mark)

    def _decided(self, source: Source) -> tuple[Mapping[str, bool], ByKey]:
        if (now := self._look()) != self._stamp:
            self._stamp, self._of = now, {}
            try:
                self._all = load(self._folder)
            except ConfigError as error:  # being edited: what was decided before goes on to hold
                log.warning("%s", error)
        if not self._all.all:
            return {}, {}
        if source.slug not in self._of:
            self._of[source.slug] = self._all.pages(source), self._all.names(source)
        return self._of[source.slug]

    def _look(self) -> tuple[int, int] | None:
        try:
            found = (self._folder / FILE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino
