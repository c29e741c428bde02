"""Which candidates are worth confirming."""

from itertools import combinations

import numpy as np

from pipelines.copies.worth import Mark, worth_confirming
from pipelines.fingerprint import ROWS_ALL, fingerprint

LINE = (
    "Giá {} sáng nay tại chợ đầu mối là {} đồng, giao {} chuyến, hàng về đều từ các xã ven sông, bà con yên tâm, ban "
    " quản lý chợ cho biết sẽ kiểm tra cân và sổ sách của từng quầy."
)


def prices(first: int) -> str:
    return " ".join(LINE.format(f"cá loại {chr(97 + n)}", first + 7 * n, first // 9 + n) for n in range(12))


def mark(text: str) -> Mark:
    found = fingerprint(text)
    return Mark.of(found)


def test_texts_with_many_figures_say_which() -> None:
    one, other, corrected = prices(12_301), prices(74_517), prices(12_301).replace("12301", "12309")
    assert worth_confirming(mark(one), [mark(text) for text in (one, other, corrected)]) == [True, False, True]


def test_few_figures_say_nothing() -> None:
    without = prices(12_301).translate(str.maketrans("0123456789", "abcdefghij"))
    assert mark(without).figures is None
    assert worth_confirming(mark(without), [mark(without), mark(prices(12_301))])[0]
    assert worth_confirming(mark(prices(12_301)), [mark(without)]) == worth_confirming(
        mark(without), [mark(prices(12_301))]
    )


def test_a_third_in_common_is_worth_it_where_it_is_most_of_the_shorter() -> None:
    def made(shingles: int | None, *, same: int) -> Mark:
        """Of 96 minima *same* are 0 and the others nobody else's; their lowest bits are the same."""
        minima = np.arange(ROWS_ALL, dtype="<u4") * 2
        minima[:same] = 0
        return Mark((minima + 1_000 * (shingles or 7) * (minima > 0)).astype("<u4").tobytes(), None, shingles)

    one = made(300, same=19)
    others = [made(400, same=19), made(80, same=19), made(None, same=19), made(80, same=17)]
    assert worth_confirming(one, others) == [False, True, True, False]


def test_either_way_round_it_says_the_same() -> None:
    texts = [prices(12_301), prices(24_517), prices(12_301)[:400], prices(12_301) + " " + prices(9_000)[:300]]
    for a, b in combinations(map(mark, texts), 2):
        assert worth_confirming(a, [b]) == worth_confirming(b, [a])
    assert worth_confirming(mark(texts[0]), []) == []


def test_strangers_are_not() -> None:
    stranger = "Đội bóng chuyền nữ của huyện vào chung kết sau bốn trận thắng liền, khán giả chật kín nhà thi đấu mới."
    assert worth_confirming(mark(prices(12_301)), [mark(stranger)]) == [False]
