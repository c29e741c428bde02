"""Importing WARC (or WACZ) that someone else made: what is kept is copied into archive-warc/, and ingested from there.

Idempotent by record id: what was imported before is passed over, and a second import of a file adds its event and
nothing else.
"""

import hashlib
import json
import logging
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.records.exchanges import Stored, exchanges, parse_date
from crawler.records.recorded import definitions_in
from crawler.records.warcread import Damage, check_is_warc, is_warc
from crawler.records.warcrecord import Record
from crawler.source import Source
from crawler.warc import GZIP_LEVEL
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.copying import Copying
from pipelines.ingest import Ingest
from pipelines.versions.referents import find_referent

log = logging.getLogger(__name__)

# Exchanges between two looks at what is durable: ingest works on one batch while the next is copied.
STEP = 20
# Damage that an event lists; a file of a million torn records must not make a row of 100 MB.
LISTED = 100
NO_SOURCE = "no source for its host"
NO_PAYLOAD = "revisit record, its payload lies elsewhere"


@dataclass(slots=True)
class Report:
    """What became of a file's records: *copied*, *known* (imported before), *skipped* by reason; *damage* as found.

    *ends* are the offsets behind each exchange that was copied, of *size* bytes in all.
    """

    file: str
    size: int = 0
    ends: list[int] = field(default_factory=list)
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[Damage] = field(default_factory=list)

    @property
    def copied(self) -> int:
        return len(self.ends)

    def reached(self, kept: int) -> int:
        """The bytes done when *kept* exchanges are; reading is fast and runs ahead, so it says nothing."""
        return self.ends[min(kept, self.copied) - 1] if kept and self.ends else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which source an address belongs to: *source* for all, else by host; *new*: make one per unknown host."""

    catalogue: Catalogue
    source: Source | None = None
    new: bool = False

    def of(self, url: str) -> str | None:
        if self.source is not None:
            return self.source.slug
        if found := self.catalogue.for_url(url):
            return found.slug
        return self.catalogue.unknown(url).slug if self.new else None


def import_file(archive: Archive, ingest: Ingest, path: Path, wanted: Wanted, report: Report | None = None) -> Report:
    """Import one file. *report* is filled meanwhile, for whoever watches. The caller has called ``check_file``."""
    report = report or Report(file=path.name)
    with unpacked(path) as files:
        sizes, revisits = [warc.stat().st_size for warc in files], 0
        report.size = sum(sizes)
        with Copying(archive, ingest) as copying:
            for number, warc in enumerate(files):
                copying.define(definitions_in(warc))
                revisits += _import_warc(archive, copying, warc, wanted, report, sum(sizes[:number]))
        ingest.finish()
        if revisits:
            with Copying(archive, ingest) as copying:
                for warc in files:
                    _import_revisits(archive, copying, warc, wanted, report)
            ingest.finish()
    _note(archive, report)
    return report


def _import_warc(archive: Archive, copying: Copying, warc: Path, wanted: Wanted, report: Report, before: int) -> int:
    """How many revisit records were put off: what they refer to may come later, and is to be in the archive first."""
    revisits = 0
    for number, found in enumerate(exchanges(warc, ours=False)):
        if isinstance(found, Damage):
            report.damage.append(found)
        elif found.anchor.type == "revisit":
            revisits += 1
        elif _copy(archive, copying, found, wanted, report):
            report.ends.append(before + found.end)
        if number % STEP == 0:
            copying.follow()
    return revisits


def _import_revisits(archive: Archive, copying: Copying, warc: Path, wanted: Wanted, report: Report) -> None:
    for found in exchanges(warc, ours=False):
        if isinstance(found, Damage) or found.anchor.type != "revisit":
            continue
        if _copy(archive, copying, found, wanted, report):
            report.ends.append(report.size)
            if report.copied % STEP == 0:
                copying.follow()


def check_file(path: Path) -> None:
    """UsageError where *path* is neither WARC nor WACZ."""
    if not path.is_file():
        raise UsageError(f"{path} is no file; allowed: WARC (.warc, .warc.gz) or WACZ files")
    if not _is_zip(path):
        check_is_warc(path)
        return
    try:
        members = _members(path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UsageError(
            f"{path} is a damaged ZIP file ({error}): nothing was changed; allowed: WARC or WACZ"
        ) from None
    if not members:
        raise UsageError(f"{path} is a ZIP file with no archive/*.warc.gz in it, so no WACZ: nothing was changed")


def _is_zip(path: Path) -> bool:
    """A WARC may end in a ZIP file that was recorded: only what begins as one is one."""
    return not is_warc(path) and zipfile.is_zipfile(path)


@contextmanager
def unpacked(path: Path) -> Iterator[Sequence[Path]]:
    """The WARC files in *path*: itself, or a WACZ's, unpacked to a temporary folder meanwhile."""
    if not _is_zip(path):
        yield [path]
        return
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as package:
        yield [_unpack(package, member, Path(folder) / Path(member).name) for member in _members(path)]


def _unpack(package: zipfile.ZipFile, member: str, target: Path) -> Path:
    try:
        with package.open(member) as source, target.open("wb") as copy:
            copyfileobj(source, copy)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        log.warning("%s: %s", member, error)  # the records say where; the whole ones are kept
    return target


def _members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return sorted(n for n in package.namelist() if n.startswith("archive/") and n.endswith((".warc.gz", ".warc")))


def _copy(archive: Archive, copying: Copying, stored: Stored, wanted: Wanted, report: Report) -> bool:
    """Whether the exchange was copied."""
    anchor, problem, slug, refers_to = stored.anchor, _problem(stored), None, None
    if problem is None:
        slug = stored.metadata["source"] if stored.is_ours else wanted.of(anchor.url)
        problem = None if slug else NO_SOURCE
    record_id = stored.record_id
    if problem is None and (copying.seen.get(record_id) or _is_known(archive, record_id)):
        if copying.seen.get(record_id, _digest(anchor)) == _digest(anchor):
            report.known += 1
            return False
        problem = "record id of another record in this file"
    if slug and problem is None and anchor.type == "revisit":
        source = wanted.catalogue.source(slug, anchor.url)
        refers_to = find_referent(archive.connection, source, anchor, stored.metadata.get("refers-to"))
        problem = None if refers_to else NO_PAYLOAD
    if problem or slug is None:
        report.skipped[problem or NO_SOURCE] += 1
        return False
    copying.seen[record_id] = _digest(anchor)
    if stored.is_ours:
        copying.writer.copy(tuple(_member(record) for record in stored.records), slug)
    else:
        members = tuple(_member(record) for record in stored.records if record.type != "metadata")
        fields = _fields(slug, report.file, refers_to)
        copying.writer.keep(members, anchor.url, parse_date(anchor.date), anchor.id, fields)
    return True


def _problem(stored: Stored) -> str | None:
    """Why an exchange can't be kept."""
    anchor = stored.anchor
    if stored.answer is None and not stored.is_ours:
        return "no response"
    if not (anchor.url.startswith(("http://", "https://")) and _host(anchor.url)):
        return "no HTTP address"
    if not anchor.id:
        return "no record id"
    try:
        parse_date(anchor.date)
    except ValueError:
        return "no valid WARC-Date"
    return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _digest(record: Record) -> bytes:
    return hashlib.sha256(record.data).digest()


def _fields(slug: str, file: str, refers_to: str | None) -> tuple[tuple[str, str], ...]:
    stands_for = (("refers-to", refers_to),) if refers_to else ()
    return (("source", slug), ("kind", "page"), ("via", file), ("via-kind", "import"), *stands_for)


def _member(record: Record) -> bytes:
    """The record as a gzip member: verbatim where it was one."""
    if record.raw is not None:
        return record.raw
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(record.data) + packer.flush()


def _is_known(archive: Archive, record_id: str) -> bool:
    sql = "SELECT 1 FROM captures WHERE record_id = ?"
    return archive.connection.execute(sql, (record_id,)).fetchone() is not None


def _note(archive: Archive, report: Report) -> None:
    detail = {"copied": report.copied, "known": report.known, "skipped": dict(report.skipped)}
    detail["damage"] = [f"offset {d.offset}: {d.message}" for d in report.damage[:LISTED]]
    outcome = "done" if not report.damage else "damaged"
    with archive.transaction():
        text = json.dumps(detail, ensure_ascii=False)
        archive.event("import", object_kind="file", object=report.file, outcome=outcome, detail=text)
