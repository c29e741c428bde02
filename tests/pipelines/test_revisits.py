from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.state.revisits import (
    AGES,
    CONFIRM,
    ENOUGH,
    RETURNS,
    YEARLY,
    Rate,
    Thinning,
    ages,
    next_visit,
    planned,
    thinning,
)

SEEN = datetime(2026, 3, 1, tzinfo=UTC)


def test_dense_in_the_first_day_then_days_weeks_a_year() -> None:
    looked, visits = SEEN, []
    for _ in range(9):
        looked = next_visit(SEEN, looked, 0)
        visits.append(looked - SEEN)
    assert visits[: len(AGES)] == list(AGES)
    assert visits[len(AGES) :] == [AGES[-1] + YEARLY, AGES[-1] + 2 * YEARLY]


def test_a_missing_page_is_confirmed_soon_and_a_gone_one_asked_ever_more_rarely() -> None:
    assert next_visit(SEEN, SEEN + timedelta(days=9), 1) == SEEN + timedelta(days=9) + CONFIRM
    looked = SEEN + timedelta(days=9)
    waits = [next_visit(SEEN, looked, missing) - looked for missing in range(2, 7)]
    assert waits == [*RETURNS, YEARLY, YEARLY], "what was put back is seen the next day, week or month"


@given(age=st.timedeltas(timedelta(0), timedelta(days=4000)), missing=st.integers(0, 5))
def test_the_next_look_is_always_ahead(age: timedelta, missing: int) -> None:
    assert SEEN + age < next_visit(SEEN, SEEN + age, missing) <= SEEN + age + YEARLY


DAY = timedelta(days=1)


def test_a_source_that_does_not_edit_is_looked_at_less_and_one_that_does_more() -> None:
    quiet = {age: Rate(looks=ENOUGH, changes=0) for age in AGES}
    assert ages(quiet) == [AGES[0], DAY, 30 * DAY, 365 * DAY], (
        "an edit at once, a withdrawal at any time are still seen"
    )
    busy = ages({DAY: Rate(looks=ENOUGH, changes=30)})
    assert busy == sorted([*AGES, (AGES[1] + DAY) / 2])
    assert ages({age: Rate(looks=ENOUGH - 1, changes=0) for age in AGES}) == list(AGES), "not believed yet"


def test_the_shorter_the_disk_the_fewer_the_looks() -> None:
    gigabyte = 10**9
    assert thinning(100 * gigabyte, 0.0) is Thinning.NONE
    assert [thinning(days * gigabyte, gigabyte) for days in (200, 100, 30, 5, 0)] == [
        Thinning.NONE,
        Thinning.SOME,
        Thinning.MOST,
        Thinning.ALL_BUT_LAST,
        Thinning.ALL_BUT_LAST,
    ]
    looks = [len(ages({}, level)) for level in Thinning]
    assert looks == sorted(looks, reverse=True) and looks[0] == len(AGES) and looks[-1] == 2


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_look_is_counted_for_the_age_it_was_planned_for(age: timedelta) -> None:
    assert planned(age) in AGES
    assert planned(age) <= max(age, AGES[0])


@given(
    rates=st.dictionaries(
        st.sampled_from(AGES),
        st.integers(0, 500).flatmap(lambda n: st.builds(Rate, looks=st.just(n), changes=st.integers(0, n))),
    ),
    level=st.sampled_from(Thinning),
)
def test_ages_rise_and_always_end_with_a_year(rates: dict[timedelta, Rate], level: Thinning) -> None:
    found = list(ages(rates, level))
    assert found == sorted(set(found)) and found[-1] == YEARLY
