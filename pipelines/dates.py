"""When a page says that it was published. Pure: the page's own fetch time is the only clock.

In the order of trust: the source's selector, JSON-LD, meta, <time>, feed or sitemap, printed text in the article's
head, URL, path of an uploaded image. No date is better than a wrong one.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from crawler.links import Via
from pipelines.article import Page, Published
from pipelines.reading.dates import in_addresses, in_markup, printed
from pipelines.reading.dates.lines import is_clock
from pipelines.reading.dates.stamp import Stamp, is_plausible
from pipelines.reading.page.head import Head


class Found(NamedTuple):
    method: str
    stamp: Stamp


# Two methods may differ by a night and a zone; more is a conflict.
TOLERANCE = timedelta(days=2)
# Said by another exchange than the page's own.
_FED = frozenset({"feed", "sitemap"})


def find_published(head: Head) -> Published:
    """The date of publication as the page states it, and the page's own "updated"."""
    page = head.page
    texts = list(printed.texts(head))
    lines = printed.in_head(head, texts)
    found = [
        item
        for item in _found(head, texts, lines)
        if is_plausible(item.stamp, page.fetched_at) and (item.method in _FED or not is_clock(item.stamp, page))
    ]
    # Where two say when it was, their own dispute is the conflict, if there is one.
    picture = in_addresses.of_images(head) if len(found) < 2 else None
    if not found and picture:
        found = [Found("image-path", picture)]
    changed = _updated(head, lines)
    if not found:
        return Published(updated_at=changed.at if changed else None)
    method, stamp = _most_exact(found)
    return Published(
        at=stamp.at,
        raw=stamp.raw,
        precision=stamp.precision,
        method=f"{method} relative" if stamp.relative else method,
        conflict=_is_conflict(found) or _is_older(stamp, picture, changed),
        updated_at=changed.at if changed and changed.day >= stamp.day else None,
    )


def _found(head: Head, texts: list[printed.Text], lines: list[Stamp]) -> Iterator[Found]:
    """What each method says, in their order."""
    in_text, loose = _pick(lines), in_markup.loose_metas(head)
    statements = [
        ("selector", in_markup.selected(head)),
        ("json-ld", in_markup.linked(head)),
        ("meta", in_markup.metas(head)),
        ("time", in_markup.of_time(head, texts)),
        *_fed(head.page),
        ("text", in_text),
    ]
    # Before what is printed, unless that contradicts: then it is of the page's template.
    contradicts = loose and in_text and _differs(in_text, Found("meta", loose))
    statements.insert(len(statements) if contradicts else 3, ("meta", loose))
    found = [Found(method, stamp) for method, stamp in statements if stamp]
    yield from found
    if not found and (stamp := _pick(printed.of_class(head))):
        yield Found("text", stamp)
    if stamp := in_addresses.of_url(head.page.url):
        yield Found("url", stamp)


def _fed(page: Page) -> Iterator[tuple[str, Stamp | None]]:
    if page.link:
        yield (
            ("sitemap" if page.link.via_kind is Via.SITEMAP else "feed"),
            in_markup.machine(page, page.link.published_at),
        )


def _pick(lines: list[Stamp]) -> Stamp | None:
    """One labelled as published before a bare one, that before one that says "updated": it may be all there is."""
    by_trust = sorted(lines, key=lambda stamp: ("published", "", "updated").index(stamp.label))
    return by_trust[0] if by_trust else None


def _updated(head: Head, lines: list[Stamp]) -> Stamp | None:
    """Not the moment of the fetch, which some sites write there."""
    stated = in_markup.updated(head)
    if stated and not is_clock(stated, head.page):
        return stated
    return next((stamp for stamp in lines if stamp.label == "updated"), None)


def _most_exact(found: list[Found]) -> Found:
    """The first, or where it knows the day alone the first other one that knows the hour of that day."""
    first = found[0]
    if first.stamp.precision != "day" or first.stamp.relative:
        return first
    same_day = (item for item in found if item.stamp.day == first.stamp.day and len(item.stamp.at) > 10)
    return next((item for item in same_day if not item.stamp.relative and item.method != "sitemap"), first)


def _is_older(stamp: Stamp, picture: Stamp | None, changed: Stamp | None) -> bool:
    """Whether the article is dated before its picture was uploaded, and nobody says that it was changed since."""
    since = changed if changed and changed.day > stamp.day else stamp
    return picture is not None and picture.day > _span(since)[1] + TOLERANCE


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
