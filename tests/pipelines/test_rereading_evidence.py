"""What a difference between two readings amounts to, told without truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.rereading.evidence import RANK, WORSE, Difference, Shown, Verdict, compare

PROSE = "Sáng nay, bà con xã Tràng Ngạn ra đồng thu hoạch vụ lúa mùa trên chân ruộng cao ven sông."
OTHER = "Theo ban quản lý chợ, lượng hàng về phiên cuối năm nhiều gấp đôi ngày thường, giá giữ ổn định."
THIRD = "Đoàn viên thanh niên cùng người dân dọn cỏ, khơi rãnh, trồng thêm hai trăm gốc bàng dọc đường làng."
FOOTER = "Cơ quan chủ quản: Ủy ban nhân dân thị xã Sơn Hà; giấy phép số 12."
FIELDS = {"title": "Vào vụ gặt", "summary": None, "byline": None, "credit": None, "published_at": "2026-03-01"}


def shown(*lines: str, told: tuple[str, ...] = (), **fields: object) -> Shown:
    return Shown(text="\n".join(lines), fields=FIELDS | fields, told=told)


def verdicts(old: Shown, new: Shown) -> tuple[Verdict, ...]:
    found = compare(old, new, lambda line: line == FOOTER)
    assert found is not None
    assert found.worst is found.verdicts[0]
    return found.verdicts


BOTH = shown(PROSE, OTHER)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (BOTH, shown(PROSE), (Verdict.LOST_PROSE,)),
        (shown(PROSE), BOTH, (Verdict.GAINED_PROSE,)),
        (shown(PROSE, OTHER, FOOTER), BOTH, (Verdict.DROPPED,)),
        (BOTH, shown(PROSE, OTHER, FOOTER), (Verdict.GAINED_REPEATED,)),
        (shown(PROSE, FOOTER), BOTH, (Verdict.GAINED_PROSE, Verdict.DROPPED)),
        (shown(PROSE, FOOTER, OTHER), shown(PROSE), (Verdict.LOST_PROSE, Verdict.DROPPED)),
        # parted or joined otherwise
        (shown(f"{PROSE} {OTHER}"), BOTH, (Verdict.EDITED,)),
        (BOTH, shown(f"{PROSE} {OTHER}"), (Verdict.EDITED,)),
        # its beginning is a dateline, its letters were wrong
        (shown(f"BẮC NINH – {PROSE}"), shown(PROSE, dateline="BẮC NINH"), (Verdict.EDITED,)),
        (shown(PROSE.replace("ồ", "oà")), shown(PROSE), (Verdict.EDITED,)),
        # what a field or a caption says now
        (shown(PROSE, "Mai Thương"), shown(PROSE, byline="Mai Thương"), (Verdict.GAINED_FIELD, Verdict.DROPPED)),
        (shown(PROSE, "(Theo TTXVN)"), shown(PROSE, credit="Theo TTXVN"), (Verdict.GAINED_FIELD, Verdict.DROPPED)),
        (shown(PROSE, OTHER), shown(PROSE, told=(OTHER,)), (Verdict.DROPPED,)),
        (shown(PROSE, THIRD), shown(PROSE, summary=THIRD), (Verdict.GAINED_FIELD, Verdict.DROPPED)),
        (shown(PROSE, "Được mùa, được giá"), shown(PROSE), (Verdict.LOST_LINES,)),
        (BOTH, shown(PROSE, OTHER, published_at=None), (Verdict.LOST_DATE,)),
        (BOTH, shown(PROSE, OTHER, published_at="2026-03-02"), (Verdict.OTHER_DATE,)),
        (shown(PROSE, published_at=None), shown(PROSE), (Verdict.GAINED_DATE,)),
        (BOTH, shown(PROSE, OTHER, title=None), (Verdict.LOST_FIELD,)),
        (BOTH, shown(PROSE, OTHER, title="Vào vụ gặt mới"), (Verdict.EDITED,)),
        (shown(PROSE, flags=None), shown(PROSE, flags="placeholder"), (Verdict.FLAGGED,)),
        (shown(PROSE, flags="placeholder"), shown(PROSE, flags=None), (Verdict.LAYOUT,)),
        (shown(PROSE, markdown=PROSE), shown(PROSE, markdown=f"## {PROSE}"), (Verdict.LAYOUT,)),
        (shown(PROSE, PROSE), shown(PROSE), (Verdict.EDITED,)),  # twice on the page, once now
    ],
)
def test_verdicts(old: Shown, new: Shown, expected: tuple[Verdict, ...]) -> None:
    assert verdicts(old, new) == expected


def test_the_same_is_no_difference_and_what_is_not_known_of_one_side_is_not_compared() -> None:
    assert compare(BOTH, BOTH, lambda line: False) is None
    assert compare(Shown(text=BOTH.text, fields={"title": "Vào vụ gặt"}), BOTH, lambda line: False) is None


def test_what_was_lost_is_told_line_by_line_and_lost_prose_comes_first() -> None:
    found = [
        compare(shown(PROSE, OTHER, THIRD), shown(PROSE), lambda line: False),
        compare(BOTH, shown(PROSE), lambda line: False),
        compare(BOTH, shown(PROSE, OTHER, published_at=None), lambda line: False),
        compare(shown(PROSE), BOTH, lambda line: False),
    ]
    differences = [difference for difference in found if difference is not None]
    assert differences[0].lost == (OTHER, THIRD)
    assert differences[3].gained == (OTHER,)
    assert sorted(differences, key=lambda d: d.badness, reverse=True) == differences


def test_what_is_worse_is_everything_up_to_lost_lines() -> None:
    assert {verdict for verdict in Verdict if RANK[verdict] < RANK[Verdict.LOST_LINES]} == WORSE


LINES = st.lists(
    st.sampled_from([PROSE, OTHER, THIRD, FOOTER, "", "Tít phụ", "1.2", "…"]) | st.text(max_size=40), max_size=8
)


@given(LINES, LINES, st.booleans())
def test_any_two_texts_have_a_verdict_and_each_side_mirrors_the_other(
    old: list[str], new: list[str], is_repeated: bool
) -> None:
    def repeated(line: str) -> bool:
        return is_repeated

    there, back = compare(shown(*old), shown(*new), repeated), compare(shown(*new), shown(*old), repeated)
    assert (there is None) == (back is None) == ("\n".join(old) == "\n".join(new))
    if there is not None and back is not None:
        assert isinstance(there, Difference)
        assert there.words == back.words[::-1]
        assert there.verdicts
        assert sorted(there.lost) == sorted(back.gained)


def test_thousands_of_lines_are_compared_in_a_moment() -> None:
    old = shown(*(f"dòng thứ {n} {PROSE}" for n in range(3000)))
    new = shown(*(f"hàng số {n} {OTHER}" for n in range(3000)))
    assert verdicts(old, new)[0] is Verdict.LOST_PROSE
