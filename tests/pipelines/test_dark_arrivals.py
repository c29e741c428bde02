"""Withheld bytes that come again: by import of the untouched file or of one with tombstones, or by a crawl."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from test_dark import NONE, dark_files, files, made, target, text_of
from test_rebuild import news, write
from warc_samples import foreign

from pipelines.archive import Archive, create, open_archive
from pipelines.decisions import decide
from pipelines.importer import Report, Wanted, import_file
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.withholding import carrying
from pipelines.withholding.decisions.withdrawing import decision_on
from pipelines.withholding.records.dark import bring_back, destroy, hide, hide_rest

__all__ = ["made"]
WORDS = "phiên thứ 0,"


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with closing(open_archive(tmp_path / "archive.db")) as opened:
        yield opened


def taken_in(archive: Archive, path: Path) -> Report:
    with Ingest(archive, NONE, workers=1) as ingest:
        return import_file(archive, ingest, path, Wanted(catalogue=NONE, new=True))


def has_words(archive: Archive) -> bool:
    return any(WORDS in text_of(data) for data in files(archive).values())


def outcomes(archive: Archive) -> dict[str, tuple[str, str | None]]:
    sql = "SELECT record_id, outcome, bytes FROM captures ORDER BY record_id"
    return {record_id: (outcome, kept) for record_id, outcome, kept in archive.connection.execute(sql)}


def test_the_untouched_file_from_elsewhere_brings_nothing_back(archive: Archive, tmp_path: Path) -> None:
    article, rows = target(archive)
    elsewhere = write(tmp_path / "elsewhere", 0)
    assert WORDS in text_of(elsewhere.read_bytes())
    hide(archive, article, rows)
    before = files(archive)
    report = taken_in(archive, elsewhere)
    assert (report.copied, report.known) == (0, 5)
    assert not has_words(archive) and {name: files(archive)[name] for name in before} == before


def test_a_file_with_tombstones_is_taken_in_as_it_is_and_once(archive: Archive, tmp_path: Path) -> None:
    article, rows = target(archive)
    hide(archive, article, rows)
    marked = [record for record, (_, kept) in outcomes(archive).items() if kept == "dark"]
    with closing(create(tmp_path / "other" / "archive.db")) as other:
        for path in sorted(archive.warc_folder.iterdir()):
            assert not (found := taken_in(other, path)).damage and found.copied
        assert [record for record, (outcome, _) in outcomes(other).items() if outcome == "withheld"] == marked
        # There it is nowhere, and is not looked for again.
        assert [outcomes(other)[record][1] for record in marked] == ["destroyed", "destroyed"]
        before = outcomes(other), sum(len(data) for data in files(other).values())
        for path in sorted(archive.warc_folder.iterdir()):
            assert not taken_in(other, path).copied
        assert outcomes(other) == before[0] and not has_words(other)
        # Nor does the untouched file bring it in there.
        assert taken_in(other, write(tmp_path / "elsewhere", 0)).copied == 0 and not has_words(other)


def withheld(archive: Archive, bytes_: str = "dark") -> str:
    """The article, withdrawn in the rows alone: as a crash before its bytes went, or a crawl in the way, leaves it."""
    article, _ = target(archive)
    made = decision_on(archive.connection, article, reason="asked for", at=datetime.now(UTC), bytes_=bytes_)
    decide(archive, [made])
    assert carrying.withhold(archive) == (article,) and has_words(archive)
    return article


def test_what_came_in_since_goes_dark_at_the_end_of_the_run(archive: Archive) -> None:
    article = withheld(archive)
    with Ingest(archive, NONE, workers=1) as ingest:
        ingest.finish()
    assert not has_words(archive) and len(dark_files(archive)) == 4
    before = archive.connection.total_changes
    assert hide_rest(archive).captures == () and archive.connection.total_changes == before
    bring_back(archive, article)
    assert has_words(archive)


def test_of_an_article_that_was_destroyed_it_is_destroyed_at_once(archive: Archive) -> None:
    withheld(archive, "destroyed")
    hide_rest(archive)
    assert not has_words(archive) and [path.suffix for path in dark_files(archive)] == [".json", ".json"]


def test_what_cannot_be_hidden_now_stops_no_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    withheld(archive)
    usage = shutil.disk_usage(archive.folder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=0))
        with Ingest(archive, NONE, workers=1) as ingest:
            ingest.finish()
        assert len(hide_rest(archive).problems) == 1
    assert "cannot be hidden now" in caplog.text and has_words(archive)
    hide_rest(archive)
    assert not has_words(archive)


def test_rebuilt_beside_what_is_dark_it_can_still_come_back(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    hide(archive, article, rows)
    archive.path.rename(archive.path.with_name("old.db"))
    rebuild(archive.path, NONE)
    with closing(open_archive(archive.path)) as rebuilt:
        assert [kept for outcome, kept in outcomes(rebuilt).values() if outcome == "withheld"] == ["dark", "dark"]
        assert len(bring_back(rebuilt, article).captures) == 2
        assert files(rebuilt) == before


def test_an_older_copy_of_the_file_that_is_put_back_is_cut_again(archive: Archive) -> None:
    article, rows = target(archive)
    old = files(archive)
    hide(archive, article, rows)
    destroy(archive, article)
    cut = files(archive)
    for name, data in old.items():
        (archive.warc_folder / name).write_bytes(data)
    assert hide(archive, article, rows).records == 2
    assert files(archive) == cut


def test_a_record_that_somebody_else_made_can_be_hidden(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    pages = [("http://xa.test/tin/cho.html", news(0)), ("http://xa.test/tin/ben.html", news(5))]
    # With ids that are not those of the other sample.
    path.write_bytes(foreign(pages, compress=False).replace(b"<urn:uuid:00000000", b"<urn:uuid:77777777"))
    assert taken_in(archive, path).copied == 2
    sql = "SELECT id FROM captures WHERE final_url = 'http://xa.test/tin/cho.html'"
    rows = [row for (row,) in archive.connection.execute(sql)]
    count = sum(text_of(data).count(WORDS) for data in files(archive).values())
    hide(archive, "xa", rows)
    assert 0 < sum(text_of(data).count(WORDS) for data in files(archive).values()) < count
