"""Counts under the borders before 2025-07-01 and since: all units, nothing given to a part that it may not be of."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import provinces
from pipelines import sqlite
from pipelines.archive import create

UNITS = provinces.load()
EVE, MERGER = date(2025, 6, 30), date(2025, 7, 1)
OLD, NEW = ({id_ for id_, unit in UNITS.items() if unit.is_valid(day)} for day in (EVE, MERGER))
SOURCES = {**{unit: unit for unit in UNITS}, "national": None}
Given = tuple[str, str | None, str | None]  # source, province, published


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("borders") / "archive.db"
    archive = create(path)
    with archive.transaction() as connection:
        for slug, province in SOURCES.items():
            row = (slug, slug, province, f"http://{slug}.test/")
            connection.execute("INSERT INTO sources (slug, name, province, homepage) VALUES (?, ?, ?, ?)", row)
    archive.close()
    return path


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite.Connection]:
    """Whatever a test adds is gone after it."""
    with closing(sqlite.connect(file)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def add(connection: sqlite.Connection, articles: Sequence[Given]) -> None:
    connection.executemany(
        "INSERT INTO articles (id, source, key, url, province, published_at, month, word_count, first_seen_at,"
        " last_seen_at) VALUES (?1, ?2, ?1, ?1, ?3, ?4, substr(?4, 1, 7), 100, '2026-08-01', '2026-08-01')",
        [(f"a{n}", *article) for n, article in enumerate(articles)],
    )


def counts(connection: sqlite.Connection, view: str) -> dict[str, int]:
    """Province, or what else the row counts → articles."""
    sql = f"SELECT coalesce(province, name), articles FROM {view}"
    rows = connection.execute(sql).fetchall()
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def test_all_63_and_34_units_are_listed_in_an_empty_archive(connection: sqlite.Connection) -> None:
    assert counts(connection, "articles_by_old_borders") == dict.fromkeys(OLD, 0)
    assert counts(connection, "articles_by_new_borders") == dict.fromkeys(NEW, 0)
    assert (len(OLD), len(NEW)) == (63, 34)


def test_an_article_of_a_former_province_counts_for_it_and_for_what_it_went_into(connection: sqlite.Connection) -> None:
    add(connection, [("bac-giang", "bac-giang", "2019-05-01")])
    assert +Counter(counts(connection, "articles_by_old_borders")) == {"bac-giang": 1}
    assert +Counter(counts(connection, "articles_by_new_borders")) == {"bac-ninh-2025": 1}


def test_an_article_of_a_merged_province_is_given_to_none_of_its_parts(connection: sqlite.Connection) -> None:
    add(connection, [("bac-ninh-2025", "bac-ninh-2025", "2026-02-01"), ("bac-ninh-2025", "bac-ninh", "2024-02-01")])
    assert +Counter(counts(connection, "articles_by_old_borders")) == {
        "bac-ninh": 1, "not to be told: Bắc Ninh since 2025-07-01": 1
    }  # fmt: skip
    assert +Counter(counts(connection, "articles_by_new_borders")) == {"bac-ninh-2025": 2}
    told = connection.execute("SELECT old_province, told_by FROM article_borders ORDER BY published_at").fetchall()
    assert told == [("bac-ninh", "province"), (None, None)]


def test_a_newspaper_of_one_part_alone_tells_which(connection: sqlite.Connection) -> None:
    """Báo Đồng Khởi went on as Bến Tre's own after Bến Tre went into Vĩnh Long."""
    add(connection, [("ben-tre", "vinh-long-2025", "2026-02-01"), ("ben-tre", "ben-tre", None)])
    assert +Counter(counts(connection, "articles_by_old_borders")) == {"ben-tre": 2}
    assert +Counter(counts(connection, "articles_by_new_borders")) == {"vinh-long-2025": 2}
    told = connection.execute("SELECT told_by FROM article_borders ORDER BY published_at").fetchall()
    assert told == [("province",), ("newspaper",)]


def test_a_newspaper_of_elsewhere_tells_nothing(connection: sqlite.Connection) -> None:
    """Its source file may say something else today than when the article came."""
    add(connection, [("ha-noi", "vinh-long-2025", "2026-02-01"), ("national", "vinh-long-2025", "2026-02-01")])
    assert +Counter(counts(connection, "articles_by_old_borders")) == {
        "not to be told: Vĩnh Long since 2025-07-01": 2
    }  # fmt: skip


def test_unchanged_units_go_on_and_national_newspapers_are_of_none(connection: sqlite.Connection) -> None:
    days = ("2019-01-01", "2025-06-30", "2025-07-01", "2026-05-01", None)
    add(connection, [(unit, unit, day) for unit in ("ha-noi", "hue") for day in days])
    add_more = [(f"n{n}", "national", None, day) for n, day in enumerate(days)]
    connection.executemany(
        "INSERT INTO articles (id, source, key, url, province, published_at, first_seen_at, last_seen_at)"
        " VALUES (?1, ?2, ?1, ?1, ?3, ?4, 'x', 'x')",
        add_more,
    )
    expected = {"ha-noi": 5, "hue": 5, "of no province": 5}
    assert +Counter(counts(connection, "articles_by_old_borders")) == expected
    assert +Counter(counts(connection, "articles_by_new_borders")) == expected


ARTICLES = st.lists(
    st.tuples(
        st.sampled_from(list(SOURCES)),
        st.sampled_from([*UNITS, None]),
        st.sampled_from(["2019-03-01", "2025-06-30T23:59+07:00", "2025-07-01", "2026-01", None]),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(ARTICLES)
def test_every_article_counts_once_under_either_borders(file: Path, articles: list[Given]) -> None:
    with closing(sqlite.connect(file)) as connection:
        connection.execute("BEGIN")
        add(connection, articles)
        old, new = (counts(connection, f"articles_by_{era}_borders") for era in ("old", "new"))
        assert sum(old.values()) == sum(new.values()) == len(articles)
        assert set(old) >= OLD and set(new) >= NEW
        for id_ in NEW - OLD:  # a merged unit is its parts and what cannot be told
            parts = [part for part in OLD if UNITS[part].successor == id_]
            rest = old.get(f"not to be told: {UNITS[id_].name} since 2025-07-01", 0)
            assert new[id_] == sum(old[part] for part in parts) + rest
        sums = connection.execute("SELECT coalesce(sum(articles), 0), coalesce(sum(words), 0) FROM source_months")
        assert sums.fetchone() == (len(articles), 100 * len(articles))
        connection.execute("ROLLBACK")


# What is tempting: give every article its code, and count the codes by the names of today.
NAIVE = """
SELECT today.name, count(*) FROM articles JOIN provinces AS its ON its.id = articles.province
JOIN provinces AS today ON today.gso_code = its.gso_code AND today.valid_to IS NULL
GROUP BY today.id"""


def test_a_join_by_code_is_wrong_and_ours_is_right(connection: sqlite.Connection) -> None:
    """24 was Bắc Giang and is Bắc Ninh; 27 was Bắc Ninh and is nobody's."""
    add(
        connection,
        [("bac-giang", "bac-giang", "2019-05-01")] * 2
        + [("bac-ninh", "bac-ninh", "2019-05-01")] * 3
        + [("kien-giang", "kien-giang", "2019-05-01"), ("an-giang", "an-giang", "2019-05-01")],
    )
    naive = dict(connection.execute(NAIVE).fetchall())
    new = +Counter(dict(connection.execute("SELECT name, articles FROM articles_by_new_borders").fetchall()))
    assert naive == {"Bắc Ninh": 2, "An Giang": 1}, "the join loses those whose code went, and takes others' for ours"
    assert new == {"Bắc Ninh": 5, "An Giang": 2}
    codes = dict(connection.execute("SELECT gso_code, name FROM articles_by_new_borders").fetchall())
    before = dict(connection.execute("SELECT gso_code, name FROM articles_by_old_borders").fetchall())
    assert (before["24"], codes["24"]) == ("Bắc Giang", "Bắc Ninh")
    assert (before["27"], codes.get("27")) == ("Bắc Ninh", None)
    changed = {code for code in codes if before[code] != codes[code]}
    assert changed == {"15", "24", "44", "52", "80", "82", "91"}


def test_nothing_of_ours_joins_by_code(connection: sqlite.Connection) -> None:
    sql = "SELECT sql FROM sqlite_master WHERE type = 'view'"
    texts: list[Any] = [row[0] for row in connection.execute(sql)]
    assert len(texts) == 5
    for text in texts:
        assert text.count("gso_code") == text.count("provinces.gso_code,")  # shown, never compared


def test_who_became_whom_is_what_the_file_says(connection: sqlite.Connection) -> None:
    """No unit of 2025-06-30 was divided between two: each has one successor, or none and went on."""
    rows = connection.execute("SELECT * FROM province_borders").fetchall()
    assert len(rows) == len(UNITS) == 86
    for id_, old, new in rows:
        assert old == (id_ if id_ in OLD else None)
        assert new == provinces.in_force(id_, MERGER)
        assert new in NEW


def test_a_count_reads_the_index_alone(connection: sqlite.Connection) -> None:
    """The texts stand between the columns that are counted by."""
    for sql in ("SELECT * FROM articles_by_old_borders", "SELECT * FROM articles_by_new_borders"):
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        reads = [step for step in plan if " articles" in step and ("SCAN" in step or "SEARCH" in step)]
        assert any("COVERING INDEX articles_counted" in step for step in reads)
        assert all("COVERING INDEX" in step or "articles_by" in step for step in reads), plan
