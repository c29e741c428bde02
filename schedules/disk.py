"""How much disk is left, and what follows: fewer second looks first, no run at all last."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from crawler.config import FILE, Config
from crawler.errors import ArchiveError
from pipelines.archive import Archive
from pipelines.copies.keys import keys_folder
from pipelines.state import habits
from pipelines.state.revisits import Thinning

# An hourly run of a hundred newspapers writes some 60 MB of WARC; SQLite wants room for its journal and to delete in.
MIN_FREE_BYTES = 256 * 1024 * 1024
GIGABYTE = 10**9

SAID = {
    Thinning.NONE: "second looks at articles are as usual again",
    Thinning.SOME: "articles are looked at again after an hour, a day, a week, a month and a year only",
    Thinning.MOST: "articles are looked at again after a day, a month and a year only",
    Thinning.ALL_BUT_LAST: "articles are looked at again after a month and a year only",
}


def room(archive: Archive, settings: Config) -> int:
    """Bytes that may still be written: what the disk has beyond what must stay free, or *disk_gb* allows."""
    free = shutil.disk_usage(archive.folder).free - MIN_FREE_BYTES
    return min(free, int(settings.disk_gb * GIGABYTE) - taken(archive)) if settings.disk_gb else free


def taken(archive: Archive) -> int:
    """Bytes of archive.db, of the keys beside it and of the WARC files that are closed."""
    (warc,) = archive.connection.execute("SELECT coalesce(sum(bytes), 0) FROM warc_files").fetchone()
    keys = sum(path.stat().st_size for path in keys_folder(archive.path).glob("*"))
    return int(warc) + archive.path.stat().st_size + keys


def demand_room(archive: Archive, settings: Config) -> None:
    """Raise ArchiveError where there is none: better no run than one that ends in the middle."""
    if room(archive, settings) > 0:
        return
    free = shutil.disk_usage(archive.folder).free
    if free <= MIN_FREE_BYTES:
        need = MIN_FREE_BYTES >> 20
        raise ArchiveError(f"{archive.folder}: {free >> 20} MB are free on this disk; a run needs {need} MB")
    raise ArchiveError(
        f"{archive.folder / FILE}: the archive takes {taken(archive) / GIGABYTE:.1f} GB,"
        f" and disk_gb allows {settings.disk_gb:g}; raise it, or move WARC files away"
    )


def thin_out(archive: Archive, settings: Config, echo: Callable[[str], Any]) -> None:
    """Plan fewer second looks as the disk runs out, and as many as usual once there is room again."""
    left = room(archive, settings)
    with archive.transaction() as connection:
        before, after = habits.decide(connection, left, datetime.now(UTC))
        if after is not before:
            detail = f"{left / GIGABYTE:.1f} GB of disk are left: {SAID[after]}"
            archive.event(
                "thinning", object_kind="archive", object=archive.path.name, outcome=after.name, detail=detail
            )
            echo(detail)
