"""Which articles are withheld, as ``decisions.toml`` says and as the archive's rows do; what they are known by.

The tables mirror the decisions, whether or not the articles are there: so an archive made anew from its WARC files, or
an older archive.db put back, knows whom to withhold before it reads a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.identity import article_id, canonical
from pipelines import store
from pipelines.archive import stamp
from pipelines.decisions import Decision, Kind, Verdict, load
from pipelines.sqlite import Connection
from pipelines.withholding.decisions.marks import are_there as are_there
from pipelines.withholding.decisions.marks import at_key as at_key
from pipelines.withholding.decisions.marks import by_digest as by_digest
from pipelines.withholding.decisions.marks import forget

DARK, DESTROYED = "dark", "destroyed"
_COLUMNS = "article, source, key, url, published_at, language, province, at, reason, reference, bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A withheld article. *at* is as ``*_at`` columns are; *marks*: (kind, mark) (docs/data-dictionary.md)."""

    article: str
    source: str
    key: str
    url: str
    published_at: str | None
    language: str | None
    province: str | None
    at: str
    reason: str
    reference: str | None
    bytes: str
    marks: frozenset[tuple[str, str]] = field(repr=False)


def plain(key: str) -> str:
    """The identity that *key* shares with those that have more than it (versions/conflicts.py)."""
    return key.partition("#")[0]


def decided(folder: Path) -> dict[str, Tombstone]:
    """The withdrawals in force, by article. ConfigError where decisions.toml is wrong."""
    last: dict[tuple[str, str], Decision] = {}
    for each in load(folder).all:
        if each.kind is Kind.ARTICLE:
            name = each.source, each.object
            before = last.get(name)
            if before and before.bytes == DESTROYED and each.verdict is Verdict.UNDO:
                continue  # there is nothing left that could come back
            last[name] = each
    found = (tombstone_of(each) for each in last.values() if each.verdict is Verdict.WITHDRAW)
    return {each.article: each for each in found}


def tombstone_of(decision: Decision) -> Tombstone:
    return Tombstone(
        article=decision.article or article_id(decision.source, decision.object),
        source=decision.source,
        key=decision.object,
        url=decision.url or next(iter(decision.addresses), ""),
        published_at=decision.published_at or None,
        language=decision.language or None,
        province=decision.province or None,
        at=stamp(decision.at) if decision.at else "",
        reason=decision.note,
        reference=decision.reference or None,
        bytes=decision.bytes or DARK,
        marks=frozenset(_marks(decision)),
    )


def _marks(decision: Decision) -> Iterable[tuple[str, str]]:
    yield "own", f"{decision.source} {decision.object}"
    yield "key", f"{decision.source} {plain(decision.object)}"
    for url in (*decision.addresses, *filter(None, [decision.url])):
        yield "address", canonical(url)
    for digest in decision.digests:
        yield "digest", digest
    for other in decision.spared:
        yield "spared", canonical(other) if "://" in other else other


def has_tables(connection: Connection) -> bool:
    """Not so an archive of an older schema, until something is written to it."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tombstones'").fetchone() is not None


def carried_out(connection: Connection) -> dict[str, Tombstone]:
    """As ``decided``, as the archive has it."""
    if not has_tables(connection):
        return {}
    marks: dict[str, set[tuple[str, str]]] = {}
    for article, kind, mark in connection.execute("SELECT article, kind, mark FROM tombstone_marks"):
        marks.setdefault(article, set()).add((kind, mark))
    names = _COLUMNS.split(", ")
    rows = (dict(zip(names, row, strict=True)) for row in connection.execute(f"SELECT {_COLUMNS} FROM tombstones"))
    return {row["article"]: Tombstone(**row, marks=frozenset(marks.get(row["article"], ()))) for row in rows}


def of(connection: Connection, article: str) -> Tombstone | None:
    """What withholds *article*, None where nothing does."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM tombstones WHERE article = ?", (article,)).fetchone()
    if row is None:
        return None
    marks = connection.execute("SELECT kind, mark FROM tombstone_marks WHERE article = ?", (article,)).fetchall()
    return Tombstone(**dict(zip(_COLUMNS.split(", "), row, strict=True)), marks=frozenset(marks))


def put(connection: Connection, tomb: Tombstone) -> None:
    """Note *tomb* in the place of whatever was noted of its article."""
    _clear(connection, tomb.article)
    names = _COLUMNS.split(", ")
    store.insert(connection, "tombstones", {name: getattr(tomb, name) for name in names})
    rows = [(kind, mark, tomb.article) for kind, mark in tomb.marks]
    connection.executemany("INSERT INTO tombstone_marks VALUES (?, ?, ?)", rows)
    forget(connection)


def lift(connection: Connection, article: str) -> None:
    """It comes back: where it was seen, and when, its captures say when they are read again (not all were it)."""
    _clear(connection, article)
    connection.execute("DELETE FROM addresses WHERE article = ?", (article,))
    connection.execute("DELETE FROM observations WHERE article = ? AND state = 'live'", (article,))


def _clear(connection: Connection, article: str) -> None:
    connection.execute("DELETE FROM tombstones WHERE article = ?", (article,))
    connection.execute("DELETE FROM tombstone_marks WHERE article = ?", (article,))
    forget(connection)


def pending(folder: Path, connection: Connection) -> Mapping[str, Tombstone]:
    """What is decided and the archive's rows do not have yet."""
    wanted, there = decided(folder), carried_out(connection)
    return {article: tomb for article, tomb in wanted.items() if there.get(article) != tomb}
