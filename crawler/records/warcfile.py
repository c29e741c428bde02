"""A WARC file that is being written: appended to, synced, sealed; and what is done with one that a crash left open."""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from crawler.errors import LockedError

OPEN_SUFFIX = ".open"


@dataclass(slots=True)
class OpenFile:
    """*size* is bytes; *digest* runs along, so that sealing a gigabyte does not read it again."""

    folder: Path
    name: str
    descriptor: int
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @classmethod
    def create(cls, folder: Path, name: str) -> Self:
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(folder / (name + OPEN_SUFFIX), flags, 0o644)
        # Whoever recovers after a crash must be able to tell a dead writer's file from a living one's.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sync_folder(folder)
        return cls(folder, name, descriptor)

    def append(self, data: bytes) -> None:
        """All of *data* or none: after a short write (a full disk) the file is cut back to its last whole record."""
        done = 0
        try:
            while done < len(data):
                done += os.write(self.descriptor, data[done:])
        except OSError:
            os.ftruncate(self.descriptor, self.size)
            raise
        self.size += len(data)
        self.digest.update(data)

    def sync(self) -> None:
        os.fsync(self.descriptor)

    def seal(self) -> str:
        """Give the file its final name; the SHA-256 of its bytes, in hexadecimal."""
        (self.folder / (self.name + OPEN_SUFFIX)).rename(self.folder / self.name)
        sync_folder(self.folder)
        os.close(self.descriptor)
        return str(self.digest.hexdigest())

    def abandon(self) -> None:
        """Let go of the file as it is; the next start recovers it."""
        os.close(self.descriptor)


def sync_folder(folder: Path) -> None:
    """A rename or a new file is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def locate(folder: Path, name: str) -> Path:
    """Where file *name* lies now: sealed, or still open."""
    sealed = folder / name
    return sealed if sealed.exists() else folder / (name + OPEN_SUFFIX)


def seal_leftover(path: Path, whole_until: Callable[[Path], int]) -> Path:
    """Seal a file that a dead writer left open: what is whole of it stays, a torn tail goes to ``*.torn`` beside it.

    *whole_until* is asked for the offset once nobody can write any more. Raises LockedError where its writer is alive.
    """
    sealed = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    with path.open("r+b") as stream:
        take_over(stream.fileno(), path)
        whole = whole_until(path)
        if whole < path.stat().st_size:
            stream.seek(whole)
            with sealed.with_name(sealed.name + ".torn").open("wb") as torn:
                shutil.copyfileobj(stream, torn)
                torn.flush()
                os.fsync(torn.fileno())  # before the original goes
            stream.truncate(whole)
        os.fsync(stream.fileno())
        path.rename(sealed)
    sync_folder(path.parent)
    return sealed


def take_over(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise LockedError(
                f"{path} is still being written by another process; try again when it has ended"
            ) from None
        raise
