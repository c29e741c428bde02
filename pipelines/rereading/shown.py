"""What the record shows of a capture, and what it would show of a new reading: the two sides that are compared."""

from collections import OrderedDict
from typing import Any

from crawler.requisites import address
from pipelines.archive import Archive
from pipelines.article import Article
from pipelines.boilerplate import Rules, block_key
from pipelines.clean import clean
from pipelines.rereading.evidence import Shown
from pipelines.rereading.jobs import Job, columns
from pipelines.store import columns_of, rules_of
from pipelines.versions.readings import unpack

# A line on one other article at least. What is asked of it is evidence, no rule: those need three and more.
REPEATED = 2
# Sources whose repeated lines are kept at hand; captures come in the order of the WARC files, many sources at once.
SOURCES_AT_HAND = 64
VERSION = ("title", "summary", "byline", "credit", "published_at")
# What only the article's row has, of its newest version. Dates but for the day: the row's may be another capture's.
ROW = (
    *("byline_role", "agency", "dateline", "section", "keywords", "language", "machine_translated", "repaired"),
    *("flags", "markdown"),
)
# Two articles that have a line.
_Carriers = tuple[str, str]
DATES = ("published_raw", "published_precision", "published_method", "date_conflict", "updated_at")


class Record:
    """What the record shows of captures that were read as articles."""

    def __init__(self, archive: Archive) -> None:
        self._connection = archive.connection
        there = columns(archive, "articles")  # of an older schema, where it is only looked at
        self._row_names = tuple(name for name in (*ROW, *DATES) if name in there)

    def of(self, job: Job, rules: Rules, key: str) -> Shown:
        names = ", ".join((*VERSION, "text"))
        sql = (
            f"SELECT {names}, capture FROM revisions WHERE article = ?1 AND (capture = ?2 OR sha256 ="
            " (SELECT words FROM readings WHERE article = ?1 AND sha256 = ?3)) ORDER BY capture = ?2 DESC LIMIT 1"
        )
        row = self._connection.execute(sql, (job.article, job.capture, job.reading)).fetchone()
        if row is None:  # its site's rules were learned anew, and a crash came before it was cleaned again
            return self._of_reading(job, rules, key)
        *values, text, capture = row
        fields: dict[str, Any] = dict(zip(VERSION, values, strict=True))
        if capture != job.capture:  # the words are its own, the date is the first capture's of that version
            del fields["published_at"]
            return Shown(text=text or "", fields=fields)
        return Shown(text=text or "", fields=fields | self._row(job, fields["published_at"]))

    def _of_reading(self, job: Job, rules: Rules, key: str) -> Shown:
        sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
        (packed,) = self._connection.execute(sql, (job.article, job.reading)).fetchone()
        article = clean(unpack(packed), rules, source=job.source, key=key, url=job.url)
        fields = {name: getattr(article.metadata, name) for name in VERSION[:-1]}
        return Shown(text=article.text, fields=fields | {"published_at": article.reading.published.at})

    def _row(self, job: Job, published: str | None) -> dict[str, Any]:
        """What the article's row adds, if this capture begins the version that it shows."""
        sql = (
            f"SELECT {', '.join(self._row_names)}, published_at FROM articles WHERE id = ?1 AND"
            " (SELECT capture FROM revisions r WHERE r.article = ?1 AND r.number = articles.revision) = ?2"
        )
        row = self._connection.execute(sql, (job.article, job.capture)).fetchone()
        if row is None:
            return {}
        found = dict(zip(self._row_names, row, strict=False))
        if row[-1] != published:  # the row's date is that of another capture
            found = {name: value for name, value in found.items() if name not in DATES}
        sql = "SELECT url, caption FROM images WHERE article = ? ORDER BY position"
        return found | {"images": [tuple(image) for image in self._connection.execute(sql, (job.article,))]}


def would_show(content: Article) -> Shown:
    """What the record would show of a new reading."""
    columns = columns_of(content)
    images = content.metadata.images
    fields = {name: columns[name] for name in (*VERSION, *ROW, *DATES)}
    fields["images"] = [(address(image.url) or image.url, image.caption) for image in images]
    told = [text for image in images for text in (image.caption, image.credit) if text]
    return Shown(text=content.text, fields=fields, told=told)


class Repeated:
    """Whether a line is text of several articles of a source, as they were read when it was first asked.

    What a site's rules take out is, too. What only may be an article's is none of its text: a headline or a sapo stands
    on many pages as a teaser.
    """

    def __init__(self, archive: Archive) -> None:
        self._connection = archive.connection
        self._is_sure = "sum(sure)" if "sure" in columns(archive, "site_blocks") else "0"
        self._known: OrderedDict[str, dict[int, _Carriers | bool]] = OrderedDict()

    def __call__(self, source: str, line: str) -> bool:
        if source not in self._known:
            self._known[source] = self._of(source)
            if len(self._known) > SOURCES_AT_HAND:
                self._known.popitem(last=False)
        self._known.move_to_end(source)
        known, key = self._known[source], block_key(line)
        found = known.get(key, False)
        if not isinstance(found, bool):
            found = known[key] = all(self._is_text(article, key) for article in found)
        return found

    def _of(self, source: str) -> dict[int, _Carriers | bool]:
        """The lines of several articles: surely theirs, or two to look at (nobody asked how sure old readings are)."""
        sql = (
            f"SELECT key, {self._is_sure}, min(article), max(article) FROM site_blocks WHERE source = ?"
            " GROUP BY key HAVING count(*) >= ?"
        )
        rows = self._connection.execute(sql, (source, REPEATED))
        found: dict[int, _Carriers | bool] = {key: sure >= REPEATED or (first, last) for key, sure, first, last in rows}
        return found | dict.fromkeys(rules_of(self._connection, source).removed, True)

    def _is_text(self, article: str, key: int) -> bool:
        rows = self._connection.execute("SELECT reading FROM readings WHERE article = ?", (article,)).fetchall()
        return any(block_key(block.text) == key for (packed,) in rows for block in unpack(packed).body)
