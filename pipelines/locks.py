"""Locks between processes, as ``flock`` on files beside the archive: the system releases them even after kill -9.

The file stays when the lock is released (deleting it would let two processes lock two files of one name). While it is
held it names its holder, so that whoever is refused can say who is in the way. Descriptors are not inherited by
children (PEP 446), so that a child that outlives its parent does not keep the lock.
"""

import contextlib
import errno
import fcntl
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import LockedError, UsageError

# Even a lock that is not waited for is tried for this long: `status` takes it for an instant to see whether it is held.
PATIENCE_SECONDS = 0.1
FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.001, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock; *since* is ISO 8601 in UTC."""

    pid: int
    command: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}) since {self.since}"


def crawl_lock(archive: Path) -> Path:
    """Held for one crawling run."""
    return archive.resolve().with_name("crawl.lock")


def daemon_lock(archive: Path) -> Path:
    """Held for the life of one daemon."""
    return archive.resolve().with_name("daemon.lock")


def write_lock(archive: Path) -> Path:
    """Held for one transaction, checkpoint or close."""
    real = archive.resolve()
    return real.with_name(f"{real.name}.write.lock")


@contextlib.contextmanager
def hold(path: Path, *, wait: float = 0, purpose: str = "") -> Iterator[None]:
    """Hold the lock *path*; after *wait* seconds of somebody else holding it, ``LockedError`` says who.

    *purpose* is what the lock is wanted for, as an infinitive for that message ("start the daemon"). The folder must
    exist.
    """
    descriptor = _acquire(path, max(wait, PATIENCE_SECONDS), purpose)
    try:
        _sign(descriptor)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Who holds the lock *path* now, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(path) or Holder(pid=0, command="unknown", since="unknown")
    finally:
        os.close(descriptor)
    return None


def _acquire(path: Path, wait: float, purpose: str) -> int:
    deadline, pause = time.monotonic() + wait, FIRST_POLL_SECONDS
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return descriptor
            os.close(descriptor)  # somebody deleted or replaced the file meanwhile: lock the one that has the name now
            continue
        except BlockingIOError:
            os.close(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if time.monotonic() >= deadline:
            wanted = f"cannot {purpose}: " if purpose else ""
            raise LockedError(f"{wanted}{path} is held by {_read(path) or 'another process'}")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_POLL_SECONDS)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        reason = "no such folder" if error.errno == errno.ENOENT else (error.strerror or str(error)).lower()
        raise UsageError(f"cannot lock {path}: {reason}; its folder must exist and be writable") from error


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _sign(descriptor: int) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = json.dumps(asdict(Holder(pid=os.getpid(), command=_command(), since=since)))
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, record.encode(), 0)


def _command() -> str:
    """The command line as a person would type it: ``newsarchive run --due``."""
    program = Path(sys.argv[0]).name
    name = "newsarchive" if program in ("cli.py", "__main__.py", "-m", "") else program
    return shlex.join([name, *sys.argv[1:]])


def _read(path: Path) -> Holder | None:
    """What the holder wrote; None where it could not be read, or is not written yet."""
    for _ in range(5):
        try:
            record = Holder(**json.loads(path.read_text(encoding="utf-8")))
            os.kill(record.pid, 0)  # after a kill -9 the file still names the dead until the next holder signs
        except PermissionError:
            return record  # alive, but another user's
        except (OSError, ValueError, TypeError):
            time.sleep(0.01)
        else:
            return record
    return None
