"""Connections to archive.db: the only place that imports an SQLite library.

One SQLite library per process: two in one process drop each other's POSIX locks (measured). pysqlite3 bundles a SQLite
without the WAL-reset bug (3.7.0-3.51.2), and sqlite-utils and Datasette pick it up by themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3


class Connection(sqlite3.Connection):  # type: ignore[misc]
    """*memory* is what its users keep of the database from one question to the next, each under a name of its own. What
    is rolled back may stand in it: who rolls back empties it. *unfinished* is what they have left to be done before the
    transaction ends: who commits does it, who rolls back empties it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.memory: dict[str, Any] = {}
        self.unfinished: dict[str, Callable[[Connection], None]] = {}


Row = sqlite3.Row
DatabaseError = sqlite3.DatabaseError
OperationalError = sqlite3.OperationalError
IntegrityError = sqlite3.IntegrityError
SQLITE_VERSION: str = sqlite3.sqlite_version

# In a statement: SQLite took no more than 999 until 3.32.
VALUES = 900
# Readers wait this long for a checkpoint or a commit; the writer's own lock (archive.py) is what orders writers.
BUSY_SECONDS = 30
# SQLite's own 2 MB hold a hundredth of the keys that copies are found by: a sixth less time an article.
CACHE_KIB = 32 * 1024


def connect(path: Path) -> Connection:
    """A read-write connection in WAL mode, ``synchronous=FULL``, foreign keys on, transactions begun explicitly."""
    connection: Connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None, factory=Connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    return connection


def connect_readonly(path: Path) -> Connection:
    """A read-only connection; never ``immutable``, which reads a live file as malformed."""
    connection: Connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        factory=Connection,
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def select_in(connection: Connection, sql: str, values: Sequence[Any], at_once: int = VALUES) -> Iterator[Any]:
    """The rows of *sql*, in which ``{}`` stands for *values*: however many, *at_once* at a time."""
    for at in range(0, len(values), at_once):
        some = values[at : at + at_once]
        yield from connection.execute(sql.format(", ".join("?" * len(some))), some)


def is_fault(error: Exception) -> bool:
    """Whether *error* says that the database or its disk is at fault, and not the values that it was given."""
    about_values = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
    return isinstance(error, sqlite3.Error) and not isinstance(error, about_values)
