"""The words of withdrawn articles found in other records, and taken out of them: listings, feeds, sitemaps, pages of
other articles, refused pages, headers. The rest of each record stays.

Each WARC file is searched once for each article, when it is withdrawn or, what comes later, when the next run ends:
some 10 ms a capture of its newspaper's since shortly before it was seen. Ended in the middle, by whatever, it is done
again by the next command that takes something in. Callers hold the crawl lock.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urlsplit

from crawler.errors import ArchiveError, LockedError
from crawler.records.exchanges import Stored
from crawler.records.warcrecord import HEAD_END
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import load
from pipelines.withholding import cutting, dark, masking, searched, tombstones
from pipelines.withholding.deposits import Claim, Deposit, Deposits, State
from pipelines.withholding.moving import Hidden, Wanted, Watch, cut, keep, lies_in, unwatched
from pipelines.withholding.redacting import names_for
from pipelines.withholding.searched import Words
from pipelines.withholding.showing import clear, tell_again
from pipelines.withholding.stand_ins import original

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was searched: *looked* captures; *rows* of captures that had the words of *article*, which are out now."""

    article: str
    looked: int = 0
    rows: tuple[int, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)


# Told how many captures of how many were looked at.
Told = Callable[[int, int], None]


def seek(archive: Archive, catalogue: Catalogue, told: Told = unwatched, watch: Watch = unwatched) -> list[Found]:
    """For every article that is withdrawn. Next to nothing where no WARC file has come since."""
    wanted = [each for each in searched.all_of(archive.path) if _is_in_force(archive, each)]
    todo = [(each, _files(archive, each)) for each in wanted]
    total, looked, done = sum(len(places) for _, files in todo for places in files.values()), 0, list[Found]()
    for words, files in todo:
        if empty := [name for name, places in files.items() if not places]:
            words = _reached(archive, words, empty)
        for name, places in files.items():
            if not places:
                continue
            found = _in_file(archive, catalogue, words, name, places, partial(_further, told, looked, total), watch)
            looked += len(places)
            done.append(found)
            if not found.hidden.problems:
                words = _reached(archive, words, [name])
    return done


def _reached(archive: Archive, words: Words, names: Sequence[str]) -> Words:
    """Note that what was taken in of these files so far is searched: what comes later is not."""
    sql = "SELECT name || ' ' || read_to FROM warc_files WHERE name IN (SELECT value FROM json_each(?))"
    new = {mark for (mark,) in archive.connection.execute(sql, (json.dumps(names),))}
    kept = {mark for mark in words.files if mark.rpartition(" ")[0] not in names}
    words = replace(words, files=tuple(sorted(kept | new)))
    searched.put(archive.path, words)
    return words


def _is_in_force(archive: Archive, words: Words) -> bool:
    """What is left of a withdrawal that was undone in the middle is not; names are kept as they are in force."""
    return words.claim == Claim.NAMED or tombstones.of(archive.connection, words.article) is not None


def _further(told: Told, before: int, total: int, now: int) -> None:
    told(before + now, total)


def _in_file(
    archive: Archive,
    catalogue: Catalogue,
    words: Words,
    name: str,
    places: Sequence[Wanted],
    told: Callable[[int], None],
    watch: Watch,
) -> Found:
    """What cannot be searched now is logged, and tried again by the next command that takes something in."""
    try:
        found = _search(archive, words, places, told, watch)
    except ArchiveError as error:
        problem = f"{name} cannot be searched for {words.article} now: {error}"
        log.log(logging.INFO if isinstance(error, LockedError) else logging.ERROR, "%s", problem)
        return Found(article=words.article, hidden=Hidden(problems=(problem,)))
    clear(archive, catalogue, found.rows, searched.sought_of(words))
    return found


def listed(archive: Archive, found: Sequence[Found]) -> list[dict[str, object]]:
    """The captures that the words were taken out of, as an operator is told of them."""
    names = ("source", "kind", "url", "fetched_at", "article")
    sql = f"SELECT {', '.join(names)} FROM captures WHERE id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3, 4"
    rows = sorted({row for each in found for row in each.rows})
    return [dict(zip(names, row, strict=True)) for row in archive.connection.execute(sql, (json.dumps(rows),))]


def give_back(
    archive: Archive, catalogue: Catalogue, article: str, watch: Watch = unwatched, *, claim: Claim = Claim.QUOTED
) -> Hidden:
    """The words of *article*, or names, which nothing withholds any more, back into the records. As
    ``dark.bring_back``.
    """
    there = {one.record_id for one in Deposits.beside(archive.path).of(article, claim) if one.state is State.DARK}
    done = dark.bring_back(archive, article, watch, claim=claim)
    sql = "SELECT id FROM captures WHERE record_id IN (SELECT value FROM json_each(?))"
    rows = [row for (row,) in archive.connection.execute(sql, (json.dumps(sorted(there)),))]
    tell_again(archive, catalogue, rows)
    if claim == Claim.QUOTED:
        searched.forget(archive.path, article, claim)
    return done


def line_up(archive: Archive, catalogue: Catalogue) -> None:
    """Have the names looked for that are in force; where one is put back, all are, and the others taken out again."""
    decided = load(archive.folder)
    for words in searched.all_of(archive.path):
        sql = "SELECT source, key, url FROM articles WHERE id = ?"
        row = archive.connection.execute(sql, (words.article,)).fetchone() if words.claim == Claim.NAMED else None
        if row is None:
            continue
        wanted = names_for(decided.names(catalogue.source(row[0], row[2])), row[1]).all
        if wanted == {*words.names}:
            continue
        if {*words.names} - wanted:
            give_back(archive, catalogue, words.article, claim=Claim.NAMED)
        if wanted:
            searched.put(archive.path, replace(words, names=tuple(sorted(wanted)), files=()))
        else:
            searched.forget(archive.path, words.article, Claim.NAMED)


def destroy(archive: Archive, article: str) -> None:
    """Delete for good what of other records has the words of *article*, and what is known of them but its addresses."""
    words, claim = searched.of(archive.path, article), f"{article} {Claim.QUOTED}"
    deposits = Deposits.beside(archive.path)
    gone: list[dict[str, object]] = []
    for one in deposits.of(article, Claim.QUOTED):
        if one.state is not State.DARK:
            continue
        if lies_in(archive, one):
            raise ArchiveError(
                f"{archive.warc_folder / one.file} has words of {article} still: withdraw it again first"
            )
        gone.append({"record": one.record_id, "sha256": [part.sha256 for part in one.parts]})
        if one.claims == (claim,):
            deposits.erase(one)
        else:  # others may still come back, without these words
            _blacken(archive, deposits, one, claim)
    if gone:
        with archive.transaction():
            archive.event("destroyed", object_kind="article", object=article, outcome="done", detail=json.dumps(gone))
    if words and (words.named or words.said):
        searched.put(archive.path, replace(words, named=(), said=()))


def _blacken(archive: Archive, deposits: Deposits, one: Deposit, claim: str) -> None:
    path = cutting.sealed(archive.warc_folder, one.file)
    stored = original(path, deposits, one)
    bare = masking.without(stored, searched.sought_for(archive, [claim]), fields=cutting.told(stored, one.article))
    by_place = {record.offset: record for record in stored.records}
    members = [bare.get(by_place[part.offset].id, by_place[part.offset].raw or b"") for part in one.parts]
    parts = tuple(
        replace(part, sha256=hashlib.sha256(member).hexdigest())
        for part, member in zip(one.parts, members, strict=True)
    )
    deposits.put(replace(one, parts=parts, claims=tuple(each for each in one.claims if each != claim)), members)


def _files(archive: Archive, words: Words) -> dict[str, list[Wanted]]:
    """By WARC file, what may have them: what was captured of the newspaper, and of others on its hosts, since."""
    connection = archive.connection
    sql = "SELECT name FROM warc_files WHERE name || ' ' || read_to NOT IN (SELECT value FROM json_each(?))"
    found: dict[str, list[Wanted]] = {name: [] for (name,) in connection.execute(sql, (json.dumps(words.files),))}
    if not found:
        return {}
    slugs = json.dumps(_neighbours(archive, words))
    sql = (
        "SELECT id AS row, record_id, warc_file AS file, warc_offset AS offset, warc_length AS length, outcome, detail,"
        " reading IS NOT NULL AS is_read FROM captures WHERE source IN (SELECT value FROM json_each(?1))"
        " AND fetched_at >= ?2 AND kind IN ('page', 'listing', 'feed') AND article IS NOT ?3"
        " AND warc_file IN (SELECT value FROM json_each(?4)) ORDER BY warc_file, warc_offset"
    )
    asked = (slugs, words.since, words.article, json.dumps(list(found)))
    for row in connection.execute(sql, asked):
        one = Wanted(**dict(zip(Wanted.__slots__, row, strict=True)))
        found.setdefault(one.file, []).append(one)
    return found


def _neighbours(archive: Archive, words: Words) -> list[str]:
    """The newspaper's own slug, and those of sources under the same name: its editions, its former hosts, imports."""
    own = {_name(urlsplit(address).hostname or "") for address in words.addresses}
    rows = archive.connection.execute("SELECT slug, homepage FROM sources ORDER BY slug")
    return [slug for slug, home in rows if slug == words.source or _name(urlsplit(home).hostname or "") in own]


def _name(host: str) -> str:
    """What is registered: two labels, three under .gov.vn, .com.vn and the like."""
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[-2:])


def _search(
    archive: Archive, words: Words, places: Sequence[Wanted], told: Callable[[int], None], watch: Watch
) -> Found:
    """One WARC file's captures looked through, and what has the words cut."""
    deposits = Deposits.beside(archive.path)
    deposits.tidy()
    cutting.tidy(archive.warc_folder)
    sought, claim = searched.sought_of(words), f"{words.article} {words.claim}"
    wanted: list[Deposit] = []
    rows: list[int] = []
    for number, one in enumerate(places, 1):
        told(number)
        if found := _deposit(archive, deposits, one, claim, sought):
            wanted.append(found)
            rows.append(one.row)
    done = Hidden()
    if wanted:
        cutting.demand_room(archive.folder, cutting.sealed(archive.warc_folder, wanted[0].file).stat().st_size)
        done = cut(archive, deposits, wanted, watch)
    return Found(article=words.article, looked=len(places), rows=tuple(rows), hidden=done)


def _deposit(archive: Archive, deposits: Deposits, one: Wanted, claim: str, sought: masking.Sought) -> Deposit | None:
    """A copy of the capture *one*, for *claim*; None where it has nothing of what is *sought*."""
    path = cutting.sealed(archive.warc_folder, one.file)
    found = deposits.at(one.file, one.offset)
    stored = cutting.exchange_at(path, one.offset)
    if stored.record_id != one.record_id:
        raise ArchiveError(f"{path}: offset {one.offset} is {stored.record_id}, and not {one.record_id}")
    if found and found.state is State.DARK:
        stored = original(path, deposits, found)
    if not _may_have(stored, sought.within(stored.metadata.get("kind", ""))):
        return None
    bare = masking.without(stored, [sought], fields=cutting.told(stored, sought.article))
    if not bare:
        return None
    if found and found.state is State.DARK:
        if claim not in found.claims:
            left = tuple(name for name in found.left if name not in bare)
            found = replace(found, claims=(*found.claims, claim), left=left)
            deposits.describe(found)
        return found
    records = [record for record in stored.records if record.id in bare or record.type in ("response", "metadata")]
    left = tuple(record.id for record in records if record.id not in bare)
    return keep(archive, deposits, one, stored, records, claims=(claim,), left=left)


def _may_have(stored: Stored, sought: masking.Sought) -> bool:
    """At a hundredth of what it costs to say where."""
    for record in stored.records:
        if record.type in ("response", "revisit"):
            answer = masking.unpacked(record)
            if answer and (sought.is_there(masking.decoded(answer.body, answer.head)[0]) or _in(answer.head, sought)):
                return True
        elif record.type == "metadata" and _in(record.data.partition(HEAD_END)[2], sought):
            return True
    return False


def _in(data: bytes, sought: masking.Sought) -> bool:
    return sought.is_there(data.decode("utf-8", "replace"))
