"""Equal keys, other titles, other words: two articles, whatever the order in which their captures arrive."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from record_side import SOURCES, Shot, one, open_memory, record, take, withhold

from pipelines.archive import Archive
from pipelines.article import Block, Metadata, Published, Reading
from pipelines.copies.similarity import contained
from pipelines.versions.conflicts import Page, is_same
from pipelines.versions.regroup import regroup_source
from pipelines.vietnamese import syllables

SUBJECTS = ("cầu", "lúa", "trường", "chợ")


def prose(subject: str, lines: int = 4, start: int = 0) -> tuple[str, ...]:
    """Paragraphs about *subject* that share nothing with another's."""
    return tuple(
        f"{subject} {number} " + " ".join(f"{subject}{number}{word}" for word in range(14)) + "."
        for number in range(start, start + lines)
    )


def shot(subject: str, hour: float, page: str | None = None, **more: object) -> Shot:
    fields = {"title": f"Chuyện về {subject}", "lines": prose(subject)} | more
    return Shot(source="chung", page=f"7/{page or subject}", hour=hour, **fields)  # type: ignore[arg-type]


def gone(page: str, hour: float, **more: object) -> Shot:
    return Shot(source="chung", page=f"7/{page}", hour=hour, **more)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def rows(archive: Archive, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in archive.connection.execute(sql)]


def test_one_number_for_two_articles_is_two_articles_and_an_event(archive: Archive) -> None:
    kept = take(archive, [shot("cầu", 0), shot("lúa", 1)])
    assert [(k.added, k.revised, k.outcome) for k in kept] == [(True, False, "article")] * 2
    assert rows(archive, "SELECT key, title, revision FROM articles ORDER BY key") == [
        ("id::chung.test:7", "Chuyện về cầu", 1),
        ("id::chung.test:7#chuyen-ve-lua", "Chuyện về lúa", 1),
    ]
    assert rows(archive, "SELECT object, outcome, detail FROM events WHERE kind = 'identity-conflict'") == [
        (
            kept[1].article,
            "two articles",
            "http://chung.test/7/lúa and http://chung.test/7/cầu have the key id::chung.test:7, and nothing else in"
            " common",
        )
    ]
    assert rows(archive, "SELECT DISTINCT key FROM captures") == [("id::chung.test:7",)]  # what the crawl asks for
    again = take(archive, [shot("lúa", 2), shot("cầu", 3)])
    assert [(k.article, k.outcome) for k in again] == [(k.article, "unchanged") for k in reversed(kept)]
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'identity-conflict'") == 1


def test_whoever_was_seen_first_has_the_plain_key(archive: Archive) -> None:
    take(archive, [shot("lúa", 5), shot("lúa", 6, title="Lúa được mùa")])
    kept = take(archive, [shot("cầu", 1)])
    assert [(k.added, k.reprint) for k in kept] == [(False, False)]
    assert rows(archive, "SELECT key, title, revision FROM articles ORDER BY key") == [
        ("id::chung.test:7", "Chuyện về cầu", 1),
        ("id::chung.test:7#chuyen-ve-lua", "Lúa được mùa", 2),
    ]


@pytest.mark.parametrize(
    ("later", "articles"),
    [
        ({"title": "Tiêu đề khác"}, 1),  # another title over the same words
        ({"lines": prose("lúa")}, 1),  # a live blog, written anew under its title
        ({"title": "CHUYEN VE CAU!", "lines": prose("lúa")}, 1),  # which differs as little as titles do
        ({"title": "Tiêu đề khác", "lines": (*prose("cầu", 1), *prose("lúa", 3))}, 1),  # a quarter has stayed
        ({"title": "Tiêu đề khác", "lines": prose("lúa")}, 2),  # at the same address: the latest issue
        ({"title": None, "lines": prose("cầu")}, 1),
        ({"title": None, "lines": prose("lúa")}, 2),  # no title says that it is the same
    ],
)
def test_what_an_edit_leaves_of_an_article(archive: Archive, later: dict[str, object], articles: int) -> None:
    take(archive, [shot("cầu", 0), shot("cầu", 1, **later)])
    assert one(archive, "SELECT count(*) FROM articles") == articles
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'identity-conflict'") == articles - 1
    assert one(archive, "SELECT count(*) FROM revisions") == 2


def test_what_is_linked_through_a_third_capture_is_one_article(archive: Archive) -> None:
    first, last = shot("cầu", 0), shot("cầu", 2, title="Tiêu đề khác", lines=prose("lúa"))
    take(archive, [first, gone("cầu", 3), last])
    assert one(archive, "SELECT count(*) FROM stories") == 2
    take(archive, [replace(first, hour=1, lines=(*prose("cầu", 2), *prose("lúa", 2)))])
    assert rows(archive, "SELECT key, title, revision FROM articles") == [("id::chung.test:7", "Tiêu đề khác", 3)]
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'identity-conflict'") == 0
    assert one(archive, "SELECT count(*) FROM stories") == 1
    assert one(archive, "SELECT count(DISTINCT article) FROM captures") == 1


def test_an_absence_is_that_of_the_article_at_the_address(archive: Archive) -> None:
    kept = take(archive, [shot("cầu", 0), shot("lúa", 1), gone("lúa", 2), gone("lúa", 3)])
    assert [k.article for k in kept] == [kept[0].article] + [kept[1].article] * 3
    assert kept[3].gone
    assert rows(archive, "SELECT title, state FROM articles ORDER BY key") == [
        ("Chuyện về cầu", "live"),
        ("Chuyện về lúa", "gone"),
    ]


def test_an_article_whose_address_shows_another_one_is_gone_after_a_second_look(archive: Archive) -> None:
    """Or it would fall due for ever, and each visit would find the other one."""
    take(archive, [shot("cầu", 0, "x"), shot("lúa", 1, "x")])
    states = "SELECT title, state, gone_since FROM articles ORDER BY key"
    assert [row[1] for row in rows(archive, states)] == ["live", "live"]
    take(archive, [shot("lúa", 2, "x")])
    assert rows(archive, states) == [
        ("Chuyện về cầu", "gone", "2026-03-01T01:00:00.000Z"),
        ("Chuyện về lúa", "live", None),
    ]
    assert one(archive, "SELECT count(*) FROM articles WHERE next_visit_at < '2026-03-01T03'") == 0
    take(archive, [shot("cầu", 3, "x")])
    assert [row[1] for row in rows(archive, states)] == ["live", "live"]


def test_a_tombstone_takes_what_is_not_seen_to_be_anothers(archive: Archive) -> None:
    kept = take(archive, [shot("cầu", 0), shot("lúa", 1)])
    withhold(archive, str(kept[0].article))
    later = [shot("cầu", 2, lines=prose("trường")), shot("lúa", 3), shot("chợ", 4), gone("cầu", 5), gone("lúa", 6)]
    found = [k.article for k in take(archive, later)]
    assert found == [kept[0].article, kept[1].article, kept[0].article, kept[0].article, kept[1].article]
    assert one(archive, "SELECT count(*) FROM articles") == 2
    assert one(archive, "SELECT text FROM articles WHERE id = ?", kept[0].article) is None


VARIANTS = (
    lambda text, other: text,
    lambda text, other: (text[0].replace("0", "9"), *text[1:]),
    lambda text, other: (*text[:2], *other[2:]),
    lambda text, other: text[:1],
    lambda text, other: ("Ngắn.",),
)


@st.composite
def shots(draw: st.DrawFn) -> list[Shot]:
    found = []
    for number in range(draw(st.integers(2, 8))):
        subject, other = draw(st.permutations(SUBJECTS[:3]))[:2]
        lines = draw(st.sampled_from(VARIANTS))(prose(subject), prose(other))
        title = draw(st.sampled_from((f"Chuyện về {subject}", f"Chuyện về {subject}", f"Lại {subject}", None)))
        is_there = draw(st.sampled_from((True, True, True, False)))
        found.append(
            shot(
                subject,
                draw(st.integers(0, 12)),
                draw(st.sampled_from(("a", "b", subject))),
                title=title,
                lines=lines if is_there else (),
                published=draw(st.sampled_from((None, "2026-02-27"))),
                outcome=draw(st.sampled_from(("missing", "redirect", "challenge"))),
                number=number,
            )
        )
    for number in range(draw(st.integers(0, 2))):
        first = draw(st.sampled_from(found))
        answer = replace(first, hour=draw(st.integers(0, 12)), lines=(), again=first, number=100 + number)
        found.append(answer)
    return found


def as_sorted(archive: Archive, captures: Sequence[Shot]) -> dict[str, list[dict[str, object]]]:
    take(archive, sorted(captures, key=lambda s: s.hour))
    return record(archive)


@settings(max_examples=40)
@given(captures=shots(), data=st.data())
def test_order_and_runs_do_not_matter(captures: list[Shot], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(captures))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled)), max_size=3)))
    with tempfile.TemporaryDirectory() as folder:
        by_time, in_runs = open_memory(Path(folder)), open_memory(Path(folder))
        expected = as_sorted(by_time, captures)
        for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
            take(in_runs, shuffled[start:end])
        assert record(in_runs) == expected
        with in_runs.transaction() as connection:  # parted from scratch they are parted the same
            regroup_source(connection, SOURCES["chung"])
        assert record(in_runs) == expected
        by_time.connection.close()
        in_runs.connection.close()


def page(title: str | None, text: str) -> Page:
    return Page(
        reading=Reading(
            extractor="test-1",
            metadata=Metadata(title=title),
            published=Published(),
            language="vi",
            machine_translated=False,
            blocks=(Block(text=text),),
        )
    )


@pytest.mark.parametrize(
    ("one_text", "other", "same"),
    [
        ("Có 3 nhà bị tốc mái trong đêm.", "Có 5 nhà bị tốc mái trong đêm.", True),  # short, one figure changed
        ("Có 3 nhà bị tốc mái trong đêm.", "Chiều nay khai mạc hội xuân ở xã.", False),
        ("", "", True),
        ("", "Có 3 nhà bị tốc mái.", False),
    ],
)
def test_texts_of_a_line(one_text: str, other: str, same: bool) -> None:
    assert is_same(page("A", one_text), page("B", other)) is same


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.lists(st.sampled_from("abcdefgh"), max_size=60))
@example([], [])
def test_containment_is_symmetric_and_a_share(a: list[str], b: list[str]) -> None:
    assert contained(a, b) == contained(b, a)
    assert 0 <= contained(a, b) <= 1
    assert contained(a, a) == 1
    if len(a) > 1:  # a single word is no run of two
        assert contained(a, [*b, *a]) == 1


def test_folding_hides_no_copy() -> None:
    text = " ".join(prose("cầu"))
    assert contained(syllables(text), syllables(text.replace("ầ", "a").upper())) == 1
