"""Records put together again, ours and other people's, and each as a Capture."""

import gzip
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warc_samples import MOMENT, chunked, exchange, foreign, member, ours, page, plain_record

from crawler.capture import Capture, Kind
from crawler.links import Link, Via
from crawler.records.exchanges import MAX_BODY, Stored, capture_of, exchanges, parse_date
from crawler.records.warcread import Damage

URL = "http://songxanh.test/tin/bai-1.html"


def stored(path: Path, *, is_ours: bool = False) -> list[Stored]:
    found = list(exchanges(path, ours=is_ours))
    assert not [item for item in found if isinstance(item, Damage)]
    return [item for item in found if isinstance(item, Stored)]


def foreign_capture(folder: Path, data: bytes) -> Capture:
    """What a foreign response is as a capture, once it has been given a source."""
    path = folder / "foreign.warc.gz"
    path.write_bytes(data)
    (found,) = stored(path)
    return capture_of(Stored(records=found.records, metadata={"source": "a", "kind": "page"}))


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    (found,) = stored(ours(tmp_path, [exchange(1)]), is_ours=True)
    capture = capture_of(found)
    assert capture.record_id == found.records[1].id
    assert (capture.source, capture.kind, capture.status) == ("bao-song-xanh", Kind.PAGE, 200)
    assert (capture.url, capture.final_url, capture.body) == (URL, URL, page(1))
    assert (capture.fetched_at, capture.error) == (MOMENT, None)
    assert capture.header("content-TYPE") == "text/html; charset=utf-8"
    assert capture.link == Link(url=URL, title="Cầu mới thông xe", via_kind=Via.FEED)


def test_what_no_answer_came_to_is_a_capture_with_its_error(tmp_path: Path) -> None:
    (found,) = stored(ours(tmp_path, [exchange(error="timeout")]), is_ours=True)
    capture = capture_of(found)
    assert (capture.status, capture.error, capture.body) == (None, "timeout", b"")
    assert capture.record_id == found.records[-1].id


def test_an_exchange_of_ours_is_whole_with_its_metadata_record(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2)])
    first, second = stored(path, is_ours=True)
    torn = second.records[-1].offset
    found = list(exchanges(path, 0, torn, ours=True))
    assert [item.end for item in found if isinstance(item, Stored)] == [first.end]
    assert len(list(exchanges(path, 0, torn, ours=False))) == 2
    assert [item.anchor.url for item in stored(path, is_ours=True)][1] == second.anchor.url
    (rest,) = exchanges(path, first.end, ours=True)
    assert isinstance(rest, Stored)
    assert rest.anchor.id == second.anchor.id


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_foreign_records_belong_together_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    (found,) = stored(ours(tmp_path, [exchange(1)]))
    path = tmp_path / "reordered.warc.gz"
    other = foreign([("http://songxanh.test/other", page(2))])
    path.write_bytes(b"".join(found.records[place].raw or b"" for place in order) + other)
    first, second = stored(path)
    assert {record.type for record in first.records} == {"request", "response", "metadata"}
    assert (first.is_ours, second.is_ours) == (True, False)
    assert [record.type for record in second.records] == ["response"]


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ([], page(1)),
        ([("Content-Encoding", "gzip")], gzip.compress(page(1))),
        ([("Content-Encoding", "deflate")], zlib.compress(page(1))),
        ([("Content-Encoding", "br")], brotli.compress(page(1))),
        ([("Transfer-Encoding", "chunked")], chunked(page(1))),
        ([("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], chunked(gzip.compress(page(1)))),
        ([("Transfer-Encoding", "chunked")], page(1)),  # decoded by the recorder, which left the header
        ([("Content-Encoding", "gzip")], page(1)),
        ([("Content-Encoding", "gzip")], gzip.compress(page(1)[:99]) + gzip.compress(page(1)[99:])),
    ],
)
def test_codings_of_foreign_responses_are_undone(
    tmp_path: Path, headers: list[tuple[str, str]], payload: bytes
) -> None:
    capture = foreign_capture(tmp_path, foreign([(URL, payload)], headers=headers))
    assert (capture.body, capture.error) == (page(1), None)


def test_a_bomb_is_not_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(MAX_BODY + 5_000_000))
    capture = foreign_capture(tmp_path, foreign([(URL, bomb)], headers=[("Content-Encoding", "gzip")]))
    assert len(capture.body) == MAX_BODY


@given(
    head=st.binary(max_size=60),
    body=st.binary(max_size=60),
    coding=st.sampled_from(["", "Content-Encoding: gzip", "Content-Encoding: br", "Transfer-Encoding: chunked"]),
)
def test_any_response_is_a_capture(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, body: bytes, coding: str
) -> None:
    block = b"HTTP/1.1 200 OK\r\n%s\r\n%s\r\n\r\n%s" % (coding.encode(), head, body)
    headers = "WARC-Type: response\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2021-06-07T02:55:00Z\r\n"
    headers += f"WARC-Target-URI: {URL}\r\nContent-Type: application/http; msgtype=response\r\n"
    record = b"WARC/1.0\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n" % (headers.encode(), len(block), block)
    capture = foreign_capture(tmp_path_factory.getbasetemp(), member(record))
    assert capture.final_url == URL


@pytest.mark.parametrize("block", [b"", b"\r\n", b"no HTTP at all", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 2x0 ?\r\n\r\nx"])
def test_a_response_that_is_no_http_has_no_status(tmp_path: Path, block: bytes) -> None:
    record = plain_record(URL, b"").partition(b"\r\n\r\n")[0]
    length = b"Content-Length: %d" % len(block)
    head = b"\r\n".join(length if line.startswith(b"Content-Length") else line for line in record.split(b"\r\n"))
    assert foreign_capture(tmp_path, member(head + b"\r\n\r\n" + block + b"\r\n\r\n")).status is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"source": "../etc", "kind": "page"},
        {"source": "seeds.txt, line 4", "kind": "page"},
        {"source": "ok", "kind": "crawl"},
        {"source": "ok"},
        {"source": "ok", "kind": "page", "via-kind": "embed"},
    ],
)
def test_what_another_program_says_of_a_source_is_not_ours(tmp_path: Path, fields: dict[str, str]) -> None:
    (found,) = stored(ours(tmp_path, [exchange(1)]))
    claimed = Stored(records=found.records, metadata=fields)
    assert not claimed.is_ours
    with pytest.raises(ValueError, match="names no source"):
        capture_of(claimed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-06-07T02:55:00Z", datetime(2021, 6, 7, 2, 55, tzinfo=UTC)),
        ("2021-06-07T02:55:00.123456789Z", datetime(2021, 6, 7, 2, 55, 0, 123456, tzinfo=UTC)),
        ("2021-06-07T09:55:00+07:00", datetime(2021, 6, 7, 2, 55, tzinfo=UTC)),
        ("2021-06-07T02:55:00", datetime(2021, 6, 7, 2, 55, tzinfo=UTC)),  # not this machine's zone
        ("2021-06-07", datetime(2021, 6, 7, tzinfo=UTC)),
        ("2021-06", datetime(2021, 6, 1, tzinfo=UTC)),
        ("2021", datetime(2021, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_of_records(text: str, expected: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        assert parse_date(text) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(max_size=30) | st.datetimes(timezones=st.timezones()).map(str))
def test_any_date_is_read_or_refused(text: str) -> None:
    try:
        found = parse_date(text)
    except ValueError:
        return
    assert found.utcoffset() == UTC.utcoffset(None)
