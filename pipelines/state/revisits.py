"""When an article is looked at again. Pure.

GDELT, over 88 million URLs: 18 % of bodies change within a week, 81 % of those within a day; 1.5 % vanish. So: dense in
the first day, then days, weeks, a year; and then as the source itself is seen to edit, and as the disk allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Age at which an article is due, counted from when it was first seen.
AGES = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 365 * DAY)
YEARLY = timedelta(days=365)
# A page found missing is looked at again soon: an outage passes, a withdrawal doesn't.
CONFIRM = HOUR
# How many sightings in a row, with none of the article between them, make it ``gone``.
SIGHTINGS = 2
# What was taken away is sometimes put back, corrected: after so long, then yearly.
RETURNS = (DAY, 7 * DAY, 30 * DAY)

# These looks a source's own habit may make superfluous. The others stay: the first hour, since an edit there is
# lost for ever; a day, a month and a year, since they are also how a withdrawal is noticed.
OPTIONAL = frozenset({6 * HOUR, 3 * DAY, 7 * DAY})
# A habit is believed after so many looks: with none of 100 changed, the true share is under 3 % (19 times in 20).
ENOUGH = 100
QUIET, BUSY = 0.01, 0.20


class Thinning(IntEnum):
    """How far revisits are thinned out to save disk. New articles are asked for at any level."""

    NONE = 0
    SOME = 1
    MOST = 2
    ALL_BUT_LAST = 3


# A half year is enough for an operator who looks once a month to buy a disk; under two weeks only news counts.
DAYS_LEFT = ((180.0, Thinning.NONE), (60.0, Thinning.SOME), (14.0, Thinning.MOST))
KEPT: Mapping[Thinning, frozenset[timedelta]] = {
    Thinning.NONE: frozenset(AGES),
    Thinning.SOME: frozenset({HOUR, DAY, 7 * DAY, 30 * DAY, YEARLY}),
    Thinning.MOST: frozenset({DAY, 30 * DAY, YEARLY}),
    Thinning.ALL_BUT_LAST: frozenset({30 * DAY, YEARLY}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a look at this age found another text than the one before it."""

    looks: int
    changes: int

    @property
    def share(self) -> float:
        return self.changes / self.looks if self.looks else 0.0


def ages(rates: Mapping[timedelta, Rate], thinning: Thinning = Thinning.NONE) -> Sequence[timedelta]:
    """The ages at which a source's articles are looked at, given its *rates* by planned age."""
    found: list[timedelta] = []
    for number, age in enumerate(AGES):
        rate = rates.get(age, Rate(looks=0, changes=0))
        known = rate.looks >= ENOUGH
        if age not in KEPT[thinning] or (age in OPTIONAL and known and rate.share < QUIET):
            continue
        # Where one in five has changed by then, more is changed in between: one look more, half way to the last.
        if thinning is Thinning.NONE and number and known and rate.share > BUSY:
            found.append((AGES[number - 1] + age) / 2)
        found.append(age)
    return found


def planned(age: timedelta) -> timedelta:
    """The planned age that a look at *age* is counted for: the last one that has passed; the first before that."""
    return max((each for each in AGES if each <= age), default=AGES[0])


def thinning(room: int, bytes_a_day: float) -> Thinning:
    """The level where *room* bytes are left and *bytes_a_day* come in."""
    days = room / bytes_a_day if bytes_a_day > 0 else float("inf")
    return next((level for least, level in DAYS_LEFT if days >= least), Thinning.ALL_BUT_LAST)


def next_visit(first_seen: datetime, looked: datetime, missing: int, planned: Sequence[timedelta] = AGES) -> datetime:
    """The time of the next look. *missing*: how many looks in a row found nothing; *planned* are ``ages``."""
    if 0 < missing < SIGHTINGS:
        return looked + CONFIRM
    if missing >= SIGHTINGS:
        turn = missing - SIGHTINGS
        return looked + (RETURNS[turn] if turn < len(RETURNS) else YEARLY)
    for age in planned:
        if first_seen + age > looked:
            return first_seen + age
    return looked + YEARLY
