"""``newsarchive redact``, on an archive as crawls leave it: the name is nowhere, stays out, and can be put back."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from every_surface import Reader
from small_world import NEIGHBOUR, OWN, PERSON, REPRINT, TARGET, TRANSLATION, crawl_again, quoting, target, visit
from worlds import Command, copied, run

sys.path.insert(0, str(Path(__file__).parents[1] / "pipelines"))
from record_side import one, record

from pipelines.archive import open_archive
from pipelines.withholding import seeking
from pipelines.withholding.words.redacting import FLAG, SIGN

REASON = "Theo yêu cầu của người được nhắc tên"


@pytest.fixture(scope="module")
def built(with_listings: Path) -> Path:
    return with_listings


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    archive = open_archive(path)
    found = record(archive)
    archive.close()
    return found


def ask(path: Path, sql: str, *values: object) -> object:
    archive = open_archive(path)
    found = one(archive, sql, *values)
    archive.close()
    return found


def read(path: Path) -> set[str]:
    """Where he is found; the operator's own file may have him. Pages show what tables have: test_public_surfaces.py."""
    reader = Reader(path=path, words=(NEIGHBOUR,))
    found = reader.at_rest() | reader.get(f"/read/{ask(path, 'SELECT id FROM articles WHERE url = ?', TARGET)}")
    return {where for where in found if not where.startswith("decisions.toml")}


def test_a_name_is_nowhere(path: Path, command: Command) -> None:
    (id_,) = (ask(path, "SELECT id FROM articles WHERE url = ?", TARGET),)
    assert len(read(path)) > 15, "the reader finds it where it stands"
    code, said = command(path, "redact", str(id_), NEIGHBOUR, "--reason", REASON, "--reference", "12/2026", "--yes")
    assert (code, "taken out" in said) == (0, True), said
    assert read(path) == set()
    assert ask(path, "SELECT title, flags FROM articles WHERE id = ?", id_) == (
        f"Ông {SIGN} bên con đập {OWN['title']}",
        FLAG,
    )
    assert ask(path, "SELECT count(*) FROM captures WHERE bytes = 'dark'") == 3
    assert (path.parent / "decisions.toml").stat().st_mode & 0o777 == 0o600
    assert oct(path.with_name("archive-dark").stat().st_mode)[-3:] == "700"
    before = rows(path)

    again = visit(TARGET, 90, target(OWN["edited"]), title=f"Ông {NEIGHBOUR}")
    crawl_again(path, [again, *quoting(hours=91, number=20)], "again")
    assert not read(path), "a new capture brings it back"
    after = rows(path)
    assert len(after["captures"]) == len(before["captures"]) + 8

    code, said = command(path, "reextract", "--all")
    assert code == 0, said
    assert not read(path), "reading again brings it back"
    assert rows(path)["articles"] == after["articles"]

    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    code, said = command(path, "rebuild")
    assert code == 0, said
    assert not read(path), "a rebuild brings it back"
    rebuilt = rows(path)
    for table in ("articles", "revisions", "changes", "copies", "stories", "images", "search"):
        assert rebuilt[table] == after[table], table


def test_an_older_archive_put_back_is_redacted_when_it_is_next_written(
    built: Path, path: Path, command: Command
) -> None:
    code, said = command(path, "redact", TARGET, NEIGHBOUR, "--reason", REASON, "--yes")
    assert code == 0, said
    wanted = rows(path)["articles"]
    shutil.copy(built, path)
    for name in ("archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    crawl_again(path, [], "none")
    assert rows(path)["articles"] == wanted
    assert not read(path), "pages of the file that are free have it"


def test_killed_in_the_middle_the_next_start_ends_it(path: Path, tmp_path: Path) -> None:
    def decide(of: Path) -> int:
        return run(of, "redact", TARGET, NEIGHBOUR, "--reason", REASON, "--yes")

    wanted = copied(path, tmp_path / "wanted")
    assert decide(wanted) == 0
    child = os.fork()
    if child == 0:
        seeking.cut = lambda *args: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        decide(path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    crawl_again(path, [], "none")
    assert read(path) == set()
    assert rows(path)["articles"] == rows(wanted)["articles"]
    files = [sorted(of.with_name("archive-warc").iterdir()) for of in (path, wanted)]
    assert [one.read_bytes() for one in files[1]] == [one.read_bytes() for one in files[0] if "none" not in one.name]


def test_names_are_put_back_one_by_one(path: Path, command: Command) -> None:
    before = rows(path)
    warc = {each.name: each.read_bytes() for each in path.with_name("archive-warc").iterdir()}
    for name in (NEIGHBOUR, PERSON, OWN["byline"]):
        code, said = command(path, "redact", TARGET, name, "--reason", REASON, "--yes")
        assert code == 0, said
    text = str(ask(path, "SELECT title || text || byline FROM articles WHERE url = ?", TARGET))
    assert not any(name in text for name in (NEIGHBOUR, PERSON, OWN["byline"])) and SIGN in text
    code, said = command(path, "redact", TARGET, OWN["byline"], "--undo", "--yes")
    assert code == 0, said
    assert ask(path, "SELECT byline FROM articles WHERE url = ?", TARGET) == OWN["byline"]
    assert NEIGHBOUR not in str(ask(path, "SELECT title FROM articles WHERE url = ?", TARGET))
    code, said = command(path, "redact", TARGET, "--undo", "--yes")
    assert code == 0, said
    assert rows(path) == before
    assert {each.name: each.read_bytes() for each in path.with_name("archive-warc").iterdir()} == warc
    assert command(path, "redact", TARGET, "--undo", "--yes")[0] == 2


def test_who_else_has_the_name_and_which_addresses_spell_it(path: Path, command: Command) -> None:
    code, said = command(path, "redact", TARGET, PERSON, "--reason", REASON, "--yes")
    assert code == 0
    assert REPRINT in said and TRANSLATION in said, said
    code, said = command(path, "redact", TRANSLATION, "dam", "--reason", REASON, "--yes")
    assert code == 0 and f"the address spells it, and stays: {TRANSLATION}" in said


def test_former_readings_have_the_name_again_when_it_is_put_back(path: Path, command: Command) -> None:
    archive = open_archive(path)
    with archive.transaction() as connection:
        connection.execute(
            "INSERT INTO renditions (article, number, extractor, rules, text, sha256, at) SELECT id, 1, 'reader-0', '',"
            " ?, 'abc', '2026-01-01T00:00:00.000Z' FROM articles WHERE url = ?",
            (f"Ông {NEIGHBOUR} và chị {PERSON}", TARGET),
        )
    archive.close()
    sql = "SELECT text, sha256 FROM renditions"
    before = ask(path, sql)
    for name in (NEIGHBOUR, PERSON):
        assert command(path, "redact", TARGET, name, "--reason", REASON, "--yes")[0] == 0
    assert ask(path, sql) == (f"Ông {SIGN} và chị {SIGN}", None)
    assert command(path, "redact", TARGET, PERSON, "--undo", "--yes")[0] == 0
    assert ask(path, sql) == (f"Ông {SIGN} và chị {PERSON}", None)
    assert command(path, "redact", TARGET, "--undo", "--yes")[0] == 0
    assert ask(path, sql) == before
    assert not list(path.parent.glob("archive-dark/former/*"))


def test_what_was_given_out_with_it_is_named(path: Path, command: Command) -> None:
    for name, sql in (("all.csv", "SELECT title FROM articles"), ("one.csv", "SELECT url FROM articles WHERE n = 2")):
        assert command(path, "export", sql, "-o", str(path.parent / name))[0] == 0
    code, said = command(path, "redact", f"{TARGET}?utm_source=zalo", PERSON, "--reason", REASON, "--yes")
    assert code == 0, said
    assert "all.csv  has it  (sha256" in said and "one.csv  has it not, as asked today" in said, said
    assert "given out" not in command(path, "redact", TARGET, "--undo", "--yes")[1]


def test_without_room_no_name_is_decided_on(path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1_000_000))
    code, said = command(path, "redact", TARGET, PERSON, "--reason", REASON, "--yes")
    assert (code, "1 MB are free" in said) == (1, True), said
    assert not (path.parent / "decisions.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((TARGET, "Lò Văn Nhất", "--reason", REASON), "does not stand in"),
        ((TARGET, "— …", "--reason", REASON), "neither letters nor figures"),
        ((TARGET, NEIGHBOUR), "--reason is missing"),
        ((TARGET, NEIGHBOUR, "--reason", f"theo đơn của ông {NEIGHBOUR.upper()}"), "anyone may read the reason"),
        ((TARGET, "--reason", REASON), "no NAME is given"),
        ((TARGET, NEIGHBOUR, "--undo"), "is not out of"),
        (("http://damsay.test/khong-co", NEIGHBOUR, "--reason", REASON), "no article has the id or address"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    path: Path, command: Command, arguments: tuple[str, ...], said: str
) -> None:
    code, told = command(path, "redact", *arguments, "--yes")
    assert (code, said in told) == (2, True), told
    assert not (path.parent / "decisions.toml").exists()


def test_without_a_yes_nothing_is_decided(path: Path, command: Command) -> None:
    code, _ = command(path, "redact", TARGET, NEIGHBOUR, "--reason", REASON)
    assert code != 0 and not (path.parent / "decisions.toml").exists()
