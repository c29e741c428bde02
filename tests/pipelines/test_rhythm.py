"""When is a silence too long?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.verdicts.rhythm import LEAST, TIMES, silence

TODAY = date(2026, 11, 22)


def days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in ago]


@pytest.mark.parametrize(
    ("ago", "per_week", "quiet"),
    [
        ((), None, None),  # nothing is known yet
        ((400,), None, None),  # one article shows no rhythm
        ((400,), 1, 400),  # unless the file does
        (range(4, 20), None, 4),  # daily, and four days of nothing
        (range(3, 20), None, None),  # a long weekend
        (range(40, 60), None, 40),
        ((8, 15, 22, 29, 36, 43), None, None),  # weekly
        ((14, 21, 28, 35, 42, 49), None, None),
        ((15, 22, 29, 36, 43, 50), None, 15),
        ((10, 11, 12, 20, 21, 22), None, None),  # it was as quiet before, for eight days
        ((17, 18, 19, 27, 28, 29), None, 17),
        ((10, 11, 12, 13, 14, 200, 400), None, 10),  # longer ago than three months is not its rhythm
        (range(4, 20), 60, 4),
        ((30, 60, 90, 91, 92), 1, None),  # five expected ones take 35 days
        ((36, 66, 96, 97, 98), 1, 36),
        ((-400, -2, 1, 2, 3, 4, 5), None, None),
    ],
)
def test_a_silence_is_too_long_when_it_is_twice_the_longest(
    ago: tuple[int, ...], per_week: int | None, quiet: int | None
) -> None:
    found = silence(days(*ago), TODAY, per_week)
    assert (found.days if found else None) == quiet


@given(st.sets(st.integers(0, 200)), st.one_of(st.none(), st.integers(1, 700)))
def test_it_is_never_said_of_what_was_as_quiet_before(ago: set[int], per_week: int | None) -> None:
    found = silence(days(*ago), TODAY, per_week)
    if found is None:
        return
    assert found.days == min(ago) > LEAST
    assert per_week or (found.usual is not None and found.days > TIMES * found.usual)
    # Time alone does not end a silence.
    assert silence(days(*ago), TODAY + timedelta(days=1), per_week) is not None
