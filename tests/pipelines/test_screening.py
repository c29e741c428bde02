"""What is screened out is no copy, and the numbers are those one by one."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.prepared import prepare, shared
from pipelines.copies.screening import WORTH_IT, possible, shared_with
from pipelines.copies.similarity import likeness

WORDS = "bà con các xã ven sông gặt lúa sớm trước mùa lũ năm nay nhờ có máy mới của hợp tác xã".split()  # noqa: SIM905
texts = st.lists(
    st.one_of(
        st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
        st.integers(0, 60).map(lambda cut: " ".join((WORDS * 4)[cut:])),
        st.integers(0, 60).map(lambda at: " ".join([*(WORDS * 4)[:at], "mưa", "to", *(WORDS * 4)[at + 3 :]])),
    ),
    min_size=WORTH_IT + 1,
    max_size=9,
)


@given(texts)
def test_nothing_that_is_a_copy_is_screened_out(made: list[str]) -> None:
    one, *others = map(prepare, made)
    kinds = [likeness(one, other) for other in others]
    for is_possible, like in zip(possible(one, others), kinds, strict=True):
        assert is_possible or (like.kind is None and like.reason is None)


@given(texts)
def test_what_many_share_with_one_is_what_each_does(made: list[str]) -> None:
    one, *others = map(prepare, made)
    assert shared_with(one.fives, [other.fives for other in others]).tolist() == [
        shared(one.fives, other.fives) for other in others
    ]
    assert shared_with(one.bag, [other.bag for other in others]).tolist() == [
        shared(one.bag, other.bag) for other in others
    ]


def test_notices_of_one_form_are_screened_out() -> None:
    form = "Công ty điện lực thông báo lịch ngừng cấp điện để sửa chữa lưới điện tại các xã trong tuần tới như sau: {}"
    made = [prepare(form.format(" ".join(f"thôn{a}{n}" for n in range(12)))) for a in range(20)]
    assert possible(made[0], made[1:]) == [False] * 19
    assert possible(made[0], [*made[1:5], made[0]]) == [False] * 4 + [True]
