"""What a dry run came to: ten articles as they would be kept, and what is missing in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crawler.capture import Kind
from crawler.newsites.learn import path_of
from pipelines.archive import Archive
from schedules.catalogue.trial import Look
from schedules.console import table

HEADS = ("date", "title", "words", "section", "byline", "address")
# Widths that leave a line of 160 characters, most of a wide terminal.
MOST_TITLE, MOST_SECTION, MOST_BYLINE, MOST_ADDRESS = 46, 16, 20, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article as it would be kept."""

    date: str | None
    title: str | None
    words: int
    section: str | None
    byline: str | None
    address: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """*refused* are pages that became no article: their outcome and an example's address."""

    rows: tuple[Row, ...]
    refused: tuple[tuple[str, int, str], ...] = ()

    @property
    def pages(self) -> int:
        return len(self.rows) + sum(count for _, count, _ in self.refused)

    @property
    def undated(self) -> int:
        return sum(row.date is None for row in self.rows)

    @property
    def language(self) -> str | None:
        """The one that most articles are in."""
        counted = Counter(row.language for row in self.rows)
        return counted.most_common(1)[0][0] if counted else None

    def lines(self) -> list[tuple[object, ...]]:
        return [
            (
                row.date and row.date[:16].replace("T", " "),
                _cut(row.title, MOST_TITLE),
                row.words,
                _cut(row.section, MOST_SECTION),
                _cut(row.byline, MOST_BYLINE),
                _cut(path_of(row.address) or "/", MOST_ADDRESS),
            )
            for row in self.rows
        ]

    def show(self) -> None:
        if self.rows:
            table(HEADS, self.lines())

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.rows]


def _cut(text: str | None, most: int) -> str | None:
    return text if text is None or len(text) <= most else f"{text[: most - 1]}…"


def read_rows(archive: Archive, look: Look) -> DryRun:
    """The articles of the temporary *archive*, newest first, and the pages that became none."""
    sql = (
        "SELECT published_at, title, word_count, section, byline, credit, url, language FROM articles"
        " ORDER BY published_at IS NULL, published_at DESC, n"
    )
    rows = [
        Row(date=date, title=title, words=words or 0, section=section, byline=by or credit, address=url, language=tag)
        for date, title, words, section, by, credit, url, tag in archive.connection.execute(sql)
    ]
    return DryRun(rows=tuple(rows), refused=tuple(_refused(archive, look)))


def _refused(archive: Archive, look: Look) -> Sequence[tuple[str, int, str]]:
    sql = (
        "SELECT outcome, count(*), min(url) FROM captures WHERE kind = ? AND article IS NULL"
        " AND outcome NOT IN ('redirect', 'not-modified') GROUP BY outcome ORDER BY count(*) DESC, outcome"
    )
    return [tuple(row) for row in archive.connection.execute(sql, (Kind.PAGE.value,))]
