"""What SQLite leaves of rows that are gone, taken out of the files: free pages, old parts of the full text, the log.

The archive is written anew into a file beside it, and read back from there page by page. VACUUM does the same by way of
memory (this SQLite keeps what is temporary there): an archive of 4 GB took 4 GB of it. PRAGMA secure_delete is no way
around it: where pages were split, what they had stays in the gap between their cells (3 of 200 rows that were deleted
could still be read in the file; with FAST 93).
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from crawler.errors import ArchiveError
from pipelines import sqlite
from pipelines.archive import LOCK_WAIT_SECONDS, Archive
from pipelines.locks import hold, write_lock
from pipelines.progress import Progress
from pipelines.sqlite import Connection, OperationalError
from pipelines.withholding.records.cutting import LEAST_FREE
from pipelines.withholding.records.moving import Watch, unwatched

# Kinds of events: other rows rid of a withheld article's words (showing.py), and nothing left of what is gone; then
# after which of them something is left (carrying.py, redactions.py).
CLEARED, WIPED = "cleared", "wiped"
LEAVING = f"(kind IN ('withdrawn', '{CLEARED}') OR kind = 'redacted' AND outcome = 'redacted')"
# A reader has the log for the time of a query, 2 s at most in Datasette.
TRIES, PAUSE_SECONDS = 10, 0.5
BESIDE = ".anew"
# Read back at once: a megabyte or more, and a hundredth of a second.
PAGES = 1000
# Steps of SQLite's between two looks at how far it is: some milliseconds.
STEPS = 1_000_000


def wipe_if_due(archive: Archive) -> str | None:
    """``wipe``, where words were taken out since it was last done; why it could not be done, if so. A line on a
    terminal shows how far it is. What could not be done is tried again by the next command that writes.
    """
    sql = (
        f"SELECT coalesce(max(id) FILTER (WHERE {LEAVING}), 0) > coalesce(max(id) FILTER (WHERE kind = '{WIPED}'), 0)"
        f" FROM events WHERE kind IN ('withdrawn', 'redacted', '{CLEARED}', '{WIPED}')"
    )
    (is_due,) = archive.connection.execute(sql).fetchone()
    if not is_due:
        return None
    with Progress(f"{archive.path.name} is written anew", 0) as bar:
        problem = wipe(archive, lambda done, total: bar.show_of(done, total, ""))
    if problem:
        return problem
    with archive.transaction():
        archive.event(WIPED, object_kind="archive", object=archive.path.name, outcome="done")
    return None


def wipe(archive: Archive, watch: Watch = unwatched) -> str | None:
    """Write archive.db anew without what its rows no longer say; why it could not be done, if so.

    Takes some ten seconds a gigabyte, room beside the archive (``room``), and the write lock meanwhile.
    """
    connection, beside = archive.connection, archive.path.with_name(archive.path.name + BESIDE)
    with hold(write_lock(archive.path), wait=LOCK_WAIT_SECONDS, purpose="wipe what was taken out"):
        beside.unlink(missing_ok=True)  # a crash left it
        try:
            demand_room(archive)
            # Words that were taken out of the index stand in its older segments until they are merged.
            connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
            _empty_log(connection)
            _write_anew(connection, archive.path, beside, watch)
            if _empty_log(connection, TRIES):
                return None
        except (ArchiveError, OperationalError) as error:
            return f"{archive.path} could not be written anew, and has words still that its rows do not: {error}"
        finally:
            beside.unlink(missing_ok=True)
    return f"{archive.path}-wal is being read: what was taken out stands in it until the archive is next closed"


def room(connection: Connection) -> int:
    """Bytes that ``wipe`` needs: merged, the full text stands there twice; then a copy, and the log to read it back."""
    ((pages,), (free,), (size,), (index,)) = (
        connection.execute(sql).fetchone()
        for sql in (
            "PRAGMA page_count",
            "PRAGMA freelist_count",
            "PRAGMA page_size",
            "SELECT coalesce(sum(length(block)), 0) FROM articles_fts_data",
        )
    )
    live = (pages - free) * size
    return int(max(0, index - free * size) + 2 * live + live // 100)


def demand_room(archive: Archive) -> None:
    """ArchiveError where the archive's disk has not the room that ``wipe`` needs."""
    need, free = room(archive.connection) + LEAST_FREE, shutil.disk_usage(archive.folder).free
    if free < need:
        raise ArchiveError(
            f"{archive.folder}: writing {archive.path.name} anew needs {megabytes(need)} on this disk, twice what it"
            f" has, and {megabytes(free)} are free"
        )


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB"


def _write_anew(connection: Connection, path: Path, beside: Path, watch: Watch) -> None:
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, path.stat().st_mode & 0o777))
    (pages,), (free,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count"))
    total = 2 * (pages - free)
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    with _asked_meanwhile(connection, lambda: watch(min(beside.stat().st_size // size, total // 2), total)):
        connection.execute("VACUUM INTO ?", (str(beside),))
    source = sqlite.connect_readonly(beside)
    try:
        source.backup(connection, pages=PAGES, progress=lambda _, left, count: watch(2 * count - left, 2 * count))
    finally:
        source.close()


@contextlib.contextmanager
def _asked_meanwhile(connection: Connection, look: Callable[[], None]) -> Iterator[None]:
    """*look* now and then, while SQLite works."""

    def go_on() -> int:
        look()
        return 0

    connection.set_progress_handler(go_on, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _empty_log(connection: Connection, tries: int = 1) -> bool:
    """Whether nothing is left in the log: somebody may be reading it."""
    for number in range(tries):
        if number:
            time.sleep(PAUSE_SECONDS)
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
    return False
