"""When a page says that it was published. Pure: the page's own fetch time is the only clock.

In the order of trust: the source's selector, JSON-LD, meta, <time>, feed or sitemap, printed text in the article's
head, URL, path of an uploaded image. No date is better than a wrong one.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.links import Via
from pipelines.article import Page, Published
from pipelines.reading import markup
from pipelines.reading.datetext import Stamp, choose, find_stamps, parse_machine, parse_text, residue
from pipelines.reading.head import Head, select

# A text with the element that it stands in.
Line = tuple[HtmlElement, str]


class Found(NamedTuple):
    method: str
    stamp: Stamp


_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "cms-date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "originalpublicationdate",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_UPDATED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified")

# News on the web is not older; anything else is 1970-01-01 and its like.
EARLIEST = date(1990, 1, 1)
# Two methods may differ by a night and a zone; more is a conflict.
TOLERANCE = timedelta(days=2)
# A page that states the second it was fetched in states its own clock.
CLOCK = timedelta(minutes=2)
# A line of a date and little else: "05/01/2019 15:53 Số lượt xem: 52", "By John Smith, 7 June 2021 10:00".
_LINE, _RESIDUE = 100, 45
_MAY_BE_DATE = re.compile(r"\d{4}|trước|\bago\b|hôm qua|yesterday|vừa xong|just now|\b\d\d[./-]\d", re.IGNORECASE)

_URL_DAY = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d\d?)[/-](?P<d>\d\d?)(?=[/\-_.?]|$)")
# tuoitre 2026040214370414: the day, and the time that the id was made at (hour, minute, second, a counter).
_URL_DIGITS = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:\d{6,9})?(?!\d)")
# cafef 188230412092524896, baochinhphu 111250415094350491: site, yymmddHHMMSS, milliseconds.
_URL_VCCORP = re.compile(r"(?<!\d)\d{3}(?P<y>[012]\d)(?P<m>\d\d)(?P<d>\d\d)(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{3}(?!\d)")
_URL_MONTH = re.compile(r"/(?P<y>20\d\d)[/-]?(?P<m>0[1-9]|1[0-2])(?=/)")
_LOGO = re.compile(r"logo|default|avatar|no-?image|icon|banner|share|/ads?/|qc|theme|template|static", re.IGNORECASE)


def find_published(head: Head) -> Published:
    """The date of publication as the page states it, and the page's own "updated"."""
    page, title = head.page, head.title
    after = list(markup.lines_after(title)) if title is not None else []
    found = [*_stated(head, after), *_fed(page)]
    printed = (_printed(head, title, after) if title is not None else []) or ([] if found else _by_class(head))
    found += [Found("text", stamp) for stamp in (_pick(printed),) if stamp]
    found += [Found("url", stamp) for stamp in (_from_url(page.url),) if stamp]
    found = _without_clocks([item for item in found if _is_plausible(item.stamp, page.fetched_at)], page)
    if not found:
        uploaded = (stamp for stamp in _from_images(head) if _is_plausible(stamp, page.fetched_at))
        found = [Found("image-path", stamp) for stamp in islice(uploaded, 1)]
    updated = _updated(head, printed)
    if not found:
        return Published(updated_at=updated)
    method, stamp = found[0]
    return Published(
        at=stamp.at,
        raw=stamp.raw,
        precision=stamp.precision,
        method=f"{method} relative" if stamp.relative else method,
        conflict=_is_conflict(found),
        updated_at=updated,
    )


def _stated(head: Head, after: list[Line]) -> Iterator[Found]:
    """What selector and markup say, each method at most once."""
    page = head.page
    if stamp := _selected(head):
        yield Found("selector", stamp)
    if stamp := _machine(page, head.about.get("datePublished") or head.about.get("dateCreated")):
        yield Found("json-ld", stamp)
    for name in _PUBLISHED_METAS:
        if name in head.metas and (stamp := _machine(page, head.metas[name])):
            yield Found("meta", stamp)
            break
    if stamp := _from_time(head, after):
        yield Found("time", stamp)


def _machine(page: Page, value: object) -> Stamp | None:
    """A value of an attribute; where a site prints its own format there, that is read too."""
    if not isinstance(value, str) or not value.strip():
        return None
    stamp = parse_machine(value, timezone=page.source.timezone) or _text(page, value)
    return stamp if stamp and _is_plausible(stamp, page.fetched_at) else None


def _text(page: Page, value: str) -> Stamp | None:
    source = page.source
    return parse_text(value, day_first=source.day_first, timezone=source.timezone, now=page.fetched_at)


def _selected(head: Head) -> Stamp | None:
    """What the source's selector finds; in the page's own header, where clocks stand, only if it finds nothing else."""
    page = head.page
    for element in sorted(select(page.tree, page.source.selectors.date), key=lambda e: _is_of_the_site(head, e)):
        for value in (element.get("datetime"), element.get("content"), markup.text_of(element)):
            if value and (stamp := _machine(page, value)):
                return stamp
    return None


def _is_of_the_site(head: Head, element: HtmlElement) -> bool:
    header = next(element.iterancestors("header"), None)
    return head.is_aside(element) or (header is not None and head.title is not None and header not in head.above)


def _from_time(head: Head, after: list[Line]) -> Stamp | None:
    """The <time> marked as the publication's, else the first after the headline, else the only one there is."""
    page = head.page
    times = [element for element in head.tags["time"] if not head.is_aside(element)]
    marked = [e for e in times if e.get("pubdate") is not None or "datePublished" in (e.get("itemprop") or "")]
    if times and not marked:
        near = {element for element, _ in after}
        marked = [element for element in times if element in near or not near.isdisjoint(element.iterdescendants())]
    for element in marked or (times if len(times) == 1 else []):
        if "modified" in f"{element.get('itemprop')} {element.get('class')}".lower():
            continue
        if stamp := _machine(page, element.get("datetime")) or _machine(page, markup.text_of(element)):
            return stamp if stamp.label != "updated" else None
    return None


def _fed(page: Page) -> Iterator[Found]:
    if page.link and (stamp := _machine(page, page.link.published_at)):
        yield Found("sitemap" if page.link.via_kind is Via.SITEMAP else "feed", stamp)


def _printed(head: Head, title: HtmlElement, after: list[Line]) -> list[Stamp]:
    """The dates printed in the head of the article, those after the headline first."""
    page, today = head.page, _today(head.page)
    seen: set[str] = set()
    found: list[Stamp] = []
    for element, piece in after:
        if _MAY_BE_DATE.search(piece) and len(piece) <= 2 * _LINE and not head.is_aside(element):
            line = _line(head, element)
            if line and line not in seen:
                seen.add(line)
                found.extend(_stamps_of_line(page, line))
    for element, line in markup.lines_before(title):
        if _MAY_BE_DATE.search(line) and not head.is_aside(element):
            # A clock of the page stands above the headline too, and it shows the day of the crawl.
            found.extend(stamp for stamp in _stamps_of_line(page, line) if stamp.day != today)
    return found


def _today(page: Page) -> date:
    """The day of the fetch where the newspaper is."""
    return page.fetched_at.astimezone(ZoneInfo(page.source.timezone or "UTC")).date()


def _line(head: Head, element: HtmlElement) -> str | None:
    """The whole line that *element* is part of (its time may stand in another span), unless it is a teaser's."""
    line, box = markup.short_text(element, 2 * _LINE), element
    for parent in element.iterancestors():
        text = None if parent in head.above else markup.short_text(parent, _LINE)
        if text is None:
            break
        line, box = text, parent
    if any(markup.short_text(link, 24) is None for link in box.iter("a")) or box.tag in ("h2", "h3", "a", "figcaption"):
        return None
    return line


def _stamps_of_line(page: Page, line: str) -> list[Stamp]:
    """The dates of *line* if it is a line of dates: a sentence that mentions one is not."""
    source = page.source
    stamps = find_stamps(line, day_first=source.day_first, timezone=source.timezone, now=page.fetched_at)
    if not stamps or len(residue(line, stamps)) > _RESIDUE:
        return []
    best = choose(line, stamps)
    also = [stamp for stamp in stamps if stamp.label == "updated" and stamp != best]
    return [stamp for stamp in ([best] if best else []) + also if _is_plausible(stamp, page.fetched_at)]


def _by_class(head: Head) -> list[Stamp]:
    """The one day that every element with a class or id of a date agrees on, if they do."""
    page, found = head.page, list[Stamp]()
    for element in head.marked["date"]:
        line = markup.short_text(element, _LINE)
        if line and _MAY_BE_DATE.search(line) and not head.is_aside(element):
            found.extend(_stamps_of_line(page, line))
    found = [stamp for stamp in found if stamp.day != _today(page)]
    return found if len({stamp.day for stamp in found}) == 1 else []


def _pick(printed: list[Stamp]) -> Stamp | None:
    """A bare or published date before one that says "updated": that may be all there is."""
    return next((stamp for stamp in printed if stamp.label != "updated"), printed[0] if printed else None)


def _from_url(url: str) -> Stamp | None:
    for pattern in (_URL_DAY, _URL_DIGITS, _URL_VCCORP, _URL_MONTH):
        for match in pattern.finditer(url.partition("?")[0]):
            if stamp := _from_path(match):
                return stamp
    return None


def _from_path(match: re.Match[str]) -> Stamp | None:
    parts = match.groupdict()
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        day = date(year, int(parts["m"]), int(parts.get("d") or 1))
    except ValueError:
        return None
    precision, size = ("day", 10) if parts.get("d") else ("month", 7)
    return Stamp(at=day.isoformat()[:size], precision=precision, raw=match[0].strip("/"))


def _from_images(head: Head) -> Iterator[Stamp]:
    """The day that the first picture of the article was uploaded: not after publication, as a rule."""
    if head.title is None:
        return
    images = islice(head.title.xpath("following::img"), 5)
    for image in images:
        address = image.get("data-src") or image.get("src") or ""
        if not _LOGO.search(address) and not head.is_aside(image) and (stamp := _from_url(address)):
            yield stamp


def _updated(head: Head, printed: list[Stamp]) -> str | None:
    values = (head.about.get("dateModified"), *(head.metas.get(name) for name in _UPDATED_METAS))
    stated = next((stamp for value in values if (stamp := _machine(head.page, value))), None)
    stated = stated or next((stamp for stamp in printed if stamp.label == "updated"), None)
    return stated.at if stated else None


EASTERNMOST = timezone(timedelta(hours=14))


def _is_plausible(stamp: Stamp, now: datetime) -> bool:
    return EARLIEST <= stamp.day <= (now + timedelta(days=1)).date() and _moment(stamp) <= now + timedelta(days=1)


def _moment(stamp: Stamp) -> datetime:
    """Aware, for comparing; what has no zone, or no time of day, counts from its start in the easternmost zone."""
    if len(stamp.at) > 10:
        moment = datetime.fromisoformat(stamp.at)
        return moment if moment.tzinfo else moment.replace(tzinfo=EASTERNMOST)
    return datetime.fromisoformat(f"{stamp.day.isoformat()}T00:00:00+14:00")


def _without_clocks(found: list[Found], page: Page) -> list[Found]:
    """*found* without those that state the moment of the fetch, where another says something else."""
    calm = [
        item
        for item in found
        if item.stamp.relative or len(item.stamp.at) <= 10 or abs(_moment(item.stamp) - page.fetched_at) > CLOCK
    ]
    return calm if calm and _is_conflict([*calm[:1], *found]) else found


def _is_conflict(found: Iterable[Found]) -> bool:
    first, *others = found
    return any(_differs(first.stamp, other) for other in others)


def _differs(stamp: Stamp, other: Found) -> bool:
    """A sitemap's date and one labelled "updated" may be later: they are of the last change."""
    if other.method == "sitemap" or other.stamp.label == "updated":
        return other.stamp.day < stamp.day - TOLERANCE
    low, high = _span(stamp)
    other_low, other_high = _span(other.stamp)
    return other_low > high + TOLERANCE or low > other_high + TOLERANCE


def _span(stamp: Stamp) -> tuple[date, date]:
    return stamp.day, stamp.day + timedelta(days={"month": 30, "year": 365}.get(stamp.precision, 0))
