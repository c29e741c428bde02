"""What is due: slots, daylight saving time, missed slots and clocks that jump."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.plan import Schedule, due, slots

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

periods = st.sampled_from([timedelta(minutes=7), timedelta(minutes=15), HOUR, 5 * HOUR, DAY, 2 * DAY])
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
zones = st.sampled_from(["UTC", "Asia/Ho_Chi_Minh", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"])
days = st.frozensets(st.integers(0, 6), min_size=1)
jitters = st.integers(0, 400).map(lambda seconds: timedelta(seconds=seconds))
schedules = st.one_of(
    st.builds(Schedule, name=st.just("p"), every=periods, jitter=jitters),
    st.builds(
        Schedule,
        name=st.just("d"),
        at=st.lists(times, min_size=1, max_size=4, unique=True).map(tuple),
        timezone=zones,
        days=days,
        jitter=jitters,
    ),
)


def daily(*at: str, zone: str = "UTC", **more: object) -> Schedule:
    return Schedule(name="d", at=tuple(map(time.fromisoformat, at)), timezone=zone, **more)  # type: ignore[arg-type]


def test_a_period_counts_from_the_full_hour() -> None:
    found = slots(Schedule(name="h", every=HOUR), NOON, NOON + 3 * HOUR)
    assert found == [NOON + HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR]


def test_local_times_become_utc() -> None:
    found = slots(daily("06:30", "18:00", zone="Asia/Ho_Chi_Minh"), NOON, NOON + DAY)
    assert [slot.isoformat() for slot in found] == ["2026-03-10T23:30:00+00:00", "2026-03-11T11:00:00+00:00"]


def test_days_are_local_days() -> None:
    # Sunday 03:30 in Viet Nam is still Saturday in UTC.
    found = slots(daily("03:30", zone="Asia/Ho_Chi_Minh", days=frozenset({6})), NOON, NOON + 14 * DAY)
    assert [slot.isoformat() for slot in found] == ["2026-03-14T20:30:00+00:00", "2026-03-21T20:30:00+00:00"]


def test_an_hour_that_comes_twice_has_one_slot() -> None:
    night = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    found = slots(daily("02:30", zone="Europe/Berlin"), night, night + 24 * HOUR)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_an_hour_that_is_left_out_has_one_slot() -> None:
    night = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    found = slots(daily("02:30", "03:30", zone="Europe/Berlin"), night, night + 23 * HOUR)
    assert found == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]


def test_jitter_moves_slots_apart_but_always_alike() -> None:
    schedule = Schedule(name="h", every=HOUR, jitter=timedelta(minutes=10))
    found = slots(schedule, NOON, NOON + DAY)
    shifts = [(slot - NOON) % HOUR for slot in found]
    assert len(set(shifts)) > 12
    assert max(shifts) < timedelta(minutes=10)
    assert found == slots(schedule, NOON, NOON + DAY)


def test_never_run_is_due_at_once() -> None:
    assert due({"d": daily("23:59")}, {}, NOON) == ["d"]


def test_due_when_a_slot_has_come_since_the_last_run() -> None:
    hourly = {"h": Schedule(name="h", every=HOUR)}
    assert due(hourly, {"h": NOON}, NOON + HOUR - timedelta(seconds=1)) == []
    assert due(hourly, {"h": NOON}, NOON + HOUR) == ["h"]


def test_several_are_named_in_order() -> None:
    both = {"weekly": daily("03:00"), "hourly": Schedule(name="hourly", every=HOUR), "never": daily("03:00")}
    assert due(both, {"hourly": NOON - 2 * HOUR, "never": NOON}, NOON) == ["hourly", "weekly"]


@pytest.mark.parametrize("absence", [DAY, 400 * DAY, 40 * 365 * DAY])
@pytest.mark.parametrize(
    "schedule", [Schedule(name="x", every=timedelta(minutes=1)), daily("03:00", days=frozenset({0}))]
)
def test_after_an_absence_of_any_length_it_is_due(schedule: Schedule, absence: timedelta) -> None:
    due_now = due({"x": schedule}, {"x": NOON - absence}, NOON)
    assert due_now == (["x"] if slots(schedule, NOON - min(absence, 10 * DAY), NOON) else [])


def test_a_clock_put_back_does_not_run_the_same_slot_again() -> None:
    assert due({"h": Schedule(name="h", every=HOUR)}, {"h": NOON}, NOON - 2 * HOUR) == []


@given(schedules, st.integers(0, 60 * 24 * 400), st.integers(0, 60 * 24 * 20), st.integers(0, 60 * 24 * 20))
def test_slots_of_two_spans_are_those_of_both(schedule: Schedule, offset: int, first: int, second: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=offset)
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    whole = slots(schedule, start, end)
    assert [*slots(schedule, start, middle), *slots(schedule, middle, end)] == whole
    assert all(start < slot <= end and slot.tzinfo is UTC for slot in whole)


BEATS = 30 * 24 * 2


def moments(jumps: list[tuple[int, int]]) -> list[datetime]:
    """Thirty days of half-hourly looks at the machine's clock, which *jumps* (look, minutes), or the machine sleeps."""
    at, table = datetime(2026, 10, 10, tzinfo=UTC), dict(jumps)
    found = []
    for beat in range(BEATS):
        at += timedelta(minutes=30 + table.get(beat, 0))
        found.append(at)
    return found


jump_lists = st.lists(st.tuples(st.integers(0, BEATS - 1), st.integers(-240, 4000)), max_size=8)


@settings(max_examples=40)
@given(st.lists(schedules, min_size=1, max_size=3), jump_lists)
def test_thirty_days_with_clock_jumps_serve_every_slot_once(
    several: list[Schedule], jumps: list[tuple[int, int]]
) -> None:
    named = {str(number): schedule for number, schedule in enumerate(several)}
    beats = moments(jumps)
    runs: dict[str, list[datetime]] = {name: [] for name in named}
    last: dict[str, datetime] = {}
    for now in beats:
        for name in due(named, last, now):
            runs[name].append(now)
            last[name] = now
    for name, schedule in named.items():
        first, *later = runs[name]
        assert first == beats[0]
        for before, after in zip(runs[name], later, strict=False):
            assert slots(schedule, before, after), "a run without a slot of its own"
        served = [slot for a, b in zip(runs[name], later, strict=False) for slot in slots(schedule, a, b)]
        assert served == slots(schedule, first, runs[name][-1]), "each slot belongs to exactly one run"
        assert not slots(schedule, runs[name][-1], max(beats)), "a slot that was missed and never caught up"
