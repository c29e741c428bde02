"""Answers that were the same as before: as records, and back again."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warc_samples import MOMENT, exchange, member, ours, page

from crawler.capture import Capture
from crawler.engine.validators import etag_of, last_modified_of
from crawler.memory import Prior
from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.warcrecord import Record
from crawler.warc import Exchange, new_record_id, payload_digest

URL = "http://songxanh.test/tin/bai-1.html"
FIRST = new_record_id()
PRIOR = Prior(record_id=FIRST, url=URL, fetched_at=MOMENT, payload_digest=payload_digest(page(1)), etag='"1"')


def unmodified(*headers: bytes) -> Exchange:
    head = b"\r\n".join((b"HTTP/1.1 304 Not Modified", *headers)) + b"\r\n\r\n"
    later = MOMENT + timedelta(hours=1)
    return replace(exchange(1), status=304, response_head=head, payload=b"", refers_to=PRIOR, date=later)


def back(folder: Path, *items: Exchange) -> list[Stored]:
    return [found for found in exchanges(ours(folder, items), ours=True) if isinstance(found, Stored)]


def answer(stored: Stored) -> Record:
    assert stored.answer is not None
    return stored.answer


def test_a_304_and_the_same_bytes_come_back_as_what_they_refer_to(tmp_path: Path) -> None:
    original = replace(exchange(1), record_id=FIRST)
    same = replace(exchange(1), date=MOMENT + timedelta(hours=2), payload=b"", refers_to=PRIOR)
    stored = back(tmp_path, original, unmodified(b'ETag: W/"1"', b"Content-Length: 512"), same)
    assert [answer(item).type for item in stored] == ["response", "revisit", "revisit"]
    first, second, third = map(capture_of, stored)
    assert (first.record_id, first.payload_digest, first.refers_to) == (FIRST, PRIOR.payload_digest, None)
    assert (second.status, second.body, second.refers_to) == (304, b"", FIRST)
    assert (second.payload_digest, second.error) == (PRIOR.payload_digest, None)
    assert second.headers == (("ETag", 'W/"1"'), ("Content-Length", "512"))
    assert (third.status, third.body, third.refers_to) == (200, b"", FIRST)
    assert third.header("content-type") == "text/html; charset=utf-8"
    assert [answer(item).refers_to_date for item in stored[1:]] == [answer(stored[0]).date] * 2


def test_warcio_check_accepts_them(tmp_path: Path) -> None:
    path = ours(tmp_path, [replace(exchange(1), record_id=FIRST), unmodified(b"Date: x"), unmodified()])
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_our_digest_is_warcios(tmp_path: Path) -> None:
    (stored,) = back(tmp_path, exchange(1))  # without one of ours, warcio makes it
    assert capture_of(stored).payload_digest == payload_digest(page(1))


_NAME = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=9)
_VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"), max_size=20)


@given(headers=st.lists(st.tuples(_NAME, _VALUE), max_size=4))
def test_whatever_a_304_says_is_kept(tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[str, str]]) -> None:
    lines = [f"{name}: {value}".encode("latin-1") for name, value in headers]
    (stored,) = back(tmp_path_factory.mktemp("304"), unmodified(*lines))
    assert capture_of(stored).headers == tuple(headers)


def foreign(folder: Path, block: bytes, metadata: str = "", **fields: str) -> Capture:
    headers = {
        "WARC-Type": "revisit",
        "WARC-Record-ID": "<urn:x:2>",
        "WARC-Date": "2024-06-07T02:55:00Z",
        "WARC-Target-URI": URL,
        "WARC-Refers-To": "<urn:x:1>",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    path = folder / "foreign.warc.gz"
    path.write_bytes(member(b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"))
    (found,) = exchanges(path, ours=False)
    assert isinstance(found, Stored)
    said = {"source": "a", "kind": "page", **({"answer": metadata} if metadata else {})}
    return capture_of(Stored(records=found.records, metadata=said))


@pytest.mark.parametrize(
    ("block", "profile", "status"),
    [
        (b"HTTP/1.1 304 Not Modified\r\nETag: 1\r\n\r\n", "http://x/1.0/revisit/server-not-modified", 304),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", "http://x/1.0/revisit/identical-payload-digest", 200),
        (b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n", "http://x/1.0/revisit/identical-payload-digest", 301),
        (b"", "http://x/1.1/revisit/server-not-modified", 304),
        (b"", "http://x/1.1/revisit/identical-payload-digest", 200),
        (b"no HTTP", "http://x/1.1/revisit/identical-payload-digest", 200),
    ],
)
def test_other_peoples_revisit_records(tmp_path: Path, block: bytes, profile: str, status: int) -> None:
    capture = foreign(tmp_path, block, WARC_Profile=profile)
    assert (capture.status, capture.body, capture.refers_to, capture.error) == (status, b"", "<urn:x:1>", None)


@pytest.mark.parametrize(
    "said", ["{", "[]", "[1]", '["HTTP/1.1"]', '["HTTP/1.1 abc"]', "null", '[["a"]]', '["a 304 b", 1]']
)
def test_an_odd_metadata_record_is_no_answer(tmp_path: Path, said: str) -> None:
    capture = foreign(tmp_path, b"", said, WARC_Profile="http://x/1.1/revisit/server-not-modified")
    assert (capture.status, capture.headers) == (304, ())


@given(st.lists(st.text(max_size=30) | st.from_regex(r'(W/)?"[a-z0-9:-]*"', fullmatch=True), max_size=2))
def test_an_etag_is_kept_as_sent_or_not_at_all(values: list[str]) -> None:
    found = etag_of(values)
    assert found is None or (len(values) == 1 and found == values[0].strip() and found.endswith('"') and len(found) > 2)


@pytest.mark.parametrize(
    ("value", "usable"),
    [
        ("Sat, 05 Sep 2026 02:00:00 GMT", True),
        ("Saturday, 05-Sep-26 02:00:00 GMT", True),
        ("Sun, 06 Sep 2026 02:00:01 GMT", False),  # a second after the answer
        ("0", False),
        ("", False),
        ("2026-09-05", False),
    ],
)
def test_a_last_modified_is_a_date_that_has_been(value: str, usable: bool) -> None:
    fetched = datetime(2026, 9, 6, 2, tzinfo=UTC)
    assert last_modified_of([value], fetched) == (value if usable else None)
    assert last_modified_of([value, value], fetched) is None


@given(st.text(max_size=40))
def test_any_last_modified_is_read_or_refused(value: str) -> None:
    assert last_modified_of([value], datetime.now(UTC)) in (None, value.strip())
