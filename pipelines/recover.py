"""At start: what a crash left behind is made good before anything new is done."""

import logging
from pathlib import Path

from crawler.records.exchanges import Stored, exchanges
from crawler.records.warcfile import OPEN_SUFFIX, seal_leftover
from crawler.records.warcread import records
from crawler.records.warcrecord import Record
from crawler.warc import sha256_of
from pipelines.archive import Archive, utc_now
from pipelines.ingest import Ingest, seal

log = logging.getLogger(__name__)


def recover(archive: Archive, ingest: Ingest) -> int:
    """Seal the WARC files that a dead writer left open, and take in whatever reached a file and not the archive.

    How many captures that was. Raises LockedError where a writer is still alive.
    """
    before = ingest.total.captures
    for path in sorted(archive.warc_folder.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        read_to = _read_to(archive, path.name.removesuffix(OPEN_SUFFIX))
        sealed = seal_leftover(path, lambda path, start=read_to: whole_until(path, start))  # type: ignore[misc]
        if sealed.stat().st_size == 0:
            sealed.unlink()  # it died before its first record
        log.info("%s: left open by a run that ended early; sealed", sealed.name)
    for path in sorted(archive.warc_folder.glob("*.warc.gz")):
        catch_up_file(archive, ingest, path)
    ingest.finish()
    with archive.transaction() as connection:
        connection.execute("UPDATE runs SET state = 'died', ended_at = ? WHERE state = 'running'", (utc_now(),))
    return ingest.total.captures - before


def whole_until(path: Path, start: int = 0) -> int:
    """The offset behind the last whole exchange of a file of ours (behind its warcinfo record where there is none).

    What lies before *start* is known to be whole.
    """
    end = start
    if not start:
        first = next(records(path), None)
        end = first.offset + first.length if isinstance(first, Record) and first.type == "warcinfo" else 0
    for found in exchanges(path, end, ours=True):
        if isinstance(found, Stored):
            end = found.end
    return end


def _read_to(archive: Archive, name: str) -> int:
    row = archive.connection.execute("SELECT read_to FROM warc_files WHERE name = ?", (name,)).fetchone()
    return 0 if row is None else int(row[0])


def catch_up_file(archive: Archive, ingest: Ingest, path: Path) -> None:
    sql = "SELECT read_to, sha256, bytes FROM warc_files WHERE name = ?"
    row = archive.connection.execute(sql, (path.name,)).fetchone()
    size = path.stat().st_size
    if row is None or row[0] < size:
        ingest.follow(path.name)
    if row is None or row[1] is None:
        seal(archive, path.name, size, sha256_of(path))
