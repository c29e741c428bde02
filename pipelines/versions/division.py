"""Captures moved between the articles that share a key, and everything that follows from them, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.identity import canonical
from crawler.source import Source
from pipelines import search, store
from pipelines.archive import utc_now
from pipelines.article import Article, Fingerprint, Outcome, Reading
from pipelines.belongings import requisite_rows
from pipelines.boilerplate import NO_RULES
from pipelines.clean import clean
from pipelines.copies.edges import tell_stories
from pipelines.sqlite import Connection
from pipelines.store import Known
from pipelines.versions.conflicts import Look, displaced, owner, when
from pipelines.versions.observations import is_missing, note, settle
from pipelines.versions.readings import Packed
from pipelines.versions.removal import remove_article
from pipelines.versions.revise import Revised, add_reading, forget_readings, revise
from pipelines.versions.unmodified import referent_of
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.rows.stones import raise_stone

CONFLICT = "identity-conflict"
Looks = Mapping[str, Sequence[Look]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What is being kept: its row, those of captures that stand for it, and what was read."""

    rows: tuple[int, ...]
    content: Article = field(repr=False)
    packed: Packed = field(repr=False)
    marks: Fingerprint | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An article as it is to be: its own key, its row if it has one, its looks in order of time, what they showed."""

    key: str
    known: Known | None
    looks: Sequence[Look]
    readings: Sequence[Reading] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How the captures of *articles*, which share *key*, and a *fresh* one are to be parted. *before*: how they are.

    *tombs* are the withheld articles with this key, *stones* the captures that saw them. *lost*: articles some of whose
    captures have just been withheld.
    """

    source: Source
    key: str
    articles: Sequence[Known]
    before: Looks
    targets: Sequence[Target]
    fresh: Fresh | None
    tombs: frozenset[str] = frozenset()
    stones: Looks = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What a fresh capture's article is now. *before*: its versions until then, None where it is a new article."""

    article: str
    before: int | None
    gone: bool
    revised: Revised


def write(connection: Connection, division: Division) -> Filed | None:
    """Bring the rows in line with *division*; what the fresh capture's article is now, if there is one."""
    source = division.source
    ids = [_place(connection, source, target) for target in division.targets]
    after = {id_: target.looks for (id_, _), target in zip(ids, division.targets, strict=True)}
    changed = {id_ for id_ in after if {k.row for k in after[id_]} != {k.row for k in division.before.get(id_, ())}}
    changed |= division.lost & after.keys()
    _move(connection, division, after)
    for id_ in sorted(changed):
        forget_readings(connection, source.slug, id_)
    for article in division.articles:
        if article.id not in after.keys() | division.stones.keys():
            heir = ids[0][0] if ids and article.id not in division.tombs else None
            remove_article(connection, source.slug, article.id, article.n, heir=heir)
    for article_id, looks in division.stones.items():
        tomb = tombstones.of(connection, article_id)
        assert tomb is not None
        raise_stone(connection, source, tomb, looks[0].at)
    gone = _observe(connection, division, {**after, **division.stones})
    filed: Filed | None = None
    for target, (id_, n) in zip(division.targets, ids, strict=True):
        if source.requisites != "none":
            _enlist(connection, source, id_, target)
        if id_ in changed:
            filed = _bring_up_to_date(connection, division, target, id_, n, id_ in gone) or filed
    _tell(connection, division, {**after, **division.stones})
    return filed


def _bring_up_to_date(
    connection: Connection, division: Division, target: Target, article: str, n: int, gone: bool
) -> Filed | None:
    """Versions, row, copies and index of an article whose captures are others now; Filed if a fresh one is among them,
    whose caller then sees to the index.
    """
    fresh = division.fresh
    if fresh and not any(look.row in fresh.rows for look in target.looks):
        fresh = None
    contents = {fresh.packed.sha256: fresh.content} if fresh else {}
    marks = fresh.marks if fresh else None
    revised = revise(connection, division.source, article, key=target.key, n=n, fresh=contents, marks=marks)
    tell_stories(connection, [article])  # who was seen first may be another one now
    # What was moved may have been read under rules that are past: to be cleaned again.
    store.update(connection, article, {"rules": None})
    if fresh is None:
        search.replace(connection, [revised.document] if revised.document else [])
        return None
    return Filed(article=article, before=target.known.revision if target.known else None, gone=gone, revised=revised)


def _place(connection: Connection, source: Source, target: Target) -> tuple[str, int]:
    """(id, n) of the article's row, made where there is none; what it shows comes with its versions."""
    if target.known:
        return target.known.id, target.known.n
    first = target.looks[0]
    content = clean(target.readings[0], NO_RULES, source=source.slug, key=target.key, url=first.url)
    return store.add_article(connection, source, first.at, content)


def _move(connection: Connection, division: Division, after: Looks) -> None:
    """Captures and readings to their articles; the fresh one's are put there for the first time."""
    fresh = division.fresh
    for article, looks in after.items():
        here = [(article, look.row) for look in looks]
        connection.executemany("UPDATE captures SET article = ? WHERE id = ?", here)
    homes = {look.reading: article for article, looks in after.items() for look in looks}
    for former in division.articles:
        rows = connection.execute("SELECT sha256 FROM readings WHERE article = ?", (former.id,)).fetchall()
        for (reading,) in rows:
            if homes.get(reading, former.id) != former.id:
                sql = "UPDATE OR REPLACE readings SET article = ? WHERE article = ? AND sha256 = ?"
                connection.execute(sql, (homes[reading], former.id, reading))
    if fresh:
        home = homes[fresh.packed.sha256]
        add_reading(connection, division.source.slug, home, fresh.content.sha256, fresh.packed)


def _observe(connection: Connection, division: Division, after: Looks) -> frozenset[str]:
    """Addresses and sightings of the articles, told anew from their captures; those that have just become gone."""
    for table in ("addresses", "observations"):
        connection.executemany(f"DELETE FROM {table} WHERE article = ?", [(article,) for article in after])
    for article, looks in after.items():
        for look in looks:
            note(connection, article, look.at, "live", look.row)
            for url in {look.asked, look.url}:
                store.add_address(connection, url, division.key, article, look.at)
    for article, look in displaced(after):
        note(connection, article, look.at, "missing", look.row)
    _note_stones(connection, division)
    _observe_the_rest(connection, division, after)
    return frozenset(article for article in after if settle(connection, article))


def _enlist(connection: Connection, source: Source, article: str, target: Target) -> None:
    """The images of an article's readings, and of no other's."""
    sql = "UPDATE captures SET article = NULL WHERE article = ? AND kind = 'requisite'"
    connection.execute(sql, (article,))
    connection.execute("DELETE FROM requisites WHERE article = ? AND kind = 'image'", (article,))
    images = [image for reading in target.readings for image in reading.metadata.images]
    requisite_rows.enlist(connection, source.slug, article, images)


def _note_stones(connection: Connection, division: Division) -> None:
    """The captures that saw withheld articles, and those of their images, which came with them."""
    sql = f"UPDATE captures SET article = NULL WHERE source = ? AND key = ? AND outcome = '{Outcome.WITHHELD}'"
    connection.execute(f"{sql} AND kind = 'page'", (division.source.slug, division.key))
    for article, looks in division.stones.items():
        rows = [(article, look.row) for look in looks]
        connection.executemany("UPDATE captures SET article = ?, detail = NULL WHERE id = ?", rows)
        connection.execute(
            "UPDATE captures SET article = ?1 WHERE kind = 'requisite' AND article IS NULL"
            " AND detail IN (SELECT url FROM addresses WHERE article = ?1)",
            (article,),
        )


def _observe_the_rest(connection: Connection, division: Division, after: Looks) -> None:
    """Captures that brought no text are of whoever was last seen at their address."""
    # One that is no more has left its own to its heir, who may be new.
    ids = sorted({article.id for article in division.articles} | after.keys())
    marks = ", ".join("?" * len(ids))
    sql = (
        "SELECT id, final_url, fetched_at, outcome, detail, refers_to FROM captures"
        f" WHERE kind = 'page' AND reading IS NULL AND outcome <> '{Outcome.WITHHELD}'"
        f" AND (article IN ({marks}) OR (source = ? AND key = ? AND article IS NULL))"
    )
    seen = {look.row for looks in division.stones.values() for look in looks}
    rows = connection.execute(sql, (*ids, division.source.slug, division.key)).fetchall()
    for row, url, at, outcome, detail, refers_to in rows:
        if row in seen:
            continue
        article = owner(canonical(url, division.source), at, after) if after else None
        connection.execute("UPDATE captures SET article = ? WHERE id = ?", (article, row))
        referent = referent_of(connection, refers_to)
        if article and (referent.is_missing if referent else is_missing(outcome, url, detail)):
            note(connection, article, at, "missing", row)


def _tell(connection: Connection, division: Division, looks: Looks) -> None:
    """An event for each article beside the first; those that stand already stay as they were written."""
    first, *others = sorted(looks, key=lambda article: when(looks[article][0])) or [""]
    wanted = {
        (id_, f"{looks[id_][0].url} and {looks[first][0].url} have the key {division.key}, and nothing else in common")
        for id_ in others
    }
    known = {*looks, *(article.id for article in division.articles)}
    sql = f"SELECT id, object, detail FROM events WHERE kind = ? AND object IN ({', '.join('?' * len(known))})"
    for row, article, detail in connection.execute(sql, (CONFLICT, *known)).fetchall():
        if (article, detail) in wanted:
            wanted.discard((article, detail))
        else:
            connection.execute("DELETE FROM events WHERE id = ?", (row,))  # another capture has cleared it up
    for article, detail in sorted(wanted):
        event = {"at": utc_now(), "kind": CONFLICT, "object_kind": "article", "object": article}
        store.insert(
            connection, "events", event | {"agent": "newsarchive", "outcome": "two articles", "detail": detail}
        )
