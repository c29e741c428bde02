"""Writing WARC: whole, durable, accepted by other people's tools; and what is left when the disk is full."""

import dataclasses
import gzip
import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from warc_samples import MOMENT, OURS, exchange, ours, page
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import ArchiveError
from crawler.records.exchanges import Stored, exchanges
from crawler.records.warcread import Damage, records
from crawler.records.warcrecord import Record
from crawler.warc import WarcWriter, sha256_of


def test_each_exchange_is_request_response_and_metadata_in_one_file(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2)])
    with path.open("rb") as stream:
        kinds = [(r.rec_type, r.rec_headers.protocol) for r in ArchiveIterator(stream)]
    expected = ["warcinfo", "request", "response", "metadata", "request", "response", "metadata"]
    assert kinds == [(kind, "WARC/1.1") for kind in expected]


def test_what_no_answer_came_to_is_request_and_metadata(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(error="timeout")])
    found = list(records(path))
    assert [r.type for r in found if not isinstance(r, Damage)] == ["warcinfo", "request", "metadata"]
    (stored,) = exchanges(path, ours=True)
    assert isinstance(stored, Stored)
    assert (stored.answer, stored.metadata["error"]) == (None, "timeout")


def test_warcio_check_accepts_it(tmp_path: Path) -> None:
    odd = [exchange(2, payload=b""), exchange(error="dns"), exchange(4, payload=bytes(range(256)))]
    path = ours(tmp_path, [exchange(1), *odd])
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "digest pass" in checked.stdout


# In a process of its own: one of its dependencies has a warning that Python shows when it compiles it.
PYWB = """
import sys
from io import BytesIO
from pathlib import Path
from pywb.indexer.cdxindexer import write_cdx_index
from pywb.warcserver.resource.blockrecordloader import BlockArcWarcRecordLoader

path, index = Path(sys.argv[1]), BytesIO()
with path.open("rb") as stream:
    write_cdx_index(index, stream, path.name, include_all=False)
(found,) = [line.split() for line in index.getvalue().decode().splitlines() if sys.argv[2] in line]
print(*found[:5])
length, offset, name = found[-3:]
record = BlockArcWarcRecordLoader().load(str(path.with_name(name)), int(offset), int(length))
sys.stdout.buffer.write(b"" if sys.stdout.flush() else record.content_stream().read())
"""


def test_pywb_indexes_it_and_reads_a_page_back(tmp_path: Path) -> None:
    path = ours(tmp_path, [exchange(1), exchange(2)])
    read = subprocess.run([sys.executable, "-c", PYWB, str(path), "bai-2.html"], capture_output=True, check=False)
    assert read.returncode == 0, read.stderr.decode()
    line, _, content = read.stdout.partition(b"\n")
    url = "http://songxanh.test/tin/bai-2.html"
    assert line.decode() == f"test,songxanh)/tin/bai-2.html 20240305023015 {url} text/html 200"
    assert content == page(2)


def test_the_payload_keeps_the_content_coding_that_it_came_with(tmp_path: Path) -> None:
    body = gzip.compress(page(1))
    head = b"Content-Encoding: gzip\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
    path = ours(tmp_path, [exchange(1, payload=body, head=head)])
    (record,) = [record for record in records(path) if isinstance(record, Record) and record.type == "response"]
    parsed = record.parse()
    assert [value for name, value in parsed.http_headers.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert parsed.raw_stream.read() == body
    assert parsed.rec_headers.get_header("Content-Length") == str(len(record.data.partition(b"\r\n\r\n")[2]) - 4)


def test_nothing_is_called_durable_before_it_is_in_the_file(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    done = threading.Event()

    def on_durable(name: str, offset: int) -> None:
        heard.append((name, offset, (tmp_path / f"{name}.open").stat().st_size))
        done.set()

    writer = WarcWriter(tmp_path, info={}, on_durable=on_durable, sync_seconds=0.05)
    writer.write(exchange(1))
    assert done.wait(10)
    assert writer.backlog == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".open"]
    writer.close()
    assert all(offset <= size for _, offset, size in heard)
    name = heard[0][0]
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert heard[-1][1] == (tmp_path / name).stat().st_size


def test_a_full_file_is_sealed_with_its_digest_and_the_next_begun(tmp_path: Path) -> None:
    sealed: dict[str, tuple[int, str]] = {}
    size = 3 * ours(tmp_path / "one", [exchange(1)]).stat().st_size
    writer = WarcWriter(
        tmp_path / "many",
        info={"software": "newsarchive/test"},
        max_bytes=size,
        on_sealed=lambda name, size, digest: sealed.update({name: (size, digest)}),
    )
    for number in range(12):
        writer.write(exchange(number))
    writer.close()
    files = sorted((tmp_path / "many").iterdir())
    assert len(files) > 1
    assert {f.name: (f.stat().st_size, sha256_of(f)) for f in files} == sealed
    assert all(f.stat().st_size <= size for f in files)
    urls = [s.anchor.url for f in files for s in exchanges(f, ours=True) if isinstance(s, Stored)]
    assert urls == [exchange(number).url for number in range(12)]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    def write(folder: str) -> str:
        numbers = iter(range(100))
        path = ours(
            tmp_path / folder, [exchange(1)], clock=lambda: MOMENT, new_id=lambda: f"<urn:uuid:{next(numbers):032x}>"
        )
        return hashlib.sha256(path.read_bytes()).hexdigest()

    assert write("a") == write("b")


def test_metadata_is_one_line_each_whatever_a_link_says(tmp_path: Path) -> None:
    item = exchange(1)
    odd = dataclasses.replace(item, metadata=(*OURS[:3], ("link-title", "hai\r\ndòng: source: x\n")))
    (stored,) = exchanges(ours(tmp_path, [odd]), ours=True)
    assert isinstance(stored, Stored)
    assert stored.metadata == {**dict(OURS[:3]), "link-title": "hai dòng: source: x"}


FULL_DISK = """
import resource, sys
from pathlib import Path
from warc_samples import exchange
from crawler.errors import ArchiveError
from crawler.warc import WarcWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
writer = WarcWriter(Path(sys.argv[1]), info={"software": "newsarchive/test"}, sync_seconds=0.01)
try:
    for number in range(200):
        writer.write(exchange(number))
    writer.close()
except ArchiveError as error:
    sys.exit(str(error))
"""


def test_on_a_full_disk_the_file_ends_behind_its_last_whole_record(tmp_path: Path) -> None:
    """A limit on the file's size fails a write as a full disk does, in the middle of a record."""
    one = ours(tmp_path / "one", [exchange(1)]).stat().st_size
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "full"), str(4 * one + one // 2)]
    folder = Path(__file__).parent
    environment = {"PYTHONPATH": f"{folder}:{folder.parents[1]}", "PATH": ""}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 1
    full = tmp_path / "full"
    assert ended.stderr == f"WARC files cannot be written in {full}: file too large; what came before is whole\n"
    (left,) = full.iterdir()
    found = list(exchanges(left, ours=True))
    assert len(found) >= 3
    assert all(isinstance(item, Stored) for item in found)
    assert found[-1].end == left.stat().st_size  # type: ignore[union-attr]


def test_after_an_error_nothing_more_is_taken(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    writer = WarcWriter(blocked / "warc", info={}, sync_seconds=0.01)
    writer.write(exchange(1))
    with pytest.raises(ArchiveError, match=r"cannot be written in .*/file/warc: not a directory"):
        writer.close()
    with pytest.raises(ArchiveError, match="cannot be written"):
        writer.write(exchange(2))
