"""Records on their way between a WARC file and the dark folder, file by file, each noted once it is done."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import ArchiveError
from crawler.records.exchanges import Stored
from crawler.records.warcrecord import Record
from crawler.warc import sha256_of
from pipelines.archive import Archive, utc_now
from pipelines.sqlite import Connection
from pipelines.withholding.records import cutting
from pipelines.withholding.records.cutting import Digests, Swap
from pipelines.withholding.records.deposits import Claim, Deposit, Deposits, Part, State
from pipelines.withholding.records.stand_ins import has_partial, stand_in, stays

# Kinds of events: a WARC file's records taken out of it, and put back. The first is an outcome, too.
WITHHELD, BROUGHT_BACK = "withheld", "brought-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What was done now: *captures* (rows) whose bytes went (or came), in so many *files*, *records* and *bytes*.
    *problems*: what could not be done, a line each.
    """

    captures: tuple[int, ...] = ()
    files: int = 0
    records: int = 0
    bytes: int = 0
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, captures: Iterable[int], parts: Sequence[Part], files: int = 0) -> "Hidden":
        size = sum(part.length for part in parts)
        return cls(captures=tuple(captures), files=files, records=len(parts), bytes=size)

    def __add__(self, other: "Hidden") -> "Hidden":
        return Hidden(
            captures=self.captures + other.captures,
            files=self.files + other.files,
            records=self.records + other.records,
            bytes=self.bytes + other.bytes,
            problems=self.problems + other.problems,
        )


# What is told of files that are rewritten: bytes done, of so many.
Watch = Callable[[int, int], None]


def unwatched(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A capture that is to be hidden, as its row has it."""

    row: int
    record_id: str
    file: str
    offset: int
    length: int
    outcome: str
    detail: str | None
    is_read: bool


def take(archive: Archive, deposits: Deposits, wanted: Wanted, claim: str, *, titles_only: bool) -> Deposit | None:
    """A copy of what of the exchange has words, for *claim*; None where nothing has."""
    file, offset = wanted.file, wanted.offset
    path = cutting.sealed(archive.warc_folder, file)
    stored = cutting.exchange_at(path, offset)
    if stored.record_id != wanted.record_id:
        raise ArchiveError(
            f"{path}: offset {offset} is {stored.record_id}, and not {wanted.record_id}; nothing was changed"
        )
    article, _, why = claim.partition(" ")
    # How an article's own captures end, whoever withdraws it says, and undoes.
    told = why == Claim.WITHDRAWN and not (titles_only or wanted.is_read or wanted.outcome == WITHHELD)
    records = [record for record, _ in cutting.replacements(path, stored, article, titles_only=titles_only)]
    if not records:
        return None
    ends = {"outcome": wanted.outcome, "detail": wanted.detail} if told else {}
    return keep(archive, deposits, wanted, stored, records, claims=(claim,), **ends)


def keep(
    archive: Archive,
    deposits: Deposits,
    wanted: Wanted,
    stored: Stored,
    records: Sequence[Record],
    **more: Any,
) -> Deposit:
    """A copy of *records* of the exchange *stored*."""
    members = [record.raw for record in records if record.raw is not None]
    if len(members) != len(records):
        path = archive.warc_folder / wanted.file
        raise ArchiveError(f"{path}: offset {wanted.offset}: several records in one gzip member; nothing was changed")
    deposit = Deposit(
        record_id=wanted.record_id,
        file=wanted.file,
        offset=wanted.offset,
        url=stored.anchor.url,
        date=stored.anchor.date,
        payload_digest=stored.anchor.payload_digest,
        at=utc_now(),
        parts=tuple(
            Part(
                offset=one.offset,
                length=one.length,
                sha256=hashlib.sha256(member).hexdigest(),
                type=one.type,
                record_id=one.id,
            )
            for one, member in zip(records, members, strict=True)
        ),
        **more,
    )
    deposits.put(deposit, members)
    return deposit


def cut(archive: Archive, deposits: Deposits, wanted: Sequence[Deposit], watch: Watch) -> Hidden:
    """Take what was deposited out of the WARC files, where it still lies there."""

    def swaps(path: Path, one: Deposit) -> Iterable[Swap]:
        for part in one.parts:
            there = cutting.digest_at(path, part.offset, part.length)
            if there == part.sha256:
                is_due = not stays(one, part)
            else:  # what stands there may be for other claims than those of today
                is_due = one.state is State.DARK and has_partial(one) and _digest(path, one, part) != there
            if is_due:
                yield Swap(
                    offset=part.offset,
                    length=part.length,
                    sha256=there,
                    member=lambda part=part: stand_in(archive, deposits, one, part),  # type: ignore[misc]
                )

    def _digest(path: Path, one: Deposit, part: Part) -> str:
        return hashlib.sha256(stand_in(archive, deposits, one, part)).hexdigest()

    return _rewrite(archive, WITHHELD, wanted, swaps, watch)


def put_back(archive: Archive, deposits: Deposits, wanted: Sequence[Deposit], watch: Watch) -> Hidden:
    """Put what was deposited where it lay, where it does not lie there already."""

    def swaps(path: Path, one: Deposit) -> Iterable[Swap]:
        for number, part in enumerate(one.parts):
            if not _is_there(path, part):
                yield Swap(
                    offset=part.offset,
                    length=part.length,
                    sha256=cutting.digest_at(path, part.offset, part.length),
                    member=lambda number=number: list(deposits.members(one))[number],  # type: ignore[misc]
                )

    return _rewrite(archive, BROUGHT_BACK, wanted, swaps, watch)


def lies_in(archive: Archive, deposit: Deposit) -> bool:
    """Whether any of the words lies in the WARC file (still, or again); False where that is not there."""
    path, deposits = archive.warc_folder / deposit.file, Deposits.beside(archive.path)
    there = (part for part in deposit.parts if not stays(deposit, part) and path.exists() and _is_there(path, part))
    # Of a record that went in part first, and wholly later, what has no words is among its parts.
    return any(hashlib.sha256(stand_in(archive, deposits, deposit, part)).hexdigest() != part.sha256 for part in there)


def _is_there(path: Path, part: Part) -> bool:
    return cutting.digest_at(path, part.offset, part.length) == part.sha256


def _rewrite(
    archive: Archive,
    kind: str,
    wanted: Sequence[Deposit],
    swaps: Callable[[Path, Deposit], Iterable[Swap]],
    watch: Watch,
) -> Hidden:
    """The files of *wanted* with their swaps done, each noted at once: digests, captures, an event of this *kind*."""
    by_file: dict[str, list[Deposit]] = {}
    for one in wanted:
        by_file.setdefault(one.file, []).append(one)
    paths = {name: cutting.sealed(archive.warc_folder, name) for name in by_file}
    total, before, done = sum(path.stat().st_size for path in paths.values()), 0, Hidden()
    for name, deposits in by_file.items():
        path = paths[name]
        asked = [swap for one in deposits for swap in swaps(path, one)]
        digests = cutting.swap(path, asked, lambda now, before=before: watch(before + now, total)) if asked else None  # type: ignore[misc]
        rows = _note_file(archive, kind, path, deposits, digests)
        size = sum(swap.length for swap in asked)
        done += Hidden(captures=tuple(rows), files=int(bool(asked)), records=len(asked), bytes=size)
        before += path.stat().st_size
        watch(before, total)
    return done


def _note_file(
    archive: Archive, kind: str, path: Path, deposits: Sequence[Deposit], digests: Digests | None
) -> Sequence[int]:
    """*digests* is None where the file was as it should be already: a crash may have come before this was noted."""
    states = {one.record_id: None if kind == BROUGHT_BACK or one.is_part else one.state for one in deposits}
    sql = "SELECT sha256 FROM warc_files WHERE name = ?"
    (recorded,) = archive.connection.execute(sql, (path.name,)).fetchone()
    if digests is None:
        if not _unnoted(archive, states) and not any(one.is_part for one in deposits):
            return ()
        digests = Digests(before=recorded or "", after=sha256_of(path))
    detail: dict[str, object] = {"before": digests.before, "after": digests.after, "records": sorted(states)}
    outcome = "done"
    if recorded and digests.before != recorded:
        detail["recorded"], outcome = recorded, "it had another digest than was recorded"
    with archive.transaction() as connection:
        rows = note(archive, states)
        _note_outcomes(connection, kind, deposits)
        if digests.after != recorded:
            connection.execute("UPDATE warc_files SET sha256 = ? WHERE name = ?", (digests.after, path.name))
            text = json.dumps(detail)
            archive.event(kind, object_kind="warc_file", object=path.name, outcome=outcome, detail=text)
    return rows


def _note_outcomes(connection: Connection, kind: str, deposits: Sequence[Deposit]) -> None:
    """A listing that prints the text of a withheld article is withheld itself."""
    sql = "UPDATE captures SET outcome = ?, detail = ? WHERE record_id = ?"
    for one in deposits:
        if one.outcome:
            is_shown = kind == BROUGHT_BACK or one.is_part
            said = (one.outcome, one.detail) if is_shown else (WITHHELD, None)
            connection.execute(sql, (*said, one.record_id))


def note(archive: Archive, states: Mapping[str, State | None]) -> list[int]:
    """Say of captures, by record id, where their words are; the rows that said otherwise. In a transaction."""
    found = _unnoted(archive, states)
    sql = "UPDATE captures SET bytes = ? WHERE id = ?"
    archive.connection.executemany(sql, [(state, row) for row, state in found.items()])
    return list(found)


def _unnoted(archive: Archive, states: Mapping[str, State | None]) -> dict[int, State | None]:
    sql = (
        "SELECT c.id, j.value FROM json_each(?) j JOIN captures c ON c.record_id = j.key WHERE c.bytes IS NOT j.value"
        " ORDER BY c.id"
    )
    rows = archive.connection.execute(sql, (json.dumps(states),)).fetchall()
    return {row: State(state) if state else None for row, state in rows}
