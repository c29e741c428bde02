"""Which captures are to be read again: those that another program read, or this one by another source file.

An article's captures are read and written together: versions tell apart what the newspaper changed, so no two of them
may be readings of different programs.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.source import Source
from pipelines import decisions
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.program import read_by
from pipelines.withholding.words.redacting import names_for

# Rows fetched at once: an archive may have millions.
CHUNK = 500
READ = "{0}.kind = 'page' AND {0}.refers_to IS NULL AND {0}.reading IS NOT NULL"
# What was refused, or ended by a fault of ours, may be an article for today's program; what a server refused is none.
REFUSED = (
    "{0}.kind = 'page' AND {0}.refers_to IS NULL AND {0}.reading IS NULL AND ({0}.outcome LIKE 'rejected:%'"
    " OR {0}.outcome LIKE 'failed:extraction%' OR {0}.outcome IN ('failed:not-kept', 'challenge'))"
)
# The marks as small tables: looked up for each row, whose source may be one of a thousand.
_OTHERWISE = (
    " AND ({0}.read_by IS NULL OR CASE WHEN {0}.source || ' ' || {0}.key IN (SELECT value FROM json_each(:decided))"
    " THEN {0}.source || ' ' || {0}.key || ' ' || {0}.read_by NOT IN (SELECT value FROM json_each(:decisions))"
    " ELSE {0}.source || ' ' || {0}.read_by NOT IN (SELECT value FROM json_each(:marks)) END)"
)
COLUMNS = "id, article, reading, outcome, source, final_url, warc_file, warc_offset"


@dataclass(frozen=True, slots=True)
class Job:
    """One capture: what it was read as (*reading* is None where it was refused), and where it lies."""

    capture: int
    article: str | None
    reading: str | None
    outcome: str
    source: str
    url: str
    file: str
    offset: int


# All captures of one article that are to be read again; or one that was refused.
Unit = tuple[Job, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The captures of *slugs* (none: of all) that were not read as *marks* says, by source; or all, with *everything*.

    *decided*: of pages that the operator decided on, the mark by source and identity key.
    """

    slugs: Sequence[str]
    marks: Mapping[str, str]
    decided: Mapping[tuple[str, str], str]
    everything: bool

    @property
    def _values(self) -> dict[str, object]:
        lists = {
            "marks": [f"{slug} {mark}" for slug, mark in self.marks.items()],
            "decided": [f"{slug} {key}" for slug, key in self.decided],
            "decisions": [f"{slug} {key} {mark}" for (slug, key), mark in self.decided.items()],
            "slugs": list(self.slugs),
        }
        return {name: json.dumps(values) for name, values in lists.items()}

    def _todo(self, condition: str, name: str) -> str:
        slugs = f" AND {name}.source IN (SELECT value FROM json_each(:slugs))" if self.slugs else ""
        return condition.format(name) + slugs + ("" if self.everything else _OTHERWISE.format(name))

    def count(self, archive: Archive) -> int:
        """How many captures there are to be read."""
        which = " UNION ALL ".join(
            f"SELECT count(*) AS n FROM captures c WHERE {self._todo(condition, 'c')}" for condition in (READ, REFUSED)
        )
        (found,) = archive.connection.execute(f"SELECT sum(n) FROM ({which})", self._values).fetchone()
        return int(found)

    def units(self, archive: Archive) -> Iterator[Unit]:
        """In the order in which articles were first kept, nearly that of the WARC files; what comes later is none."""
        (last,) = archive.connection.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
        earlier = f"SELECT 1 FROM captures e WHERE e.article = c.article AND e.id < c.id AND {self._todo(READ, 'e')}"
        sql = (
            f"SELECT {COLUMNS} FROM captures c WHERE (({self._todo(READ, 'c')} AND NOT EXISTS ({earlier})) OR"
            f" ({self._todo(REFUSED, 'c')})) AND c.id > :done AND c.id <= :last ORDER BY c.id LIMIT {CHUNK}"
        )
        values = self._values | {"last": last, "done": 0}
        while rows := archive.connection.execute(sql, values).fetchall():
            for job in (Job(*row) for row in rows):
                unit = (job,) if job.reading is None else self._of_article(archive, job.article)
                if unit:
                    yield unit
            values["done"] = rows[-1][0]

    def _of_article(self, archive: Archive, article: str | None) -> Unit:
        sql = f"SELECT {COLUMNS} FROM captures c WHERE c.article = :article AND {self._todo(READ, 'c')} ORDER BY c.id"
        return tuple(Job(*row) for row in archive.connection.execute(sql, self._values | {"article": article}))


def wanted(archive: Archive, catalogue: Catalogue, slugs: Sequence[str], *, everything: bool) -> Wanted:
    """*everything* as well where nothing was noted: an archive of an older schema that is only looked at."""
    noted = "read_by" in columns(archive, "captures")
    decided = decisions.load(archive.folder)
    marks: dict[str, str] = {}
    keys: dict[tuple[str, str], str] = {}
    for slug, source in sources_of(archive, catalogue, slugs).items():
        marks[slug] = read_by(source)
        pages, names = decided.pages(source), decided.names(source)
        keys |= {(slug, key): read_by(source, pages.get(key), names_for(names, key).mark) for key in {*pages, *names}}
    return Wanted(slugs=tuple(slugs), marks=marks, decided=keys, everything=everything or not noted)


def columns(archive: Archive, table: str) -> frozenset[str]:
    return frozenset(name for _, name, *_ in archive.connection.execute(f"PRAGMA table_info({table})"))


def sources_of(archive: Archive, catalogue: Catalogue, slugs: Sequence[str]) -> dict[str, Source]:
    """Those that the archive has something of, by slug."""
    rows = archive.connection.execute("SELECT slug, homepage FROM sources ORDER BY slug").fetchall()
    return {slug: catalogue.source(slug, homepage) for slug, homepage in rows if not slugs or slug in slugs}
