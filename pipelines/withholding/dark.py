"""The bytes of withdrawn articles: taken out of the WARC files, kept dark, given back or destroyed.

Callers hold the crawl lock (``hold(crawl_lock(path))``), so that no WARC file is being written meanwhile. Each function
does the bytes and, in a transaction of its own, ``captures.bytes`` and ``warc_files.sha256`` with their event: none
may be called inside a transaction. Each can be repeated after a crash, and ends in the same bytes and rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What was done: *captures* (rows) whose bytes went, in so many *files*, *records* and *bytes*."""

    captures: tuple[int, ...]
    files: int
    records: int
    bytes: int


# What is told of files that are rewritten: bytes done, of so many.
Watch = Callable[[int, int], None]


def unwatched(done: int, total: int) -> None:
    """Tell nobody."""


def hide(archive: Archive, article: str, captures: Sequence[int], watch: Watch = unwatched) -> Hidden:
    """Take the records of *captures* (rows of ``captures``) out of archive-warc/ into archive-dark/.

    ArchiveError where the disk has no room or a file cannot be read, LockedError where one is still being written:
    before anything was changed. Captures whose bytes are dark already are passed over.
    """
    raise NotImplementedError


def bring_back(archive: Archive, article: str, watch: Watch = unwatched) -> Hidden:
    """Put the records of *article* back where they lay; ArchiveError, with nothing changed, where their fixity fails
    or they were destroyed.
    """
    raise NotImplementedError


def destroy(archive: Archive, article: str) -> Hidden:
    """Delete what is kept dark of *article* for good; its digests stay."""
    raise NotImplementedError


def check(archive: Archive, article: str | None = None) -> list[str]:
    """What is wrong with the dark records (of *article*, or all), a line each: what, where."""
    raise NotImplementedError
