"""The archive as Datasette reads it: the file that lies there now, and never one that shows what is withheld.

Who puts an older archive.db in its place while it is served puts another file under the same name, or other bytes into
the same file; a connection that is open already would go on with the former ones, or mix both.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database
from datasette.views.base import DatasetteError

from crawler.errors import ArchiveError
from pipelines.publish.withheld import see_to
from pipelines.sqlite import Connection

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
# Device, inode, size, time of the last change. Checkpoints change it too: then a connection is opened anew (1 ms).
State = tuple[int, int, int, int]
# Seeing to what is decided changes the file itself.
TRIES = 3


@dataclass(slots=True)
class _Held:
    """A thread's connection, to the file as it was in *state*; *lock*: it is in use, or being closed."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    state: State | None = None


class Live(Database):  # type: ignore[misc]
    """Before each question there is a look at the file (2 us), and where it changed one at what is withheld."""

    def __init__(self, ds: Datasette, path: Path) -> None:
        super().__init__(ds, path=str(path), is_mutable=True)
        self._file = path.resolve()
        self._mine = threading.local()
        self._all: list[_Held] = []
        self._safe: State | None = None
        self._looking = threading.Lock()

    async def execute_fn(self, fn: Callable[[Connection], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, self._answer, fn)

    def _answer(self, fn: Callable[[Connection], Answer]) -> Answer:
        held: _Held | None = getattr(self._mine, "held", None)
        if held is None:
            held = self._mine.held = _Held()
            self._all.append(held)
        while True:
            now = self._state()
            if now != self._safe:
                now = self._look()
            with held.lock:
                if now == self._safe:  # else another thread is looking again
                    return fn(self._connection(held, now))

    def _connection(self, held: _Held, now: State) -> Connection:
        if held.connection is None or held.state != now:
            self._close(held)
            held.connection = self.connect()
            self.ds._prepare_connection(held.connection, self.name)
            held.state = now
        return held.connection

    def _look(self) -> State:
        """Sees to what is decided, until the file stays as it is."""
        with self._looking:
            for _ in range(TRIES):
                now = self._state()
                if now == self._safe:
                    return now
                self._safe = None
                # Of every thread: one that is open keeps SQLite's notes on the former file for all of this process.
                for held in [*self._all]:
                    with held.lock:
                        self._close(held)
                try:
                    see_to(self._file, wipe=False)  # that takes longer than a reader waits, and is left to who writes
                except ArchiveError as error:
                    log.error("not shown: %s", error)
                    raise _unavailable("This file has articles that are withheld, and they are in it still") from None
                if now == self._state():
                    break
            self._safe = now
            return now

    def _close(self, held: _Held) -> None:
        if held.connection is not None:
            self._all_file_connections.remove(held.connection)
            held.connection.close()
            held.connection = held.state = None

    def _state(self) -> State:
        try:
            found = self._file.stat()
        except OSError as error:
            log.error("not shown: %s: %s", self._file, error.strerror or error)
            raise _unavailable("Its file is not there") from None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _unavailable(why: str) -> Any:
    return DatasetteError(why, title="The archive cannot be shown now", status=503)
