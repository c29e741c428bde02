"""archive.db from the WARC folder alone: the same articles, revisions, stories and texts as the old file had."""

from collections.abc import Callable
from pathlib import Path

from crawler.errors import UsageError
from pipelines.archive import Archive, create, warc_folder
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold
from pipelines.recover import recover


def rebuild(path: Path, catalogue: Catalogue, progress: Callable[[int], None] = lambda captures: None) -> Ingest:
    """Make the archive *path* anew from ``archive-warc/`` beside it; the finished ingest, for its tallies and damage.

    Raises UsageError where archive.db is there (move it away first) or there is no WARC folder. Interrupted, it can go
    on: any command that writes takes in what is missing.
    """
    folder = warc_folder(path.resolve())
    if not any(folder.glob("*.warc.gz")) and not any(folder.glob("*.warc.gz.open")):
        raise UsageError(f"no WARC files in {folder}: there is nothing to rebuild {path.name} from")
    if path.exists():
        raise UsageError(f"{path} is there: move it away (with its -wal and -shm) before it is made anew")
    with hold(crawl_lock(path), purpose="rebuild"):  # cron must not start to crawl into half an archive
        archive = create(path)
        try:
            return _take_in(archive, catalogue, progress)
        finally:
            archive.close()


def _take_in(archive: Archive, catalogue: Catalogue, progress: Callable[[int], None]) -> Ingest:
    with Ingest(archive, catalogue, on_kept=lambda kept: progress(ingest.total.captures)) as ingest:
        recover(archive, ingest)
    detail = f"{ingest.total.captures} captures"
    with archive.transaction():
        archive.event("rebuilt", object_kind="archive", object=archive.path.name, outcome="done", detail=detail)
    return ingest
