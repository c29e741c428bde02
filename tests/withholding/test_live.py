"""A running server, and an older archive.db put in the place of the one that it serves."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_world import NEIGHBOUR, OWN, TARGET
from worlds import run

from pipelines import sqlite
from pipelines.locks import hold, write_lock
from pipelines.publish.server import datasette
from schedules import cli

WORD = OWN["body"]


def id_of(path: Path) -> str:
    with closing(sqlite.connect_readonly(path)) as connection:
        return str(connection.execute("SELECT id FROM articles WHERE url = ?", (TARGET,)).fetchone()[0])


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, plain(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.code, plain(error.read().decode())


def plain(text: str) -> str:
    """JSON without escapes."""
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith(("[", "{")) else text


@pytest.fixture
def server(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "schedules.cli", "--archive", str(path), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield said.split(" is at ")[1].split()[0]
        process.terminate()


def put(older: Path, path: Path, how: str) -> None:
    """As operators do: another file under the name, or other bytes into the file; its log goes in either case."""
    for name in ("archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    if how == "moved":
        shutil.copy(older, path.with_name("coming"))
        path.with_name("coming").replace(path)
    else:
        shutil.copyfile(older, path)


def test_it_serves_what_lies_there_and_nothing_that_is_withheld(built: Path, path: Path, server: str) -> None:
    id_ = id_of(path)
    pages = (f"read/{id_}", f"search?q={id_}", "archive/revisions.json?_shape=array&_size=max")
    assert WORD in get(f"{server}{pages[0]}")[1] and WORD in get(f"{server}{pages[2]}")[1]
    assert run(path, "withdraw", id_, "--reason", "theo đơn", "--yes") == 0
    for how in ("withdrawn", "moved", "copied"):
        if how != "withdrawn":
            put(built, path, how)
        for page in pages:
            for _ in range(6):  # each of its threads
                status, text = get(f"{server}{page}")
                assert WORD not in text and status in (200, 451), (how, page, status)
        assert get(f"{server}{pages[0]}")[0] == 451, how
    with closing(sqlite.connect_readonly(path)) as connection:
        assert connection.execute("SELECT state FROM articles WHERE id = ?", (id_,)).fetchone() == ("withdrawn",)


def test_a_name_that_is_out_stays_out_of_what_is_put_back(built: Path, path: Path, server: str) -> None:
    address = f"{server}read/{id_of(path)}"
    assert NEIGHBOUR in get(address)[1]
    decide = ["--archive", str(path), "redact", TARGET, NEIGHBOUR]
    assert cli.run([*decide, "--reason", "theo đơn", "--yes"]) == 0
    for how in ("redacted", "moved", "copied"):
        if how != "redacted":
            put(built, path, how)
        for _ in range(6):
            assert NEIGHBOUR not in get(address)[1], how
    assert cli.run([*decide, "--undo", "--yes"]) == 0
    for _ in range(6):
        assert NEIGHBOUR in get(address)[1]


def test_another_archive_in_its_place_is_what_is_served(path: Path, server: str) -> None:
    with closing(sqlite.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        later = path.with_name("later.db")
        connection.execute("VACUUM INTO ?", (str(later),))
    with closing(sqlite.connect(later)) as connection:
        connection.execute("UPDATE articles SET title = 'Tên của bản khác' WHERE url = ?", (TARGET,))
    assert "Tên của bản khác" not in get(f"{server}read/{id_of(path)}")[1]
    put(later, path, "moved")
    for _ in range(6):
        assert "Tên của bản khác" in get(f"{server}read/{id_of(path)}")[1]


def test_what_cannot_be_withheld_now_is_not_shown(
    built: Path, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    id_ = id_of(path)
    assert run(path, "withdraw", id_, "--reason", "theo đơn", "--yes") == 0
    application = datasette(path)

    async def ask() -> tuple[int, str]:
        answer = await application.client.get("/archive/revisions.json?_shape=array")
        return answer.status_code, plain(answer.text)

    async def each() -> None:
        assert (await ask())[0] == 200
        put(built, path, "moved")
        monkeypatch.setattr("pipelines.archive.LOCK_WAIT_SECONDS", 0)
        with hold(write_lock(path)):
            status, text = await ask()
            assert status == 503 and WORD not in text and "articles that are withheld" in text
            assert "still has articles that are withdrawn" in caplog.text and str(path) not in text
        status, text = await ask()
        assert status == 200 and WORD not in text
        path.rename(path.with_name("away"))
        assert (await ask())[0] == 503
        path.with_name("away").rename(path)
        assert (await ask())[0] == 200

    asyncio.run(each())


def test_a_look_costs_next_to_nothing(path: Path) -> None:
    application = datasette(path)
    database = application.get_database()

    async def each() -> float:
        await database.execute_fn(lambda connection: None)
        began = time.perf_counter()
        for _ in range(200):
            await database.execute_fn(lambda connection: None)
        return (time.perf_counter() - began) / 200

    assert asyncio.run(each()) < 0.01
    assert json.loads(get_count(application)) == [{"count": 1}]


def get_count(application: object) -> str:
    url = "/archive.json?sql=select+count(*)+as+count+from+articles+where+url+%3D+:u&_shape=array&u=" + TARGET
    return str(asyncio.run(application.client.get(url)).text)  # type: ignore[attr-defined]
