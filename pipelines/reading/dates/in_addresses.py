"""Dates in addresses: when an article was made, by its own; when its pictures were uploaded, by theirs. Pure."""

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date

from lxml.html import HtmlElement

from pipelines.reading.dates import printed
from pipelines.reading.dates.stamp import Stamp, is_plausible
from pipelines.reading.page.head import Head

_Y, _MD = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
_HMS = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_PATTERNS = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d\d?)[/-](?P<d>\d\d?)(?=[/\-_.?]|$)"),
    # A folder or an ending of its own, "t20111216_8.htm". Within a longer word eight digits may be any number.
    re.compile(rf"(?<=[/_\-.t]){_Y}{_MD}(?=[/_\-.]|$)"),
    # tuoitre 2026040214370414: the day, and the time that the id was made at (hour, minute, second, a counter).
    re.compile(rf"(?<!\d){_Y}{_MD}{_HMS}\d{{0,4}}(?!\d)"),
    # cafef 188230412092524896, baochinhphu 111250415094350491: site, yymmddHHMMSS, milliseconds.
    re.compile(rf"(?<!\d)\d{{3}}(?P<y>[012]\d){_MD}{_HMS}\d{{3}}(?!\d)"),
    re.compile(rf"(?<=[/_\-.])(?P<y>[012]\d){_MD}{_HMS}(?=[/_\-.]|$)"),
    re.compile(r"/(?P<y>20\d\d)[/-]?(?P<m>0[1-9]|1[0-2])(?=/)"),
)
# The moment of a capture, not of what was captured.
_WAYBACK = re.compile(r"/web/\d{4,14}(?:[a-z]{2}_)?/")
_DIGITS = re.compile(r"\d{4}")
_LOGO = re.compile(r"logo|default|avatar|no-?image|icon|banner|share|/ads?/|qc|theme|template|static", re.IGNORECASE)
_UPLOADED = re.compile(r"20\d\d[/-]?(?:0[1-9]|1[0-2])")
# After the headline.
_PICTURES = 5


def of_url(url: str) -> Stamp | None:
    """The day, or the month, that *url* carries. The hour in it is that of its making, not of publication."""
    path = _WAYBACK.sub("/", url.partition("?")[0].partition("#")[0])
    if not _DIGITS.search(path):
        return None
    return next((stamp for pattern in _PATTERNS for match in pattern.finditer(path) if (stamp := _read(match))), None)


def of_images(head: Head) -> Stamp | None:
    """The month that the last of the article's pictures was uploaded in: it was not published before.

    An estimate, so no more exact than that, whatever the path says; seldom long before publication.
    """
    if head.title is None:
        return None
    title, dated = head.title, [image for image in head.tags["img"] if _UPLOADED.search(_address(image))]
    start = bisect_left(dated, True, key=lambda image: printed.precedes(title, image))
    found = [stamp for image in dated[start : start + _PICTURES] if (stamp := _uploaded(head, image))]
    if not found:
        return None
    last = max(found, key=lambda stamp: stamp.day)
    return replace(last, at=last.at[:7], precision="month")


def _address(image: HtmlElement) -> str:
    address = str(image.get("data-src") or image.get("src") or "")
    return "" if address.startswith("data:") else address


def _uploaded(head: Head, image: HtmlElement) -> Stamp | None:
    """None for a teaser's picture too, which leads to another page."""
    address, parent = _address(image), image.getparent()
    if (parent is not None and parent.tag == "a") or _LOGO.search(address) or head.is_aside(image):
        return None
    stamp = of_url(address)
    return stamp if stamp and is_plausible(stamp, head.page.fetched_at) else None


def _read(match: re.Match[str]) -> Stamp | None:
    parts = match.groupdict()
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        day = date(year, int(parts["m"]), int(parts.get("d") or 1))
    except ValueError:
        return None
    precision, size = ("day", 10) if parts.get("d") else ("month", 7)
    return Stamp(at=day.isoformat()[:size], precision=precision, raw=match[0].strip("/"))
