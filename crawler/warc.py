"""Writing WARC 1.1: one gzip member a record, made durable in groups, a file sealed with its digest when it is closed.

A file is called ``NAME.warc.gz.open`` while it is written (and is flocked by its writer), ``NAME.warc.gz`` once sealed.
"""

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from crawler.errors import ArchiveError
from crawler.records.recorded import CONTENT_TYPE, PREFIX
from crawler.records.warcbuild import GZIP_LEVEL, Builder, Exchange, new_record_id, payload_digest, warc_date
from crawler.records.warcfile import OpenFile

__all__ = ["GZIP_LEVEL", "Exchange", "WarcWriter", "new_record_id", "payload_digest", "sha256_of", "warc_date"]

MAX_BYTES = 1_000_000_000  # the WARC guidelines' usual gigabyte: small enough to copy, large enough to be few
SYNC_SECONDS = 1.0  # at most this much fetched work is not yet on disk when the power goes


class WarcWriter:
    """Writes in a thread of its own; ``write`` returns at once. *backlog* is the bytes that wait to be written.

    *on_durable(name, offset)* is called once everything before *offset* of file *name* is on disk; *on_sealed(name,
    bytes, sha256)* when a file is closed. *definitions* are sources in JSON (records/recorded.py), each put in a
    file before its first exchange. After an error (a full disk) the file ends behind its last whole record, and
    ``write`` and ``close`` raise ``ArchiveError``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        info: dict[str, str],
        on_durable: Callable[[str, int], None] = lambda name, offset: None,
        on_sealed: Callable[[str, int, str], None] = lambda name, size, digest: None,
        definitions: Mapping[str, str] = MappingProxyType({}),
        prefix: str = "newsarchive",
        max_bytes: int = MAX_BYTES,
        sync_seconds: float = SYNC_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = new_record_id,
    ) -> None:
        self.failed: BaseException | None = None
        self.backlog = 0
        self._folder, self._info, self._prefix = folder, info, prefix
        self._definitions, self._defined = definitions, set()  # type: Mapping[str, str], set[str]
        self._on_durable, self._on_sealed = on_durable, on_sealed
        self._max_bytes, self._sync_seconds, self._clock = max_bytes, sync_seconds, clock
        self._builder = Builder(new_id)
        self._queue: queue.SimpleQueue[Exchange | tuple[str, bytes] | None] = queue.SimpleQueue()
        self._file: OpenFile | None = None
        self._serial = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="warc-writer", daemon=True)
        self._thread.start()

    def write(self, exchange: Exchange) -> None:
        self._check()
        self._count(len(exchange.payload))
        self._queue.put(exchange)

    def keep(
        self, members: tuple[bytes, ...], url: str, moment: datetime, anchor: str, fields: tuple[tuple[str, str], ...]
    ) -> None:
        """Copy a foreign exchange: its gzip *members* verbatim, then a metadata record of ours about *anchor*."""
        slug = dict(fields).get("source", "")
        self.copy((*members, self._builder.metadata(url, moment, anchor, fields)), slug)

    def copy(self, members: tuple[bytes, ...], slug: str) -> None:
        """Copy an exchange of the source *slug* that has its metadata record already."""
        self._check()
        data = b"".join(members)
        self._count(len(data))
        self._queue.put((slug, data))

    def close(self) -> None:
        """Write what waits, seal the file, end the thread."""
        self._queue.put(None)
        self._thread.join()
        self._check()

    def _check(self) -> None:
        if self.failed is not None:
            reason = (getattr(self.failed, "strerror", None) or str(self.failed)).lower()
            message = f"WARC files cannot be written in {self._folder}: {reason}; what came before is whole"
            raise ArchiveError(message) from self.failed

    def _count(self, size: int) -> None:
        with self._counting:
            self.backlog += size

    def _work(self) -> None:
        try:
            while self._take_group():
                pass
            self._seal()
        except BaseException as error:
            self.failed = error
            if self._file:
                self._file.abandon()

    def _take_group(self) -> bool:
        """Write all that comes within ``sync_seconds`` of the first item, then make it durable. False at the end."""
        item = self._queue.get()
        deadline = threading.TIMEOUT_MAX if item is None else time.monotonic() + self._sync_seconds
        while item is not None:
            self._append(item)
            try:
                item = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
        else:
            self._sync()
            return False
        self._sync()
        return True

    def _append(self, item: Exchange | tuple[str, bytes]) -> None:
        if isinstance(item, Exchange):
            slug, data, size = dict(item.metadata).get("source", ""), self._builder.exchange(item), len(item.payload)
        else:
            slug, data, size = *item, len(item[1])
        if self._file and self._file.size + len(data) > self._max_bytes:
            self._seal()
        if not self._file:
            self._file = self._open()
        self._file.append(self._definition(slug) + data)
        self._count(-size)

    def _definition(self, slug: str) -> bytes:
        """The source's definition, where this file has not had it yet."""
        if slug in self._defined or slug not in self._definitions:
            return b""
        self._defined.add(slug)
        body = self._definitions[slug].encode()
        return self._builder.resource(PREFIX + slug, self._clock(), CONTENT_TYPE, body)

    def _open(self) -> OpenFile:
        moment = self._clock()
        name = f"{self._prefix}-{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}-{self._serial:05d}.warc.gz"
        self._serial += 1
        self._defined = set()
        opened = OpenFile.create(self._folder, name)
        opened.append(self._builder.info(name, self._info, moment))
        return opened

    def _sync(self) -> None:
        if self._file:
            self._file.sync()
            self._on_durable(self._file.name, self._file.size)

    def _seal(self) -> None:
        if self._file:
            self._sync()
            file, self._file = self._file, None
            self._on_sealed(file.name, file.size, file.seal())


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
