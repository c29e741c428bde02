"""The bytes of withdrawn articles: taken out of the WARC files, kept dark, given back or destroyed.

Callers hold the crawl lock (``hold(crawl_lock(path))``), so that no WARC file is being written meanwhile. Each function
does the bytes and, in transactions of its own, ``captures.bytes`` and ``warc_files.sha256`` with their events: none may
be called inside a transaction. Each can be repeated after a crash, and ends in the same bytes and rows.

What is to be taken is kept dark first, then cut out of the WARC file, then noted in the database; on the way back it is
in the WARC file first. So there is no moment at which it is nowhere.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler.errors import ArchiveError, LockedError
from pipelines.archive import Archive
from pipelines.withholding.records import cutting
from pipelines.withholding.records.deposits import Claim, Deposit, Deposits, State
from pipelines.withholding.records.moving import Hidden, Wanted, Watch, cut, lies_in, note, put_back, take, unwatched

__all__ = ["Claim", "Hidden", "State", "bring_back", "check", "destroy", "hide", "hide_rest"]

log = logging.getLogger(__name__)

# Problems that a message lists.
NAMED = 3


def hide(
    archive: Archive,
    article: str,
    captures: Sequence[int],
    watch: Watch = unwatched,
    *,
    claim: Claim = Claim.WITHDRAWN,
    titles_only: bool = False,
) -> Hidden:
    """Take the words of *captures* (rows of ``captures``) out of archive-warc/ into archive-dark/: of a response all of
    it, of our metadata record the title that a listing gave the page. What is hidden for two claims comes back when
    both are lifted. *titles_only*: of captures that have no more of the article (a 404, a 304).

    ArchiveError where the disk has no room or a record cannot be read, LockedError where a file is still being written:
    before anything was changed. What is dark already, and what has no words, is passed over.
    """
    deposits = _open(archive)
    places = _places(archive, captures)
    _demand_room(archive, {one.file for one in places}, sum(one.length for one in places))
    named = f"{article} {claim}" if article else None
    done = cut(archive, deposits, _deposit(archive, deposits, named, places, titles_only=titles_only), watch)
    _note_others(archive, deposits, places)
    return done


def bring_back(archive: Archive, article: str, watch: Watch = unwatched, *, claim: Claim = Claim.WITHDRAWN) -> Hidden:
    """Put the records of *article* back where they lay, but for those that are withheld for another claim as well.

    ArchiveError, with nothing changed, where all were destroyed or the fixity of one fails.
    """
    deposits = _open(archive)
    named, found = f"{article} {claim}", deposits.of(article, claim)
    dark = [one for one in found if one.state is State.DARK]
    if found and not dark:
        raise ArchiveError(f"{article}: what was fetched of it was destroyed, and cannot come back")
    own = [one for one in dark if len(one.claims) == 1]
    if problems := check(archive, article):
        more = f" (and {len(problems) - NAMED} more)" if len(problems) > NAMED else ""
        raise ArchiveError(
            f"{article} cannot be brought back: {'; '.join(problems[:NAMED])}{more}; nothing was changed"
        )
    _demand_room(archive, {one.file for one in dark}, 0)
    done = put_back(archive, deposits, own, watch)
    released = [
        replace(one, claims=tuple(each for each in one.claims if each != named)) for one in dark if one not in own
    ]
    # What is shown of a record in part is there before it is noted: so it can be repeated.
    done += cut(archive, deposits, [one for one in released if one.is_part], watch)
    with archive.transaction() as connection:
        connection.execute("UPDATE captures SET bytes = NULL WHERE article = ? AND bytes = 'none'", (article,))
    for one in own:
        deposits.forget(one)
    for one in released:
        deposits.describe(one)
    return done


def destroy(archive: Archive, article: str) -> Hidden:
    """Delete what is kept dark of *article* for good; its digests stay. What was not hidden yet is not touched."""
    deposits = _open(archive)
    found = deposits.of(article)
    for one in found:
        if lies_in(archive, one):
            raise ArchiveError(f"{archive.warc_folder / one.file} still has {one.url}: withdraw {article} again first")
    dark = [one for one in found if one.state is State.DARK]
    for one in dark:
        deposits.erase(one)
    digests = [{"record": one.record_id, "sha256": [part.sha256 for part in one.parts]} for one in dark]
    with archive.transaction():
        rows = note(archive, {one.record_id: State.DESTROYED for one in found})
        if dark:
            detail = json.dumps(digests)
            archive.event("destroyed", object_kind="article", object=article, outcome="done", detail=detail)
    return Hidden.of(rows, [part for one in dark for part in one.parts])


def check(archive: Archive, article: str | None = None) -> list[str]:
    """What is wrong with the dark records (of *article*, or all), a line each: what, where."""
    deposits = Deposits.beside(archive.path)
    problems: list[str] = []
    for one in deposits.of(article, *Claim):
        try:
            if one.state is State.DARK:
                for _ in deposits.members(one):
                    pass
            if not lies_in(archive, one):
                stored = cutting.exchange_at(cutting.sealed(archive.warc_folder, one.file), one.offset)
                if stored.record_id != one.record_id:
                    problems.append(f"{archive.warc_folder / one.file}: offset {one.offset} is of another record")
        except ArchiveError as error:
            problems.append(str(error))
    return problems


def hide_rest(archive: Archive, watch: Watch = unwatched) -> Hidden:
    """Hide (or destroy) what is withheld and still lies in WARC files: what a crawl or an import brought since, and
    what a crash left. What cannot be hidden now (no room, a file that is still open) is logged, and tried again by the
    next command that takes something in. Costs a look at an index where there is nothing to do.
    """
    done = Hidden()
    for sql, titles_only in ((_WHOLE, False), (_TITLES, True)):
        rows = archive.connection.execute(sql).fetchall()
        for article in sorted({article for article, _ in rows}):
            own = [row for other, row in rows if other == article]
            try:
                done += hide(archive, article, own, watch, titles_only=titles_only)
                if _is_to_go(archive, article):
                    destroy(archive, article)
            except ArchiveError as error:
                level = logging.INFO if isinstance(error, LockedError) else logging.ERROR
                problem = f"{article} is withheld, and cannot be hidden now: {error}"
                log.log(level, "%s", problem)
                done += Hidden(problems=(problem,))
    return done


def _is_to_go(archive: Archive, article: str) -> bool:
    found = archive.connection.execute("SELECT bytes FROM tombstones WHERE article = ?", (article,)).fetchone()
    return found is not None and found[0] == State.DESTROYED


# (article, capture): withheld answers, by payload or as what they were read as ("": nobody knows whose they are).
_WHOLE = """
SELECT coalesce((SELECT min(m.article) FROM tombstone_marks m WHERE m.kind = 'digest' AND m.mark = c.payload_digest),
                c.article, ''), c.id
FROM captures c WHERE c.outcome = 'withheld' AND c.bytes IS NULL ORDER BY 1, 2
"""
# Captures of withdrawn articles that have no words, but may name a title.
_TITLES = """
SELECT t.article, c.id FROM tombstones t JOIN captures c ON c.article = t.article
WHERE c.kind = 'page' AND c.bytes IS NULL AND c.outcome <> 'withheld' ORDER BY 1, 2
"""


def _open(archive: Archive) -> Deposits:
    deposits = Deposits.beside(archive.path)
    deposits.tidy()
    cutting.tidy(archive.warc_folder)
    return deposits


def _places(archive: Archive, captures: Sequence[int]) -> list[Wanted]:
    sql = (
        "SELECT id, record_id, warc_file, warc_offset, warc_length, outcome, detail, reading IS NOT NULL FROM captures"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY warc_file, warc_offset"
    )
    names = Wanted.__slots__
    rows = archive.connection.execute(sql, (json.dumps(list(captures)),))
    return [Wanted(**dict(zip(names, row, strict=True))) for row in rows]


def _demand_room(archive: Archive, names: Iterable[str], more: int) -> None:
    """One file at a time is written anew, beside the old one; *more* bytes are kept dark."""
    sizes = [cutting.sealed(archive.warc_folder, name).stat().st_size for name in names]
    cutting.demand_room(archive.folder, max(sizes, default=0) + more)


def _note_others(archive: Archive, deposits: Deposits, places: Sequence[Wanted]) -> None:
    """What has no words, so that it is not looked at again; and withheld answers that are not here, dark or otherwise,
    since the WARC file came from elsewhere as it is.
    """
    others: dict[str, State | None] = {}
    for one in places:
        if deposits.at(one.file, one.offset) is None:
            stored = cutting.exchange_at(cutting.sealed(archive.warc_folder, one.file), one.offset)
            others[one.record_id] = State.DESTROYED if stored.tombstone else State.NONE
    if others:
        with archive.transaction():
            note(archive, others)


def _deposit(
    archive: Archive, deposits: Deposits, claim: str | None, places: Sequence[Wanted], *, titles_only: bool
) -> list[Deposit]:
    """The deposits of *places*, made where there are none yet; all or none."""
    wanted: list[Deposit] = []
    made: list[Deposit] = []
    try:
        for one in places:
            found = deposits.at(one.file, one.offset)
            if found is None and claim and (found := take(archive, deposits, one, claim, titles_only=titles_only)):
                made.append(found)
            if found is not None:
                wanted.append(deposits.claim(found, claim) if claim else found)
    except ArchiveError:
        for taken in made:
            deposits.forget(taken)
        raise
    return wanted
