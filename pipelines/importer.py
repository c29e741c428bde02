"""Importing WARC (or WACZ) that someone else made: kept records are copied into archive-warc/, then ingested from there.

Idempotent by record id: what was imported before is passed over, and a second import of a file adds its event and nothing else.
"""

import json
import logging
import queue
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj

from crawler.errors import UsageError
from crawler.exchanges import Stored, exchanges, parse_date
from crawler.source import Source
from crawler.warc import GZIP_LEVEL, WarcWriter
from crawler.warcread import Damage, Record, check_is_warc
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest, seal
from pipelines.version import SOFTWARE

log = logging.getLogger(__name__)

# Exchanges between two looks at what is durable: ingest works on one batch while the next is copied.
STEP = 20
# Bytes copied and not yet written; a network disk must not become this box's memory.
BACKLOG = 32 * 1024 * 1024


@dataclass(slots=True)
class Report:
    """What became of a file's records: *copied*, *known* (imported before), *skipped* by reason; *damage* as found."""

    file: str
    copied: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[Damage] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which source an address belongs to: the operator's *source* for all, else by host; *new*: make one per unknown host."""

    catalogue: Catalogue
    source: Source | None = None
    new: bool = False

    def of(self, url: str) -> str | None:
        if self.source is not None:
            return self.source.slug
        if found := self.catalogue.for_url(url):
            return found.slug
        return self.catalogue.unknown(url).slug if self.new else None


def import_file(
    archive: Archive, ingest: Ingest, path: Path, wanted: Wanted, progress: Callable[[int, int], None] = lambda done, count: None
) -> Report:
    """Import one file; *progress* hears of the bytes read and the captures kept. The caller has checked ``check_file``."""
    report = Report(file=path.name)
    with _Copying(archive, ingest) as copying, unpacked(path) as files:
        for warc in files:
            for number, found in enumerate(exchanges(warc, ours=False)):
                if isinstance(found, Damage):
                    report.damage.append(found)
                else:
                    _copy(archive, copying, found, wanted, report)
                if number % STEP == 0:
                    copying.follow()
                    progress(0 if isinstance(found, Damage) else found.end, ingest.total.captures)
    ingest.finish()
    _note(archive, report)
    return report


def check_file(path: Path) -> None:
    """UsageError where *path* is neither WARC nor WACZ."""
    if not path.is_file():
        raise UsageError(f"{path} is no file; allowed: WARC (.warc, .warc.gz) or WACZ files")
    if not zipfile.is_zipfile(path):
        check_is_warc(path)
    elif not _members(path):
        raise UsageError(f"{path} is a ZIP file with no archive/*.warc.gz in it, so no WACZ: nothing was changed")


@contextmanager
def unpacked(path: Path) -> Iterator[Sequence[Path]]:
    """The WARC files in *path*: itself, or a WACZ's, unpacked to a temporary folder meanwhile."""
    if not zipfile.is_zipfile(path):
        yield [path]
        return
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as package:
        files = []
        for number, member in enumerate(_members(path)):
            target = Path(folder) / f"{number}.warc.gz"
            with package.open(member) as source, target.open("wb") as copy:
                copyfileobj(source, copy)
            files.append(target)
        yield files


def _members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return sorted(n for n in package.namelist() if n.startswith("archive/") and n.endswith((".warc.gz", ".warc")))


class _Copying:
    """The writer of the copies, and ingest at its heels."""

    def __init__(self, archive: Archive, ingest: Ingest) -> None:
        self._archive, self._ingest = archive, ingest
        self._durable: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._sealed: queue.SimpleQueue[tuple[str, int, str]] = queue.SimpleQueue()
        self.seen: set[str] = set()

    def __enter__(self) -> "_Copying":
        self.writer = WarcWriter(
            self._archive.warc_folder,
            prefix="import",
            info={"software": SOFTWARE, "format": "WARC File Format 1.1", "description": "records imported from other archives"},
            on_durable=lambda name, offset: self._durable.put((name, offset)),
            on_sealed=lambda name, size, digest: self._sealed.put((name, size, digest)),
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.writer.close()
        self.follow()

    def follow(self) -> None:
        while True:
            latest: dict[str, int] = {}
            while not self._durable.empty():
                name, offset = self._durable.get()
                latest[name] = offset
            for name, offset in latest.items():
                self._ingest.follow(name, offset)
            self._ingest.pump()
            while not self._sealed.empty():
                seal(self._archive, *self._sealed.get())
            if self.writer.backlog <= BACKLOG:
                return


def _copy(archive: Archive, copying: _Copying, stored: Stored, wanted: Wanted, report: Report) -> None:
    answer = stored.answer
    assert answer is not None  # exchanges of a foreign file have one
    problem = _problem(answer)
    slug = stored.metadata.get("source") or (None if problem else wanted.of(answer.url))
    if problem or slug is None:
        report.skipped[problem or "no source for its host"] += 1
    elif answer.id in copying.seen or _is_known(archive, answer.id):
        report.known += 1
    else:
        copying.seen.add(answer.id)
        report.copied += 1
        members = tuple(_member(record) for record in stored.records if record.type in ("request", "response"))
        fields = tuple(stored.metadata.items()) if "source" in stored.metadata else _fields(slug, report.file)
        copying.writer.keep(members, answer.url, parse_date(answer.date), answer.id, fields)


def _problem(answer: Record) -> str | None:
    if answer.type == "revisit":
        return "revisit record, its payload lies elsewhere"
    if not answer.url.startswith(("http://", "https://")):
        return "no HTTP address"
    if not answer.id:
        return "no record id"
    try:
        parse_date(answer.date)
    except ValueError:
        return "no valid WARC-Date"
    return None


def _fields(slug: str, file: str) -> tuple[tuple[str, str], ...]:
    return (("source", slug), ("kind", "page"), ("via", file), ("via-kind", "import"))


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
    detail["damage"] = [f"offset {d.offset}: {d.message}" for d in report.damage]
    outcome = "done" if not report.damage else "damaged"
    with archive.transaction():
        text = json.dumps(detail, ensure_ascii=False)
        archive.event("import", object_kind="file", object=report.file, outcome=outcome, detail=text)
