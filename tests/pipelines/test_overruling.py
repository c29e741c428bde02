"""The operator's word on pages: carried out on what is there, on what comes, by a reextract and by a rebuild."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crawled import take_in
from page_kinds import PROSE, article, frame, pager, teasers
from record_side import check_index, one, record
from test_rebuild import visit

from crawler.errors import LockedError
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import FILE, Decision, Kind, Verdict, decide, load
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold
from pipelines.rebuild import rebuild
from pipelines.reextract import reextract
from pipelines.rereading.deciding import carry_out
from schedules.cli import run

LISTING = frame("Thời sự", teasers(12) + pager()).encode()
NEWS = frame("Làm đường", article("Bà con thôn Đông góp công làm đường", PROSE)).encode()
OTHER = frame("Nước sạch", article("Nước sạch về bản Khe Mo", [text.upper() for text in PROSE])).encode()
URLS = [f"http://song.test/tin/cho-{number}.html" for number in range(4)]
OUTCOMES = (
    "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM captures WHERE kind = 'page' ORDER BY fetched_at)"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A listing, two articles, and the listing once more."""
    archive = create(tmp_path / "archive.db")
    archive.warc_folder.mkdir(exist_ok=True)
    visits = [visit("song", 0, 0, LISTING), visit("song", 1, 1, NEWS), visit("song", 2, 2, OTHER)]
    take_in(archive, visits)
    assert one(archive, OUTCOMES) == "rejected:listing article article"
    yield archive
    archive.close()


def newsarchive(archive: Archive, *arguments: str) -> int:
    return run(["--archive", str(archive.path), *arguments])


def test_a_refused_page_is_taken_in_and_the_decision_outlives_the_archive(archive: Archive) -> None:
    assert newsarchive(archive, "accept", URLS[0], "--note", "Danh sách có lời") == 0
    assert one(archive, OUTCOMES) == "article article article"
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'overruled'") == 1
    assert [each.note for each in load(archive.folder).all] == ["Danh sách có lời"]
    check_index(archive)
    before = record(archive)
    reextract(archive, (), dry_run=False, everything=True)
    assert record(archive) == before
    archive.close()
    archive.path.rename(archive.folder / "old.db")
    rebuild(archive.path, Catalogue.beside(archive.path))
    again = open_archive(archive.path)
    assert record(again) == before
    again.close()
    archive.connection = open_archive(archive.path).connection


def test_a_page_that_comes_again_is_what_the_operator_said(archive: Archive) -> None:
    newsarchive(archive, "accept", URLS[0])
    take_in(archive, [replace(visit("song", 0, 9, LISTING.replace(b"S", b"s")), record_id="<urn:uuid:again>")])
    assert one(archive, "SELECT count(*) FROM captures WHERE outcome LIKE 'rejected:%'") == 0
    assert one(archive, "SELECT count(*) FROM captures WHERE url = ? AND article IS NOT NULL", URLS[0]) == 2


def test_what_was_accepted_can_be_taken_back(archive: Archive) -> None:
    before = record(archive)
    newsarchive(archive, "accept", URLS[0])
    assert newsarchive(archive, "accept", "--undo", URLS[0]) == 0
    assert one(archive, OUTCOMES) == "rejected:listing article article"
    assert one(archive, "SELECT detail FROM captures WHERE url = ?", URLS[0]).startswith("12 headlines with links")
    assert record(archive) == before
    assert newsarchive(archive, "accept", "--undo", URLS[0]) == 2


def test_an_article_is_taken_out_and_comes_back_as_it_was(archive: Archive, tmp_path: Path) -> None:
    before = record(archive)
    assert newsarchive(archive, "reject", URLS[1]) == 0
    assert one(archive, OUTCOMES) == "rejected:listing rejected:operator article"
    assert one(archive, "SELECT count(*) FROM articles") == 1
    check_index(archive)
    reextract(archive, (), dry_run=False, everything=True)
    assert one(archive, "SELECT count(*) FROM articles") == 1
    struck = record(archive)
    assert newsarchive(archive, "reject", "--undo", URLS[1]) == 0
    assert record(archive) == before
    newsarchive(archive, "reject", URLS[1])
    assert record(archive) == struck


def test_a_later_word_replaces_an_earlier_one(archive: Archive) -> None:
    for word, outcomes in (("reject", "rejected:listing rejected:operator"), ("accept", "rejected:listing article")):
        newsarchive(archive, word, URLS[1])
        assert one(archive, OUTCOMES).startswith(outcomes)


@pytest.mark.parametrize("verdict", [Verdict.ACCEPT, Verdict.REJECT])
def test_what_was_decided_before_a_page_is_there_holds_when_it_comes(archive: Archive, verdict: Verdict) -> None:
    decide(archive, [Decision(kind=Kind.PAGE, source="song", object=URLS[3], verdict=verdict)])
    take_in(archive, [visit("song", 3, 5, LISTING if verdict is Verdict.ACCEPT else NEWS)])
    wanted = {"accept": "article", "reject": "rejected:operator"}[verdict]
    assert one(archive, "SELECT outcome FROM captures WHERE url = ?", URLS[3]) == wanted


def test_a_decision_by_hand_is_carried_out_by_the_next_run(archive: Archive) -> None:
    text = f'[[decision]]\nkind = "page"\nsource = "song"\nobject = "{URLS[0]}"\nverdict = "accept"\n'
    (archive.folder / FILE).write_text(text, encoding="utf-8")
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert one(archive, OUTCOMES) == "article article article"
    assert carry_out(archive, Catalogue.beside(archive.path)) == []


def test_while_a_crawl_is_on_a_decision_is_written_down(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    with hold(crawl_lock(archive.path), purpose="run"):
        with pytest.raises(LockedError), hold(crawl_lock(archive.path), purpose="another"):
            pass
        assert newsarchive(archive, "accept", URLS[0]) == 0
    assert "when the next run starts" in capsys.readouterr().out
    assert one(archive, OUTCOMES) == "rejected:listing article article"
    assert len(load(archive.folder).all) == 1


def test_pages_are_named_by_capture_too(archive: Archive) -> None:
    number, record_id = one(archive, "SELECT id, record_id FROM captures WHERE url = ?", URLS[0])
    assert newsarchive(archive, "accept", str(number)) == 0
    assert newsarchive(archive, "reject", record_id.strip("<>")) == 0
    assert [each.object for each in load(archive.folder).all] == [URLS[0], URLS[0]]


@pytest.mark.parametrize("page", ["http://nowhere.test/a", "999", "urn:uuid:none", "cho-0"])
def test_what_nobody_knows_is_no_page(archive: Archive, page: str) -> None:
    assert newsarchive(archive, "accept", page) == 2
    assert not (archive.folder / FILE).exists()


def test_what_was_refused_is_shown_with_its_evidence(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert newsarchive(archive, "refused") == 0
    shown = capsys.readouterr().out
    assert "1 × listing" in shown and URLS[0] in shown and "12 headlines with links" in shown
    assert newsarchive(archive, "refused", "song", "--code", "listing", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["source"], row["code"], row["url"]) == ("song", "listing", URLS[0])
    assert newsarchive(archive, "refused", "--code", "gambling") == 0
    assert capsys.readouterr().out == "nothing was refused\n"
    assert newsarchive(archive, "refused", "sonf") == 2
