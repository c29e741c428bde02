"""archive.db from the WARC folder alone, and what a start makes good after a crash: torn tails and open files."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import record
from warc_samples import MOMENT, exchange

from crawler.errors import LockedError, UsageError
from crawler.records.exchanges import exchanges
from crawler.records.warcread import records
from crawler.records.warcrecord import Record
from crawler.warc import Exchange, WarcWriter
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover

STALLS = ("rau", "cá", "vải", "gốm", "chiếu", "nón", "mật ong", "măng khô", "trà", "gạo nếp", "bánh đa", "tương")


def news(number: int, stalls: int = 40) -> bytes:
    """Pages with the same *number* are copies of one another, and edits where *stalls* differs."""
    lines = "".join(
        f"<p>Sáng mùng {line} phiên thứ {number}, dãy hàng {STALLS[(number + line) % 12]} có {stalls + line} sạp,"
        f" thêm {number * 5 + line} sạp so với phiên {STALLS[(number * 7 + line) % 12]}, theo lời ban quản lý chợ.</p>"
        for line in range(1, 8)
    )
    title = f"Chợ phiên thứ {number} mở lại"
    return f"<html lang='vi'><title>{title}</title><article><h1>{title}</h1>{lines}</article></html>".encode()


def visit(source: str, number: int, hours: int, body: bytes) -> Exchange:
    made = exchange(number, payload=body)
    url = f"http://{source}.test/tin/cho-{number}.html"
    moment: datetime = MOMENT + timedelta(hours=hours)
    return replace(made, url=url, date=moment, metadata=(("source", source), ("kind", "page"), ("via-kind", "feed")))


RUNS = (
    [visit("song", n, n, news(n)) for n in range(4)] + [visit("nui", 1, 9, news(1))],
    [visit("song", 0, 30, news(0, 55)), visit("song", 9, 31, news(9)), exchange(error="timeout")],
)


def write(folder: Path, run: int, name: str | None = None) -> Path:
    """One run's file, sealed; its record ids are always the same."""
    ids = iter(range(1000))
    writer = WarcWriter(
        folder,
        info={"software": "newsarchive/test"},
        prefix=name or f"run-{run}",
        clock=lambda: MOMENT,
        new_id=lambda: f"<urn:uuid:{run:08d}-0000-4000-8000-{next(ids):012d}>",
    )
    for item in RUNS[run]:
        writer.write(item)
    writer.close()
    (path,) = folder.glob(f"{name or f'run-{run}'}-*.warc.gz")
    return path


def left_open(path: Path) -> Path:
    """The file as a writer that was killed leaves it."""
    return path.rename(path.with_name(path.name + ".open"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """An archive of both runs as two crawls leave it, and all that it says."""
    folder = tmp_path_factory.mktemp("expected")
    archive = create(folder / "archive.db")
    for run in (0, 1):
        write(archive.warc_folder, run)
        with Ingest(archive, Catalogue({}), workers=1) as ingest:
            recover(archive, ingest)
    found = record(archive)
    archive.close()
    return folder, found


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = create(tmp_path / "archive.db")
    yield made
    made.close()


def rebuilt(folder: Path) -> dict[str, Any]:
    rebuild(folder / "archive.db", Catalogue({}))
    archive = open_archive(folder / "archive.db")
    found = record(archive)
    archive.close()
    return found


def test_the_sample_has_revisions_copies_and_failures(expected: tuple[Path, dict[str, Any]]) -> None:
    found = expected[1]
    assert len(found["captures"]) == 8
    assert [row["revision"] for row in found["articles"]].count(2) == 1
    assert [row["kind"] for row in found["copies"]] == ["copy"]
    assert sorted(row["articles"] for row in found["stories"])[-1] == 2


def test_rebuilt_it_is_the_same(expected: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "archive-warc").mkdir()
    for path in (expected[0] / "archive-warc").iterdir():
        (tmp_path / "archive-warc" / path.name).write_bytes(path.read_bytes())
    assert rebuilt(tmp_path) == expected[1]


def test_rebuilt_from_files_in_another_order_or_left_open_it_is_the_same(
    expected: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    write(tmp_path / "archive-warc", 1, name="a")
    left_open(write(tmp_path / "archive-warc", 0, name="b"))
    assert rebuilt(tmp_path) == expected[1]
    assert not list(tmp_path.glob("archive-warc/*.open"))


def test_an_archive_in_the_way_is_not_touched(archive: Archive) -> None:
    write(archive.warc_folder, 1)
    before = archive.path.read_bytes()
    with pytest.raises(UsageError, match="is there: move it away"):
        rebuild(archive.path, Catalogue({}))
    assert archive.path.read_bytes() == before


def test_while_another_command_works_nothing_is_rebuilt(tmp_path: Path) -> None:
    write(tmp_path / "archive-warc", 1)
    with (tmp_path / "crawl.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="cannot rebuild"):
            rebuild(tmp_path / "archive.db", Catalogue({}))
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("known", [False, True])
def test_a_torn_tail_is_put_aside_and_the_rest_taken_in(archive: Archive, known: bool) -> None:
    """With *known*, part of the file was taken in before the crash, and is not read again."""
    path = write(archive.warc_folder, 1)
    whole = path.read_bytes()
    stored = list(exchanges(path, ours=True))
    torn = stored[-1].records[-1]  # type: ignore[union-attr]
    path.write_bytes(whole[: torn.offset + 9])
    with Ingest(archive, Catalogue({}), workers=1) as ingest:
        if known:
            ingest.follow(path.name, stored[0].end)  # type: ignore[union-attr]
            ingest.finish()
            ingest.reset()
        left_open(path)
        assert recover(archive, ingest) == (1 if known else 2)
    assert path.read_bytes() + path.with_name(path.name + ".torn").read_bytes() == whole[: torn.offset + 9]
    assert path.stat().st_size == stored[1].end  # type: ignore[union-attr]
    row = archive.connection.execute("SELECT bytes, read_to, sha256 FROM warc_files").fetchone()
    size = path.stat().st_size
    assert row == (size, size, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_file_with_nothing_whole_in_it_leaves_its_torn_tail_alone(archive: Archive) -> None:
    path = write(archive.warc_folder, 1)
    (first, *_) = records(path)
    assert isinstance(first, Record)
    path.write_bytes(path.read_bytes()[: first.length - 3])
    left_open(path)
    with Ingest(archive, Catalogue({}), workers=1) as ingest:
        assert recover(archive, ingest) == 0
    assert [item.name for item in archive.warc_folder.iterdir()] == [path.name + ".torn"]


def test_the_file_of_a_living_writer_is_left_to_it(archive: Archive) -> None:
    opened = left_open(write(archive.warc_folder, 1))
    size = opened.stat().st_size
    with opened.open("rb") as writer, Ingest(archive, Catalogue({}), workers=1) as ingest:
        fcntl.flock(writer, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="is still being written by another process") as caught:
            recover(archive, ingest)
        assert caught.value.exit_code == 75
    assert (opened.exists(), opened.stat().st_size) == (True, size)


def test_what_the_writer_adds_until_its_end_is_not_torn_off(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of what is whole is looked for under the lock: a writer that is still ending adds to it before."""
    path = write(archive.warc_folder, 1)
    whole = path.read_bytes()
    first = next(iter(exchanges(path, ours=True)))
    path.write_bytes(whole[: first.end])  # type: ignore[union-attr]
    opened = left_open(path)
    lock = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        if opened.exists() and os.path.samestat(os.fstat(descriptor), opened.stat()):
            opened.write_bytes(whole)
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with Ingest(archive, Catalogue({}), workers=1) as ingest:
        assert recover(archive, ingest) == 3
    assert path.read_bytes() == whole
