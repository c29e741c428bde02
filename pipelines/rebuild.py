"""archive.db from the WARC folder alone: the same articles, revisions, stories and texts, whatever became of the old file."""

from collections.abc import Callable
from pathlib import Path

from crawler.errors import UsageError
from pipelines.archive import Archive, create, warc_folder
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover


def rebuild(path: Path, progress: Callable[[int], None] = lambda captures: None) -> Ingest:
    """Make the archive *path* anew from ``archive-warc/`` beside it; the finished ingest, for its tallies and damage.

    Raises UsageError where archive.db is there (move it away first) or there is no WARC folder. Interrupted, it can go on:
    any command that writes takes in what is missing.
    """
    folder = warc_folder(path.resolve())
    if not any(folder.glob("*.warc.gz*")):
        raise UsageError(f"no WARC files in {folder}: there is nothing to rebuild {path.name} from")
    archive = create(path)
    try:
        return _take_in(archive, progress)
    finally:
        archive.close()


def _take_in(archive: Archive, progress: Callable[[int], None]) -> Ingest:
    with Ingest(archive, Catalogue.beside(archive.path), on_kept=lambda kept: progress(ingest.total.captures)) as ingest:
        recover(archive, ingest)
    with archive.transaction():
        archive.event("rebuilt", object_kind="archive", object=archive.path.name, outcome="done", detail=f"{ingest.total.captures} captures")
    return ingest
