"""Dates as newspapers print and mark them up: text in, what it states out, with its own offset and precision. Pure.

Not dateparser: it takes seconds of start-up in every worker, and reads no leading label ("Cập nhật lúc:").
"""

import re
from datetime import datetime, timedelta
from itertools import pairwise

from pipelines.reading.dates.stamp import Stamp, make_stamp, offset_of, zone_info
from pipelines.reading.dates.words import LABELS, MONTHS_VI, WEEKDAY, month_number

_THANG = r"(?:\d{1,2}|mười một|mười hai|" + "|".join([*MONTHS_VI[:10], "giêng", "bẩy", "chạp"]) + ")"
# Any word where a month's name may stand: month_number() knows which are, whatever the language.
_MON = r"[^\W\d_]{3,12}"

_DATE = re.compile(
    rf"""(?<!\d)(?:
      (?P<y1>(?:19|20)\d\d)(?P<sep1>[-/.])(?P<m1>\d{{1,2}})(?P=sep1)(?P<d1>\d{{1,2}})(?!\d)
    | (?P<y2>(?:19|20)\d\d)\s?年\s?(?P<m2>\d{{1,2}})\s?月\s?(?P<d2>\d{{1,2}})\s?日
    | (?P<a>\d{{1,2}})\s?(?P<sep2>[-/.])\s?(?P<b>\d{{1,2}})\s?(?P=sep2)\s?(?P<y3>(?:19|20)\d\d)(?!\d)
    | (?P<d4>\d{{1,2}})\s+tháng\s+(?P<m4>{_THANG})\s*(?:,|năm)?\s*(?P<y4>(?:19|20)\d\d)(?!\d)
    | (?P<d5>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s\-]+(?:(?:of|de)\s+)?(?P<m5>{_MON})\.?,?[\s\-]+(?:de\s+)?
      (?P<y5>(?:19|20)\d\d)(?!\d)
    | (?<![^\W\d_])(?P<m6>{_MON})\.?\s+(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y6>(?:19|20)\d\d)(?!\d)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME = r"(?P<h>\d{1,2})(?:\s?:\s?|\s?h\s?|\s?g\s?|\s?giờ\s?|[时時点點])(?P<mi>\d{2})"
_TIME += r"(?:\s?phút|分|:(?P<s>\d{2}))?(?:\.\d+)?"
_TIME += r"(?:\s?(?P<half>SA|CH|AM|PM|a\.m\.|p\.m\.|[πμ]\.?μ\.?)(?![^\W\d_]))?"
_ZONE = r"\s?[(\[]?(?:(?:GMT|UTC)\s?(?P<zh>[+-]\d{1,2})(?::?(?P<zm>\d\d))?"
_ZONE += r"|(?P<oh>[+-]\d\d):?(?P<om>\d\d)|(?P<z>[A-Z]{1,3}T|UTC|Z)\b)[)\]]?"
_GAP = r"[\s,|@•·()–—-]*"
_TIME_BEFORE = re.compile(
    rf"(?<![\d/.-]){_TIME}{_GAP}(?:(?:{WEEKDAY}|[^\W\d_]{{2,12}}\.?,){_GAP})?(?:ngày|on)?\s*$", re.IGNORECASE
)
_TIME_AFTER = re.compile(
    rf"(?:T|(?:\s?(?:г\.|года|r\.|roku))?{_GAP}(?:(?:vào\s)?lúc|at|godz\.?|o|g\.|в|στις|ώρα|um|à|alle)?\s*){_TIME}",
    re.IGNORECASE,
)
# IST, CST and AMT mean several zones each, ET and PT change twice a year.
_ZONES = {"GMT": "Z", "UTC": "Z", "Z": "Z", "ICT": "+07:00", "SGT": "+08:00", "HKT": "+08:00", "EST": "-05:00"}
_ZONES |= {"EDT": "-04:00", "PST": "-08:00", "PDT": "-07:00", "CEST": "+02:00", "CET": "+01:00", "JST": "+09:00"}
_ZONE_AT = re.compile(_ZONE, re.IGNORECASE)

# A label stands no further before its date: "Cập nhật lần cuối lúc", and a weekday.
_LABEL = 40
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
_FILLER = re.compile(rf"(?<![^\W\d_]){WEEKDAY}(?![^\W\d_])|\bngày\b|[\s,|@•·()–—-]+", re.IGNORECASE)


def parse_text(raw: str, *, day_first: bool | None, timezone: str, now: datetime) -> Stamp | None:
    """The date of publication that a short printed line states, or None. *now* is when the page was fetched."""
    return choose(raw, find_stamps(raw, day_first=day_first, timezone=timezone, now=now))


def choose(raw: str, stamps: list[Stamp]) -> Stamp | None:
    """Which of the *stamps* of *raw* is the date of publication.

    A date labelled as published wins over a bare one, a bare one over one labelled as updated; a clock never counts. Of
    two bare ones with nothing else in the line the last counts: the first is glued on from the item before. Of several
    days among other words nobody can say which it is.
    """
    by_label = {label: [stamp for stamp in stamps if stamp.label == label] for label in ("published", "", "updated")}
    if by_label["published"]:
        return by_label["published"][0]
    if bare := by_label[""]:
        if not residue(raw, stamps) or _is_glued(raw, bare):
            return bare[-1]
        return bare[0] if len({stamp.day for stamp in bare}) == 1 else None
    return by_label["updated"][0] if by_label["updated"] else None


def _is_glued(raw: str, stamps: list[Stamp]) -> bool:
    """Whether *stamps* are moments with nothing between them; a hyphen, or days alone, may mean from one to another."""
    between = (raw[first.end : second.start] for first, second in pairwise(stamps))
    return all(len(stamp.at) > 10 for stamp in stamps) and all(not text.strip(" |\xa0") for text in between)


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
    label = next((name for name, pattern in LABELS if pattern.search(raw, max(floor, start - _LABEL), start)), "")
    offset = _zone_offset(zone)
    year, month, day = _numbers(match, False if _is_en_us(match, after) else day_first)
    return make_stamp(
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
    month = month_number(match[f"m{kind}"])
    return int(match[f"y{kind}"]), month, int(match[f"d{kind}"])


def _clock(match: re.Match[str]) -> tuple[int, int, int | None]:
    """Seconds of 00 are what a program prints who doesn't know them: the minute is what is stated."""
    hour, half = int(match["h"]), (match["half"] or "").casefold().replace(".", "")
    if half in ("ch", "pm", "μμ") and hour < 12:
        hour += 12
    elif half in ("sa", "am", "πμ") and hour == 12:
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
    local = now.astimezone(zone_info(timezone))
    line = " ".join(raw.split())
    if _JUST_NOW.match(line):
        return [Stamp(at=local.date().isoformat(), precision="day", raw=line, relative=True, end=len(raw))]
    if match := _AGO.search(raw):
        return [_ago(match, local, line)]
    if match := _YESTERDAY.search(raw):
        day = local.date() - timedelta(days=1)
        clock = _clock(match) if match["h"] else None
        stamp = make_stamp(day.year, day.month, day.day, clock, "", timezone, raw=line, relative=True)
        return [stamp] if stamp else []
    return []


def _ago(match: re.Match[str], local: datetime, line: str) -> Stamp:
    count = int(match["n"]) if match["n"].isdigit() else _COUNTED[match["n"].lower()]
    unit = next(unit for unit in ("minute", "hour", "day", "week", "month", "year") if match[unit])
    days = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}.get(unit, 0) * count
    when = local - timedelta(days=days, hours=count * (unit == "hour"), minutes=count * (unit == "minute"))
    precision, size = {"month": ("month", 7), "year": ("year", 4), "minute": ("minute", 16)}.get(unit, ("day", 10))
    at = when.isoformat()[:size] + (offset_of(when) if unit == "minute" else "")
    start, end = match.span()
    return Stamp(at=at, precision=precision, raw=line, relative=True, start=start, end=end)
