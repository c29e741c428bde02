"""Is a source silent for longer than it ever is? Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

# What counts as its rhythm: long enough to hold a holiday or two.
WINDOW = timedelta(days=90)
# Fewer days with news than this show no rhythm.
FEWEST = 5
# A long weekend of an office that publishes daily.
LEAST = 3
# Twice the longest pause of the window: it has never been half as quiet.
TIMES = 2
# Of so many articles that should have come, none by chance is one case in 150 (Poisson).
EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """*days* since *last*; *usual*: the longest pause before, in days, None where there is no rhythm to speak of."""

    last: date
    days: int
    usual: int | None


def silence(days: Collection[date], today: date, per_week: int | None = None) -> Silence | None:
    """The silence, where it is too long. *days*: those on which something was published; *per_week*: [expect]."""
    known = sorted(day for day in set(days) if day <= today)
    if not known:
        return None
    last = known[-1]
    recent = [day for day in known if last - day <= WINDOW]
    pauses = [(later - earlier).days for earlier, later in pairwise(recent)]
    usual = max(pauses) if len(recent) >= FEWEST else None
    limits = [TIMES * usual] if usual is not None else []
    limits += [ceil(EXPECTED * 7 / per_week)] if per_week else []
    quiet = (today - last).days
    if not limits or quiet <= max(LEAST, min(limits)):
        return None
    return Silence(last=last, days=quiet, usual=usual)
