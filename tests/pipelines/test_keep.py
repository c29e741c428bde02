"""Keeping: the same captures, in any order and any number of runs, end in the same record."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, check_index, one, open_memory, record, take, withhold

from pipelines.archive import Archive

SUBJECTS = ("cầu mới", "mùa lúa", "trường học", "bệnh viện")


def prose(subject: str, lines: int = 4) -> tuple[str, ...]:
    """Paragraphs about *subject* that no other subject's share, long enough to be compared."""
    return tuple(
        f"{subject} {number} " + " ".join(f"{subject.split()[0]}{number}{word}" for word in range(14)) + "."
        for number in range(lines)
    )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def variants(subject: str) -> tuple[tuple[str, ...], ...]:
    """What a page can say: as first written, with other figures, with a paragraph more, and not being there."""
    text = prose(subject)
    return (text, (text[0].replace("0", "7"), *text[1:]), (*text, f"{subject} còn thêm một đoạn nữa ở cuối bài."), ())


@st.composite
def shots(draw: st.DrawFn) -> list[Shot]:
    found = []
    for number in range(draw(st.integers(1, 9))):
        subject = draw(st.sampled_from(SUBJECTS))
        source = draw(st.sampled_from(("song", "song", "nui")))
        lines = draw(st.sampled_from(variants(subject)))
        if lines:
            furniture = draw(
                st.lists(st.sampled_from(("Đường dây nóng", "Lượt xem: {}", "Tỷ giá {} đồng")), unique=True)
            )
            lines = (*lines, *(line.format(draw(st.integers(1, 3))) for line in furniture))
        found.append(
            Shot(
                source=source,
                page=subject.replace(" ", "-"),
                hour=draw(st.integers(0, 30)),
                lines=lines,
                published=draw(st.sampled_from((None, None, "2026-02-27", "2026-02-28T08:00+07:00"))),
                agency=draw(st.sampled_from((None, None, "TTXVN"))),
                outcome=draw(st.sampled_from(("missing", "redirect", "rejected:soft-404", "challenge"))),
                number=number,
            )
        )
    return found


@settings(max_examples=100)
@given(captures=shots(), data=st.data())
def test_order_and_runs_do_not_matter(captures: list[Shot], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(captures + captures[:2]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled)), max_size=3)))
    with tempfile.TemporaryDirectory() as folder:
        at_once, in_runs = open_memory(Path(folder)), open_memory(Path(folder))
        take(at_once, captures)
        for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
            take(in_runs, shuffled[start:end])
        assert record(in_runs) == record(at_once)
        at_once.connection.close()
        in_runs.connection.close()


def test_an_edit_back_and_forth_is_three_revisions(archive: Archive) -> None:
    first, second = variants("cầu mới")[:2]
    kept = take(archive, [Shot(hour=0, lines=first), Shot(hour=1, lines=second), Shot(hour=2, lines=first)])
    assert [k.outcome for k in kept] == ["article"] * 3
    assert [(k.added, k.revised) for k in kept] == [(True, False), (False, True), (False, True)]
    rows = archive.connection.execute("SELECT number, captured_at, text FROM revisions ORDER BY number").fetchall()
    assert [(n, at[11:13], text) for n, at, text in rows] == [
        (1, "00", "\n".join(first)),
        (2, "01", "\n".join(second)),
        (3, "02", "\n".join(first)),
    ]
    assert one(archive, "SELECT revision, text FROM articles") == (3, "\n".join(first))


def test_an_older_capture_takes_its_place_by_time(archive: Archive) -> None:
    first, second = variants("cầu mới")[:2]
    take(archive, [Shot(hour=5, lines=second)])
    kept = take(archive, [Shot(hour=1, lines=first)])
    assert kept[0].revised
    assert kept[0].document is None
    assert one(archive, "SELECT revision, text FROM articles") == (2, "\n".join(second))
    assert one(archive, "SELECT text FROM revisions WHERE number = 1") == "\n".join(first)


def test_a_capture_kept_before_changes_nothing(archive: Archive) -> None:
    shot = Shot(lines=prose("cầu mới"))
    take(archive, [shot])
    before = record(archive)
    assert take(archive, [shot, shot]) == []
    assert record(archive) == before


def test_three_changed_figures_are_a_revision_of_numbers(archive: Archive) -> None:
    body = ("Thiệt hại 3 nhà.", "Có 12 người bị thương và 1.250 ha lúa bị ngập.", "Tin thêm sẽ được đăng sau.")
    later = (body[0].replace("3", "5"), body[1].replace("12", "14").replace("1.250", "1.300"), body[2])
    take(archive, [Shot(hour=0, lines=body), Shot(hour=1, lines=later)])
    assert one(archive, "SELECT field, class FROM changes") == ("text", "numbers")
    assert one(archive, "SELECT old FROM changes") == "\n".join(body[:2])


def test_a_counter_that_is_boilerplate_makes_no_revision(archive: Archive) -> None:
    pages = [
        Shot(page=subject, lines=(*prose(subject), f"Lượt xem: {number}"))
        for number, subject in enumerate(SUBJECTS[:3])
    ]
    take(archive, pages)
    kept = take(archive, [replace(pages[0], hour=3, lines=(*prose(SUBJECTS[0]), "Lượt xem: 99"))])
    assert [k.outcome for k in kept] == ["unchanged"]
    assert one(archive, "SELECT count(*), max(number) FROM revisions") == (3, 1)
    assert one(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'text : \"lượt xem\"'") == 0


def test_a_revision_that_a_rule_explains_away_is_none(archive: Archive) -> None:
    """The footer was taken out of the first revision only when it was learned; the second never had it."""
    text = prose(SUBJECTS[0])
    take(archive, [Shot(page="a", hour=0, lines=(*text, "Nhịp cầu bạn đọc")), Shot(page="a", hour=2, lines=text)])
    assert one(archive, "SELECT revision FROM articles") == 2
    take(archive, [Shot(page=s, hour=3, lines=(*prose(s), "Nhịp cầu bạn đọc")) for s in SUBJECTS[1:3]])
    assert one(archive, "SELECT revision FROM articles WHERE url LIKE '%/a'") == 1
    assert one(archive, "SELECT count(*) FROM changes") == 0
    take(archive, [Shot(page="a", hour=4, lines=text)])


def test_a_page_missing_twice_is_gone_and_may_come_back(archive: Archive) -> None:
    text = prose(SUBJECTS[0])
    kept = take(archive, [Shot(lines=text), Shot(hour=1), Shot(hour=2, outcome="challenge")])
    assert [k.gone for k in kept] == [False, False, False]
    assert one(archive, "SELECT state, gone_since FROM articles") == ("live", None)
    assert [k.gone for k in take(archive, [Shot(hour=3, outcome="redirect"), Shot(hour=4)])] == [True, False]
    assert one(archive, "SELECT state, gone_since FROM articles") == ("gone", "2026-03-01T01:00:00.000Z")
    take(archive, [Shot(hour=5, lines=text)])
    assert one(archive, "SELECT state, gone_since, revision FROM articles") == ("live", None, 1)


def test_what_the_feed_said_of_the_date_stays(archive: Archive) -> None:
    first, second = variants("cầu mới")[:2]
    take(archive, [Shot(lines=first, published="2026-02-27"), Shot(hour=1, lines=second)])
    assert one(archive, "SELECT published_at, month, published_method FROM articles") == (
        "2026-02-27",
        "2026-02",
        "meta",
    )


def test_a_withdrawn_article_stays_withdrawn(archive: Archive) -> None:
    take(archive, [Shot(lines=prose(SUBJECTS[0]))])
    withhold(archive, one(archive, "SELECT id FROM articles"))
    later = Shot(hour=4, lines=variants(SUBJECTS[0])[1])
    kept = take(archive, [Shot(hour=1), Shot(hour=2), Shot(hour=3), later])
    assert [k.outcome for k in kept] == ["missing"] * 3 + ["withheld"]
    assert one(archive, "SELECT state, text, revision FROM articles") == ("withdrawn", None, 0)


def test_the_index_follows_the_text(archive: Archive) -> None:
    take(archive, [Shot(lines=("Cũ kỹ một dòng chữ.",)), Shot(hour=1, lines=("Mới tinh một dòng chữ.",))])
    check_index(archive)
    found = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
    assert one(archive, found, '"cũ kỹ"') == 0
    assert one(archive, found, '"mới tinh"') == 1
