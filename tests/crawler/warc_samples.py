"""WARC files for tests: ours through WarcWriter, foreign ones through warcio or by hand."""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.warc import Exchange, WarcWriter

MOMENT = datetime(2024, 3, 5, 2, 30, 15, 123000, tzinfo=UTC)
OURS = (("source", "bao-song-xanh"), ("kind", "page"), ("via-kind", "feed"), ("link-title", "Cầu mới thông xe"))


def page(number: int) -> bytes:
    lines = "".join(f"<p>Dòng {line} của bài {number}: nước sông lên {line * number} cm.</p>\n" for line in range(12))
    return f"<html><head><title>Bài {number}</title></head><body>{lines}</body></html>".encode()


def exchange(number: int = 1, *, payload: bytes | None = None, head: bytes = b"", error: str | None = None) -> Exchange:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + head + b"\r\n"
    url = f"http://songxanh.test/tin/bai-{number}.html"
    return Exchange(
        url=url,
        date=MOMENT,
        request=f"GET /tin/bai-{number}.html HTTP/1.1\r\nHost: songxanh.test\r\n\r\n".encode(),
        status=None if error else 200,
        response_head=None if error else answer,
        payload=b"" if error else page(number) if payload is None else payload,
        ip="192.0.2.7",
        metadata=(*OURS, *((("error", error),) if error else ())),
    )


def ours(folder: Path, exchanges: Iterable[Exchange], **options: object) -> Path:
    """A sealed file of ours; the newest in *folder*."""
    writer = WarcWriter(folder, info={"software": "newsarchive/test"}, **options)  # type: ignore[arg-type]
    for item in exchanges:
        writer.write(item)
    writer.close()
    return max(folder.glob("*.warc.gz"))


def foreign(
    pages: Iterable[tuple[str, bytes]],
    *,
    version: str = "1.1",
    compress: bool = True,
    headers: Iterable[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),),
    fields: dict[str, str] | None = None,
    status: str = "200 OK",
) -> bytes:
    """Responses alone, as another program's warcio writes them."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=compress, warc_version=version)
    for number, (url, body) in enumerate(pages):
        record_id = f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"
        date = "2021-06-07T02:55:00Z"
        record = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, list(headers), protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Record-ID": record_id, "WARC-Date": date, **(fields or {})},
        )
        writer.write_record(record)
    return out.getvalue()


def chunked(body: bytes) -> bytes:
    """*body* in three chunks, as it went over the wire."""
    third = len(body) // 3
    parts = (body[:third], body[third : 2 * third], body[2 * third :])
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def plain_record(url: str, body: bytes, *, drop: str = "", **fields: str) -> bytes:
    """An uncompressed WARC 1.0 response by hand, without digests; *drop* leaves a header out, *fields* override one."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    headers = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:11111111-0000-4000-8000-000000000001>",
        "WARC-Date": "2021-06-07T02:55:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name != drop)
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def member(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)
