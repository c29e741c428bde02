"""What an operator has in hand who was written to: an id, the newspaper's address in some spelling, or ours."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_world import MOVED, REPRINT, SITES, TARGET, TITLE, TRANSLATION
from worlds import Command

from crawler.errors import UsageError
from pipelines import sqlite
from pipelines.archive import Archive, open_archive
from pipelines.catalogue import Catalogue
from pipelines.withholding.decisions import addressed
from pipelines.withholding.rows import traces


@pytest.fixture(scope="module")
def world(built: Path) -> Iterator[tuple[Archive, Catalogue]]:
    with closing(open_archive(built)) as archive:
        yield archive, Catalogue.beside(built)


def ask(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite.connect_readonly(path)) as connection:
        return list(connection.execute(sql, values).fetchall())


def ids(path: Path, *urls: str) -> list[str]:
    return [str(ask(path, "SELECT article FROM addresses WHERE url = ?", url)[0][0]) for url in urls]


def state(path: Path) -> object:
    tables = ("articles", "captures", "events", "tombstones", "revisions")
    files = {each.name: each.read_bytes() for each in path.with_name("archive-warc").iterdir()}
    return [ask(path, f"SELECT * FROM {name}") for name in tables], files


@pytest.mark.parametrize(
    "named",
    [
        "{id}",
        TARGET,
        MOVED,
        f"“{TARGET}”,",
        TARGET.removeprefix("http://"),
        TARGET.replace("http://", "https://www.") + "?utm_source=zalo#binh-luan",
        f"{SITES['dam-say']}/moi/ten-khac-41017.html",
        "http://127.0.0.1:8001/read/{id}",
        "https://luutru.test/bao/read/{id}@2026-03-02T02:00:00.000Z",
        "http://127.0.0.1:8001/archive/articles/{n}",
        "http://127.0.0.1:8001/archive/articles/{n}.json?_shape=array",
    ],
)
def test_each_of_them_names_it(world: tuple[Archive, Catalogue], named: str) -> None:
    archive, catalogue = world
    id_, n = archive.connection.execute("SELECT id, n FROM articles WHERE url = ?", (TARGET,)).fetchone()
    assert addressed.the_article(archive, catalogue, named.format(id=id_, n=n)) == id_


@pytest.mark.parametrize(
    "named",
    [
        f"{SITES['dam-say']}/tin/khac-99999.html",
        "http://127.0.0.1:8001/read/0000000000",
        "http://127.0.0.1:8001/archive/articles/4107",
        "https://baokhac.test/tin/a-41017.html",
        "",
        "http://[",
        "/",
    ],
)
def test_what_is_nothing_here_is_said_to_be(world: tuple[Archive, Catalogue], named: str) -> None:
    with pytest.raises(UsageError, match="no article has the id or address"):
        addressed.the_article(*world, named)


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(built: Path, command: Command) -> None:
    (id_,), before = ids(built, TARGET), state(built)
    code, said = command(built, "withdraw", MOVED, "--dry-run")
    assert code == 0
    for expected in (
        f"{MOVED}: {id_}, an address that it was seen at",
        TITLE,
        "rows to go: 3 revisions",
        "captured 4 times, in 2 WARC files: the records go to archive-dark",
        "of free disk meanwhile",
        f"stays, decide on it: {ids(built, REPRINT)[0]}",
        f"{id_} would be withdrawn",
    ):
        assert expected in said, said
    told = json.loads(command(built, "withdraw", id_, "--dry-run", "--json")[1])
    assert (told["withdrawn"], told["dry_run"]) == ([id_], True)
    assert told["rows"][id_]["revisions"] == 3 and told["captures"] == 4 and told["room"] > 100_000
    assert {each["url"] for each in told["kin"]} == {REPRINT, TRANSLATION}
    assert state(built) == before and not (built.parent / "decisions.toml").exists()


def test_what_was_fetched_and_is_no_article_is_told_apart(path: Path, command: Command) -> None:
    url = f"{SITES['khe-sen']}/tin/cho-6.html"
    assert command(path, "reject", url)[0] == 0
    code, said = command(path, "withdraw", url, "--reason", "theo đơn", "--yes")
    assert (code, "what was fetched of it is no article (rejected:operator)" in said) == (2, True), said


def test_a_story_is_several_and_each_is_to_be_named(built: Path, command: Command) -> None:
    ((story,),) = ask(built, "SELECT story FROM articles WHERE url = ?", TARGET)
    page = f"http://127.0.0.1:8001/story/{story}"
    wanted = sorted(str(id_) for (id_,) in ask(built, "SELECT id FROM articles WHERE story = ?", story))
    assert len(wanted) == 2
    code, said = command(built, "withdraw", page, "--reason", "theo đơn", "--yes")
    assert (code, "is of several articles" in said) == (2, True) and all(id_ in said for id_ in wanted), said
    code, said = command(built, "withdraw", page, "--dry-run", "--json")
    assert (code, sorted(json.loads(said)["withdrawn"])) == (0, wanted)


def test_several_go_at_once_and_the_file_is_written_anew_once(
    path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiped: list[object] = []
    real = traces.wipe
    monkeypatch.setattr(traces, "wipe", lambda *given: wiped.append(given) or real(*given))
    wanted = ids(path, TARGET, REPRINT, f"{SITES['dam-say']}/tin/cho-1.html")
    code, said = command(path, "withdraw", TARGET, *wanted, "--reason", "theo đơn", "--yes", "--json")
    assert code == 0, said
    told = json.loads(said)
    assert (told["withdrawn"], told["problems"], len(wiped)) == (wanted, [], 1)
    assert {each["url"] for each in told["kin"]} == {TRANSLATION}
    assert ask(path, "SELECT article FROM tombstones ORDER BY 1") == [(id_,) for id_ in sorted(wanted)]
    code, said = command(path, "withdraw", TARGET, TRANSLATION, "--reason", "theo đơn", "--yes", "--json")
    assert code == 0 and json.loads(said)["withdrawn"] == ids(path, TRANSLATION), said
    assert "is withdrawn already" in json.loads(said)["said"][0]
    code, said = command(path, "withdraw", TARGET, REPRINT, "--undo", "--dry-run")
    assert code == 0 and said.count("would be brought back") == 2, said
    code, said = command(path, "withdraw", TARGET, REPRINT, "--undo", "--yes")
    assert code == 0 and said.count("is brought back") == 2, said
    assert ask(path, "SELECT count(*) FROM tombstones") == [(2,)]


@pytest.mark.parametrize("short", ["archive", "archive-warc"])
def test_without_room_nothing_is_decided(
    path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, short: str
) -> None:
    before, usage = state(path), shutil.disk_usage(path.parent)

    def room(folder: Path) -> object:
        is_short = (Path(folder).name == "archive-warc") == (short == "archive-warc")
        return usage._replace(free=1_000_000) if is_short else usage

    monkeypatch.setattr(shutil, "disk_usage", room)
    code, said = command(path, "withdraw", TARGET, "--reason", "theo đơn", "--yes")
    assert (code, "1 MB are free" in said, f"writing {short if short == 'archive' else 'run-'}" in said) == (
        1,
        True,
        True,
    ), said
    assert not (path.parent / "decisions.toml").exists()
    assert state(path) == before
