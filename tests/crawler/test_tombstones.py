"""Records that stand where withheld ones were: as long to the byte, valid, and without a word of them."""

import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_samples import OURS, exchange, foreign, member, ours, plain_record
from warcio.archiveiterator import ArchiveIterator

from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.tombstones import TooSmall, fit, tombstone_of, untitled
from crawler.records.warcread import Damage, records
from crawler.records.warcrecord import Record, is_vouched, make_record, warc_fields

FIELDS = (("article", "k3v9xw2m7q"), ("status", "200"), ("payload-digest", "sha1:" + 32 * "A"))
HEAD = (
    ("WARC-Type", "metadata"),
    ("WARC-Record-ID", "<urn:uuid:3f0c6c8e-6d2f-4a1e-9b61-9f6d0f0a2b1c>"),
    ("WARC-Date", "2024-03-05T02:30:15.123Z"),
    ("WARC-Target-URI", "https://songxanh.test/tin/bai-1.html"),
)
LINES = (("withheld", "response"), *FIELDS)
SMALLEST = 240  # what HEAD and "withheld: response" pack into, and a little more


def unpacked(packed: bytes) -> bytes:
    """The one gzip member that *packed* is."""
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    data = reader.decompress(packed)
    assert reader.eof and not reader.unused_data
    return data


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.integers(SMALLEST, 1500), st.integers(SMALLEST, 300_000), st.integers(65_400, 66_000)))
def test_any_length_is_met_to_the_byte(size: int) -> None:
    packed = fit(((HEAD, LINES[:end]) for end in (3, 1)), size)
    assert len(packed) == size
    data = unpacked(packed)
    record = make_record(data, 0, size, raw=packed)
    assert record.is_tombstone is False  # it refers to nothing
    assert warc_fields(record.block)["withheld"] == "response"
    assert len(data) == data.find(b"\r\n\r\n") + 4 + len(record.block) + 4
    assert is_vouched(data) is not False


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 140))
def test_what_no_record_packs_into_is_refused(size: int) -> None:
    with pytest.raises(TooSmall):
        fit(iter([(HEAD, LINES)]), size)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.integers(0, 9))
def test_any_response_can_be_replaced_however_well_it_is_packed(body: bytes, level: int) -> None:
    data = plain_record("http://songxanh.test/tin/bai-1.html", body)
    packed = gzip.compress(data, compresslevel=level, mtime=0)
    packed_tombstone = tombstone_of(make_record(data, 0, len(packed), raw=packed), FIELDS)
    assert len(packed_tombstone) == len(packed)
    record = make_record(unpacked(packed_tombstone), 0, len(packed), raw=packed_tombstone)
    assert (record.is_tombstone, record.url) == (True, "http://songxanh.test/tin/bai-1.html")
    assert record.refers_to == "<urn:uuid:11111111-0000-4000-8000-000000000001>" != record.id
    assert record.date == "2021-06-07T02:55:00Z"
    assert body[:40] not in record.data or len(body) < 20


def withhold(path: Path, number: int) -> Path:
    """*path* with the answer of its exchange *number* withheld, and the title that led there."""
    data = bytearray(path.read_bytes())
    found = [record for record in records(path) if isinstance(record, Record)]
    responses = [record for record in found if record.type == "response"]
    anchor = responses[number]
    title = next(one for one in found if one.type == "metadata" and one.concurrent_to == anchor.id)
    for record, packed in ((anchor, tombstone_of(anchor, FIELDS)), (title, untitled(title))):
        assert packed is not None
        data[record.offset : record.offset + record.length] = packed
    path.write_bytes(data)
    return path


@pytest.fixture
def withheld(tmp_path: Path) -> Path:
    return withhold(ours(tmp_path, [exchange(1), exchange(2), exchange(3)]), 1)


def test_the_exchange_is_read_as_withheld_and_the_others_as_before(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2), exchange(3)])
    before = [capture_of(found) for found in exchanges(path, ours=True) if isinstance(found, Stored)]
    places = [found.anchor.offset for found in exchanges(path, ours=True) if isinstance(found, Stored)]
    withhold(path, 1)
    found = [one for one in exchanges(path, ours=True) if isinstance(one, Stored)]
    after = [capture_of(one) for one in found]
    assert (after[0], after[2]) == (before[0], before[2])
    assert [one.anchor.offset for one in found] == places
    assert (after[1].withheld, after[1].body, after[1].headers) == ("k3v9xw2m7q", b"", ())
    same = ("record_id", "source", "kind", "url", "final_url", "fetched_at", "status", "run")
    assert [getattr(after[1], name) for name in same] == [getattr(before[1], name) for name in same]
    assert after[1].link is not None and after[1].link.title is None and before[1].link is not None
    assert (after[1].link.via_kind, before[1].link.title) == (before[1].link.via_kind, "Cầu mới thông xe")


def test_it_is_found_from_its_offset_alone_and_by_readers_of_foreign_files(withheld: Path) -> None:
    anchors = [found.anchor for found in exchanges(withheld, ours=True) if isinstance(found, Stored)]
    (found, _) = exchanges(withheld, anchors[1].offset, ours=True)
    assert isinstance(found, Stored) and found.anchor.is_tombstone and found.metadata["source"] == OURS[0][1]
    groups = [found for found in exchanges(withheld, ours=False) if isinstance(found, Stored)]
    assert [len(group.records) for group in groups] == [3, 3, 3]
    assert [group.tombstone is not None for group in groups] == [False, True, False]
    assert groups[1].record_id != groups[1].anchor.id == anchors[1].id


def test_other_programs_are_content(withheld: Path) -> None:
    subprocess.run(["gzip", "-t", str(withheld)], check=True)
    plain = subprocess.run(["zcat", str(withheld)], check=True, capture_output=True).stdout
    assert plain.count(b"WARC/1.1\r\n") == 10 and "nước sông lên 22 cm".encode() not in plain
    smaller = withheld.with_name("smaller.warc.gz")
    for command in (["check", "-v", withheld], ["index", withheld], ["recompress", withheld, smaller]):
        program = [sys.executable, "-m", "warcio.cli", *map(str, command)]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    with withheld.open("rb") as one, smaller.open("rb") as other:
        left, right = (
            [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(file)] for file in (one, other)
        )
    assert left == right and smaller.stat().st_size < withheld.stat().st_size
    assert not [found for found in records(withheld) if isinstance(found, Damage)]


def test_a_record_without_a_title_has_nothing_to_hide() -> None:
    data = plain_record("http://songxanh.test/", b"", WARC_Type="metadata", Content_Type="application/warc-fields")
    assert untitled(make_record(data, 0, len(data), raw=member(data))) is None


def test_whoever_made_the_record_it_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(foreign([("http://songxanh.test/anh.gif", b"GIF89a\x01\x00\x01\x00")], version="1.0"))
    (record,) = (found for found in records(path) if isinstance(found, Record))
    assert len(tombstone_of(record, FIELDS)) == record.length
