"""What else of a source prints a withdrawn article's text: whole-text feeds go dark with it, teasers stay."""

import html
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import record
from test_dark import NONE, files, made, target, text_of
from test_rebuild import news, visit
from warc_samples import MOMENT

from crawler.warc import Exchange, WarcWriter
from pipelines.archive import Archive, open_archive
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.withholding.command import withdraw
from pipelines.withholding.records.dark import bring_back, hide
from pipelines.withholding.records.quoting import captures_with_text
from pipelines.withholding.words.redacting import SIGN

__all__ = ["made"]


def listing(name: str, body: str, kind: str = "feed") -> Exchange:
    made = visit("song", 0, 40, body.encode())
    url = f"http://song.test/{name}"
    metadata = (("source", "song"), ("kind", kind))
    return replace(made, url=url, date=MOMENT + timedelta(hours=40), metadata=metadata)


def feed(item: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><item><title>Chợ</title>{item}</item></channel></rss>"


ARTICLE = news(0).decode()
TEXT = ARTICLE[ARTICLE.index("<p>") : ARTICLE.rindex("</p>") + 4]
FIRST = TEXT[: TEXT.index("</p>") + 4]
PRINTING = {
    "cdata.rss": feed(f"<description><![CDATA[{TEXT}]]></description>"),
    "escaped.rss": feed(f"<description>{html.escape(html.escape(TEXT, quote=False))}</description>"),
    "api.json": json.dumps({"items": [{"content": TEXT}]}),
    "other-spelling.rss": feed(f"<description>{TEXT.upper()}</description>"),
}
OTHERS = {
    "teaser.rss": feed(f"<description><![CDATA[{FIRST}]]></description>"),
    "of-another.rss": feed(f"<description><![CDATA[{news(5).decode()}]]></description>"),
    "empty.rss": feed(""),
}


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Iterator[Archive]:
    """With feeds that print the article's text, and some that don't."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with closing(open_archive(tmp_path / "archive.db")) as opened:
        writer = WarcWriter(opened.warc_folder, info={"software": "newsarchive/test"})
        for name, body in (PRINTING | OTHERS).items():
            writer.write(listing(name, body))
        writer.close()
        with Ingest(opened, NONE, workers=1) as ingest:
            recover(opened, ingest)
        yield opened


def names(archive: Archive, rows: list[int]) -> set[str]:
    sql = "SELECT final_url FROM captures WHERE id IN (SELECT value FROM json_each(?))"
    return {url.rpartition("/")[2] for (url,) in archive.connection.execute(sql, (json.dumps(rows),))}


def endings(archive: Archive) -> list[tuple[object, ...]]:
    columns = "record_id, kind, source, key, article, url, status, outcome, detail, bytes"
    return archive.connection.execute(f"SELECT {columns} FROM captures ORDER BY record_id").fetchall()


def test_feeds_with_its_text_are_found_in_any_spelling_and_teasers_are_not(archive: Archive) -> None:
    article, _ = target(archive)
    seen: list[tuple[int, int]] = []
    rows = captures_with_text(archive, article, lambda done, total: seen.append((done, total)))
    assert names(archive, rows) == set(PRINTING)
    assert seen[-1][0] == seen[-1][1] >= len(PRINTING | OTHERS)


def test_they_are_withheld_with_it_and_come_back_as_they_were(archive: Archive) -> None:
    article, own = target(archive)
    before, said = files(archive), record(archive)["captures"]
    rows = captures_with_text(archive, article)
    hide(archive, article, [*own, *rows])
    (newest,) = (data for name, data in files(archive).items() if name.startswith("newsarchive"))
    assert text_of(newest).count("phiên thứ 0,") == 1  # the teaser's
    sql = "SELECT outcome, bytes FROM captures WHERE id = ?"
    assert {archive.connection.execute(sql, (row,)).fetchone() for row in rows} == {("withheld", "dark")}
    bring_back(archive, article)
    assert (files(archive), record(archive)["captures"]) == (before, said)


def test_of_a_page_without_its_words_only_the_title_goes(archive: Archive) -> None:
    article, _ = target(archive)
    missing = visit("song", 0, 50, b"<html><title>404</title><p>Trang khong ton tai</p></html>")
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"
    titled = (*missing.metadata, ("link-title", "Cầu mới thông xe"))
    writer = WarcWriter(archive.warc_folder, info={"software": "newsarchive/test"}, prefix="late")
    writer.write(replace(missing, status=404, response_head=answer, metadata=titled))
    writer.close()
    with Ingest(archive, NONE, workers=1) as ingest:
        recover(archive, ingest)
    (path,) = archive.warc_folder.glob("late-*")
    sql = "SELECT id, article, outcome FROM captures WHERE warc_file = ?"
    row, found, outcome = archive.connection.execute(sql, (path.name,)).fetchone()
    assert (found, outcome, "Cầu mới" in text_of(path.read_bytes())) == (article, "missing", True)
    hide(archive, article, [row], titles_only=True)
    left = text_of(path.read_bytes())
    assert "Cầu mới" not in left and "Trang khong ton tai" in left
    archive.path.rename(archive.path.with_name("old.db"))
    rebuild(archive.path, NONE)
    with closing(open_archive(archive.path)) as rebuilt:
        assert rebuilt.connection.execute(sql, (path.name,)).fetchone()[1:] == (article, "missing")


def test_the_command_takes_them_along_and_back_and_so_does_a_rebuild(archive: Archive) -> None:
    article, _ = target(archive)
    before, said = files(archive), (record(archive), endings(archive))

    def withdraw_(*arguments: str) -> None:
        command = [article, *arguments, "--yes"]
        done = CliRunner().invoke(withdraw, command, obj=archive.path, standalone_mode=False)
        assert (done.exception, done.return_value) == (None, 0), done.output

    withdraw_("--reason", "asked for")
    left = "".join(text_of(data) for data in files(archive).values())
    assert ("phiên thứ 0," in left, left.count(f"<![CDATA[<p>{SIGN}")) == (
        False,
        1,
    )  # the teaser has no words, and stays
    assert [row[-3:] for row in endings(archive)].count(("withheld", None, "dark")) == 2 + len(PRINTING)
    again = archive.folder / "again"
    shutil.copytree(archive.folder, again, ignore=shutil.ignore_patterns("archive.db*", "again"))
    rebuild(again / "archive.db", NONE)
    with closing(open_archive(again / "archive.db")) as rebuilt:
        assert (record(rebuilt), endings(rebuilt)) == (record(archive), endings(archive))
    withdraw_("--undo")
    assert (files(archive), (record(archive), endings(archive))) == (before, said)


def test_a_feed_that_comes_again_is_withheld_when_it_comes(archive: Archive) -> None:
    article, _ = target(archive)
    command = [article, "--reason", "asked for", "--yes"]
    assert CliRunner().invoke(withdraw, command, obj=archive.path, standalone_mode=False).exception is None
    writer = WarcWriter(archive.warc_folder, info={"software": "newsarchive/test"}, prefix="late")
    writer.write(listing("cdata.rss", PRINTING["cdata.rss"]))
    writer.close()
    (path,) = archive.warc_folder.glob("late-*")
    assert "phiên thứ 0," in text_of(path.read_bytes())
    with Ingest(archive, NONE, workers=1) as ingest:
        recover(archive, ingest)
    assert "phiên thứ 0," not in text_of(path.read_bytes())
