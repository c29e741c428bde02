"""``coverage`` by the newspapers' own days: until schema 4 it was counted by those of UTC."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

# What each run added to the row of its day, which was the one on which it was written down.
RUNS = """
    SELECT source_runs.source, substr(runs.ended_at, 1, 10), coalesce(source_runs.ended_at, runs.ended_at),
           source_runs.discovered,
           (SELECT count(*) FROM captures WHERE captures.run = source_runs.run
            AND captures.source = source_runs.source AND captures.status BETWEEN 200 AND 299
            AND captures.kind IS NOT 'requisite'),
           source_runs.added, source_runs.cause
    FROM source_runs JOIN runs ON runs.id = source_runs.run WHERE runs.ended_at IS NOT NULL ORDER BY source_runs.run
"""


class Executes(Protocol):
    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Iterable[Any]: ...


@dataclass(slots=True)
class Day:
    discovered: int = 0
    fetched: int = 0
    kept: int = 0
    expected: int | None = None
    why: str | None = None

    def add(self, other: "Day") -> None:
        self.discovered += other.discovered
        self.fetched += other.fetched
        self.kept += other.kept
        self.expected = self.expected if other.expected is None else other.expected
        self.why = other.why or self.why


def recount(db: Executes) -> None:
    """A day of UTC whose runs ended on two of the newspaper's is shared between them. What the runs together do not
    explain (they say nothing of *fetched*, whose share is that of their successful answers) goes to the later day; a
    day of which no run is known stays.
    """
    zones = {slug: _zone(definition) for slug, definition in db.execute("SELECT slug, definition FROM sources")}
    parts: dict[tuple[str, str], dict[str, Day]] = defaultdict(dict)
    for source, day, ended, *counts, why in db.execute(RUNS):
        own = datetime.fromisoformat(ended).astimezone(zones[source]).date().isoformat()
        discovered, fetched, kept = counts
        part = Day(discovered=discovered, fetched=fetched, kept=kept, why=why)
        parts[source, day].setdefault(own, Day()).add(part)
    found: dict[tuple[str, str], Day] = defaultdict(Day)
    columns = "discovered, fetched, kept, expected, why"
    for source, day, *row in db.execute(f"SELECT source, day, {columns} FROM coverage ORDER BY source, day"):
        for own, share in _shares(Day(*row), parts.get((source, day)) or {day: Day()}):
            found[source, own].add(share)
    db.execute("DELETE FROM coverage")
    sql = f"INSERT INTO coverage (source, day, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    for (source, own), each in found.items():
        db.execute(sql, (source, own, each.discovered, each.fetched, each.kept, each.expected, each.why))


def _shares(whole: Day, parts: Mapping[str, Day]) -> Iterable[tuple[str, Day]]:
    """*whole*, told apart by own day: no count of it is lost, and none added."""
    left = Day(whole.discovered, whole.fetched, whole.kept)
    *earlier, last = sorted(parts)
    for own in earlier:
        part = parts[own]
        share = Day(
            discovered=min(part.discovered, left.discovered),
            fetched=min(part.fetched, left.fetched),
            kept=min(part.kept, left.kept),
            expected=whole.expected,
            why=part.why,
        )
        left.discovered -= share.discovered
        left.fetched -= share.fetched
        left.kept -= share.kept
        yield own, share
    left.expected, left.why = whole.expected, parts[last].why if earlier else whole.why
    yield last, left


def _zone(definition: str | None) -> ZoneInfo:
    """As the source's file said when it was last read; what no file describes has none, and counts by UTC."""
    name = json.loads(definition).get("timezone") if definition else None
    return ZoneInfo(name or "UTC")
