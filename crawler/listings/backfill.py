"""Going back through years of a source: which listings lead there, and how far each goes. Pure.

A step is one listing to read. Steps are taken newest first, by *rank*: the day that a listing's newest articles are
from, as far as anything says it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from crawler.links import Link, Via
from crawler.listings.bydate import between, is_template
from crawler.listings.listing import Further
from crawler.source import Source

# Indexes lead to everything else, so they are read before any of it.
FIRST = "9999"
_DAY_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])(?:[/_-]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
# A pager that goes on after so many pages (at 20 articles each, 100,000) is a trap, or needs dates.
MOST_PAGES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A listing that a backfill is to read. *page*: how many pages of its pager came before it."""

    url: str
    via: Via
    form: tuple[tuple[str, str], ...] = ()
    rank: str = FIRST
    page: int = 0


def roots(source: Source, since: date, today: date, sitemaps: Iterable[str], sections: Iterable[str]) -> Iterator[Step]:
    """Where to begin: the source's sitemaps and sections, and its listings by date from *today* back to *since*."""
    for url in (*source.sitemaps, *sitemaps):
        if not is_template(url):
            yield Step(url=url, via=Via.SITEMAP)
    for url in (*source.sections, *sections):
        if not is_template(url):
            yield Step(url=url, via=Via.SECTION, rank=today.isoformat())
    for via, named in ((Via.SITEMAP, source.sitemaps), (Via.SECTION, (*source.sections, *source.archives))):
        for template in filter(is_template, named):
            for day, url in between(urljoin(source.homepage, template), since, today):
                yield Step(url=url, via=via, rank=day.isoformat())


def child(further: Further) -> Step:
    """A sitemap of an index."""
    stated = (further.stated or "")[:10]
    return Step(url=further.url, via=Via.SITEMAP, rank=day_in(further.url) or stated or FIRST)


def is_wanted(step: Step, since: date) -> bool:
    """Whether *step* can hold what is as new as *since*. What was last changed before holds nothing newer."""
    return step.rank[:10] >= since.isoformat()[: len(step.rank)]


def day_of(link: Link) -> str | None:
    """The day, or month, that an article is from, by what was said of it and by its address."""
    stated = link.published_at or link.changed_at
    return stated[:10] if stated else day_in(link.url)


def day_in(url: str) -> str | None:
    """``2023-04-12`` or ``2023-04`` of an address that has a date in it."""
    found = _DAY_IN_URL.search(url.partition("//")[2].partition("/")[2])
    return "-".join(part for part in found.groups() if part) if found else None


def is_within(link: Link, since: date) -> bool:
    """Whether *link* is as new as *since*, or says nothing of its age."""
    day = day_of(link)
    return day is None or day >= since.isoformat()[: len(day)]


def is_past(days: Iterable[str | None], since: date) -> bool:
    """Whether a page of articles from *days* shows that what is behind it is older than *since*: three dated ones at
    least, since one may be an old story that is kept on top, and none of them newer.
    """
    dated = [day for day in days if day]
    return len(dated) >= 3 and all(day < since.isoformat()[: len(day)] for day in dated)
