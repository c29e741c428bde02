"""A withdrawn article on every public surface: no word of it, through crawl, import, reextract, rebuild and restore.

Listings, feeds and the pages of other articles are among them: every byte of every WARC record is read.
"""

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from every_surface import COMMANDS, Reader, plain, readings
from small_world import (
    ENGLISH,
    MOVED,
    NEIGHBOUR,
    OWN,
    REPRINT,
    SITES,
    TARGET,
    TITLE,
    TRANSLATION,
    crawl_again,
    describe,
    quoting,
    target,
    visit,
)
from worlds import copied, run

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from warc_samples import foreign

from pipelines import sqlite
from pipelines.archive import open_archive, stamp
from schedules import cli

WORDS = (*OWN.values(), NEIGHBOUR, TITLE)


@pytest.fixture(scope="module")
def built(with_listings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With all that an archive may have of an article: a former reading, a title that waits, a decision, listings."""
    path = copied(with_listings, tmp_path_factory.mktemp("whole"))
    whole = target(OWN["edited"]).decode().partition("<article>")[2].partition("</article>")[0]
    item = f"<item><link>{TARGET}</link><description><![CDATA[{whole}]]></description></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    crawl_again(path, [visit(f"{SITES['dam-say']}/rss", 52, feed.encode(), kind="feed")], "feed")
    describe(path.parent, drop=".ben-le")
    assert run(path, "reextract") == 0
    archive = open_archive(path)
    with archive.transaction() as connection:
        key = connection.execute("SELECT key FROM articles WHERE url = ?", (TARGET,)).fetchone()[0]
        connection.execute(
            "INSERT INTO frontier (source, key, url, title, via_kind, found_at) VALUES ('dam-say', ?, ?, ?, 'feed', ?)",
            (key, TARGET, TITLE, stamp(datetime.now(UTC))),
        )
    archive.close()
    assert run(path, "reject", f"{SITES['khe-sen']}/tin/cho-6.html") == 0
    return path


def at_rest(path: Path) -> set[str]:
    return Reader(path=path, words=WORDS).at_rest()


def id_of(path: Path) -> str:
    connection = sqlite.connect_readonly(path)
    (found,) = connection.execute("SELECT id FROM articles WHERE url = ?", (TARGET,)).fetchone()
    connection.close()
    return str(found)


def test_the_world_has_each_word_in_many_places(built: Path) -> None:
    found = at_rest(built)
    for word in OWN.values():
        where = {place.rpartition(": ")[0] for place in found if place.endswith(f": {plain(word)}")}
        assert len(where) >= 3, (word, where)
    tables = {place.partition(":")[0].removeprefix("table ") for place in found if place.startswith("table ")}
    wanted = {
        "articles",
        "revisions",
        "changes",
        "edits",
        "images",
        "readings",
        "renditions",
        "search_docs",
        "signatures",
        "frontier",
    }
    assert wanted <= tables, wanted - tables
    reader = Reader(path=built, words=WORDS)
    assert (
        len(reader.get(f"/read/{id_of(built)}", "/search.json?q=khap+khoi", "/archive/changes.json?_shape=array")) > 9
    )


def test_no_surface_has_a_word_of_it_whatever_happens_next(
    built: Path, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id_ = id_of(path)
    assert run(path, "withdraw", id_, "--reason", "theo yêu cầu của tòa soạn", "--reference", "7/2026", "--yes") == 0
    said = capsys.readouterr().out
    assert REPRINT in said and TRANSLATION in said, said
    assert at_rest(path) == set()

    crawl_again(
        path,
        [
            visit(TARGET, 90, target(OWN["edited"]), title=TITLE),
            visit(MOVED, 91, target("54 hộ")),
            *quoting(hours=60, number=20),
        ],
        "again",
    )
    assert at_rest(path) == set(), "a crawl brings it back"

    (path.parent / "theirs.warc.gz").write_bytes(foreign([(TARGET, target(OWN["edited"])), (TRANSLATION, ENGLISH)]))
    assert run(path, "import", str(path.parent / "theirs.warc.gz")) == 0
    (path.parent / "theirs.warc.gz").unlink()
    assert at_rest(path) == set(), "an import brings it back"

    capsys.readouterr()
    assert run(path, "reextract", "--all") == 0
    told = plain("".join(capsys.readouterr()))
    assert told and not any(plain(word) in told for word in WORDS)
    assert at_rest(path) == set(), "reading again brings it back"

    shutil.copy(built, path)
    for name in ("archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    capsys.readouterr()
    run(path, "search", OWN["sapo"], "--json")
    assert capsys.readouterr().out.strip() == "[]", "an older archive.db answers with it"
    crawl_again(path, [], "none")
    assert at_rest(path) == set(), "an older archive.db brings it back"

    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    assert run(path, "rebuild") == 0
    reader = Reader(path=path, words=WORDS)
    assert reader.everything() == set(), "a rebuild brings it back"
    assert reader.answers[200] > 100 and reader.looked > 2000
    assert reader.dark.is_dir() and oct(reader.dark.stat().st_mode)[-3:] == "700"
    assert any(plain(OWN["body"]) in text for each in reader.dark.glob("*.gz") for text in readings(each.read_bytes()))


def test_every_command_is_known_to_the_reader() -> None:
    assert COMMANDS.keys() >= cli.TABLE.keys()


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("change", [str, lambda text: text.upper(), lambda text: f"x{text}"])
def test_the_reader_finds_a_word_in_every_form(tmp_path: Path, form: str, change: Callable[[str], str]) -> None:
    reader = Reader(path=tmp_path / "archive.db", words=("khấp khởi",))
    reader.look("here", b"\0" * (form != "utf-8") + change("khấp  khởi").encode(form))
    assert reader.found == {"here: khap khoi"}
