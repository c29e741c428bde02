"""What is due, as a pure function of the schedules, of what has run and of the time.

A schedule's slots are the moments it should run. It is due when a slot lies after the start of its last run and not
after now, so that whatever was missed is caught up by one run; a schedule that has never run is due at once.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
# The longest gap between two slots is a week (one day of the week) and a jitter of less than a day.
LOOK_BACK = timedelta(days=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Slots every *every* (counted from 1970-01-01T00:00Z), or at the local times *at*; on *days* of the week only.

    *timezone* is what *at* and *days* are told in. *jitter*: each slot is put off by less than this, always alike.
    """

    name: str
    description: str = ""
    every: timedelta | None = None
    at: tuple[time, ...] = ()
    timezone: str = "UTC"
    days: frozenset[int] = frozenset(range(7))  # Monday is 0
    jitter: timedelta = timedelta()


def slots(schedule: Schedule, start: datetime, end: datetime) -> Sequence[datetime]:
    """The slots after *start*, up to and including *end*, in UTC and in order."""
    zone = ZoneInfo(schedule.timezone)
    earliest = start - schedule.jitter
    bare = _periodic(schedule.every, earliest, end) if schedule.every else _daily(schedule.at, zone, earliest, end)
    moved = {_put_off(schedule, slot) for slot in bare if slot.astimezone(zone).weekday() in schedule.days}
    return sorted(slot for slot in moved if start < slot <= end)


def due(schedules: Mapping[str, Schedule], last_runs: Mapping[str, datetime], now: datetime) -> Sequence[str]:
    """The names that should run at *now*, sorted. *last_runs*: when each last started, whatever came of it.

    A last run after *now* means that the clock was put back: its slots have been served, so nothing is due until then.
    """
    return [name for name in sorted(schedules) if _is_due(schedules[name], last_runs.get(name), now)]


def _is_due(schedule: Schedule, last: datetime | None, now: datetime) -> bool:
    if last is None:
        return True
    # A year's absence needs no year of slots: one within the longest gap is enough.
    return bool(slots(schedule, max(last, now - max(LOOK_BACK, 8 * (schedule.every or ONE_DAY))), now))


def _periodic(every: timedelta, start: datetime, end: datetime) -> Iterator[datetime]:
    slot = EPOCH + ((start - EPOCH) // every) * every
    while slot <= end:
        yield slot
        slot += every


def _daily(times: tuple[time, ...], zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Once a local day and time: an hour that comes twice counts at its first, one that is left out an hour later."""
    day, last = start.astimezone(zone).date() - ONE_DAY, end.astimezone(zone).date()
    while day <= last:
        for at in times:
            yield datetime.combine(day, at, zone).astimezone(UTC)
        day += ONE_DAY


def _put_off(schedule: Schedule, slot: datetime) -> datetime:
    """*slot* later by whole seconds that only the schedule's name and the slot decide, so that every process agrees."""
    span = int(schedule.jitter.total_seconds())
    if span == 0:
        return slot
    digest = hashlib.sha256(f"{schedule.name} {slot.isoformat()}".encode()).digest()
    return slot + timedelta(seconds=int.from_bytes(digest[:8]) % span)
