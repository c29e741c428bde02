"""``newsarchive withdraw`` on real files: what goes, what comes back, and what a crash in the middle leaves."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import record
from test_rebuild import write

from crawler.errors import LockedError, UsageError
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import Decision, Kind, Verdict, decide
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold, write_lock
from pipelines.publish.commands import export, search
from pipelines.publish.server import datasette
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.withholding import carrying
from pipelines.withholding.command import withdraw
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.withdrawing import decision_on
from pipelines.withholding.records import dark
from pipelines.withholding.rows import former, traces

TABLES = (
    *("articles", "revisions", "readings", "changes", "edits", "observations", "addresses", "copies", "stories"),
    *(
        "images",
        "captures",
        "boilerplate",
        "site_blocks",
        "site_places",
        "article_places",
        "signatures",
        "bands",
    ),
    *("search_docs", "alternates", "handles", "requisites", "frontier", "tombstones", "tombstone_marks"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: article 0 has an edit, article 1 a copy at another newspaper."""
    folder = tmp_path_factory.mktemp("made")
    archive = create(folder / "archive.db")
    write(archive.warc_folder, 0)
    write(archive.warc_folder, 1)
    with Ingest(archive, Catalogue({}), workers=1) as ingest:
        recover(archive, ingest)
    archive.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(withdraw, [*arguments], obj=folder / "archive.db", standalone_mode=False)


def done(folder: Path, *arguments: str) -> Result:
    result = run(folder, *arguments)
    assert result.exception is None, result.exception
    assert result.return_value == 0, result.output
    return result


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    archive = open_archive(folder / "archive.db")
    yield archive
    archive.close()


def article(folder: Path, number: int, source: str = "song") -> str:
    with opened(folder) as archive:
        sql = "SELECT article FROM addresses WHERE url = ?"
        return str(archive.connection.execute(sql, (f"http://{source}.test/tin/cho-{number}.html",)).fetchone()[0])


def tables(folder: Path) -> dict[str, Any]:
    with opened(folder) as archive:
        found = {name: archive.connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
    found["signatures"] = [row[1:] for row in found["signatures"]]  # an entry's number is never given again
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("archive.db*")))


def test_withdrawn_its_words_are_nowhere_and_undone_all_is_as_before(folder: Path) -> None:
    before, id_ = tables(folder), article(folder, 0)
    assert "phiên thứ 0".encode() in everything(folder)
    done(folder, id_, "--reason", "the person asked for it", "--reference", "2026/17", "--yes")
    assert "phiên thứ 0".encode() not in everything(folder)
    with opened(folder) as archive:
        row = archive.connection.execute("SELECT id, state, title, text FROM articles WHERE id = ?", (id_,)).fetchone()
        outcomes = archive.connection.execute("SELECT DISTINCT outcome, bytes FROM captures WHERE article = ?", (id_,))
        assert (row, outcomes.fetchall()) == ((id_, "withdrawn", None, None), [("withheld", "dark")])
    done(folder, id_, "--undo", "--yes")
    assert tables(folder) == before


def test_the_same_page_elsewhere_goes_with_it(folder: Path) -> None:
    told = json.loads(done(folder, article(folder, 1), "--reason", "asked for", "--yes", "--json").stdout)
    assert told["withdrawn"] == [article(folder, 1), article(folder, 1, "nui")]
    assert told["kin"] == []
    assert "phiên thứ 1".encode() not in everything(folder)


@pytest.mark.parametrize("number", [0, 1])
def test_rebuilt_it_is_withdrawn_still(folder: Path, number: int) -> None:
    done(folder, article(folder, number), "--reason", "asked for", "--yes")
    with opened(folder) as archive:
        expected = record(archive)
    for path in folder.glob("archive.db*"):
        path.unlink()
    rebuild(folder / "archive.db", Catalogue({}))
    with opened(folder) as archive:
        assert record(archive) == expected


def test_an_older_archive_put_back_withholds_it_at_the_next_start(folder: Path, made: Path) -> None:
    id_ = article(folder, 0)
    done(folder, id_, "--reason", "asked for", "--yes")
    with opened(folder) as archive:
        expected = record(archive)
    put_back(folder, made)
    shutil.rmtree(folder / "archive-warc")
    shutil.copytree(made / "archive-warc", folder / "archive-warc")
    with opened(folder) as archive:
        assert carrying.is_pending(archive.folder, archive.connection)
        with Ingest(archive, Catalogue({}), workers=1) as ingest:
            ingest.finish()
        assert not carrying.is_pending(archive.folder, archive.connection)
        assert record(archive) == expected
    assert "phiên thứ 0".encode() not in everything(folder)


def test_destroyed_it_cannot_come_back(folder: Path) -> None:
    id_ = article(folder, 0)
    done(folder, id_, "--reason", "asked for", "--yes")
    done(folder, id_, "--destroy", "--yes")
    with opened(folder) as archive:
        sql = "SELECT DISTINCT bytes FROM captures WHERE article = ?"
        assert archive.connection.execute(sql, (id_,)).fetchall() == [("destroyed",)]
    result = run(folder, id_, "--undo", "--yes")
    assert isinstance(result.exception, UsageError)
    assert "destroyed" in str(result.exception)


def test_asked_for_twice_it_says_so(folder: Path) -> None:
    id_ = article(folder, 0)
    done(folder, id_, "--reason", "asked for", "--yes")
    before = tables(folder), (folder / "decisions.toml").read_text("utf-8")
    assert "is withdrawn already" in done(folder, id_, "--reason", "again", "--yes").output
    assert (tables(folder), (folder / "decisions.toml").read_text("utf-8")) == before
    assert "is not withdrawn" in done(folder, article(folder, 2), "--undo", "--yes").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("0000000000", "--reason", "x", "--yes"), "no article has the id"),
        (("{id}", "--yes"), "--reason is missing"),
        (("{id}", "--reason", "x"), "say --yes"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_decided(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    before = tables(folder)
    result = run(folder, *(each.format(id=article(folder, 0)) for each in arguments))
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
    assert tables(folder) == before
    assert not (folder / "decisions.toml").exists()


def test_a_mistyped_id_is_guessed(folder: Path) -> None:
    id_ = article(folder, 0)
    wrong = id_[:-1] + ("0" if id_[-1] != "0" else "1")
    assert f'did you mean "{id_}"' in str(run(folder, wrong, "--reason", "x", "--yes").exception)


def test_what_was_given_out_is_named(folder: Path) -> None:
    id_ = article(folder, 0)
    for name, query in (
        ("all.csv", "SELECT title FROM articles"),
        ("one.csv", "SELECT title FROM articles WHERE n = 2"),
    ):
        arguments = [query, "-o", str(folder / name)]
        assert CliRunner().invoke(export, arguments, obj=folder / "archive.db", standalone_mode=False).exception is None
    told = json.loads(done(folder, id_, "--reason", "asked for", "--yes", "--json").stdout)
    digest = json.loads((folder / "all.csv.manifest.json").read_text("utf-8"))["sha256"]
    assert [(each["file"], each["contains"]) for each in told["releases"]] == [("all.csv", True), ("one.csv", False)]
    assert told["releases"][0]["sha256"] == digest


def test_a_crawl_in_the_way_keeps_no_words_in_the_database(folder: Path) -> None:
    id_ = article(folder, 0)
    with hold(crawl_lock(folder / "archive.db")):
        result = run(folder, id_, "--reason", "asked for", "--yes")
        assert (result.return_value, "the WARC files are seen to" in result.stderr) == (1, True)
        assert "phiên thứ 0".encode() not in everything(folder)
    with opened(folder) as archive, Ingest(archive, Catalogue({}), workers=1):
        sql = "SELECT DISTINCT bytes FROM captures WHERE article = ?"
        assert archive.connection.execute(sql, (id_,)).fetchall() == [("dark",)]


PLACES = {"carrying": carrying, "dark": dark, "traces": traces}


def kill_at(folder: Path, place: str) -> None:
    """Carry out what is decided in a process that dies when it gets to *place*."""
    child = os.fork()
    if child == 0:
        module, name = place.split(":")
        setattr(PLACES[module], name, lambda *args: os.kill(os.getpid(), signal.SIGKILL))
        carrying.carry_out(open_archive(folder / "archive.db"), Catalogue({}))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("place", ["carrying:entomb", "traces:wipe", "dark:hide_rest"])
def test_killed_in_the_middle_the_next_start_ends_it(folder: Path, place: str) -> None:
    id_ = article(folder, 0)
    with opened(folder) as archive:
        decide(archive, [decision_on(archive.connection, id_, reason="asked for", at=datetime.now(UTC))])
    kill_at(folder, place)
    with opened(folder) as archive, Ingest(archive, Catalogue({}), workers=1) as ingest:
        ingest.finish()
        sql = "SELECT DISTINCT outcome, bytes FROM captures WHERE article = ?"
        assert archive.connection.execute(sql, (id_,)).fetchall() == [("withheld", "dark")]
        assert archive.connection.execute("SELECT count(*) FROM events WHERE kind = 'withdrawn'").fetchone() == (1,)
    assert "phiên thứ 0".encode() not in everything(folder)


@pytest.mark.parametrize("place", ["dark:bring_back", "carrying:_lift", "carrying:_read_again"])
def test_killed_while_it_comes_back_the_next_start_ends_it(folder: Path, place: str) -> None:
    before, id_ = tables(folder), article(folder, 0)
    done(folder, id_, "--reason", "asked for", "--yes")
    with opened(folder) as archive:
        tomb = tombstones.carried_out(archive.connection)[id_]
        undone = Decision(kind=Kind.ARTICLE, source=tomb.source, object=tomb.key, verdict=Verdict.UNDO, article=id_)
        decide(archive, [undone])
    kill_at(folder, place)
    with opened(folder) as archive, Ingest(archive, Catalogue({}), workers=1) as ingest:
        ingest.finish()
    assert tables(folder) == before


def put_back(folder: Path, made: Path) -> None:
    """The archive as it was before anything was decided, from a backup."""
    for path in folder.glob("archive.db*"):
        path.unlink()
    shutil.copy(made / "archive.db", folder)


@pytest.mark.parametrize("command", [(search, "phiên", "--json"), (export, "SELECT text FROM articles", "-o")])
def test_an_older_archive_put_back_shows_no_word_of_it(folder: Path, made: Path, command: tuple[Any, ...]) -> None:
    done(folder, article(folder, 0), "--reason", "asked for", "--yes")
    put_back(folder, made)
    asked, *arguments = command
    arguments += [str(folder / "out.jsonl")] if asked is export else []
    with hold(write_lock(folder / "archive.db")), pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.archive.LOCK_WAIT_SECONDS", 0)
        locked = CliRunner().invoke(asked, arguments, obj=folder / "archive.db", standalone_mode=False)
        assert isinstance(locked.exception, LockedError)
    result = CliRunner().invoke(asked, arguments, obj=folder / "archive.db", standalone_mode=False)
    assert result.exception is None
    shown = (folder / "out.jsonl").read_text("utf-8") if asked is export else result.stdout
    assert "phiên thứ 0" not in shown
    assert "phiên thứ 2" in shown
    assert "phiên thứ 0".encode() not in everything(folder)


def test_its_page_is_unavailable_and_says_why(folder: Path) -> None:
    id_ = article(folder, 0)
    done(folder, id_, "--reason", "the person <asked> for it", "--yes")

    async def get(path: str) -> Any:
        return await datasette(folder / "archive.db").client.get(path)

    for path in (f"/read/{id_}", f"/read/{id_}@2026-01-01T00:00:00Z"):
        page = asyncio.run(get(path))
        assert page.status_code == 451
        assert "the person &lt;asked&gt; for it" in page.text
        assert "phiên thứ" not in page.text


def test_its_row_is_unavailable_in_every_form(folder: Path) -> None:
    id_ = article(folder, 0)
    done(folder, id_, "--reason", "asked for", "--reference", "17/2026", "--yes")
    with opened(folder) as archive:
        sql = "SELECT n FROM articles WHERE id {} ? ORDER BY n"
        (n,), (other, *_) = (archive.connection.execute(sql.format(each), (id_,)).fetchone() for each in ("=", "<>"))

    async def get(path: str, **headers: str) -> Any:
        return await datasette(folder / "archive.db").client.get(path, headers=headers)

    row = f"/archive/articles/{n}"
    for path in (f"{row}.json", f"{row}.json?_shape=array", f"{row}.jsono", f"{row}.csv", f"{row}.json?_shape=object"):
        answer = asyncio.run(get(path))
        assert (answer.status_code, answer.headers["content-type"]) == (451, "application/json; charset=utf-8"), path
        said = answer.json()
        assert (said["ok"], said["article"], said["reason"], said["reference"]) == (False, id_, "asked for", "17/2026")
        assert said["at"].startswith("20") and "text" not in said
    page = asyncio.run(get(row))
    assert (page.status_code, "17/2026" in page.text) == (451, True)
    assert asyncio.run(get(f"/read/{id_}", accept="application/json")).json()["reason"] == "asked for"
    for path in (f"/archive/articles/{other}", f"/archive/articles/{other}.json", f"/archive/articles/{other}.csv"):
        assert asyncio.run(get(path)).status_code == 200, path
    assert asyncio.run(get("/archive/articles/999999.json")).status_code == 404
    assert asyncio.run(get("/archive/articles/~2e~2e.json")).status_code == 404
    assert asyncio.run(get("/other/articles/1.json")).status_code == 404


def read_by_a_former_program(folder: Path, id_: str, text: str) -> None:
    with opened(folder) as archive, archive.transaction() as connection:
        connection.execute(
            "INSERT INTO renditions (article, number, extractor, rules, text, sha256, at, capture)"
            " SELECT article, number, 'reader-0', '', ?, 'abc', '2026-01-01T00:00:00.000Z', capture FROM revisions"
            " WHERE article = ?",
            (text, id_),
        )


def renditions(folder: Path) -> list[tuple[Any, ...]]:
    with opened(folder) as archive:
        return list(archive.connection.execute("SELECT * FROM renditions ORDER BY 1, 2, 3, 4").fetchall())


def test_what_a_former_program_had_read_comes_back_too(folder: Path) -> None:
    id_ = article(folder, 0)
    read_by_a_former_program(folder, id_, "lời văn của bản đọc cũ")
    before = renditions(folder)
    done(folder, id_, "--reason", "asked for", "--yes")
    assert (renditions(folder), "bản đọc cũ".encode() in everything(folder)) == ([], False)
    kept = folder / "archive-dark" / "former" / f"{id_}-withdrawn.json"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    for path in folder.glob("archive.db*"):
        path.unlink()
    rebuild(folder / "archive.db", Catalogue({}))
    done(folder, id_, "--undo", "--yes")
    assert [row[:7] for row in renditions(folder)] == [row[:7] for row in before]
    assert len(before) == 2 and not kept.exists()


def test_ended_before_it_is_given_back_it_is_so_at_the_next_start(folder: Path) -> None:
    id_ = article(folder, 0)
    read_by_a_former_program(folder, id_, "lời văn của bản đọc cũ")
    before = renditions(folder)
    done(folder, id_, "--reason", "asked for", "--yes")

    def end(*given: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(former, "give_back", end)
        assert isinstance(run(folder, id_, "--undo", "--yes").exception, KeyboardInterrupt | click.Abort)
    assert renditions(folder) == []
    with opened(folder) as archive, Ingest(archive, Catalogue({}), workers=1):
        pass
    assert renditions(folder) == before


def test_destroyed_and_damaged_it_is_not(folder: Path) -> None:
    first, second = article(folder, 0), article(folder, 2)
    for each in (first, second):
        read_by_a_former_program(folder, each, "lời văn của bản đọc cũ")
    done(folder, first, second, "--reason", "asked for", "--yes")
    done(folder, first, "--destroy", "--yes")
    kept = folder / "archive-dark" / "former" / f"{second}-withdrawn.json"
    assert list(kept.parent.iterdir()) == [kept]
    kept.write_text(kept.read_text("utf-8").replace("cũ", "mới"), "utf-8")
    result = run(folder, second, "--undo", "--yes")
    assert (result.return_value, "no longer has the digest" in result.stderr) == (1, True)
    assert kept.exists() and renditions(folder) == []
