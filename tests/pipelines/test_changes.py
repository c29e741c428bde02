import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.differing.passages import Passage, classify, edited
from pipelines.differing.tokens import tokenize
from pipelines.versions.changes import FIELDS, Change, changes, is_silent


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("", "Thêm một dòng.", "added"),
        ("Bớt một dòng.", "", "removed"),
        ("Có 3 người bị thương, 1.250 ha ngập.", "Có 5 người bị thương, 1.300 ha ngập.", "numbers"),
        ("Tăng 8,32% so với quý I.", "Tăng 8,4% so với quý I.", "numbers"),
        ("hai người", "ba người", "numbers"),
        ("hai mươi mốt người", "22 người", "numbers"),
        ("ít nhất 3 người", "5 người", "numbers"),
        ("at least three people", "nearly a hundred people", "rewritten"),
        ("at least three people", "more than five people", "numbers"),
        ("12 triệu đồng", "15 triệu đồng", "numbers"),
        ("Nghị quyết 54-NQ/TW", "Nghị quyết 55-NQ/TW", "numbers"),
        ("12 km", "12 ha", "rewritten"),
        ("Uỷ ban nhân dân tinh họp.", "Uỷ ban nhân dân tỉnh họp.", "typo"),
        ("The comittee met today.", "The committee met today.", "typo"),
        ("khoẻ, hoà, thuỷ", "khỏe, hòa, thủy", "typo"),
        ("Cà phê", "Ca\u0300 phe\u0302", "typo"),
        ('"Có", ông nói', "“Có” - ông nói", "typo"),
        ("thànhphố Tân An", "thành phố Tân An", "typo"),
        ("ba người", "3 người", "typo"),
        ("1,234 tấn", "1.234 tấn", "typo"),
        ("02 người", "2 người", "typo"),
        ("Đội Bắc thắng đội Nam.", "Đội Nam thắng đội Bắc.", "rewritten"),
        ("Có 3 người ở xã Đông.", "Có 5 người ở xã Tây.", "rewritten"),
        ("Ông An nói không.", "Ông An nói không, rồi có.", "rewritten"),
        ("vốn đầu tư", "vốn đầu tiên", "rewritten"),
    ],
)
def test_classes(old: str, new: str, kind: str) -> None:
    assert classify(old, new) == kind


def row(**fields: str | None) -> dict[str, str | None]:
    return dict.fromkeys((*FIELDS, "stated_at")) | fields


def edits(old: str, new: str) -> list[Passage]:
    (change,) = changes(row(text=old), row(text=new))
    return list(change.edits)


def said(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(edit.kind.value, edit.old, edit.new) for edit in edits(old, new)]


def test_only_fields_that_differ_and_only_their_lines() -> None:
    old = row(title="Cũ", text="một\nhai 3\nba", byline="An")
    new = row(title="Cũ", text="một\nhai 4\nba", byline=None)
    assert [(c.field, c.kind, c.old, c.new) for c in changes(old, new)] == [
        ("text", "numbers", "hai 3", "hai 4"),
        ("byline", "removed", "An", ""),
    ]


def test_nothing_and_none_are_the_same() -> None:
    assert changes(row(summary=None), row(summary="")) == ()


FLOOD = "Lũ ống tại xã Mường Lát làm {} người chết, {} người mất tích. Thiệt hại ước tính 12,5 tỷ đồng."


def test_each_figure_is_a_passage_with_what_it_counts() -> None:
    found = edits(FLOOD.format("3", "hai"), FLOOD.format("5", "bảy"))
    assert [(e.old, e.new, e.before, e.after) for e in found] == [
        ("3", "5", "Lũ ống tại xã Mường Lát làm", "người chết, bảy người mất tích."),
        ("hai", "bảy", "Lũ ống tại xã Mường Lát làm 5 người chết,", "người mất tích."),
    ]
    assert {e.kind for e in found} == {"numbers"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mười hai người chết", "mười lăm người chết", [("numbers", "mười hai", "mười lăm")]),
        ("hai mươi người", "hai mươi lăm người", [("numbers", "hai mươi", "hai mươi lăm")]),
        ("thiệt hại 12 triệu đồng", "thiệt hại 15 triệu đồng", [("numbers", "12 triệu", "15 triệu")]),
        ("năm 2024 có lũ", "năm 2025 có lũ", [("numbers", "2024", "2025")]),
        ("Twenty-one were killed", "Twenty-three were killed", [("numbers", "Twenty-one", "Twenty-three")]),
        (
            "The death toll stands at 3, police said",
            "The death toll rises to 5, police said",
            [("rewritten", "stands at", "rises to"), ("numbers", "3", "5")],
        ),
        ("giá 1.234,5 đồng", "giá 1.244,5 đồng", [("numbers", "1.234,5", "1.244,5")]),
        ("tăng 12% so với", "tăng 13% so với", [("numbers", "12%", "13%")]),
        ("theo Nghị quyết 54-NQ/TW nêu", "theo Nghị quyết 57-NQ/TW nêu", [("numbers", "54-NQ/TW", "57-NQ/TW")]),
        ("Ông nói “được” rồi đi", 'Ông nói "được" rồi đi', [("typo", "“", '"'), ("typo", "”", '"')]),
        ("Ông An đến xã Đông", "Ông An vừa đến xã Đông", [("added", "", "vừa")]),
        ("Ông An vừa đến xã Đông", "Ông An đến xã Đông", [("removed", "vừa", "")]),
        ("Bệnh viện huyện", "Bệnh viện  huyện", [("typo", "Bệnh viện huyện", "Bệnh viện  huyện")]),
        ("thủy điện Sơn La", "thuỷ điện Sơn La", [("typo", "thủy", "thuỷ")]),
    ],
)
def test_passages(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(old, new) == expected


LINES = (
    "Chiều 3/9, hồ chứa nước Khe Đá mở hai cửa xả để hạ mực nước trước bão.",
    "Người dân thôn Bãi Cát đã được báo trước qua loa phường từ sáng sớm.",
    "Trưởng thôn cho biết đò ngang ngừng chạy cho đến khi nước rút hẳn.",
)


def test_a_moved_paragraph_was_neither_taken_out_nor_put_in() -> None:
    found = said("\n".join(LINES), "\n".join((LINES[1], LINES[2], LINES[0])))
    assert found == [("rewritten", LINES[0], LINES[0])]


def test_a_figure_in_a_moved_paragraph_is_seen() -> None:
    later = LINES[0].replace("hai", "ba")
    assert said("\n".join(LINES), "\n".join((LINES[1], LINES[2], later))) == [("numbers", "hai", "ba")]


def test_a_paragraph_put_in_or_taken_out_is_one_passage() -> None:
    assert said("\n".join(LINES[::2]), "\n".join(LINES)) == [("added", "", LINES[1])]
    assert said("\n".join(LINES), "\n".join(LINES[::2])) == [("removed", LINES[1], "")]


@pytest.mark.parametrize("cut", [0, 1])
def test_a_paragraph_that_was_parted_has_the_same_words(cut: int) -> None:
    sentences = LINES[0], "Mưa lớn kéo dài.", LINES[2]
    whole = " ".join(sentences)
    parted = "\n".join((" ".join(sentences[: cut + 1]), " ".join(sentences[cut + 1 :])))
    assert said(f"Đầu\n{whole}\nCuối", f"Đầu\n{parted}\nCuối") == [("typo", whole, parted)]
    assert said(f"Đầu\n{parted}\nCuối", f"Đầu\n{whole}\nCuối") == [("typo", parted, whole)]


def test_a_field_is_of_numbers_where_all_its_passages_are() -> None:
    old, new = FLOOD.format("3", "2"), FLOOD.format("5", "7")
    (change,) = changes(row(text=old), row(text=new))
    assert change.kind == "numbers"
    (change,) = changes(row(text=old), row(text=new.replace("xã Mường Lát", "bản Nà Tông")))
    assert change.kind == "rewritten"
    (change,) = changes(row(text=old), row(text=new.replace("Thiệt hại", "Thịêt hại")))
    assert change.kind == "numbers"


def test_captions_in_another_order_are_the_same() -> None:
    assert changes(row(captions="Cầu\nĐò"), row(captions="Đò\nCầu")) == ()
    (change,) = changes(row(captions="Cầu cũ\nĐò"), row(captions="Đò\nCầu mới"))
    assert change.field == "captions"


def test_a_date_is_compared_as_exactly_as_both_state_it() -> None:
    def of_date(old: str | None, new: str | None) -> tuple[Change, ...]:
        return changes(row(stated_at=old), row(stated_at=new))

    assert of_date("2026-02-27", "2026-02-27T08:00+07:00") == ()
    assert of_date("2026-02-27T08:00:31+07:00", "2026-02-27T01:00Z") == ()
    assert of_date(None, "2026-02-27") == ()
    (change,) = of_date("2026-02-27T08:00+07:00", "2026-02-27T06:30+07:00")
    assert (change.field, change.old, change.new) == (
        "published_at",
        "2026-02-27T08:00+07:00",
        "2026-02-27T06:30+07:00",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, None, True),
        ("2026-03-01T08:00+07:00", "2026-03-01T08:00+07:00", True),
        ("2026-03-01T08:00+07:00", None, True),
        (None, "2026-03-01T08:00+07:00", False),
        ("2026-03-01T08:00+07:00", "2026-03-01T09:00+07:00", False),
    ],
)
def test_silent_is_what_moves_no_stamp(old: str | None, new: str | None, expected: bool) -> None:
    assert is_silent(old, new) is expected


TEXT = st.text(alphabet="ab 1,.\n-ờ%", max_size=60) | st.text(max_size=40)


@given(old=TEXT, new=TEXT)
def test_any_two_texts_have_passages_that_lead_from_one_to_the_other(old: str, new: str) -> None:
    found = changes(row(text=old), row(text=new))
    written = [[line for line in text.split("\n") if line] for text in (old, new)]
    assert found if written[0] != written[1] else all(change.kind == "typo" for change in found)
    for change in found:
        assert change.kind in ("typo", "numbers", "added", "removed", "rewritten")
        assert change.edits
        assert all(edit.old in old and edit.new in new for edit in change.edits)
        assert all(edit.before in new and edit.after in new for edit in change.edits)


WORDS = st.lists(
    st.sampled_from(("nước", "lũ", "ở", "xã", "làm", "hai", "mười", "người", "3", "12%", ",", ".")), max_size=30
)


@given(old=WORDS, new=WORDS)
def test_what_is_in_no_passage_is_the_same_on_both_sides(old: list[str], new: list[str]) -> None:
    before, after = tokenize(" ".join(old)), tokenize(" ".join(new))
    found = edited(before, after)
    kept_old, kept_new = list(before.words()), list(after.words())
    for gap in reversed(found):
        assert gap.old <= gap.old_end and gap.new <= gap.new_end
        del kept_old[gap.old : gap.old_end], kept_new[gap.new : gap.new_end]
    assert kept_old == kept_new
    assert all(one.old_end <= other.old and one.new_end <= other.new for one, other in pairwise(found))
    assert (found == []) == (before.words() == after.words())


@given(figures=st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 9_999)), min_size=3, max_size=3))
def test_three_figures_changed_are_numbers(figures: list[tuple[int, int]]) -> None:
    text = "Có {} hộ ở thôn Hạ, {} hộ ở thôn Trung và {} hộ ở thôn Thượng phải dời đi."
    old, new = (text.format(*(pair[side] for pair in figures)) for side in (0, 1))
    found = changes(row(text=old), row(text=new))
    assert [change.kind for change in found] == (["numbers"] if old != new else [])


def test_hostile_texts_do_not_hold_the_writer() -> None:
    hostile = [
        ("a\n" * 40_000 + "b", "b\n" + "a\n" * 40_000),
        ("x" * 1_000_000, "x" * 999_999 + "y"),
        ("a " * 100_000 + "b", "b " + "a " * 100_000),
        ("a b " * 5_000, "b a a " * 4_000),
        ("\n".join(f"{n} a b c" for n in range(3_000)), "\n".join(f"{n} c b a d" for n in range(3_000))),
        ("1 " * 10_000, "2 " * 10_000),
        ("1-" * 10_000, "2-" * 10_000),
        ("." * 20_000, "!" * 20_000),
        ("một hai " * 2_000, "hai ba " * 2_000),
        ("\n".join(f"{n} một hai " * 900 for n in range(39)), "\n".join(f"{n} hai ba " * 900 for n in range(39))),
    ]
    started = time.process_time()
    for old, new in hostile:
        assert changes(row(text=old), row(text=new))
    assert time.process_time() - started < 12  # 3 s where nothing else runs
