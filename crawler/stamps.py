"""Dates as feeds and sitemaps write them, kept with the offset that they state."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

GMT_OFFSET = re.compile(r"\(?(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d{2}))?\)?$", re.IGNORECASE)
NUMERIC = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M|SA|CH)?)?", re.IGNORECASE
)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_stamp(raw: str | None, timezone: str) -> str | None:
    """*raw* as ISO 8601 with the offset it states, else *timezone*'s; a date alone stays one. None if unreadable."""
    text = (raw or "").strip()[:100]
    if ISO_DAY.fullmatch(text):
        return _day(text)
    text = GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02d}{m[3] or '00'}", text)
    for read in (_iso, _rfc822, _numeric):
        moment = read(text)
        if moment is not None:
            aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
            return aware.isoformat(timespec="seconds")
    return _numeric_day(text)


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _numeric(text: str) -> datetime | None:
    """Government RSS writes US dates ("9/26/2026 9:20:00 AM"); without AM or PM the day is first, as in Việt Nam."""
    found = NUMERIC.fullmatch(text)
    if not found or not found[4]:
        return None
    first, second, year, hour, minute = (int(found[n]) for n in range(1, 6))
    half = (found[7] or "").upper()
    day, month = (second, first) if half in ("AM", "PM") else (first, second)
    if half:
        hour = hour % 12 + (12 if half in ("PM", "CH") else 0)
    try:
        return datetime(year, month, day, hour, minute, int(found[6] or 0))  # noqa: DTZ001 the caller adds the zone
    except ValueError:
        return None


def _numeric_day(text: str) -> str | None:
    found = NUMERIC.fullmatch(text)
    return _day(f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}") if found and not found[4] else None
