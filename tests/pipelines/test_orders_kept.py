"""From the WARC files, with copies, edits, a page of two articles and a withdrawal: in any order, the same record."""

import shutil
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from look_files import write_each
from record_side import record
from test_conflicts_kept import URL, page
from test_rebuild import news
from warc_samples import MOMENT, exchange

from crawler.memory import Prior
from crawler.warc import Exchange
from pipelines.archive import create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import FILE, decide
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.withholding.decisions.withdrawing import decision_on

NONE = Catalogue({})
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"
COPY = news(3, 55).replace(b"</article>", "<p>Theo báo bạn, chợ họp đến hết rằm.</p></article>".encode())


def visit(url: str, hour: float, body: bytes | None, **more: Any) -> Exchange:
    made = exchange(payload=body or b"<html></html>")
    if body is None:
        made = replace(made, status=404, response_head=GONE)
    fields = (("source", "nui" if "nui" in url else "song"), ("kind", "page"), ("via-kind", "feed"))
    return replace(made, url=url, date=MOMENT + timedelta(hours=hour), metadata=fields, **more)


def looks() -> list[Exchange]:
    """The page shows one article, then another, edited, missing and not modified; others are edited and reprinted."""
    second = visit(URL, 1, page("lúa"))
    prior = Prior(record_id=record_id(1), url=URL, fetched_at=second.date, payload_digest="sha1:" + "A" * 32)
    seen = [
        visit(URL, 0, page("cầu", 70)),
        second,
        visit(URL, 2, page("lúa", 55)),
        visit(URL, 3, None),
        visit(URL, 4, page("cầu", 60)),
        replace(visit(URL, 5, b""), status=304, refers_to=prior),
        visit("http://song.test/cho.html", 6, news(3)),
        visit("http://song.test/cho.html", 7, news(3, 55)),
        visit("http://nui.test/cho-ban.html", 8, COPY),
        visit(
            "http://nui.test/lua.html",
            9,
            page("lúa", 55).replace(b"</article>", "<p>Theo Sông.</p></article>".encode()),
        ),
        visit(URL, 10, None),
        visit(URL, 11, page("cầu", 90)),
    ]
    return [replace(look, record_id=record_id(number)) for number, look in enumerate(seen)]


def record_id(number: int) -> str:
    return f"<urn:uuid:{number:08d}-0000-4000-8000-000000000000>"


def take_in(folder: Path, numbers: Iterable[int]) -> dict[str, Any]:
    path = folder / "archive.db"
    with closing(open_archive(path) if path.exists() else create(path)) as archive:
        write_each(archive.warc_folder, looks(), numbers)
        with Ingest(archive, NONE, workers=1) as ingest:
            recover(archive, ingest)
        return record(archive)


def withdraw(folder: Path, title: str) -> str:
    with closing(open_archive(folder / "archive.db")) as archive:
        sql = "SELECT id FROM articles WHERE title = ? AND source = 'song'"
        (article,) = archive.connection.execute(sql, (title,)).fetchone()
        decide(archive, [decision_on(archive.connection, article, reason="asked for", at=MOMENT)])
    return str(article)


EVERY = range(len(looks()))
BACKWARDS = tuple(reversed(EVERY))


@pytest.mark.parametrize(("subject", "words"), [("cầu", "có 92 người"), ("lúa", "có 42 người")])
def test_decided_before_between_or_after_and_rebuilt_the_record_is_the_same(
    subject: str, words: str, tmp_path: Path
) -> None:
    between, first = tmp_path / "between", tmp_path / "first"
    take_in(between, (0, 2, 6, 4, 8))
    article = withdraw(between, f"Chuyện về {subject} ở xã")
    expected = take_in(between, (3, 9, 1, 11, 7, 5, 10))
    states = {row["id"]: row["state"] for row in expected["articles"]}
    assert (len(states), states[article]) == (5, "withdrawn")
    assert sorted(row["articles"] for row in expected["stories"]) == ([1, 1, 2] if subject == "lúa" else [2, 2])
    assert [row["object"] for row in expected["conflicts"]]
    write_each(first / "archive-warc", looks(), BACKWARDS)
    shutil.copy(between / FILE, first)
    (between / "archive.db").unlink()
    for folder in (first, between):  # whose WARC files have no word of it any more
        rebuild(folder / "archive.db", NONE)
        with closing(open_archive(folder / "archive.db")) as archive:
            assert record(archive) == expected
        assert words.encode() not in b"".join(path.read_bytes() for path in folder.glob("archive.db*"))
