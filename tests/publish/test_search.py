import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_archive import Sample, build

from pipelines import search, sqlite
from pipelines.snippet import snippet


def found(connection: sqlite.Connection, words: str) -> list[str]:
    return [hit.id for hit in search.search(connection, words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bac ninh", {"k1", "s1", "p1", "k4"}),
        ("Bắc Ninh", {"k1", "s1"}),
        ("bắc ninh", {"k1", "s1"}),
        ("BẮC NINH", {"k1", "s1"}),
        ("da nang", {"s2"}),
        ("đa nang", {"s2"}),
        ("Đà Nẵng", {"s2"}),
        (unicodedata.normalize("NFD", "Đà Nẵng"), {"s2"}),
        ("dak lak", {"k3"}),
        ("thua thien hue", {"k3"}),
        ("Hòa Bình", {"k3"}),
        ("Hoà Bình", {"k3"}),
        ("hoa binh", {"k3"}),
        ("đường", {"k3", "s1"}),
        ("Bạc Ninh", {"k4"}),
        ("duong lang", {"k3"}),
    ],
)
def test_finds_what_it_must(connection: sqlite.Connection, words: str, expected: set[str]) -> None:
    assert set(found(connection, words)) == expected


def test_marks_that_were_typed_are_meant(connection: sqlite.Connection) -> None:
    assert "k4" not in found(connection, "Bắc Ninh")  # Bạc Ninh
    assert "k2" not in found(connection, "đường")  # Dương
    assert "k2" not in found(connection, "bac ninh")  # phía bắc tỉnh Quảng Ninh: no phrase


def test_all_words_anywhere_only_where_no_article_has_the_phrase(connection: sqlite.Connection) -> None:
    assert found(connection, "quảng ninh bắc") == ["k2"]
    assert found(connection, "ninh quang bac") == ["k2"]
    assert found(connection, '"ninh quang bac"') == []
    assert found(connection, 'mưa "quảng ninh"') == ["k2"]
    assert found(connection, "mưa “quảng ninh”") == ["k2"]
    assert found(connection, 'mưa "ninh quảng"') == []


def test_as_typed_comes_first_and_then_the_newest(connection: sqlite.Connection) -> None:
    # p1 writes "Bac Ninh" itself; of the others s1 is the newest.
    assert found(connection, "bac ninh") == ["p1", "s1", "k1", "k4"]
    assert [hit.published_at for hit in search.search(connection, "bac ninh", 2, offset=1)] == [
        "2024-05-13",
        "2024-05-12T09:55+07:00",
    ]
    assert search.count(connection, "bac ninh") == 4


@pytest.mark.parametrize(
    "words",
    ["", " ", '"', '""', '"unclosed', "a-b", "l'école", "a\x00b", "NOT", "AND OR", "title:x", "x*", "(", "^",
     "NEAR(a b)", "\ud800", "{title} : x", "+", "-x", "1299/QĐ-UBND", "x" * 5000, "a " * 5000, "\u0301", "đ\u0301",
     "𞤀𞤁 x"],
)  # fmt: skip
def test_nothing_that_a_person_types_is_an_error(connection: sqlite.Connection, words: str) -> None:
    assert search.count(connection, words) == len(search.search(connection, words, limit=100))


def test_punctuation_only_separates_words(connection: sqlite.Connection) -> None:
    assert found(connection, "a-b") == ["p1"]
    assert found(connection, '"1,200 boards') == ["p1"]
    assert found(connection, "45.000") == ["s2"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.text(alphabet=st.one_of(st.sampled_from('"“”*:^()-+{}ắđn \x00'), st.characters()), max_size=30))
def test_never_raises(connection: sqlite.Connection, words: str) -> None:
    hits = search.search(connection, words)
    assert len(hits) == search.count(connection, words)


def test_sql_function_is_the_same_search(connection: sqlite.Connection) -> None:
    search.register(connection)
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH escape_fts(?) ORDER BY rowid"
    assert [n for (n,) in connection.execute(sql, ("bac ninh",))] == [1, 2, 4, 7]
    assert [n for (n,) in connection.execute(sql, ("ninh quang bac",))] == [5]
    assert connection.execute(sql, (None,)).fetchall() == []


def test_snippet_shows_the_match_in_the_words_of_the_paper(connection: sqlite.Connection) -> None:
    (hit,) = search.search(connection, "hoa binh", marks=("<", ">"))
    # As printed, although the index holds Hòa.
    assert hit.snippet.startswith("Con đường làng <Hoà Bình> được trồng cúc")
    hits = {hit.id: hit for hit in search.search(connection, "Bắc Ninh")}
    assert "do tỉnh [Bắc Ninh] làm chủ đầu tư" in hits["k1"].snippet
    assert hits["k1"].snippet.startswith("… ")
    assert "\n" not in hits["k1"].snippet


def test_snippet_without_a_match_is_the_beginning() -> None:
    assert snippet("Một hai ba.", [("bon",)], folded=True) == "Một hai ba."
    assert snippet("", [("bon",)], folded=True) == ""
    assert snippet("một " * 100, [], folded=True, words=3) == "một một một …"


@given(st.text(max_size=80), st.lists(st.text("abắđ", min_size=1, max_size=2), min_size=1, max_size=3), st.booleans())
def test_snippet_adds_nothing_but_marks(text: str, phrase: list[str], folded: bool) -> None:
    plain = snippet(text, [], folded=folded, marks=("\ue000", "\ue001"))
    marked = snippet(text, [phrase], folded=folded, marks=("\ue000", "\ue001"))
    if not marked.startswith("… ") and "\ue000" not in text and "\ue001" not in text:
        assert marked.replace("\ue000", "").replace("\ue001", "") == plain


def test_index_follows_replaced_and_removed_articles(tmp_path: Path) -> None:
    samples = tuple(
        Sample(id=f"x{n}", source="kinhbac", title="Tin", text="Cá chép hóa rồng.", published_at=None) for n in range(3)
    )
    connection = sqlite.connect(build(tmp_path / "archive.db", samples))
    search.replace(connection, [(1, "x0", "Tin", "Cá trắm vượt sông."), (2, "x1", None, None)])
    assert found(connection, "ca chep") == ["x2"]
    assert found(connection, "cá trắm") == ["x0"]
    search.remove(connection, [3, 77])
    assert found(connection, "ca chep") == []
    search.remove(connection, [])
    search.add(connection, [])
    # FTS5's own check, with rank 1, compares the index with its external content.
    connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    connection.close()


def test_many_hits_come_in_the_same_order_as_few(
    connection: sqlite.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("bac ninh", "Bắc Ninh", "cau", "duong", "mua", "ninh")
    expected = [found(connection, word) for word in words]
    monkeypatch.setattr(search, "FEW", 0)
    assert [found(connection, word) for word in words] == expected
    one_by_one = [hit.id for n in range(6) for hit in search.search(connection, "bac ninh", 1, offset=n)]
    assert one_by_one == expected[0]
