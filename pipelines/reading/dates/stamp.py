"""A moment as a page states it, and the dates that machines write: ISO 8601 in all its habits, RFC 2822. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

# News on the web is not older; anything else is 1970-01-01 and its like.
EARLIEST = date(1990, 1, 1)
TOLERANCE = timedelta(days=1)
EASTERNMOST = timezone(timedelta(hours=14))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A moment as a text states it. *at* is as long as *precision* allows; *label* is what stands before it, if any.

    Labels are ``published``, ``updated`` and ``clock``. *start* and *end* are its place in the text.
    """

    at: str
    precision: str
    raw: str
    relative: bool = False
    label: str = ""
    start: int = 0
    end: int = 0

    @property
    def day(self) -> date:
        """The paper's own day; the first one of a month or year."""
        return date.fromisoformat((self.at + "-01-01" if len(self.at) == 4 else self.at + "-01")[:10])


_ISO = re.compile(
    r"\s*(?P<y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)(?:[T\s]\s?(?P<h>\d\d?):?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*$",
    re.IGNORECASE,
)
# NukeViet's metas: "2024-03-14+0708:21:00" has the zone between day and hour.
_ZONE_FIRST = re.compile(r"\s*(\d{4}-\d\d-\d\d)([+-]\d\d(?::?\d\d)?)(\d\d:\d\d(?::(?!00)\d\d)?)(?::00)?\s*$")
_RFC2822 = re.compile(r"\s*(?:[a-z]{3,9},?\s+)?\d{1,2}\s+[a-z]{3,9}\s+\d{4}\s+\d\d?:\d\d", re.IGNORECASE)


def parse_machine(raw: str, *, timezone: str) -> Stamp | None:
    """A date as markup and feeds write it: ISO 8601 in all its habits, or RFC 2822; without offset, in *timezone*."""
    zone_first = _ZONE_FIRST.match(raw)
    match = _ISO.match(f"{zone_first[1]}T{zone_first[3]}{zone_first[2]}" if zone_first else raw)
    if not match:
        return _parse_rfc2822(raw, timezone)
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if match["h"] is None:
        return make_stamp(year, month, day, None, None, None, raw=raw.strip())
    zone = (match["zone"] or "").upper()
    offset = "" if not zone else "Z" if zone[0] not in "+-" else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    second = int(match["s"]) if match["s"] else None
    clock = (int(match["h"]), int(match["mi"]), second)
    return make_stamp(year, month, day, clock, offset, timezone, raw=raw.strip())


def _parse_rfc2822(raw: str, timezone: str) -> Stamp | None:
    if not _RFC2822.match(raw):  # the parser of the standard library takes nearly anything
        return None
    try:
        when = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError):
        return None
    offset = "" if when.tzinfo is None else offset_of(when)
    clock = (when.hour, when.minute, when.second)
    return make_stamp(when.year, when.month, when.day, clock, offset, timezone, raw=raw.strip())


def make_stamp(
    year: int,
    month: int,
    day: int,
    clock: tuple[int, int, int | None] | None,
    offset: str | None,
    timezone: str | None,
    *,
    raw: str,
    relative: bool = False,
    label: str = "",
    start: int = 0,
    end: int = 0,
) -> Stamp | None:
    """None where there is no such day. A time that cannot be (25:00) is left out."""
    try:
        when = datetime(year, month, day)  # noqa: DTZ001 - the offset follows as text
    except ValueError:
        return None
    at, precision = when.date().isoformat(), "day"
    if clock and clock[0] < 24 and clock[1] < 60 and (clock[2] or 0) < 60:
        when = when.replace(hour=clock[0], minute=clock[1], second=clock[2] or 0)
        precision = "minute" if clock[2] is None else "second"
        if not offset and timezone:
            offset = offset_of(when.replace(tzinfo=zone_info(timezone)))
        at = when.isoformat(timespec=precision + "s") + (offset or "")
    return Stamp(at=at, precision=precision, raw=raw, relative=relative, label=label, start=start, end=end)


def offset_of(when: datetime) -> str:
    """ "+07:00"; UTC as Z, as feeds write it."""
    text = when.strftime("%z")
    return "Z" if not text or text == "+0000" else f"{text[:3]}:{text[3:5]}"


def moment(stamp: Stamp) -> datetime:
    """Aware, for comparing; what has no zone, or no time of day, counts from its start in the easternmost zone."""
    if len(stamp.at) > 10:
        when = datetime.fromisoformat(stamp.at)
        return when if when.tzinfo else when.replace(tzinfo=EASTERNMOST)
    return datetime(stamp.day.year, stamp.day.month, stamp.day.day, tzinfo=EASTERNMOST)


def is_plausible(stamp: Stamp, now: datetime) -> bool:
    """Whether a newspaper on the web may have published then, seen at *now*; a day for zones and wrong clocks."""
    return EARLIEST <= stamp.day <= (now + TOLERANCE).date() and moment(stamp) <= now + TOLERANCE


@lru_cache(maxsize=64)
def zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name or "UTC")
