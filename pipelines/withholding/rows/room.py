"""Whether the disk has what a withdrawal needs, looked at before anything is decided."""

import shutil

from crawler.errors import ArchiveError
from pipelines.archive import Archive
from pipelines.withholding.records.cutting import LEAST_FREE
from pipelines.withholding.rows import traces


def demand_room(archive: Archive, *, rows: bool = True) -> None:
    """ArchiveError where archive.db (unless only WARC files change) and the largest WARC file cannot be written anew,
    one after the other.
    """
    if rows:
        traces.demand_room(archive)
    files = archive.warc_folder.glob("*.warc.gz") if archive.warc_folder.is_dir() else ()
    sizes = {path.name: path.stat().st_size for path in files}
    if not sizes:
        return
    name = max(sizes, key=lambda each: sizes[each])
    need, free = sizes[name] + LEAST_FREE, shutil.disk_usage(archive.warc_folder).free
    if free < need:
        raise ArchiveError(
            f"{archive.warc_folder}: writing {name} anew needs {traces.megabytes(need)} on this disk, and"
            f" {traces.megabytes(free)} are free"
        )
