"""Copies and stories are a function of the captures: whatever their order, runs and repetitions, all rows are equal."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, open_memory, record, take

from pipelines.archive import Archive
from pipelines.article import compared
from pipelines.copies import crowds
from pipelines.copies.edges import relate
from pipelines.fingerprint import fingerprint
from pipelines.stories.telling import tell_stories


def lines(subject: str, start: int, end: int) -> tuple[str, ...]:
    """Sentences of a subject that is no other's: those from *start* to *end* of an endless text."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [" ".join(f"{subject}{letters[line]}{letter}" for letter in letters[:14]) for line in range(start, end)]
    return tuple(f"Sáng qua ở {subject}, {line}." for line in words)


def prices(day: int) -> tuple[str, ...]:
    line = "Giá {} tại chợ đầu mối sáng nay là {} đồng một cân, lượng hàng về vẫn ổn định như mọi ngày."
    goods = ("cá nục", "tôm sú", "mực ống", "cua gạch", "ghẹ xanh", "bạch tuộc")
    return tuple(line.format(name, 10_000 * day + 700 * at) for at, name in enumerate(goods))


NOTICE = (
    "Kính gửi quý bạn đọc, tòa soạn xin thông báo lịch cúp điện trên địa bàn.",
    "Đề nghị bà con sắp xếp công việc cho phù hợp.",
    "Mọi thắc mắc xin liên hệ tổng đài chăm sóc khách hàng.",
)
LEAD = ("Báo chúng tôi xin trân trọng giới thiệu cùng bạn đọc gần xa bài viết dưới đây.",)
TEXTS = (
    lines("cầu", 0, 8),
    LEAD + lines("cầu", 0, 7),
    lines("cầu", 2, 10),  # a chain: each repeats the one before, not the one before that
    lines("cầu", 4, 12),
    lines("cầu", 6, 14),
    lines("cầu", 0, 3),  # an excerpt
    lines("đê", 0, 6),
    (*lines("đê", 0, 6), "Thêm một câu của riêng báo này về con đê."),
    lines("chợ", 0, 5),
    lines("cầu", 0, 8) + lines("đê", 0, 6) + lines("chợ", 0, 5),  # a round-up
    *(prices(day) for day in (1, 2, 3, 4)),
    *((*NOTICE, f"Khu vực thôn số {n}, từ {n} giờ đến {n + 3} giờ.") for n in (5, 6, 7)),
    lines("cầu", 0, 1),
)
DATES = (None, "2026-03-01", "2026-03-01T06:10+07:00", "2026-03-01T09:00+07:00", "2026-02", "2026-03-04")
CREDITS = ((None, None), ("TTXVN", "Theo TTXVN"), ("Báo song", "Theo Báo song"), ("VOV", "Nguồn: VOV"))


@st.composite
def captures(draw: st.DrawFn) -> list[Shot]:
    places = st.tuples(st.sampled_from(("song", "nui", "bien")), st.sampled_from("abcd"), st.integers(0, 4))
    shots = []
    for number, (source, page, hour) in enumerate(draw(st.lists(places, min_size=4, max_size=11, unique=True))):
        agency, credit = draw(st.sampled_from(CREDITS))
        text = draw(st.sampled_from((*TEXTS, ()))) if hour else draw(st.sampled_from(TEXTS))
        published = draw(st.sampled_from(DATES))
        shot = Shot(source=source, page=page, hour=hour, lines=text, agency=agency, credit=credit, published=published,
                    number=number)  # fmt: skip
        shots.append(shot)
    return shots


@contextmanager
def archived(*runs: Sequence[Shot], at_once: int = 1) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        archive = open_memory(Path(folder))
        for shots in runs:
            take(archive, shots, at_once=at_once)
        yield archive
        archive.connection.close()


def told(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """What the record says, which must hold together."""
    found = record(archive)
    members = {row["id"]: row for row in found["articles"]}
    for story in found["stories"]:
        own = [row for row in found["articles"] if row["story"] == story["id"]]
        assert story["id"] == min(row["id"] for row in own)
        assert (story["articles"], story["sources"]) == (len(own), len({row["source"] for row in own}))
        for row in own:
            is_first = row["id"] == story["first_article"]
            assert (row["relation"], row["reprint_of"]) == (
                ("original", None) if is_first else ("reprint", story["first_article"])
            )
            assert (row["similarity"] is None, row["added"] is None or not is_first) == (is_first, True)
    assert all(row["story"] for row in members.values())
    for row in found["copies"]:
        assert row["a"] < row["b"]
        assert row["kind"] == "excerpt" or members[row["a"]]["story"] == members[row["b"]]["story"]
    return found


@settings(max_examples=20)
@given(data=st.data(), shots=captures(), crowd=st.sampled_from((1, 2, 3, 64)))
def test_any_order_and_any_runs_end_in_the_same_stories(data: st.DataObject, shots: list[Shot], crowd: int) -> None:
    shuffled = data.draw(st.permutations(shots))
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, len(shots) - 1), max_size=2))), len(shots)]
    again = data.draw(st.lists(st.sampled_from(shots), max_size=2))
    at_once = data.draw(st.sampled_from((1, 2, 4, 20)))  # in a transaction
    with patch.object(crowds, "CROWD", crowd):
        with archived(sorted(shots, key=lambda shot: (shot.hour, shot.number))) as archive:
            expected = told(archive)
        with archived(*(shuffled[start:end] for start, end in pairwise(cuts)), again, at_once=at_once) as archive:
            assert told(archive) == expected


@settings(max_examples=8)
@given(shots=captures(), crowd=st.sampled_from((1, 3, 64)))
def test_told_or_read_again_they_are_the_same(shots: list[Shot], crowd: int) -> None:
    with patch.object(crowds, "CROWD", crowd), archived(shots) as archive:
        expected, connection = told(archive), archive.connection
        rows = connection.execute("SELECT id, n, title, summary, text FROM articles ORDER BY id DESC").fetchall()
        with archive.transaction():
            tell_stories(connection, [article for article, *_ in rows])
        assert told(archive) == expected
        for article, n, *words in rows:
            with archive.transaction():
                relate(connection, article, n, fingerprint(compared(*words)))
        assert told(archive) == expected


def test_the_sample_has_what_it_is_for() -> None:
    """Chains, excerpts, round-ups, templates: the texts above are what their comments say."""
    shots = [Shot(page=f"p{at}", lines=text, number=at) for at, text in enumerate(TEXTS)]
    with archived(shots) as archive:
        found = told(archive)
    pages = {row["id"]: int(row["url"].rpartition("/p")[2]) for row in found["articles"]}
    edges = {tuple(sorted((pages[row["a"]], pages[row["b"]]))): row["kind"] for row in found["copies"]}
    assert [edges.get(pair) for pair in ((0, 1), (0, 2), (2, 3), (3, 4), (0, 3), (0, 4))] == ["copy"] * 4 + [None] * 2
    assert edges[6, 7] == "copy"
    assert {kind for pair, kind in edges.items() if 9 in pair} == {"excerpt"}
    stories = {page: next(row["story"] for row in found["articles"] if row["id"] == id_) for id_, page in pages.items()}
    assert len({stories[page] for page in range(5)}) == 1
    assert len({stories[page] for page in (0, 5, 6, 8, 9, 10, 11, 12, 13)}) == 9
