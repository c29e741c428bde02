"""Reading WARC whatever happened to it: every whole record, nothing that is not one, and where the damage lies."""

import gzip
import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from warc_samples import exchange, foreign, member, ours, page, plain_record

from crawler.errors import UsageError
from crawler.records import warcread
from crawler.records.warcread import Damage, check_is_warc, is_warc, records
from crawler.records.warcrecord import Record

PAGES = [(f"http://songxanh.test/{number}", page(number)) for number in range(6)]


def written(folder: Path, data: bytes, name: str = "a.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(path: Path) -> tuple[list[Record], list[Damage]]:
    found = list(records(path))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Damage)]


def read_bytes(data: bytes) -> tuple[list[Record], list[Damage]]:
    with tempfile.TemporaryDirectory() as folder:
        return read(written(Path(folder), data))


def test_the_offsets_and_lengths_cover_the_file(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2)])
    found, damage = read(path)
    assert not damage
    assert [r.offset for r in found] == [sum(r.length for r in found[:n]) for n in range(len(found))]
    assert b"".join(r.raw or b"" for r in found) == path.read_bytes()
    assert [r.type for r in records(path, found[2].offset, found[4].offset) if isinstance(r, Record)] == [
        "response",
        "metadata",
    ]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("compress", [True, False])
def test_both_versions_compressed_or_not(version: str, compress: bool) -> None:
    found, damage = read_bytes(foreign(PAGES, version=version, compress=compress))
    assert not damage
    assert [r.parse().content_stream().read() for r in found] == [body for _, body in PAGES]
    assert [r.url for r in found] == [url for url, _ in PAGES]
    assert all((r.raw is not None) == compress for r in found)


def test_one_gzip_member_around_all_records() -> None:
    found, damage = read_bytes(gzip.compress(foreign(PAGES, compress=False)))
    assert not damage
    assert [r.parse().content_stream().read() for r in found] == [body for _, body in PAGES]


def test_one_gzip_member_may_be_larger_than_a_record_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warcread, "MAX_RECORD", 20_000)
    found, damage = read_bytes(gzip.compress(foreign(PAGES * 20, compress=False)))
    assert (len(found), damage) == (120, [])


def test_a_record_too_large_is_damage_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warcread, "MAX_RECORD", 20_000)
    large = [("http://a.test/large", bytes(100_000)), *PAGES]
    for compress in (True, False):
        found, damage = read_bytes(foreign(large, compress=compress))
        assert [r.url for r in found] == [url for url, _ in PAGES]
        assert [(d.offset, "more than" in d.message) for d in damage] == [(0, True)]


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 400_000])
def test_records_about_the_size_of_a_piece(size: int) -> None:
    bodies = [("http://a.test/1", bytes(size)), ("http://a.test/2", bytes(range(256)) * (size // 256))]
    for data in (foreign(bodies), gzip.compress(foreign(bodies, compress=False)), foreign(bodies, compress=False)):
        found, damage = read_bytes(data)
        assert not damage
        assert [r.parse().content_stream().read() for r in found] == [body for _, body in bodies]


def test_a_damaged_middle_costs_its_record_alone_and_is_named(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(number) for number in range(4)])
    whole, _ = read(path)
    data = bytearray(path.read_bytes())
    hurt = whole[5]
    data[hurt.offset + hurt.length // 2] ^= 0x55
    found, damage = read(written(tmp_path, bytes(data), "hurt.warc.gz"))
    assert [r.id for r in found] == [r.id for r in whole if r is not hurt]
    assert [(d.offset, d.resumed) for d in damage] == [(hurt.offset, hurt.offset + hurt.length)]


def test_a_truncated_file_ends_with_damage_at_its_torn_record(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2)])
    whole, _ = read(path)
    last = whole[-1]
    found, (damage,) = read(written(tmp_path, path.read_bytes()[: last.offset + 20], "torn.warc.gz"))
    assert [r.id for r in found] == [r.id for r in whole[:-1]]
    assert damage == Damage(offset=last.offset, message="the file ends inside a gzip member", resumed=None)


@pytest.mark.parametrize("lie", [-40, -1, 1, 40, 4_000_000, 10**30])
@pytest.mark.parametrize("compress", [True, False])
def test_a_lying_length_costs_its_record_alone(lie: int, compress: bool) -> None:
    good = [plain_record(url, body) for url, body in PAGES]
    length = len(good[2].partition(b"\r\n\r\n")[2]) - 4
    liar = plain_record(*PAGES[2], Content_Length=str(length + lie))
    parts = [*good[:2], liar, *good[3:]]
    packed = [member(part) for part in parts] if compress else parts
    found, damage = read_bytes(b"".join(packed))
    assert [r.url for r in found] == [url for url, _ in PAGES if url != PAGES[2][0]]
    start = len(packed[0]) + len(packed[1])
    assert [(d.offset, d.resumed) for d in damage] == [(start, start + len(packed[2]))]


def test_a_length_that_swallows_the_next_record_is_caught_by_the_digest() -> None:
    first, second = foreign(PAGES[:1], compress=False), foreign(PAGES[1:2], compress=False)
    stated = len(first.partition(b"\r\n\r\n")[2]) - 4
    swallowing = first.replace(b"Content-Length: %d" % stated, b"Content-Length: %d" % (stated + len(second)), 1)
    found, damage = read_bytes(swallowing + second)
    assert [r.url for r in found] == [PAGES[1][0]]
    assert [d.message for d in damage] == [warcread.BAD_DIGEST]


def test_digests_in_hex_or_of_another_kind() -> None:
    block = plain_record(*PAGES[0]).partition(b"\r\n\r\n")[2][:-4]
    for digest in (
        "sha256:" + hashlib.sha256(block).hexdigest(),
        "SHA1:" + hashlib.sha1(block).hexdigest().upper(),
        "blake3:whatever",
    ):
        assert read_bytes(plain_record(*PAGES[0], WARC_Block_Digest=digest))[1] == []
    (damage,) = read_bytes(plain_record(*PAGES[0], WARC_Block_Digest="md5:" + "0" * 32))[1]
    assert damage.message == warcread.BAD_DIGEST


def test_of_one_member_around_all_nothing_is_kept_without_its_checksum_but_the_end_may_be_missing() -> None:
    plain = foreign(PAGES, compress=False)
    packed = bytearray(gzip.compress(plain))
    packed[-6] ^= 1  # the checksum
    found, damage = read_bytes(bytes(packed))
    assert (found, [d.offset for d in damage]) == ([], [0])
    torn = gzip.compress(plain)[: len(packed) // 2]
    found, damage = read_bytes(torn)
    assert 0 < len(found) < len(PAGES)
    assert [d.message for d in damage] == ["the file ends inside a gzip member"]


SAMPLES = {
    "members": foreign(PAGES),
    "plain": foreign(PAGES, compress=False),
    "one member": gzip.compress(foreign(PAGES, compress=False), mtime=0),
}


@given(
    kind=st.sampled_from(list(SAMPLES)),
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4),
    cut=st.integers(0, 10**6) | st.none(),
    extra=st.binary(max_size=40),
)
@example(kind="members", flips=[(3, 4)], cut=None, extra=b"")  # a flag in the first gzip header
def test_no_damage_ever_raises_or_changes_a_record(
    kind: str, flips: list[tuple[int, int]], cut: int | None, extra: bytes
) -> None:
    """What is read is an original, or its block is: of a plain record no digest covers the header."""
    data = bytearray(SAMPLES[kind])
    for at, mask in flips:
        data[at % len(data)] ^= mask
    hurt = bytes(data[: len(data) if cut is None else cut % len(data)]) + extra
    found, _ = read_bytes(hurt)
    if kind == "members":
        allowed = {record.data for record in read_bytes(SAMPLES[kind])[0]}
        assert {record.data for record in found} <= allowed
    elif cut is None:
        blocks = {record.data.partition(b"\r\n\r\n")[2] for record in read_bytes(SAMPLES[kind])[0]}
        for record in found:
            if b"WARC-Block-Digest: sha1:" in record.data:
                assert record.data.partition(b"\r\n\r\n")[2] in blocks


@given(head=st.binary(max_size=200), body=st.binary(max_size=50))
def test_any_header_is_read_or_refused(head: bytes, body: bytes) -> None:
    record = b"WARC/1.0\r\nContent-Length: %d\r\n%s\r\n\r\n%s\r\n\r\n" % (len(body), head, body)
    for data in (record, gzip.compress(record)):
        found, damage = read_bytes(data)
        assert found or damage


def test_what_is_a_warc_file(tmp_path: Path) -> None:
    whole = foreign(PAGES)
    hurt = bytearray(whole)
    hurt[12:40] = bytes(28)
    assert is_warc(written(tmp_path, whole))
    assert is_warc(written(tmp_path, bytes(hurt), "first-record-damaged.warc.gz"))
    assert is_warc(written(tmp_path, whole[: len(whole) // 12], "cut.warc.gz"))
    for name, data in {
        "page.html": b"<html>",
        "empty.warc.gz": b"",
        "text.warc.gz": gzip.compress(b"no WARC at all" * 99),
        "zeros.warc": bytes(100_000),
        "archive.tar": bytes(512) + whole,
    }.items():
        path = written(tmp_path, data, name)
        with pytest.raises(UsageError, match=rf"{name} is no WARC file \(.*\): nothing was changed"):
            check_is_warc(path)


def test_an_unreadable_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        check_is_warc(tmp_path)
