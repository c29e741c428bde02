"""boilerplate, keep and remove as they are typed: shown, overruled at once and for good, taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawled import take_in
from record_side import check_index, one, record
from site_pages import HOTLINE, OWN, page
from test_rebuild import visit
from warc_samples import ours

from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import FILE, Decision, Kind, Verdict, decide, load
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.reextract import reextract
from schedules.cli import run

KEY = "SELECT key FROM boilerplate WHERE decision = 'remove' AND text LIKE ?"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Five articles, each with a line of the paper's within its body."""
    archive = create(tmp_path / "archive.db")
    archive.warc_folder.mkdir(exist_ok=True)
    pages = [page(number, extra=(OWN,) if number == 2 else ()) for number in range(5)]
    take_in(archive, [visit("song", number, number, body) for number, body in enumerate(pages)])
    assert HOTLINE not in texts(archive)
    yield archive
    archive.close()


def texts(archive: Archive) -> str:
    return "\n".join(text for (text,) in archive.connection.execute("SELECT text FROM articles ORDER BY url"))


def typed(archive: Archive, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["--archive", str(archive.path), *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def key(archive: Archive, text: str = HOTLINE) -> str:
    return str(one(archive, KEY, f"{text}%"))


def test_what_is_taken_out_is_shown_with_its_reason(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = typed(archive, capsys, "boilerplate")
    assert code == 0
    assert f"song  remove  {key(archive)}  on 5 of 5 articles\n  {HOTLINE}\n" in out
    code, out, _ = typed(archive, capsys, "boilerplate", "song", "--json")
    (row,) = (row for row in json.loads(out) if row["text"] == HOTLINE)
    assert row == {
        "source": "song",
        "key": int(key(archive)),
        "decision": "remove",
        "articles": 5,
        "reason": "on 5 of 5 articles",
        "text": HOTLINE,
    }


def test_what_is_kept_is_back_at_once_and_for_pages_to_come(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    learned, named = record(archive), key(archive)
    code, out, _ = typed(archive, capsys, "keep", "song", named, "--note", "Số này là tin")
    assert (code, out) == (0, "written down; 5 articles cleaned again\n")
    assert texts(archive).count(HOTLINE) == 5
    check_index(archive)
    assert load(archive.folder).all[0].note == "Số này là tin"
    assert "keep" in typed(archive, capsys, "boilerplate")[1]
    take_in(archive, [visit("song", 7, 7, page(7))])
    assert texts(archive).count(HOTLINE) == 6
    before = record(archive)
    reextract(archive, (), dry_run=False, everything=True)
    assert record(archive) == before
    archive.close()
    archive.path.rename(archive.folder / "old.db")
    rebuild(archive.path, Catalogue.beside(archive.path))
    archive.connection = open_archive(archive.path).connection
    assert record(archive) == before
    assert typed(archive, capsys, "keep", "song", named, "--undo")[0] == 0
    assert HOTLINE not in texts(archive)
    assert record(archive)["boilerplate"][0].keys() == learned["boilerplate"][0].keys()


def test_what_was_kept_is_taken_back_without_a_trace(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    before, named = record(archive), key(archive)
    typed(archive, capsys, "keep", "song", named)
    assert record(archive) != before
    assert typed(archive, capsys, "keep", "song", HOTLINE, "--undo")[0] == 0  # by its text as well
    assert record(archive) == before


def test_a_line_is_removed_by_its_printed_text(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    before, line = record(archive), OWN
    assert line in texts(archive)
    code, out, _ = typed(archive, capsys, "remove", "song", f"  {line.upper()} ")
    assert (code, out) == (0, "written down; 1 articles cleaned again\n")
    assert line not in texts(archive)
    assert "the operator's decision" in typed(archive, capsys, "boilerplate")[1]
    assert typed(archive, capsys, "remove", "song", line, "--undo")[0] == 0
    assert record(archive) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("keep", "song", "Không ở đâu cả"), "allowed: its text as it is printed, a key of"),
        (("remove", "song", "9" * 18), "no page of song has a block"),
        (("remove", "song", "9" * 400), "no page of song has a block"),
        (("keep", "song", "2024"), "no page of song has a block '2024'"),
        (("keep", "song", "1", "--undo"), "nothing was decided on '1' of song; allowed: -"),
        (("keep", "sogn", "1"), "did you mean"),
        (("boilerplate", "sogn"), "did you mean"),
    ],
)
def test_a_wrong_word_is_one_line_with_what_is_allowed(
    archive: Archive, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = typed(archive, capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert not (archive.folder / FILE).exists()


def test_of_several_keys_one_wrong_and_nothing_is_decided(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(archive, capsys, "keep", "song", key(archive), "Không ở đâu cả")[0] == 2
    assert not (archive.folder / FILE).exists()
    assert HOTLINE not in texts(archive)


def test_while_a_crawl_is_on_it_is_written_down_and_carried_out_by_the_next_run(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(crawl_lock(archive.path), purpose="run"):
        code, out, _ = typed(archive, capsys, "keep", "song", key(archive))
        assert code == 0
        assert "when the next run starts" in out
    assert HOTLINE not in texts(archive)
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert texts(archive).count(HOTLINE) == 5


def test_a_decision_by_hand_is_carried_out_and_taken_back_by_the_next_run(archive: Archive) -> None:
    before = record(archive)
    decide(archive, [Decision(kind=Kind.BLOCK, source="song", object=key(archive), verdict=Verdict.KEEP)])
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert texts(archive).count(HOTLINE) == 5
    (archive.folder / FILE).unlink()
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert record(archive) == before


def test_a_file_that_is_being_edited_stops_no_run(archive: Archive) -> None:
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
        (archive.folder / FILE).write_text("[[decision", encoding="utf-8")
        ours(archive.warc_folder, [visit("song", 8, 8, page(8))])
        recover(archive, ingest)
        assert one(archive, "SELECT count(*) FROM articles") == 6
        (archive.folder / FILE).unlink()
    assert one(archive, "SELECT source FROM unlearned") == "song"
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert one(archive, "SELECT articles FROM boilerplate WHERE text = ?", HOTLINE) == 6


def test_a_run_that_died_before_it_learned_is_made_good(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.ingest.relearn", lambda *_: 0)
        take_in(archive, [visit("song", 8, 8, page(8))])
    assert one(archive, "SELECT articles FROM boilerplate WHERE text = ?", HOTLINE) == 5
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert one(archive, "SELECT articles FROM boilerplate WHERE text = ?", HOTLINE) == 6
