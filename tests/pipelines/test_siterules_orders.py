"""A site's pages through the whole chain: whatever their order, runs and repetitions, they end in the same record."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import one, record
from site_pages import BOX, COUNTER, FOOTER, HOTLINE, OWN, body, page, title
from warc_samples import MOMENT, exchange, ours

from crawler.warc import Exchange
from pipelines.archive import Archive, create, open_archive
from pipelines.boilerplate import MAX_WORDS
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.words import count_words

SHARED = (
    "Theo đề án của tỉnh, đến năm sau mọi thôn bản vùng cao đều có điện lưới, nước sạch và đường bê tông tới tận ngõ,"
    " kinh phí lấy từ chương trình mục tiêu quốc gia và của dân"
)


def visit(number: int, hours: float, content: bytes, *, source: str = "song") -> Exchange:
    """One capture, under a record id of its own that no order changes."""
    url = f"http://{source}.test/tin/cho-{number}.html"
    return replace(
        exchange(payload=content),
        url=url,
        date=MOMENT + timedelta(hours=hours),
        record_id=f"<urn:uuid:{source}-{number}-{int(hours * 60)}>",
        metadata=(("source", source), ("kind", "page"), ("via-kind", "feed")),
    )


def missing(number: int, hours: float) -> Exchange:
    found = visit(number, hours, b"<html><body>Khong co</body></html>")
    return replace(found, status=404, response_head=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n")


VISITS = [
    *(visit(n, n, page(n, views=11 * n)) for n in range(6)),
    visit(6, 6, page(6, extra=(OWN,))),
    visit(40, 7, page(40, copy_of=1, views=3)),  # two addresses of one article more
    visit(41, 8, page(41, copy_of=1, views=4)),
    visit(2, 30, page(2, views=99)),  # nothing new but a counter
    visit(3, 31, page(3, views=100, edited=True)),
    visit(4, 32, page(4, views=5).replace(HOTLINE.encode(), b"")),  # what was boilerplate is gone
    missing(5, 33),
    missing(5, 34),
    *(visit(n, 40 + n, page(n, views=n), source="nui") for n in range(50, 53)),
]


def take_in(archive: Archive, runs: Sequence[Sequence[Exchange]]) -> None:
    for visits in runs:
        ours(archive.warc_folder, visits)
        with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
            recover(archive, ingest)


@contextmanager
def archived(*runs: Sequence[Exchange]) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        archive = create(Path(folder) / "archive.db")
        archive.warc_folder.mkdir(exist_ok=True)
        take_in(archive, runs)
        yield archive
        archive.close()


def texts(archive: Archive, source: str = "song") -> dict[str, str]:
    return dict(archive.connection.execute("SELECT url, text FROM articles WHERE source = ?", (source,)))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """All at once, in the order of time; and what it says is what it should."""
    with archived(VISITS) as archive:
        said = texts(archive)
        assert len(said) == 9
        for number in (0, 1, 2, 6):
            text = said[f"http://song.test/tin/cho-{number}.html"]
            assert [line for line in body(number) if line not in text] == []
            assert not any(line in text for line in (HOTLINE, BOX, FOOTER, COUNTER.format("")[:-4], title(number)))
        assert OWN in said["http://song.test/tin/cho-6.html"]
        assert all(line in said["http://song.test/tin/cho-41.html"] for line in body(1))
        assert HOTLINE in "".join(texts(archive, "nui").values()) or one(
            archive, "SELECT count(*) FROM boilerplate WHERE source = 'nui' AND text = ?", HOTLINE
        )
        places = dict(archive.connection.execute("SELECT text, decision FROM boilerplate WHERE source = 'song'"))
        assert [places[name] for name in places if name.endswith("/div.noi-dung/p")] == ["trust"]
        decisions = {row[0] for row in archive.connection.execute("SELECT decision FROM boilerplate")}
        assert decisions == {"remove", "trust", "doubt"}
        assert one(archive, "SELECT articles FROM boilerplate WHERE source = 'song' AND text = ?", HOTLINE) == 7
        assert one(archive, "SELECT state FROM articles WHERE url LIKE '%cho-5.html'") == "gone"
        revisions = dict(archive.connection.execute("SELECT url, revision FROM articles WHERE source = 'song'"))
        assert {url[-6]: count for url, count in revisions.items() if count > 1} == {"3": 2}
        return record(archive)


@settings(max_examples=5)
@given(data=st.data())
def test_any_order_and_any_runs_end_in_the_same_record(expected: dict[str, Any], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(VISITS))
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, len(VISITS) - 1), max_size=2))), len(VISITS)]
    again = data.draw(st.lists(st.sampled_from(VISITS), max_size=3))
    with archived(*(shuffled[start:end] for start, end in pairwise(cuts)), again) as archive:
        assert record(archive) == expected


def test_a_rebuild_ends_in_the_same_record(expected: dict[str, Any]) -> None:
    with archived(VISITS[9:], VISITS[:9]) as archive:
        archive.close()
        archive.path.rename(archive.folder / "old.db")
        rebuild(archive.path, Catalogue.beside(archive.path))
        archive.connection = open_archive(archive.path).connection
        assert record(archive) == expected


def test_a_paragraph_that_one_article_in_twenty_shares_is_never_lost() -> None:
    assert MAX_WORDS - 2 <= count_words(SHARED) <= MAX_WORDS
    pages = [visit(n, n / 10, page(n, extra=(SHARED,) if n % 20 == 0 else ())) for n in range(300)]
    with archived(pages[:10], pages[10:]) as archive:
        said = texts(archive)
        assert len(said) == 300
        assert sum(SHARED in text for text in said.values()) == 15
        everything = "\n".join(said.values())
        assert [line for n in range(300) for line in body(n) if line not in everything] == []
        assert not any(line in everything for line in (HOTLINE, BOX, FOOTER))
        assert "Bạn đọc đã xem" not in everything
