"""The questions of researchers, on an archive whose answers are known."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sample_archive import insert

from pipelines import search, sqlite
from pipelines.archive import create
from pipelines.publish.dictionary import canned_queries

SOURCES = (
    ("giang", "Báo Giang", "bac-giang", "newspaper"),
    ("ninh", "Báo Ninh", "bac-ninh-2025", "newspaper"),
    ("ninh-en", "Ninh News", "bac-ninh-2025", "newspaper"),
    ("hanoi", "Báo Hà Nội", "ha-noi", "newspaper"),
    ("vna", "Thông tấn", None, "agency"),
)
FLOOD, WINE = "Lũ trên sông Cầu lên nhanh.", "Làng Vân nấu rượu."
# id, source, province, published, text, more
ARTICLES = (
    ("g1", "giang", "bac-giang", "2024-05-01T08:00+07:00", FLOOD, {"story": "g1"}),
    ("n1", "ninh", "bac-ninh", "2024-05-01T10:30+07:00", FLOOD,
     {"story": "g1", "relation": "reprint", "reprint_of": "g1", "added": "Tại Quế Võ, đê vẫn an toàn.\nMưa đã ngớt.",
      "credit": "Theo Báo Giang", "agency": "Báo Giang"}),
    ("n2", "ninh", "bac-ninh", "2024-05-02", FLOOD, {"story": "g1", "relation": "reprint", "reprint_of": "g1"}),
    ("n3", "ninh", "bac-ninh", "2024-05-20T07:00+07:00", WINE, {"story": "n3"}),
    ("e1", "ninh-en", "bac-ninh", "2024-05-22", "Van village distils.",
     {"story": "e1", "translation_of": "n3", "language": "en"}),
    ("n4", "ninh", "bac-ninh-2025", "2026-01-05T07:00+07:00", WINE,
     {"story": "n3", "relation": "reprint", "reprint_of": "n3"}),
    ("h1", "hanoi", "ha-noi", "2026-01-03T06:00+07:00", "Trung ương họp.", {"story": "h1", "agency": "TTXVN"}),
    ("n5", "ninh", "bac-ninh-2025", "2026-01-03T06:30+07:00", "Trung ương họp.",
     {"story": "h1", "relation": "reprint", "reprint_of": "h1"}),
    ("g2", "giang", "bac-ninh-2025", "2026-01-09", "Cả tuần mưa: lũ trên sông Cầu lên nhanh rồi rút.", {"story": "g2"}),
    ("v1", "vna", None, "2026-01-10T05:00Z", "Xuất khẩu tăng.", {"story": "v1"}),
    ("g3", "giang", "bac-ninh-2025", "2026-01-10T13:00+07:00", "Xuất khẩu tăng.",
     {"story": "v1", "relation": "reprint", "reprint_of": "v1"}),
    ("n6", "ninh", "bac-ninh-2025", None, "Không rõ ngày.", {"story": "n6"}),
    ("n7", "ninh", "bac-ninh-2025", "2026-01-11", "", {"state": "withdrawn"}),
)  # fmt: skip
STORIES = (("g1", "g1", 3, 2, None), ("n3", "n3", 2, 1, None), ("h1", "h1", 2, 2, "TTXVN"), ("v1", "v1", 2, 2, "TTXVN"))
SINGLE = ("e1", "g2", "n6")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = create(tmp_path_factory.mktemp("research") / "archive.db")
    with archive.transaction() as connection:
        fill(connection)
    archive.close()
    return archive.path


def fill(connection: sqlite.Connection) -> None:
    for slug, name, province, kind in SOURCES:
        insert(connection, "sources", slug=slug, name=name, province=province, homepage="http://x.test/", kind=kind)
    for id_, first, articles, sources, agency in (*STORIES, *((id_, id_, 1, 1, None) for id_ in SINGLE)):
        insert(connection, "stories", id=id_, first_article=first, articles=articles, sources=sources, agency=agency)
    for n, (id_, source, province, published, text, more) in enumerate(ARTICLES, 1):
        insert(
            connection, "articles", n=n, id=id_, source=source, key=id_, url=id_, title=f"Bài {id_}", text=text,
            published_at=published, published_precision="minute" if published and "T" in published else "day",
            month=published and published[:7], province=province, word_count=len(text.split()),
            first_seen_at="2026-02-01", last_seen_at="2026-02-01" if source == "giang" else "2026-02-09",
            **{"language": "vi"} | more,
        )  # fmt: skip
    search.add(connection, [(n, row[0], f"Bài {row[0]}", row[4]) for n, row in enumerate(ARTICLES, 1) if row[4]])
    insert(connection, "copies", a="g1", b="g2", jaccard=0.3, containment=0.95, kind="excerpt")
    changes = (  # n1 was edited twice, once silently and in its figures; n3 once, which could not be told
        ("n1", 1, 2, "text", "numbers", 1), ("n1", 1, 2, "title", "numbers", 1), ("n1", 2, 3, "text", "typo", 0),
        ("n3", 1, 2, "text", "added", None), ("h1", 1, 2, "text", "rewritten", 1),
    )  # fmt: skip
    for article, old, new, field, kind, silent in changes:
        insert(
            connection, "changes", article=article, old_number=old, new_number=new, field=field, silent=silent,
            **{"class": kind},
        )  # fmt: skip


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite.Connection]:
    with closing(sqlite.connect_readonly(file)) as connection:
        search.register(connection)
        yield connection


def ask(connection: sqlite.Connection, name: str, *columns: str, **given: str) -> list[tuple[object, ...]]:
    cursor = connection.execute(canned_queries()[name].sql, given)
    names = [column[0] for column in cursor.description]
    return [tuple(row[names.index(column)] for column in columns) for row in cursor]


def test_a_series_under_the_old_borders(connection: sqlite.Connection) -> None:
    rows = ask(connection, "articles-by-borders-and-month", "month", "name", "articles", "originals", borders="old")
    merged = "not to be told: Bắc Ninh since 2025-07-01"
    assert rows == [
        ("2024-05", "Bắc Giang", 1, 1),
        ("2024-05", "Bắc Ninh", 4, 2),
        ("2026-01", "Bắc Giang", 2, 1),  # its newspaper is of that part alone
        ("2026-01", "Hà Nội", 1, 1),
        ("2026-01", merged, 3, 1),
        ("2026-01", "of no province", 1, 1),
        (None, merged, 1, 1),
    ]


@pytest.mark.parametrize("borders", ["new", ""])
def test_a_series_under_the_new_borders(connection: sqlite.Connection, borders: str) -> None:
    columns = ("month", "province", "articles", "reprints")
    assert ask(connection, "articles-by-borders-and-month", *columns, borders=borders) == [
        ("2024-05", "bac-ninh-2025", 5, 2),
        ("2026-01", "bac-ninh-2025", 5, 3),
        ("2026-01", "ha-noi", 1, 0),
        ("2026-01", None, 1, 0),
        (None, "bac-ninh-2025", 1, 0),
    ]


def test_a_phrase_is_counted_per_10000_articles(connection: sqlite.Connection) -> None:
    columns = ("month", "name", "found", "stories", "articles", "per_10000")
    rows = ask(connection, "keyword-per-province-and-month", *columns, borders="old", phrase="song cau")
    assert rows[:3] == [
        ("2024-05", "Bắc Giang", 1, 1, 1, 10000.0),
        ("2024-05", "Bắc Ninh", 2, 1, 4, 5000.0),
        ("2026-01", "Bắc Giang", 1, 1, 2, 5000.0),
    ]
    merged = [row for row in rows if str(row[1]).startswith("not to be told") and row[0] == "2026-01"]
    assert [row[2:] for row in merged] == [(0, 0, 2, 0.0)], "the withdrawn one has no words to find"


def test_stories_are_counted_instead_of_articles(connection: sqlite.Connection) -> None:
    rows = ask(connection, "stories-per-month", "month", "articles", "stories", "stories_that_began")
    assert rows == [("2026-01", 7, 5, 4), ("2024-05", 5, 3, 3), (None, 1, 1, 1)]
    assert sum(int(str(row[3])) for row in rows) == 7 + 1, "every story began once; the withdrawn one stands by itself"


def test_how_much_a_newspaper_wrote_itself(connection: sqlite.Connection) -> None:
    columns = (
        "source",
        "articles",
        "own",
        "own_percent",
        "reprints",
        "agency",
        "once_more",
        "translated",
        "added_words",
    )
    assert sorted(ask(connection, "own-words", *columns)) == [
        ("giang", 3, 2, 66.7, 1, 0, 0, 0, 0),
        ("hanoi", 1, 0, 0.0, 0, 1, 0, 0, 0),
        ("ninh", 6, 2, 33.3, 3, 0, 1, 0, 10),
        ("ninh-en", 1, 0, 0.0, 0, 0, 0, 1, 0),
        ("vna", 1, 1, 100.0, 0, 0, 0, 0, 0),
    ]
    assert ("giang", 20, 17, 85.0) in ask(connection, "own-words", "source", "words", "own_words", "own_words_percent")


def test_what_is_an_agencys_even_where_nobody_says_so(connection: sqlite.Connection) -> None:
    columns = ("agency", "month", "name", "articles", "uncredited", "of_all", "percent")
    rows = ask(connection, "agency-per-province-and-month", *columns, borders="old", agency="TTXVN")
    assert sorted(rows, key=str) == [
        ("TTXVN", "2026-01", "Bắc Giang", 1, 1, 2, 50.0),
        ("TTXVN", "2026-01", "Hà Nội", 1, 0, 1, 100.0),
        ("TTXVN", "2026-01", "not to be told: Bắc Ninh since 2025-07-01", 1, 1, 2, 50.0),
    ]
    assert ask(connection, "agency-per-province-and-month", "agency", borders="old", agency="AFP") == []
    assert len(ask(connection, "agency-per-province-and-month", "agency", borders="old", agency="")) == 3


def test_who_reprints_whom(connection: sqlite.Connection) -> None:
    columns = ("origin", "origin_is", "ran_by", "articles", "credited", "first", "last")
    assert sorted(ask(connection, "who-reprints-whom", *columns)) == [
        ("TTXVN", "agency", "hanoi", 1, 1, "2026-01-03", "2026-01-03"),
        ("TTXVN", "agency", "ninh", 1, 0, "2026-01-03", "2026-01-03"),
        ("giang", "source", "ninh", 2, 1, "2024-05-01", "2024-05-02"),
        ("vna", "source", "giang", 1, 0, "2026-01-10", "2026-01-10"),
    ]


def test_how_soon(connection: sqlite.Connection) -> None:
    columns = ("origin", "ran_by", "reprints", "median_hours", "within_an_hour", "within_a_day")
    assert sorted(ask(connection, "hours-to-reprint", *columns)) == [
        ("giang", "ninh", 1, 2.5, 0, 1),  # the other one states its day alone
        ("hanoi", "ninh", 1, 0.5, 1, 1),
        ("vna", "giang", 1, 1.0, 1, 1),  # 05:00 UTC is noon in Hà Nội
    ]


def test_silent_edits(connection: sqlite.Connection) -> None:
    columns = ("source", "looked_at_again", "edited", "edits", "silent", "silent_percent", "silent_figures")
    assert sorted(ask(connection, "silent-edits", *columns)) == [
        ("giang", 0, 0, 0, 0, None, 0),
        ("hanoi", 1, 1, 1, 1, 100.0, 0),
        ("ninh", 7, 2, 3, 1, 50.0, 1),
        ("ninh-en", 1, 0, 0, 0, None, 0),
        ("vna", 1, 0, 0, 0, None, 0),
    ]


def test_excerpts_stand_in_what_is_longer(connection: sqlite.Connection) -> None:
    assert ask(connection, "excerpts", "article", "stands_in", "percent_in_it") == [("g1", "g2", 95.0)]


def test_pairs_of_an_article_and_its_translation(connection: sqlite.Connection) -> None:
    columns = ("article", "language", "translation", "into_language", "days")
    assert ask(connection, "translation-pairs", *columns) == [("n3", "vi", "e1", "en", 2)]


def test_no_question_joins_by_code() -> None:
    assert not [name for name, query in canned_queries().items() if "gso_code" in query.sql]
