"""Records of a WARC file replaced by others of the same length: beside it, whole, and only then in its place."""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from crawler.errors import ArchiveError, LockedError
from crawler.records.exchanges import Stored, exchanges
from crawler.records.tombstones import TooSmall, tombstone_of, untitled
from crawler.records.warcfile import OPEN_SUFFIX, sync_folder
from crawler.records.warcread import Damage
from crawler.records.warcrecord import Record

# A file of the WARC folder that nobody takes for one of its WARC files.
BESIDE = ".withholding"
CHUNK = 1 << 20
# What must stay free on the disk beside what is written.
LEAST_FREE = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """The *length* bytes at *offset*, whose digest is *sha256* (anything else is not touched), become what *member*
    gives, as long. It is asked when its turn comes: one record is in memory at a time.
    """

    offset: int
    length: int
    sha256: str
    member: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Of a whole file, SHA-256 in hexadecimal."""

    before: str
    after: str


def sealed(folder: Path, name: str) -> Path:
    """Where the WARC file *name* lies. LockedError where it is being written, ArchiveError where it is not there."""
    path = folder / name
    if path.is_file():
        return path
    if path.with_name(name + OPEN_SUFFIX).exists():
        raise LockedError(f"{path} is still being written; try again when the crawl has ended")
    raise ArchiveError(f"{path} is not there: put the file back (or what was moved away) and try again")


def exchange_at(path: Path, offset: int) -> Stored:
    """The exchange whose answer lies at *offset*. ArchiveError where there is none."""
    found = next(exchanges(path, offset, ours=True), None)
    if isinstance(found, Stored) and found.anchor.offset == offset:
        return found
    reason = found.message if isinstance(found, Damage) else "no exchange begins there"
    raise ArchiveError(f"{path}: offset {offset} cannot be read: {reason}")


def replacements(path: Path, stored: Stored, article: str, *, titles_only: bool = False) -> list[tuple[Record, bytes]]:
    """The records of an exchange that hold words, each with what is to take its place; none where all are gone."""
    found: list[tuple[Record, bytes]] = []
    fields = told(stored, article)
    try:
        for record in stored.records:
            if record.type == "response" and not titles_only:
                found.append((record, tombstone_of(record, fields)))
            elif record.type == "metadata" and not record.is_tombstone and (member := untitled(record)):
                found.append((record, member))
    except TooSmall as error:
        raise ArchiveError(f"{path}: the exchange at offset {stored.offset}: {error}") from None
    return found


def told(stored: Stored, article: str) -> Sequence[tuple[str, str]]:
    """What a rebuild is to know of a withheld answer; its source, kind and addresses our metadata record says."""
    anchor = stored.anchor
    http = anchor.parse().http_headers if anchor.type == "response" else None
    said = (
        ("article", article),
        ("status", http.get_statuscode() if http is not None else None),
        ("payload-digest", anchor.payload_digest),
    )
    return [(name, value) for name, value in said if value]


def digest_at(path: Path, offset: int, length: int) -> str:
    """SHA-256 of some bytes of a file, in hexadecimal; ArchiveError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return hashlib.sha256(stream.read(length)).hexdigest()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None


def demand_room(folder: Path, need: int) -> None:
    """ArchiveError where *folder*'s disk has not *need* bytes and a few to spare."""
    free = shutil.disk_usage(folder).free
    if free < need + LEAST_FREE:
        raise ArchiveError(
            f"{folder}: {free >> 20} MB are free on this disk, and writing the WARC file anew needs"
            f" {(need + LEAST_FREE) >> 20} MB; nothing was changed"
        )


def tidy(folder: Path) -> None:
    """Delete what a crash left half written."""
    for path in folder.glob(f"*{BESIDE}"):
        path.unlink()


def swap(path: Path, swaps: Sequence[Swap], told: Callable[[int], None] = lambda done: None) -> Digests:
    """Write *path* anew with *swaps* done. At every moment the old file or the new one is there, whole and durable.

    *told* is called with the bytes done. ArchiveError where what is to be replaced is not there; then nothing changes.
    """
    beside = path.with_name(path.name + BESIDE)
    before, after, swaps = hashlib.sha256(), hashlib.sha256(), sorted(swaps, key=lambda each: each.offset)
    try:
        with path.open("rb") as source, beside.open("wb") as target:
            if swaps:  # up to the first of them both are the same
                _copy(source, target, swaps[0].offset, (before,), told)
                after = before.copy()
            for each in swaps:
                _copy(source, target, each.offset - source.tell(), (before, after), told)
                old, new = source.read(each.length), each.member()
                if hashlib.sha256(old).hexdigest() != each.sha256 or len(old) != len(new):
                    raise ArchiveError(f"{path}: offset {each.offset} does not hold what was looked for there")
                before.update(old)
                after.update(new)
                target.write(new)
            _copy(source, target, os.fstat(source.fileno()).st_size - source.tell(), (before, after), told)
            os.fchmod(target.fileno(), os.fstat(source.fileno()).st_mode & 0o7777)
            target.flush()
            os.fsync(target.fileno())
        # With a new time of change: copies are brought up to date by size and time, and the size is the same.
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ArchiveError(f"{path} cannot be written anew: {(error.strerror or str(error)).lower()}") from None
    except ArchiveError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return Digests(before=before.hexdigest(), after=after.hexdigest())


def _copy(source: IO[bytes], target: IO[bytes], size: int, digests: Sequence[Any], told: Callable[[int], None]) -> None:
    while size > 0:
        chunk = source.read(min(CHUNK, size))
        if not chunk:
            raise ArchiveError(f"{source.name} is shorter than it was")
        for digest in digests:
            digest.update(chunk)
        target.write(chunk)
        size -= len(chunk)
        told(source.tell())
