"""What reading again changes, keeps and leaves out, and what it says of it: real pages, real WARC files."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from old_archive import FOOTER, content, history, make, make_old, pack_as_before, page, put_readings, without_end
from record_side import one, record
from test_rebuild import visit

from pipelines.archive import Archive, open_archive, open_readonly
from pipelines.article import Block, Published, Reading
from pipelines.reextract import reextract
from pipelines.rereading.evidence import Verdict
from pipelines.rereading.shown import Repeated
from pipelines.versions.revise import forget_readings
from pipelines.workers import Failure
from schedules import cli

TEXTS = "SELECT group_concat(text, '/') FROM (SELECT text FROM articles ORDER BY id)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make(folder, history()[:8] + history()[-2:]).close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "a")
    return tmp_path / "a"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    opened = open_archive(folder / "archive.db")
    yield opened
    opened.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def command(folder: Path, *arguments: str) -> int:
    return cli.run(["-q", "--archive", str(folder / "archive.db"), "reextract", *arguments])


def test_a_dry_run_writes_nothing_and_says_what_would_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        make_old(archive)
    before = {path.name: digest(path) for path in folder.rglob("*") if path.is_file()}
    assert command(folder, "--dry-run", "--sample", "1") == 0
    said = capsys.readouterr().out
    assert "10 captures read again, 10 would differ" in said
    assert "come in on many pages alike" in said
    assert FOOTER.lower() in said
    assert "  +Ngày mùng 7" in said
    assert said.count("http://") == 1
    after = {path.name: digest(path) for path in folder.rglob("*") if path.is_file()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {"archive.db-wal", "archive.db-shm"}
    assert command(folder, "--dry-run", "--json", "nui") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["todo"], told["total"]["differ"], list(told["sources"])) == (5, 5, ["nui"])
    assert "Ngày mùng 7" in told["sample"][0]["gained"][0]


def test_an_older_schema_can_be_looked_at(folder: Path) -> None:
    path = folder / "archive.db"
    with closing(open_archive(path)) as archive:
        for table, column in (("captures", "read_by"), ("sources", "read_by"), ("articles", "flags")):
            archive.connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    looking = Archive(path, open_readonly(path))
    found = reextract(looking, (), dry_run=True)
    looking.connection.close()
    assert (found.read, found.changed) == (10, 0)


def test_a_schema_that_is_too_old_is_said_in_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        archive.connection.execute("DROP INDEX captures_refers")
        archive.connection.execute("ALTER TABLE captures DROP COLUMN refers_to")
        archive.connection.execute("PRAGMA user_version = 1")
    assert command(folder, "--dry-run") == 2
    said = capsys.readouterr().err
    assert "has schema 1, too old to be only looked at (no such column: c.refers_to)" in said
    assert said.count("\n") == 1


def test_a_second_call_reads_nothing_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        make_old(archive)
    assert command(folder) == 0
    assert "10 captures read again, 10 differ" in capsys.readouterr().out
    with closing(open_archive(folder / "archive.db")) as archive:
        before = content(archive)
    assert command(folder) == 0
    assert capsys.readouterr().out == (
        "nothing to read: all 10 captures were read by this program (--all reads them again)\n"
    )
    assert command(folder, "--all") == 0
    assert "10 captures read again, none differ" in capsys.readouterr().out
    with closing(open_archive(folder / "archive.db")) as archive:
        assert content(archive) == before


def test_what_was_fetched_since_is_known_to_be_read(archive: Archive) -> None:
    assert reextract(archive, (), dry_run=True).todo == 0
    assert one(archive, "SELECT count(DISTINCT read_by) FROM captures") == 1  # both sources follow from their hosts


def test_another_source_file_has_its_source_read_again(folder: Path) -> None:
    (folder / "sources").mkdir()
    file = folder / "sources/song.toml"
    file.write_text(
        'name = "Báo Sông"\nprovince = "bac-ninh-2025"\nhomepage = "http://song.test/"\n[extract]\ntitle = "h1"\n',
        encoding="utf-8",
    )
    with closing(open_archive(folder / "archive.db")) as archive:
        assert reextract(archive, (), dry_run=False).todo == 5
        file.write_text(file.read_text(encoding="utf-8") + 'drop = ["p:first-of-type"]\n', encoding="utf-8")
        found = reextract(archive, (), dry_run=False)
        assert (found.todo, found.changed) == (5, 5)
        assert found.total.verdicts == {Verdict.LOST_PROSE: 5}
        file.write_text('schedule = "daily"\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
        assert reextract(archive, (), dry_run=False).todo == 0


def test_a_source_that_no_file_describes_is_read_as_it_was_in_force(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources/song.toml"
    text = (
        'name = "Báo Sông"\nprovince = "bac-ninh-2025"\nhomepage = "http://song.test/"\n[extract]\ndrop = ["h1 + p"]\n'
    )
    file.write_text(text, encoding="utf-8")
    with closing(make(tmp_path, history()[1:6:2])) as archive:
        before = record(archive)
        assert "mùng 1," not in one(archive, TEXTS)
        file.unlink()
        found = reextract(archive, (), dry_run=False, everything=True)
        assert (found.read, found.changed) == (3, 0)
        assert record(archive) == before


def test_readings_of_before_blocks_had_places_become_today_s(archive: Archive) -> None:
    """As the migration leaves an archive: rows that nobody asked how sure they are, and no places."""
    fresh = record(archive)
    with archive.transaction() as connection:
        for (article,) in connection.execute("SELECT id FROM articles").fetchall():
            put_readings(connection, article, lambda reading: reading, pack_as_before)
        connection.execute("UPDATE site_blocks SET sure = 0")
        connection.execute("DELETE FROM site_places")
        connection.execute("DELETE FROM boilerplate WHERE decision = 'trust'")
        connection.execute("UPDATE captures SET read_by = NULL")
    assert reextract(archive, (), dry_run=True).total.alike == 10
    found = reextract(archive, (), dry_run=False)
    assert (found.read, found.changed, found.failed) == (10, 0, 0)
    assert record(archive) == fresh
    assert one(archive, "SELECT count(*) FROM site_places") > 0


@pytest.mark.parametrize(("sure", "is_text"), [(-25, False), (-1, False), (0, True), (15, True), (60, True)])
def test_a_line_is_repeated_where_it_is_text_and_not_where_it_only_may_be(
    archive: Archive, sure: int, is_text: bool
) -> None:
    """A sapo that stands on other pages as a teaser is no less its own article's."""
    line = "Chợ mở lại từ mùng một, đường vào chợ đã được đổ bê tông."

    def with_line(reading: Reading) -> Reading:
        return replace(reading, blocks=(*reading.blocks, Block(text=line, sure=sure)))

    sql = "SELECT DISTINCT article FROM captures WHERE source = 'song' AND reading IS NOT NULL ORDER BY article LIMIT 2"
    with archive.transaction() as connection:  # too few for a rule
        for (article,) in connection.execute(sql).fetchall():
            put_readings(connection, article, with_line)
            forget_readings(connection, "song", article)
    repeated = Repeated(archive)
    assert repeated("song", line) is repeated("song", line.upper()) is is_text
    assert repeated("nui", line) is repeated("song", f"{line} Khác.") is False
    assert repeated("song", FOOTER) is True
    with archive.transaction() as connection:  # the rules still take it out, read by whom it may have been
        connection.execute("DELETE FROM site_blocks")
    assert Repeated(archive)("song", FOOTER) is True


def other_date(reading: Reading) -> Reading:
    return replace(reading, published=Published(at="2020-01-01", precision="day", method="meta"))


def test_a_date_that_is_read_otherwise_reaches_the_article(archive: Archive) -> None:
    """Though its words, which make a version, are the same."""
    fresh = record(archive)
    make_old(archive, other_date)
    assert one(archive, "SELECT DISTINCT published_at FROM articles") == "2020-01-01"
    found = reextract(archive, (), dry_run=False)
    assert set(found.total.all_verdicts) <= {Verdict.OTHER_DATE, Verdict.LOST_DATE}
    assert record(archive) == fresh
    assert one(archive, "SELECT count(*) FROM renditions") == 0  # no word differs


def test_another_extractor_that_reads_the_same_is_noted_and_nothing_else(archive: Archive) -> None:
    fresh = record(archive)
    make_old(archive, lambda reading: replace(reading, extractor="old"))
    assert record(archive) != fresh
    found = reextract(archive, (), dry_run=False)
    assert (found.read, found.changed, found.total.alike) == (10, 0, 10)
    assert record(archive) == fresh
    assert one(archive, "SELECT count(*) FROM renditions") == 0


def test_pages_that_are_only_cleaned_otherwise_are_seen(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The readings are the same; the lines that clean them are others since."""
    fresh = record(archive)
    with archive.transaction() as connection:
        for table in ("articles", "revisions"):
            connection.execute(
                f"UPDATE {table} SET text = text || char(10) || 'Quảng cáo ở cuối trang', sha256 = 'old'"
            )
        connection.execute("UPDATE readings SET words = 'old'")
        connection.execute("UPDATE captures SET read_by = 'old'")
        connection.execute("DELETE FROM revisions WHERE number > 1")
    found = reextract(archive, (), dry_run=False)
    assert found.changed == 10
    assert record(archive) == fresh


def test_former_readings_are_kept_once_and_can_be_read_back(archive: Archive) -> None:
    make_old(archive)
    old = dict(archive.connection.execute("SELECT capture, text FROM revisions").fetchall())
    reextract(archive, (), dry_run=False)
    sql = "SELECT capture, text FROM renditions"
    assert dict(archive.connection.execute(sql).fetchall()) == old
    reextract(archive, (), dry_run=False, everything=True)
    assert dict(archive.connection.execute(sql).fetchall()) == old
    assert one(archive, "SELECT count(*) FROM renditions") == len(old)
    assert one(archive, "SELECT DISTINCT extractor FROM renditions") == "old old"  # and what it was noted with
    make_old(archive, lambda reading: replace(without_end(reading), extractor="older"))
    reextract(archive, (), dry_run=False)
    assert one(archive, "SELECT count(*) FROM renditions") == 2 * len(old)


def test_what_cannot_be_read_keeps_its_reading_and_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        make_old(archive)
        before = record(archive)
        offset, length = one(
            archive,
            "SELECT warc_offset, warc_length FROM captures WHERE final_url LIKE '%nui%cho-4.html' ORDER BY id LIMIT 1",
        )
    (warc,) = (folder / "archive-warc").glob("*.warc.gz")
    data = bytearray(warc.read_bytes())
    data[offset + length // 2] ^= 255
    warc.write_bytes(data)
    assert command(folder) == 1
    said = capsys.readouterr().out
    # The article has two captures; of two programs side by side, one would pass for an edit.
    assert "1 could not be read; their former reading stays" in said
    assert (
        f"http://nui.test/tin/cho-4.html  unreadable-record {warc.name} has no whole record at offset {offset}" in said
    )
    with closing(open_archive(folder / "archive.db")) as archive:
        after = record(archive)
        (article,) = {row["id"] for row in after["articles"] if row["url"].endswith("nui.test/tin/cho-4.html")}
        assert [r for r in after["captures"] if r["article"] == article] == [
            r for r in before["captures"] if r["article"] == article
        ]
        assert reextract(archive, (), dry_run=True).todo == 2
    warc.unlink()
    assert command(folder) == 1
    assert "unreadable-file" in capsys.readouterr().out


def test_a_page_that_takes_too_long_keeps_its_reading(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    make_old(archive)
    from pipelines.rereading import ahead

    collect = ahead.Workers.collect

    def slow(workers: ahead.Workers, timeout: float) -> list[tuple[int, object]]:
        return [
            (ticket, Failure("extraction-timeout") if ticket == 0 else it) for ticket, it in collect(workers, timeout)
        ]

    monkeypatch.setattr(ahead.Workers, "collect", slow)
    found = reextract(archive, (), dry_run=False)
    ((_, url, cause),) = found.failures
    assert cause == "extraction-timeout"
    assert one(archive, "SELECT DISTINCT read_by FROM captures WHERE final_url = ?", url) == "old"
    monkeypatch.undo()
    found = reextract(archive, (), dry_run=False)
    assert (found.failed, found.todo > 0) == (0, True)


def test_what_is_refused_now_keeps_its_reading(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        before = record(archive)
        word = one(archive, "SELECT title FROM articles WHERE url = 'http://nui.test/tin/cho-2.html'")
    (folder / "sources").mkdir()
    (folder / "sources/nui.toml").write_text(
        f'name = "Núi"\nhomepage = "http://nui.test/"\nkeep = ["{word}"]\n', encoding="utf-8"
    )
    assert command(folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["refused"] == len(told["refused"]) == 4
    assert {"source": "nui", "url": "http://nui.test/tin/cho-0.html", "outcome": "rejected:off-topic"} in told[
        "refused"
    ]
    with closing(open_archive(folder / "archive.db")) as archive:
        assert record(archive)["captures"] == before["captures"]
        assert record(archive)["revisions"] == before["revisions"]
        assert one(archive, "SELECT count(*) FROM events WHERE kind = 'refused-again'") == 4
    assert command(folder) == 0
    assert "nothing to read" in capsys.readouterr().out


def test_what_the_operator_rejects_goes_and_comes_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        before = record(archive)
    file = folder / "decisions.toml"
    file.write_text(
        '[[decision]]\nkind = "page"\nsource = "nui"\nobject = "http://nui.test/tin/cho-2.html"\nverdict = "reject"\n',
        encoding="utf-8",
    )
    assert command(folder, "--dry-run") == 0
    assert "1 would be taken out, as you decided:\n  http://nui.test/tin/cho-2.html" in capsys.readouterr().out
    assert command(folder) == 0
    assert "1 were taken out, as you decided" in capsys.readouterr().out
    with closing(open_archive(folder / "archive.db")) as archive:
        assert len(record(archive)["articles"]) == len(before["articles"]) - 1
        assert reextract(archive, (), dry_run=False).todo == 0
        file.unlink()
        found = reextract(archive, (), dry_run=False)
        assert (found.todo, found.overruled) == (1, 1)
        assert record(archive) == before


def test_what_was_refused_by_an_older_program_is_taken_in(tmp_path: Path) -> None:
    missing = visit("song", 1, 50, "<html><title>404</title><p>Không tìm thấy trang.</p></html>".encode())
    with closing(make(tmp_path, [visit("song", 1, 1, page(1)), missing, visit("song", 2, 2, page(2))])) as archive:
        fresh = record(archive)
        assert one(archive, "SELECT count(*) FROM observations WHERE state = 'missing'") == 1
        with archive.transaction() as connection:
            sql = "UPDATE captures SET read_by = 'old', outcome = 'rejected:too-short' WHERE outcome LIKE '%404'"
            connection.execute(sql)
            connection.execute("DELETE FROM observations WHERE state = 'missing'")
        found = reextract(archive, (), dry_run=False)
        assert (found.todo, found.overruled, found.failed) == (1, 0, 0)
        assert record(archive) == fresh
