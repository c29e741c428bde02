"""Writing WARC 1.1: one gzip member a record, made durable in groups, a file sealed with its digest when it is closed.

A file is called ``NAME.warc.gz.open`` while it is written (and is flocked by its writer), ``NAME.warc.gz`` once sealed.
"""

import hashlib
import queue
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from warcio.statusandheaders import StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from crawler.errors import ArchiveError
from crawler.recorded import CONTENT_TYPE, PREFIX
from crawler.warcfile import OpenFile

MAX_BYTES = 1_000_000_000  # the WARC guidelines' usual gigabyte: small enough to copy, large enough to be few
SYNC_SECONDS = 1.0  # at most this much fetched work is not yet on disk when the power goes
# zlib's default: level 9 costs twice the time on news pages and saves 1 % (crawl time is what a one-core box lacks)
GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came of it. *request* is head and body as sent. *response_head* is the status line and
    headers up to and with the blank line, without Transfer-Encoding; None (as *status*) where no answer came.
    *payload* is the body with its content coding. *metadata* names are those of ``crawler.exchanges.capture_of``.
    """

    url: str
    date: datetime
    request: bytes = field(repr=False)
    status: int | None
    response_head: bytes | None = field(default=None, repr=False)
    payload: bytes = field(default=b"", repr=False)
    ip: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()


def new_record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    """WARC 1.1 allows fractions of a second; milliseconds order a host's requests."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Builder:
    """Exchanges to gzip members, with warcio."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._responses = StatusAndHeadersParser(["HTTP/"], verify=False)
        self._requests = StatusAndHeadersParser([], verify=False)

    def info(self, name: str, fields: dict[str, str], moment: datetime) -> bytes:
        body = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode()
        headers = {"WARC-Filename": name}
        return self._record("", "warcinfo", self._new_id(), moment, body, headers)

    def exchange(self, exchange: Exchange) -> bytes:
        """Request, response (if one came) and metadata, each naming the first of them as concurrent."""
        moment, url = exchange.date, exchange.url
        common = {"WARC-IP-Address": exchange.ip} if exchange.ip else {}
        request_id, response_id = self._new_id(), self._new_id()
        anchor = request_id if exchange.response_head is None else response_id
        linked = {"WARC-Concurrent-To": anchor}
        first = self._http(
            exchange.request, url, "request", request_id, moment, {**common, **(linked if anchor != request_id else {})}
        )
        parts = [first]
        if exchange.response_head is not None:
            block = exchange.response_head + exchange.payload
            parts.append(self._http(block, url, "response", response_id, moment, common))
        parts.append(self.metadata(url, moment, anchor, exchange.metadata))
        return b"".join(parts)

    def resource(self, url: str, moment: datetime, content_type: str, body: bytes) -> bytes:
        return self._record(url, "resource", self._new_id(), moment, body, {}, content_type=content_type)

    def metadata(self, url: str, moment: datetime, anchor: str, fields: tuple[tuple[str, str], ...]) -> bytes:
        body = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode("utf-8", "replace")
        return self._record(url, "metadata", self._new_id(), moment, body, {"WARC-Concurrent-To": anchor})

    def _http(
        self, block: bytes, url: str, kind: str, record_id: str, moment: datetime, headers: dict[str, str]
    ) -> bytes:
        stream = BytesIO(block)
        parser = self._requests if kind == "request" else self._responses
        http = parser.parse(stream)
        return self._record(url, kind, record_id, moment, block[stream.tell() :], headers, http)

    def _record(
        self,
        url: str,
        kind: str,
        record_id: str,
        moment: datetime,
        body: bytes,
        headers: dict[str, str],
        http: object = None,
        content_type: str = "",
    ) -> bytes:
        plain = BytesIO()
        writer = WARCWriter(plain, gzip=False, warc_version="1.1")
        fields = {"WARC-Record-ID": record_id, "WARC-Date": warc_date(moment), **headers}
        record = writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            http_headers=http,
            warc_headers_dict=fields,
        )
        writer.write_record(record)
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        return packer.compress(plain.getvalue()) + packer.flush()


class WarcWriter:
    """Writes in a thread of its own; ``write`` returns at once. *backlog* is the bytes that wait to be written.

    *on_durable(name, offset)* is called once everything before *offset* of file *name* is on disk; *on_sealed(name,
    bytes, sha256)* when a file is closed. *definitions* are sources in JSON by slug (crawler.recorded), each put in a
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
        self._builder = _Builder(new_id)
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
