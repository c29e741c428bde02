"""The archive's file: made once, whole or not at all, refused where it is none of ours, and one writer at a time."""

import fcntl
import sqlite3
import threading
from pathlib import Path

import pytest

from crawler.errors import ArchiveError, LockedError, UsageError
from pipelines import archive as archives
from pipelines.archive import create, open_archive, open_readonly
from pipelines.schema import SCHEMA_VERSION


def test_what_is_made_can_be_opened_again(tmp_path: Path) -> None:
    create(tmp_path / "deep" / "archive.db").close()
    opened = open_archive(tmp_path / "deep" / "archive.db")
    assert opened.warc_folder == tmp_path / "deep" / "archive-warc"
    assert opened.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert opened.connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert opened.connection.execute("SELECT kind, outcome FROM events").fetchall() == [("created", "done")]
    opened.close()
    assert not list(tmp_path.rglob("*.new"))


def test_what_a_crash_left_of_a_new_archive_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "archive.db.new").write_bytes(b"half")
    create(tmp_path / "archive.db").close()
    assert not (tmp_path / "archive.db.new").exists()


def test_of_two_that_make_an_archive_the_second_is_refused(tmp_path: Path) -> None:
    ended: list[object] = []
    begun = threading.Barrier(4)

    def make() -> None:
        begun.wait()
        try:
            made = create(tmp_path / "archive.db")
            made.connection.execute("SELECT 1")
            ended.append("made")
        except UsageError as error:
            ended.append(str(error))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = f"{tmp_path}/archive.db exists already: an archive is made once, by `newsarchive init`"
    assert sorted(map(str, ended)) == sorted(["made", refused, refused, refused])


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    opened = create(tmp_path / "archive.db")
    with pytest.raises(KeyError), opened.transaction():
        opened.event("lost")
        raise KeyError
    with opened.transaction():
        opened.event("kept")
    assert opened.connection.execute("SELECT kind FROM events ORDER BY id").fetchall() == [("created",), ("kept",)]
    opened.close()


def test_a_full_disk_is_an_error_of_ours_and_the_archive_goes_on(tmp_path: Path) -> None:
    opened = create(tmp_path / "archive.db")
    (pages,) = opened.connection.execute("PRAGMA page_count").fetchone()
    opened.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with (
        pytest.raises(ArchiveError, match=r"archive.db cannot be written: database or disk is full"),
        opened.transaction(),
    ):
        opened.event("large", detail="x" * 1_000_000)
    opened.connection.execute("PRAGMA max_page_count = 1000000")
    with opened.transaction():
        opened.event("after")
    assert opened.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert opened.connection.execute("SELECT count(*) FROM events").fetchone() == (2,)
    opened.close()


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = create(tmp_path / "archive.db")
    monkeypatch.setattr(archives, "LOCK_WAIT_SECONDS", 0.1)
    with (tmp_path / "archive.db.write.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="cannot write to the archive"), opened.transaction():
            pytest.fail("never reached")
    opened.close()


def test_readers_cannot_write(tmp_path: Path) -> None:
    create(tmp_path / "archive.db").close()
    reader = open_readonly(tmp_path / "archive.db")
    with pytest.raises(Exception, match="readonly"):
        reader.execute("DELETE FROM events")
    reader.close()


@pytest.mark.parametrize("opening", [open_archive, open_readonly])
def test_what_is_none_of_ours_is_refused_and_left_alone(tmp_path: Path, opening: object) -> None:
    path = tmp_path / "archive.db"
    assert callable(opening)
    with pytest.raises(UsageError, match="no archive at"):
        opening(path)
    for data, message in ((b"", "another program's SQLite file"), (b"text" * 200, "is no archive")):
        path.write_bytes(data)
        with pytest.raises(UsageError, match=message):
            opening(path)
        assert path.read_bytes() == data
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {0x6E777361}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(UsageError, match=f"newer than this program's {SCHEMA_VERSION}"):
        opening(path)
