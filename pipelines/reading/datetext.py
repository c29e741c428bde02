"""Dates as newspapers print and mark them up: text in, what it states out, with its own offset and precision. Pure.

Not dateparser: it takes seconds of start-up in every worker, and reads no leading label ("Cập nhật lúc:").
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


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


_MONTHS_EN = ["january", "february", "march", "april", "may", "june", "july", "august", "september"]
_MONTHS_EN += ["october", "november", "december"]
_MONTHS_VI = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"]
_MONTHS = {name[:3]: number for number, name in enumerate(_MONTHS_EN, 1)}
_MONTHS |= {name: number for number, name in enumerate(_MONTHS_VI, 1)} | {"giêng": 1, "bẩy": 7, "chạp": 12}
_MON = r"(?:" + "|".join(rf"{name[:3]}(?:{name[3:]})?\.?" for name in _MONTHS_EN) + r"|sept\.?)"
_THANG = r"(?:\d{1,2}|mười một|mười hai|" + "|".join([*_MONTHS_VI[:10], "giêng", "bẩy", "chạp"]) + ")"

_DATE = re.compile(
    rf"""(?<!\d)(?:
      (?P<y1>(?:19|20)\d\d)(?P<sep1>[-/.])(?P<m1>\d{{1,2}})(?P=sep1)(?P<d1>\d{{1,2}})(?!\d)
    | (?P<y2>(?:19|20)\d\d)\s?年\s?(?P<m2>\d{{1,2}})\s?月\s?(?P<d2>\d{{1,2}})\s?日
    | (?P<a>\d{{1,2}})\s?(?P<sep2>[-/.])\s?(?P<b>\d{{1,2}})\s?(?P=sep2)\s?(?P<y3>(?:19|20)\d\d)(?!\d)
    | (?P<d4>\d{{1,2}})\s+tháng\s+(?P<m4>{_THANG})\s*(?:,|năm)?\s*(?P<y4>(?:19|20)\d\d)(?!\d)
    | (?P<d5>\d{{1,2}})(?:st|nd|rd|th)?[\s\-]+(?P<m5>{_MON}),?[\s\-]+(?P<y5>(?:19|20)\d\d)(?!\d)
    | (?<![a-z])(?P<m6>{_MON})\s+(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y6>(?:19|20)\d\d)(?!\d)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME = r"(?P<h>\d{1,2})(?:\s?:\s?|\s?h\s?|\s?g\s?|\s?giờ\s?)(?P<mi>\d{2})(?:\s?phút|:(?P<s>\d{2}))?(?:\.\d+)?"
_TIME += r"(?:\s?(?P<half>SA|CH|AM|PM|a\.m\.|p\.m\.)(?![^\W\d_]))?"
_ZONE = r"\s?\(?(?:(?:GMT|UTC)\s?(?P<zh>[+-]\d{1,2})(?::?(?P<zm>\d\d))?"
_ZONE += r"|(?P<oh>[+-]\d\d):?(?P<om>\d\d)|(?P<z>[A-Z]{1,3}T|UTC|Z)\b)\)?"
_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|CN|T\.?\s?(?:hai|ba|tư|năm|sáu|bảy|[2-7])"
_WEEKDAY += r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
_GAP = r"[\s,|@•·()–—-]*"
_TIME_BEFORE = re.compile(rf"(?<![\d/.-]){_TIME}{_GAP}(?:{_WEEKDAY}{_GAP})?(?:ngày|on)?\s*$", re.IGNORECASE)
_TIME_AFTER = re.compile(rf"(?:T|{_GAP}(?:(?:vào\s)?lúc|at)?\s*){_TIME}", re.IGNORECASE)
# IST, CST and AMT mean several zones each, ET and PT change twice a year.
_ZONES = {"GMT": "Z", "UTC": "Z", "Z": "Z", "ICT": "+07:00", "SGT": "+08:00", "HKT": "+08:00", "EST": "-05:00"}
_ZONES |= {"EDT": "-04:00", "PST": "-08:00", "PDT": "-07:00", "CEST": "+02:00", "CET": "+01:00", "JST": "+09:00"}
_ZONE_AT = re.compile(_ZONE, re.IGNORECASE)

_LABELS = (
    ("clock", re.compile(r"\b(?:today|hôm nay|bây giờ|current time)\b", re.IGNORECASE)),
    ("updated", re.compile(r"cập nhật|\b(?:updated?|modified)\b|chỉnh sửa|sửa lần cuối", re.IGNORECASE)),
    ("published", re.compile(r"đăng|xuất bản|phát hành|\b(?:published|posted|created|pub date)\b", re.IGNORECASE)),
)

_COUNTED = {"một": 1, "a": 1, "an": 1, "one": 1}
_AGO = re.compile(
    r"(?<![\w.,])(?:cách đây\s+)?(?P<n>\d{1,3}|một|an?|one)\s+"
    r"(?:(?P<minute>phút|minutes?|mins?)|(?P<hour>giờ|tiếng|hours?|hrs?)|(?P<day>ngày|days?)|(?P<week>tuần|weeks?)"
    r"|(?P<month>tháng|months?)|(?P<year>năm|years?))\s+(?:trước|ago)\b",
    re.IGNORECASE,
)
_JUST_NOW = re.compile(r"^\s*(?:vừa xong|just now)\s*$", re.IGNORECASE)
_YESTERDAY = re.compile(rf"\b(?:hôm qua|yesterday)\b(?:{_GAP}(?:lúc|at)?\s*{_TIME})?", re.IGNORECASE)
# What a printed date may be surrounded by and still be the whole of its line.
_FILLER = re.compile(rf"(?<![^\W\d_]){_WEEKDAY}(?![^\W\d_])|\bngày\b|[\s,|@•·()–—-]+", re.IGNORECASE)

_ISO = re.compile(
    r"\s*(?P<y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)(?:[T\s]\s?(?P<h>\d\d?):?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*$",
    re.IGNORECASE,
)
_RFC2822 = re.compile(r"\s*(?:[a-z]{3,9},?\s+)?\d{1,2}\s+[a-z]{3,9}\s+\d{4}\s+\d\d?:\d\d", re.IGNORECASE)


def parse_machine(raw: str, *, timezone: str) -> Stamp | None:
    """A date as markup and feeds write it: ISO 8601 in all its habits, or RFC 2822; without offset, in *timezone*."""
    match = _ISO.match(raw)
    if not match:
        return _parse_rfc2822(raw, timezone)
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if match["h"] is None:
        return _stamp(year, month, day, None, None, None, raw=raw.strip())
    zone = (match["zone"] or "").upper()
    offset = "" if not zone else "Z" if zone[0] not in "+-" else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    second = int(match["s"]) if match["s"] else None
    clock = (int(match["h"]), int(match["mi"]), second)
    return _stamp(year, month, day, clock, offset, timezone, raw=raw.strip())


def _parse_rfc2822(raw: str, timezone: str) -> Stamp | None:
    if not _RFC2822.match(raw):  # the parser of the standard library takes nearly anything
        return None
    try:
        when = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError):
        return None
    offset = "" if when.tzinfo is None else _offset(when)
    clock = (when.hour, when.minute, when.second)
    return _stamp(when.year, when.month, when.day, clock, offset, timezone, raw=raw.strip())


def parse_text(raw: str, *, day_first: bool | None, timezone: str, now: datetime) -> Stamp | None:
    """The date of publication that a short printed line states, or None. *now* is when the page was fetched."""
    return choose(raw, find_stamps(raw, day_first=day_first, timezone=timezone, now=now))


def choose(raw: str, stamps: list[Stamp]) -> Stamp | None:
    """Which of the *stamps* of *raw* is the date of publication.

    A date labelled as published wins over a bare one, a bare one over one labelled as updated; a clock never counts. Of
    two bare ones with nothing else in the line the last counts: the first is glued on from the item before.
    """
    by_label = {label: [stamp for stamp in stamps if stamp.label == label] for label in ("published", "", "updated")}
    if by_label["published"]:
        return by_label["published"][0]
    if by_label[""]:
        return by_label[""][0 if residue(raw, stamps) else -1]
    return by_label["updated"][0] if by_label["updated"] else None


def find_stamps(raw: str, *, day_first: bool | None, timezone: str, now: datetime) -> list[Stamp]:
    """Every date in *raw*, in its order, with the time that stands beside it."""
    found: list[Stamp] = []
    end = 0
    for match in _DATE.finditer(raw):
        stamp = _read(raw, match, end, day_first, timezone)
        if stamp is not None:
            found.append(stamp)
            end = stamp.end
    return found or _relative(raw, timezone, now)


def residue(raw: str, stamps: list[Stamp]) -> str:
    """*raw* without *stamps*, their weekdays and separators."""
    rest, end = [], 0
    for stamp in stamps:
        rest.append(raw[end : stamp.start])
        end = stamp.end
    rest.append(raw[end:])
    return " ".join(_FILLER.sub(" ", " ".join(rest)).split())


def _read(raw: str, match: re.Match[str], floor: int, day_first: bool | None, timezone: str) -> Stamp | None:
    """*floor* is where the stamp before ends."""
    start, end = match.span()
    before = _TIME_BEFORE.search(raw, max(floor, start - 40), start)
    after = None if before else _TIME_AFTER.match(raw, end)
    time = before or after
    start, end = (before.start() if before else start), (after.end() if after else end)
    zone = _ZONE_AT.match(raw, end) if time else None
    label = next((name for name, pattern in _LABELS if pattern.search(raw, floor, start)), "")
    offset = _zone_offset(zone)
    year, month, day = _numbers(match, False if _is_en_us(match, after) else day_first)
    return _stamp(
        year,
        month,
        day,
        _clock(time) if time and offset is not None else None,
        offset,
        timezone,
        raw=" ".join(raw.split()),
        label=label,
        start=start,
        end=zone.end() if zone else end,
    )


def _is_en_us(match: re.Match[str], time: re.Match[str] | None) -> bool:
    """Whether this is .NET's en-US general format, as government feeds write it: "9/6/2026 9:20:00 AM".

    Its signs are seconds with AM or PM, and nothing padded with a zero.
    """
    if time is None or match["sep2"] != "/" or not time["s"] or (time["half"] or "").upper() not in ("AM", "PM"):
        return False
    return not any(part.startswith("0") for part in (match["a"], match["b"], time["h"]))


def _numbers(match: re.Match[str], day_first: bool | None) -> tuple[int, int, int]:
    """Year, month, day; zeros, which are no date, where nobody can say which is the day."""
    if match["y3"]:
        a, b = int(match["a"]), int(match["b"])
        if day_first is None and match["sep2"] != "." and a != b and max(a, b) <= 12:
            return 0, 0, 0
        day_first = day_first is not False
        day, month = (a, b) if (day_first and b <= 12) or a > 12 else (b, a)
        return int(match["y3"]), month, day
    kind = next(kind for kind in "12456" if match[f"y{kind}"])
    month_text = match[f"m{kind}"].lower()
    month = int(month_text) if month_text.isdigit() else _MONTHS.get(month_text) or _MONTHS.get(month_text[:3], 0)
    return int(match[f"y{kind}"]), month, int(match[f"d{kind}"])


def _clock(match: re.Match[str]) -> tuple[int, int, int | None]:
    """Seconds of 00 are what a program prints who doesn't know them: the minute is what is stated."""
    hour, half = int(match["h"]), (match["half"] or "").upper().replace(".", "")
    if half in ("CH", "PM") and hour < 12:
        hour += 12
    elif half in ("SA", "AM") and hour == 12:
        hour = 0
    return hour, int(match["mi"]), int(match["s"] or 0) or None


def _zone_offset(zone: re.Match[str] | None) -> str | None:
    """None where a zone is named that isn't known: then the time of day says nothing."""
    if zone is None:
        return ""
    if zone["z"]:
        return _ZONES.get(zone["z"].upper())
    hours, minutes = (int(zone["zh"]), zone["zm"]) if zone["zh"] else (int(zone["oh"]), zone["om"])
    sign = "-" if (zone["zh"] or zone["oh"]).startswith("-") else "+"
    return f"{sign}{abs(hours):02}:{minutes or '00'}"


def _relative(raw: str, timezone: str, now: datetime) -> list[Stamp]:
    """ "2 giờ trước" is no more exact than its day: it may be rounded either way by an hour or by nothing."""
    local = now.astimezone(_zone_info(timezone))
    line = " ".join(raw.split())
    if _JUST_NOW.match(line):
        return [Stamp(at=local.date().isoformat(), precision="day", raw=line, relative=True, end=len(raw))]
    if match := _AGO.search(raw):
        return [_ago(match, local, line)]
    if match := _YESTERDAY.search(raw):
        day = local.date() - timedelta(days=1)
        clock = _clock(match) if match["h"] else None
        stamp = _stamp(day.year, day.month, day.day, clock, "", timezone, raw=line, relative=True)
        return [stamp] if stamp else []
    return []


def _ago(match: re.Match[str], local: datetime, line: str) -> Stamp:
    count = int(match["n"]) if match["n"].isdigit() else _COUNTED[match["n"].lower()]
    unit = next(unit for unit in ("minute", "hour", "day", "week", "month", "year") if match[unit])
    days = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}.get(unit, 0) * count
    when = local - timedelta(days=days, hours=count * (unit == "hour"), minutes=count * (unit == "minute"))
    precision, size = {"month": ("month", 7), "year": ("year", 4), "minute": ("minute", 16)}.get(unit, ("day", 10))
    at = when.isoformat()[:size] + (_offset(when) if unit == "minute" else "")
    start, end = match.span()
    return Stamp(at=at, precision=precision, raw=line, relative=True, start=start, end=end)


def _stamp(
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
            offset = _offset(when.replace(tzinfo=_zone_info(timezone)))
        at = when.isoformat(timespec=precision + "s") + (offset or "")
    return Stamp(at=at, precision=precision, raw=raw, relative=relative, label=label, start=start, end=end)


def _offset(when: datetime) -> str:
    """ "+07:00"; UTC as Z, as feeds write it."""
    text = when.strftime("%z")
    return "Z" if not text or text == "+0000" else f"{text[:3]}:{text[3:5]}"


@lru_cache(maxsize=64)
def _zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name or "UTC")
