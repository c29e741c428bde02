"""Exchanges as WARC 1.1 records: a request, its response or a ``revisit`` record, and our metadata record."""

import base64
import hashlib
import json
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

from warcio.statusandheaders import StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from crawler.memory import Prior
from crawler.records.warcrecord import ANSWER

SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
# zlib's default: level 9 costs twice the time on news pages and saves 1 % (crawl time is what a one-core box lacks)
GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came of it. *request* is head and body as sent. *response_head* is the status line and
    headers up to and with the blank line, without Transfer-Encoding; None (as *status*) where no answer came.
    *payload* is the body with its content coding. *metadata* names are those of ``exchanges.capture_of``.
    *record_id* and *payload_digest* of the response are made where they are not given. *refers_to*: the answer is the
    same as that one, and becomes a ``revisit`` record without the payload. *truncated*: not read to its end.
    """

    url: str
    date: datetime
    request: bytes = field(repr=False)
    status: int | None
    response_head: bytes | None = field(default=None, repr=False)
    payload: bytes = field(default=b"", repr=False)
    ip: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    record_id: str | None = None
    payload_digest: str | None = None
    refers_to: Prior | None = None
    truncated: bool = False


def payload_digest(payload: bytes) -> str:
    """As warcio states it: ``sha1:BASE32``, of the body with its content coding."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def new_record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    """WARC 1.1 allows fractions of a second; milliseconds order a host's requests."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Builder:
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
        request_id, response_id = self._new_id(), exchange.record_id or self._new_id()
        anchor = request_id if exchange.response_head is None else response_id
        linked = {"WARC-Concurrent-To": anchor}
        first = self._http(
            exchange.request, url, "request", request_id, moment, {**common, **(linked if anchor != request_id else {})}
        )
        parts, fields = [first], exchange.metadata
        if exchange.refers_to is not None:
            parts.append(self._revisit(exchange, exchange.refers_to, response_id, common))
            fields += ((ANSWER, _lines(exchange.response_head or b"")),) if exchange.status == 304 else ()
        elif exchange.response_head is not None:
            stated = {"WARC-Payload-Digest": exchange.payload_digest} if exchange.payload_digest else {}
            stated |= {"WARC-Truncated": "length"} if exchange.truncated else {}
            block = exchange.response_head + exchange.payload
            parts.append(self._http(block, url, "response", response_id, moment, {**common, **stated}))
        parts.append(self.metadata(url, moment, anchor, fields))
        return b"".join(parts)

    def _revisit(self, exchange: Exchange, prior: Prior, record_id: str, common: dict[str, str]) -> bytes:
        """A 304's record has no block: replay tools show the headers that they find in a revisit record, and would
        show an empty "304 Not Modified" (pywb 2.9) where now they show the page. Its headers go to the metadata record.
        """
        profile = SERVER_NOT_MODIFIED if exchange.status == 304 else IDENTICAL_PAYLOAD
        digest = prior.payload_digest or exchange.payload_digest
        headers = {
            **common,
            "WARC-Profile": profile,
            "WARC-Refers-To": prior.record_id,
            "WARC-Refers-To-Target-URI": prior.url,
            "WARC-Refers-To-Date": warc_date(prior.fetched_at),
            **({"WARC-Payload-Digest": digest} if digest else {}),
        }
        head = b"" if exchange.status == 304 else exchange.response_head or b""
        http = self._responses.parse(BytesIO(head)) if head else None
        return self._record(exchange.url, "revisit", record_id, exchange.date, b"", headers, http)

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


def _lines(head: bytes) -> str:
    """A response's head as a JSON list of its lines, which is one line."""
    return json.dumps(head.decode("latin-1").split("\r\n")[:-2], ensure_ascii=True)
