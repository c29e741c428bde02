import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.versions.changes import FIELDS, changes, classify


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("", "Thêm một dòng.", "added"),
        ("Bớt một dòng.", "", "removed"),
        ("Có 3 người bị thương, 1.250 ha ngập.", "Có 5 người bị thương, 1.300 ha ngập.", "numbers"),
        ("Tăng 8,32% so với quý I.", "Tăng 8,4% so với quý I.", "numbers"),
        ("Uỷ ban nhân dân tinh họp.", "Uỷ ban nhân dân tỉnh họp.", "typo"),
        ("The comittee met today.", "The committee met today.", "typo"),
        ("Đội Bắc thắng đội Nam.", "Đội Nam thắng đội Bắc.", "rewritten"),
        ("Có 3 người ở xã Đông.", "Có 5 người ở xã Tây.", "rewritten"),
        ("Ông An nói không.", "Ông An nói không, rồi có.", "rewritten"),
        ("Một hai ba bốn.", "Năm sáu bảy tám.", "rewritten"),
    ],
)
def test_classes(old: str, new: str, kind: str) -> None:
    assert classify(old, new) == kind


def row(**fields: str | None) -> dict[str, str | None]:
    return dict.fromkeys(FIELDS) | fields


def test_only_fields_that_differ_and_only_their_lines() -> None:
    old = row(title="Cũ", text="một\nhai 3\nba", byline="An")
    new = row(title="Cũ", text="một\nhai 4\nba", byline=None)
    assert [(c.field, c.kind, c.old, c.new) for c in changes(old, new)] == [
        ("text", "numbers", "hai 3", "hai 4"),
        ("byline", "removed", "An", ""),
    ]


def test_nothing_and_none_are_the_same() -> None:
    assert changes(row(summary=None), row(summary="")) == ()


@given(old=st.text(), new=st.text())
def test_any_two_texts_have_a_class(old: str, new: str) -> None:
    found = changes(row(text=old), row(text=new))
    assert (found == ()) == (old == new)
    assert all(c.kind in ("typo", "numbers", "added", "removed", "rewritten") for c in found)


def test_hostile_texts_do_not_hold_the_writer() -> None:
    started = time.process_time()
    changes(row(text="a\n" * 40_000 + "b"), row(text="b\n" + "a\n" * 40_000))
    changes(row(text="x" * 4_000_000), row(text="x" * 3_999_999 + "y"))
    assert time.process_time() - started < 5
