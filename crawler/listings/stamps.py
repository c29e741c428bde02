"""Dates as feeds and sitemaps write them, kept with the offset that they state."""

import re
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

GMT_OFFSET = re.compile(r"\(?(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d{2}))?\)?$", re.IGNORECASE)
_TIME = r"(?P<hour>\d{1,2})[:hg](?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s*(?P<half>[AP]M|SA|CH))?"
_DATE = r"(?P<first>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>\d{4})"
_OFFSET = r"(?:\s*(?P<offset>[+-]\d{2}:?\d{2}))?"
NUMERIC = (
    re.compile(rf"{_DATE}(?:[\s,T|-]+{_TIME})?{_OFFSET}", re.IGNORECASE),
    re.compile(rf"{_TIME}[\s,|-]+{_DATE}{_OFFSET}", re.IGNORECASE),
)
WEEKDAY = re.compile(r"^(?:thứ|chủ|ngày)[^,\d]{0,20},?\s*(?:ngày\s*)?", re.IGNORECASE)
SPACED_OFFSET = re.compile(r"(?<=\d)\s+(?=[+-]\d{2}:?\d{2}$)")
# News on the web is not older.
EARLIEST = "1990"
# A clock may be set wrong by a day, and an offset be missing.
LATEST = timedelta(days=2)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_stamp(raw: str | None, timezone: str, now: datetime | None = None) -> str | None:
    """*raw* as ISO 8601 with the offset it states, else *timezone*'s; a date alone stays one. None if it cannot be
    read, or is not a day from 1990 to two days after *now*: 1970 and 2099 are a program's, not a newspaper's.
    """
    stamp = _read(raw, timezone)
    return stamp if stamp and _is_plausible(stamp, now) else None


def _is_plausible(stamp: str, now: datetime | None) -> bool:
    return stamp >= EARLIEST and (now is None or stamp[:10] <= (now + LATEST).date().isoformat())


def _read(raw: str | None, timezone: str) -> str | None:
    text = (raw or "").strip()[:100]
    if not text:
        return None
    if ISO_DAY.fullmatch(text):
        return _day(text)
    text = GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02d}{m[3] or '00'}", text)
    for read in (_iso, _rfc822, _numeric):
        moment = read(text)
        if moment is not None:
            return _stated(moment, timezone) if isinstance(moment, datetime) else moment.isoformat()
    return None


def _stated(moment: datetime, timezone: str) -> str:
    """With its own offset, else with that of *timezone*; where that isn't known either, without."""
    aware = moment if moment.tzinfo or not timezone else moment.replace(tzinfo=ZoneInfo(timezone))
    return aware.isoformat(timespec="seconds")


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(SPACED_OFFSET.sub("", text))
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _numeric(text: str) -> date | None:
    """Government RSS writes US dates ("9/26/2026 9:20:00 AM"); without AM or PM the day is first, as in Việt Nam,
    unless only the other can be.
    """
    text = WEEKDAY.sub("", text)
    found = NUMERIC[0].fullmatch(text) or NUMERIC[1].fullmatch(text)
    if not found:
        return None
    first, other, year = (int(found[name]) for name in ("first", "other", "year"))
    half = (found["half"] or "").upper()
    american = half in ("AM", "PM") or (other > 12 and not half)
    day, month = (other, first) if american else (first, other)
    try:
        if found["hour"] is None:
            return date(year, month, day) if found["offset"] is None else None
        hour = int(found["hour"])
        if half:
            hour = hour % 12 + (12 if half in ("PM", "CH") else 0)
        zone = datetime.strptime(found["offset"], "%z").tzinfo if found["offset"] else None
        return datetime(year, month, day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=zone)
    except ValueError:
        return None
