"""The words of withdrawn articles found in other records, and taken out of them: listings, feeds, sitemaps, pages of
other articles, refused pages, headers. The rest of each record stays.

Each WARC file is searched once, when an article is withdrawn or, what comes later, when the next run ends: some 10 ms a
capture of its newspaper's since shortly before it was seen, for however many articles. Ended in the middle, by
whatever, it is done again by the next command that takes something in. Callers hold the crawl lock.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from crawler.errors import ArchiveError, LockedError
from crawler.records.exchanges import Stored
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.records import cutting, searched
from pipelines.withholding.records.deposits import Claim, Deposit, Deposits, State
from pipelines.withholding.records.moving import Hidden, Wanted, Watch, cut, keep, unwatched
from pipelines.withholding.records.places import places_of
from pipelines.withholding.records.searched import Words
from pipelines.withholding.records.stand_ins import original
from pipelines.withholding.rows.showing import clear
from pipelines.withholding.words import masking
from pipelines.withholding.words.gate import gate
from pipelines.withholding.words.sparing import own_of_page, spared

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was searched of one file: *looked* captures; *rows* of captures that had the words of *articles*, which are
    out now.
    """

    articles: tuple[str, ...]
    looked: int = 0
    rows: tuple[int, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)


# Told how many captures of how many were looked at.
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A WARC file, what is looked for in it, and where: by offset, each place for some of *words*, by their numbers."""

    name: str
    words: list[Words] = field(default_factory=list)
    places: dict[int, tuple[Wanted, set[int]]] = field(default_factory=dict)

    def add(self, words: Words, places: Sequence[Wanted]) -> None:
        for one in places:
            self.places.setdefault(one.offset, (one, set()))[1].add(len(self.words))
        self.words.append(words)


def seek(archive: Archive, catalogue: Catalogue, told: Told = unwatched, watch: Watch = unwatched) -> list[Found]:
    """For every article that is withdrawn. Next to nothing where no WARC file has come since."""
    files: dict[str, _File] = {}
    for words in searched.all_of(archive.path):
        if not _is_in_force(archive, words):
            continue
        places = places_of(archive, words)
        if empty := [name for name in places if not places[name]]:
            words = searched.reached(archive, words, empty)
        for name in places.keys() - empty:
            files.setdefault(name, _File(name=name)).add(words, places[name])
    total, looked, done = sum(len(file.places) for file in files.values()), 0, list[Found]()
    for _, file in sorted(files.items()):
        done.append(found := _in_file(archive, catalogue, file, partial(_further, told, looked, total), watch))
        looked += len(file.places)
        for words in file.words if not found.hidden.problems else ():
            now = searched.of(archive.path, words.article, words.claim)
            searched.reached(archive, now or words, [file.name])
    return done


def _is_in_force(archive: Archive, words: Words) -> bool:
    """What is left of a withdrawal that was undone in the middle is not; names are kept as they are in force."""
    return words.claim == Claim.NAMED or tombstones.of(archive.connection, words.article) is not None


def _further(told: Told, before: int, total: int, now: int) -> None:
    told(before + now, total)


def _in_file(archive: Archive, catalogue: Catalogue, file: _File, told: Callable[[int], None], watch: Watch) -> Found:
    """What cannot be searched now is logged, and tried again by the next command that takes something in."""
    articles = tuple(words.article for words in file.words)
    try:
        rows, hidden = _search(archive, file, told, watch)
    except ArchiveError as error:
        problem = f"{file.name} cannot be searched for {', '.join(articles)} now: {error}"
        log.log(logging.INFO if isinstance(error, LockedError) else logging.ERROR, "%s", problem)
        return Found(articles=articles, hidden=Hidden(problems=(problem,)))
    for number, having in sorted(rows.items()):
        clear(archive, catalogue, having, searched.sought_of(file.words[number]))
    found = tuple(sorted({row for having in rows.values() for row in having}))
    return Found(articles=articles, looked=len(file.places), rows=found, hidden=hidden)


def listed(archive: Archive, found: Sequence[Found]) -> list[dict[str, object]]:
    """The captures that the words were taken out of, as an operator is told of them."""
    names = ("source", "kind", "url", "fetched_at", "article")
    sql = f"SELECT {', '.join(names)} FROM captures WHERE id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3, 4"
    rows = sorted({row for each in found for row in each.rows})
    return [dict(zip(names, row, strict=True)) for row in archive.connection.execute(sql, (json.dumps(rows),))]


def _search(
    archive: Archive, file: _File, told: Callable[[int], None], watch: Watch
) -> tuple[Mapping[int, Sequence[int]], Hidden]:
    """A WARC file's captures looked through, and what has words cut. The rows that had some, by whose they are."""
    deposits = Deposits.beside(archive.path)
    deposits.tidy()
    cutting.tidy(archive.warc_folder)
    sought = [searched.sought_of(words) for words in file.words]
    entrance = gate(sought)
    path = cutting.sealed(archive.warc_folder, file.name)
    wanted: dict[int, Deposit] = {}
    rows: dict[int, list[int]] = {}
    for count, (offset, (one, asked)) in enumerate(sorted(file.places.items()), 1):
        told(count)
        stored = cutting.exchange_at(path, offset)
        if stored.record_id != one.record_id:
            raise ArchiveError(f"{path}: offset {offset} is {stored.record_id}, and not {one.record_id}")
        if (there := deposits.at(file.name, offset)) and there.state is State.DARK:
            stored = original(path, deposits, there)
        for number in sorted(asked & entrance.let_in(stored)):
            words = file.words[number]
            claim = f"{words.article} {words.claim}"
            if found := _deposit(archive, deposits, one, stored, claim, sought[number]):
                wanted[offset] = found
                rows.setdefault(number, []).append(one.row)
    done = Hidden()
    if wanted:
        cutting.demand_room(archive.folder, path.stat().st_size)
        done = cut(archive, deposits, list(wanted.values()), watch)
    return rows, done


def _deposit(
    archive: Archive, deposits: Deposits, one: Wanted, stored: Stored, claim: str, sought: masking.Sought
) -> Deposit | None:
    """A copy of the capture *one*, for *claim*; None where it has nothing of what is *sought*."""
    found = deposits.at(one.file, one.offset)
    if found and claim in found.claims:
        own = found.spared
    else:
        own = spared(stored, sought, own_of_page(archive.connection, one.row))
    bare = masking.without(
        stored, [replace(sought, spared=frozenset(own))], fields=cutting.told(stored, sought.article)
    )
    if not bare:
        return None
    if found and found.state is State.DARK:
        if claim not in found.claims:
            left = tuple(name for name in found.left if name not in bare)
            both = tuple(sorted({*found.spared, *own}))
            found = replace(found, claims=(*found.claims, claim), left=left, spared=both)
            deposits.describe(found)
        return found
    records = [record for record in stored.records if record.id in bare or record.type in ("response", "metadata")]
    left = tuple(record.id for record in records if record.id not in bare)
    return keep(archive, deposits, one, stored, records, claims=(claim,), left=left, spared=own)
