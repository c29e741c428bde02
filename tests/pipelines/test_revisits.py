from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.revisits import AGES, CONFIRM, YEARLY, next_visit

SEEN = datetime(2026, 3, 1, tzinfo=UTC)


def test_dense_in_the_first_day_then_days_weeks_a_year() -> None:
    looked, visits = SEEN, []
    for _ in range(9):
        looked = next_visit(SEEN, looked, 0)
        visits.append(looked - SEEN)
    assert visits[: len(AGES)] == list(AGES)
    assert visits[len(AGES) :] == [AGES[-1] + YEARLY, AGES[-1] + 2 * YEARLY]


def test_a_missing_page_is_confirmed_soon_and_a_gone_one_asked_yearly() -> None:
    assert next_visit(SEEN, SEEN + timedelta(days=9), 1) == SEEN + timedelta(days=9) + CONFIRM
    assert next_visit(SEEN, SEEN + timedelta(days=9), 2) == SEEN + timedelta(days=9) + YEARLY


@given(age=st.timedeltas(timedelta(0), timedelta(days=4000)), missing=st.integers(0, 5))
def test_the_next_look_is_always_ahead(age: timedelta, missing: int) -> None:
    assert SEEN + age < next_visit(SEEN, SEEN + age, missing) <= SEEN + age + YEARLY
