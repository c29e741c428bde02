"""An archive: archive.db, the WARC folder beside it, and the one way to write to them."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlite_utils

from crawler import provinces
from crawler.errors import ArchiveError, UsageError
from pipelines import sqlite
from pipelines.locks import hold, write_lock
from pipelines.schema import APPLICATION_ID, SCHEMA_VERSION, migrate

# A transaction takes milliseconds; who waits longer than this is behind something that is stuck (exit 75).
LOCK_WAIT_SECONDS = 30.0
ALLOWED = "allowed: an archive that this version of newsarchive made, or an older one"


def utc_now() -> str:
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """The ``*_at`` form: UTC, milliseconds, Z. Its order as text is the order in time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Archive:
    """A writer's view of an archive. One process writes at a time: ``transaction`` holds the write lock."""

    def __init__(self, path: Path, connection: sqlite.Connection) -> None:
        self.path = path.resolve()
        self.connection = connection
        self.db = sqlite_utils.Database(connection)

    @property
    def folder(self) -> Path:
        """The operator's folder: the archive, its configuration and source files lie in it."""
        return self.path.parent

    @property
    def warc_folder(self) -> Path:
        return warc_folder(self.path)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite.Connection]:
        """One short transaction: all of it or nothing. LockedError after 30 s of another writer, ArchiveError on a full
        disk.
        """
        with hold(write_lock(self.path), wait=LOCK_WAIT_SECONDS, purpose="write to the archive"):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                for finish in [*self.connection.unfinished.values()]:
                    finish(self.connection)
                self.connection.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite.OperationalError):  # a full disk has rolled back already
                    self.connection.execute("ROLLBACK")
                self.connection.memory.clear()
                self.connection.unfinished.clear()
                if isinstance(error, sqlite.OperationalError):  # a full or failing disk: no bug of ours
                    raise ArchiveError(
                        f"{self.path} cannot be written: {error}; nothing of it was kept half"
                    ) from error
                raise

    def close(self) -> None:
        with hold(write_lock(self.path), wait=LOCK_WAIT_SECONDS, purpose="close the archive"):
            self.connection.close()

    def event(self, kind: str, **fields: Any) -> None:
        """Note what is done to the archive (PREMIS-shaped), inside the caller's transaction."""
        row = {"at": utc_now(), "kind": kind, "agent": "newsarchive", **fields}
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        self.connection.execute(f"INSERT INTO events ({columns}) VALUES ({marks})", tuple(row.values()))


def warc_folder(path: Path) -> Path:
    """``archive-warc/`` beside ``archive.db``."""
    return path.with_name(f"{path.stem}-warc")


def make_folder(folder: Path) -> None:
    """Raises UsageError where *folder* cannot be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is no folder" if isinstance(error, FileExistsError) else (error.strerror or str(error)).lower()
        raise UsageError(f"{folder} cannot be written: {reason}; allowed: a folder that you may write to") from None


def create(path: Path) -> Archive:
    """A new, empty archive. Raises UsageError where there is one already or the folder cannot be written."""
    path = path.resolve()
    make_folder(path.parent)
    try:
        with hold(write_lock(path), wait=LOCK_WAIT_SECONDS, purpose="make the archive"):
            if path.exists():  # looked at under the lock: of two that make one, the second must not replace the first's
                raise UsageError(f"{path} exists already: an archive is made once, by `newsarchive init`")
            connection = _build(path)
    except sqlite.DatabaseError as error:
        raise _refusal(path, error) from None
    archive = Archive(path, connection)
    with archive.transaction():
        archive.event("created", object_kind="archive", object=path.name, outcome="done")
    return archive


def _build(path: Path) -> sqlite.Connection:
    """Everything in a file of another name first: a crash leaves no half archive."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    connection = sqlite.connect(unfinished)
    db = sqlite_utils.Database(connection)
    migrate(db)
    connection.close()
    unfinished.replace(path)
    return _prepare(path)


def open_archive(path: Path) -> Archive:
    """The archive at *path*, brought to this version's schema. Raises UsageError where it is none of ours."""
    check(path)
    try:
        # SQLite opens what it may not write as read-only without a word; say so before anything is lost.
        if not os.access(path, os.W_OK) or not os.access(path.resolve().parent, os.W_OK):
            raise UsageError(f"{path} or its folder cannot be written; {os.strerror(13).lower()}")
        with hold(write_lock(path), wait=LOCK_WAIT_SECONDS, purpose="open the archive"):
            connection = _prepare(path)
    except sqlite.DatabaseError as error:
        raise _refusal(path, error) from None
    return Archive(path, connection)


def _prepare(path: Path) -> sqlite.Connection:
    connection = sqlite.connect(path)
    migrate(sqlite_utils.Database(connection))
    fill_provinces(connection)
    return connection


def fill_provinces(connection: sqlite.Connection) -> None:
    rows = [
        (p.id, p.name, p.name_en, p.gso_code, p.unit_type, _iso(p.valid_from), _iso(p.valid_to), p.successor)
        for p in provinces.load().values()
    ]
    sql = "SELECT count(*), coalesce(max(rowid), 0) FROM provinces"
    if connection.execute(sql).fetchone()[0] == len(rows):
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR REPLACE INTO provinces VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")


def _iso(day: Any) -> str | None:
    return None if day is None else str(day)


def open_readonly(path: Path) -> sqlite.Connection:
    """A reader's connection to the archive at *path*; errors as ``open_archive``."""
    check(path)
    return sqlite.connect_readonly(path)


def check(path: Path) -> None:
    """UsageError where *path* is no archive, another program's, or newer than this program."""
    if not path.exists():
        raise UsageError(f"no archive at {path}: make one with `newsarchive init`, or name one with --archive")
    try:
        connection = sqlite.connect_readonly(path)
        identity = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.close()
    except sqlite.DatabaseError as error:
        raise _refusal(path, error) from None
    if identity != APPLICATION_ID:
        raise UsageError(f"{path} is another program's SQLite file; {ALLOWED}")
    if version > SCHEMA_VERSION:
        raise UsageError(f"{path} has schema {version}, newer than this program's {SCHEMA_VERSION}; {ALLOWED}")


def _refusal(path: Path, error: sqlite.DatabaseError) -> ArchiveError:
    """What SQLite's *error* on opening means for the operator: a wrong file, no permission, or a disk that fails."""
    if not isinstance(error, sqlite.OperationalError):
        return UsageError(f"{path} is no archive ({error}); {ALLOWED}")
    denied = "unable to open" in str(error) or "readonly" in str(error)
    return (UsageError if denied else ArchiveError)(f"{path} cannot be opened: {error}")
