"""archive.db written anew: what its rows no longer say is in none of its files, and what that takes is known before."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipelines import search, sqlite
from pipelines.archive import Archive, create, open_archive
from pipelines.withholding.rows import traces


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(create(tmp_path / "archive.db")) as opened:
        opened.connection.execute("PRAGMA foreign_keys = OFF")
        with opened.transaction() as connection:  # pages to be freed, and enough for progress to be seen
            search.add(connection, [(n, f"a{n}", f"Phiên chợ thứ {n}", "đông vui " * 900) for n in range(60)])
            search.remove(connection, range(20))
            connection.execute("CREATE TABLE filling (text TEXT)")
            connection.executemany("INSERT INTO filling VALUES (?)", (("bồi hồi " * 600,) for _ in range(500)))
            connection.execute("DELETE FROM filling WHERE rowid % 5")
        yield opened


def files(archive: Archive) -> set[str]:
    return {path.name.removeprefix("archive.db") for path in archive.folder.glob("archive.db*")} - {".write.lock"}


def rows(connection: sqlite.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Of all tables but the parts of the full text, which are merged."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
    return {
        name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
        for name in names
        if not name.startswith("articles_fts_")
    }


def test_all_rows_are_there_and_nothing_else(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "STEPS", 1000)
    monkeypatch.setattr(traces, "PAGES", 50)
    before, told = rows(archive.connection), list[tuple[int, int]]()
    identity = [archive.connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")]
    with closing(sqlite.connect_readonly(archive.path)) as reader:
        asked = reader.execute("SELECT count(*) FROM search_docs").fetchone()
        assert traces.wipe(archive, lambda done, total: told.append((done, total))) is None
        assert reader.execute("SELECT count(*) FROM search_docs").fetchone() == asked == (40,)
    assert archive.connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert archive.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert archive.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert identity == [
        archive.connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    ]
    assert rows(archive.connection) == before
    assert files(archive) == {"", "-wal", "-shm"}
    assert len({done for done, _ in told}) > 5
    assert [done for done, _ in told] == sorted(done for done, _ in told) and told[-1][0] == told[-1][1]


def test_what_is_beside_it_is_for_no_other_eyes_than_the_archive(archive: Archive) -> None:
    archive.path.chmod(0o600)
    seen = set()

    def look(done: int, total: int) -> None:
        seen.add(archive.path.with_name("archive.db.anew").stat().st_mode & 0o777)

    assert traces.wipe(archive, look) is None
    assert seen == {0o600}


def test_room_is_asked_for_first_and_nothing_is_lost(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before, size = rows(archive.connection), archive.path.stat().st_size
    usage = shutil.disk_usage(archive.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=17 << 20))
    problem = traces.wipe(archive)
    assert problem is not None
    need = (traces.room(archive.connection) + (16 << 20)) / 1_000_000
    assert f"needs {need:.0f} MB" in problem and "18 MB are free" in problem
    assert (rows(archive.connection), archive.path.stat().st_size) == (before, size)
    assert files(archive) == {"", "-wal", "-shm"}


def test_the_room_that_it_asks_for_is_what_it_takes(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "STEPS", 1000)
    monkeypatch.setattr(traces, "PAGES", 20)
    archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, most = taken(archive), 0

    def look(done: int, total: int) -> None:
        nonlocal most
        most = max(most, taken(archive) - before)

    need = traces.room(archive.connection)
    assert traces.wipe(archive, look) is None
    assert need * 0.8 <= most <= need, (most, need)


def taken(archive: Archive) -> int:
    return sum(path.stat().st_size for path in archive.folder.glob("archive.db*"))


def test_killed_in_the_middle_it_is_done_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(archive.connection)
    child = os.fork()
    if child == 0:
        traces.PAGES = 20
        opened = open_archive(archive.path)
        traces.wipe(opened, lambda done, total: os.kill(os.getpid(), signal.SIGKILL) if done * 4 > total * 3 else None)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert ".anew" in files(archive)
    assert rows(archive.connection) == before
    assert traces.wipe(archive) is None
    assert files(archive) == {"", "-wal", "-shm"}
