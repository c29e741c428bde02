"""When a listing is asked for again, and a page that failed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.state.polling import LONGEST, SHORTEST, TRIES, next_look, next_try

HOUR = timedelta(hours=1)


def test_news_this_hour_is_looked_for_in_the_next() -> None:
    assert next_look(timedelta(0)) < HOUR
    assert next_look(6 * HOUR) < HOUR, "a quiet night costs no morning"


def test_silence_is_asked_ever_more_rarely_and_at_least_daily() -> None:
    assert next_look(24 * HOUR) == 3 * HOUR
    assert next_look(1000 * HOUR) == LONGEST == 24 * HOUR


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_news_is_seen_at_most_an_eighth_of_the_silence_late(quiet: timedelta) -> None:
    wait = next_look(quiet)
    assert SHORTEST <= wait <= LONGEST
    assert wait <= max(quiet / 8, SHORTEST)


def test_a_page_that_fails_is_tried_for_a_month_and_then_given_up() -> None:
    waits = [next_try(tries) for tries in range(1, TRIES)]
    assert [wait / HOUR for wait in waits if wait] == [1, 4, 16, 64, 168, 168, 168]
    assert next_try(TRIES) is None
