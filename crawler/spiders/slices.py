"""The last phase of a source: a slice of its backfill, with what room the run's news and revisits have left.

One listing at a time, newest first, and what it names before the next one: an archive that is interrupted has the
newest years whole rather than all years in part.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy.http import Response

from crawler import identity
from crawler.capture import Kind
from crawler.ledger import Ticket
from crawler.links import Link, Via
from crawler.listings.backfill import MOST_PAGES, Step, child, day_of, is_past, is_wanted, is_within, roots
from crawler.listings.listing import Listing
from crawler.middlewares.robots import RobotsMiddleware
from crawler.notes import Found, Stepped, Steps, WentBack
from crawler.spiders.answers import answer_of, parse
from crawler.spiders.progress import Progress

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

log = logging.getLogger(__name__)

# Pages asked for before the next look at what is left: they come at a second each, and a run may be told to end.
BATCH = 20
# Behind everything that the run is for (crawler/spiders/news.py has the others).
BACKFILL = -100
# Steps held in memory; there are as many as days, and the archive has them all.
STEPS = 200
MISSING = frozenset({"404", "410"})


@dataclass(slots=True, kw_only=True, eq=False)
class Slice:
    """*left*: requests that may still be made. *before*: the articles on the page before, by the pager's step."""

    since: date
    left: int
    pages: deque[Link] = field(default_factory=deque)
    steps: dict[tuple[object, ...], Step] = field(default_factory=dict)
    taken: set[tuple[object, ...]] = field(default_factory=set)
    before: dict[tuple[object, ...], frozenset[str]] = field(default_factory=dict)


class Slices:
    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider
        self._memory = spider.memory
        self._slices: dict[str, Slice] = {}
        self._reading: dict[Ticket, Step] = {}

    def go_on(self, progress: Progress) -> bool:
        """Ask for the next few pages, or the next listing; False where the slice is at its end."""
        slug = progress.source.slug
        if slug not in self._slices and not self._begin(progress):
            return False
        one = self._slices[slug]
        if one.left <= 0:
            return False
        if not one.pages:
            now = datetime.now(UTC)
            one.pages.extend(self._memory.put_off(slug, one.since, now, BATCH))
        if self._ask_pages(progress, one):
            return True
        return self._ask_listing(progress, one)

    async def read(self, response: Response, ticket: Ticket) -> None:
        """Take in the answer of a listing that a slice has asked for."""
        step, progress = self._reading[ticket], self._spider.progress(ticket.source)
        listing = await parse(progress.strategies[step.via], answer_of(response), progress.source)
        await self._take(progress, step, listing)

    def settle(self, ticket: Ticket, outcome: str) -> None:
        """A listing that could not be read stays to be read; one that is not there is done."""
        step = self._reading.pop(ticket, None)
        if step is None or outcome.startswith("2"):
            return
        if outcome.isdigit():  # else it is the network, the host or the run that failed: the next slice asks again
            self._spider.note(Stepped(source=ticket.source.slug, step=step, failed=outcome not in MISSING))

    # -- asking

    def _begin(self, progress: Progress) -> bool:
        source = progress.source
        wanted = self._memory.backfill(source.slug)
        if wanted is None or self._spider.plan.links:
            return False
        left = min(self._spider.plan.pace.backfill, self._spider.affordable(source))
        one = self._slices[source.slug] = Slice(since=wanted.since, left=left)
        if not wanted.begun:
            self._add(progress, one, self._roots(progress, wanted.since))
        return True

    def _roots(self, progress: Progress, since: date) -> list[Step]:
        source = progress.source
        robots = self._spider.crawler.get_downloader_middleware(RobotsMiddleware)
        named = [*(robots.sitemaps(source.homepage) if robots else ())]
        named += [url for via, url in progress.known if via is Via.SITEMAP]
        if not source.sitemaps and not named:
            named = [urljoin(source.homepage, "/sitemap.xml")]
        sections = () if source.sections or source.archives else (source.homepage,)
        today = source.day_of(datetime.now(UTC))
        own = [url for url in dict.fromkeys(named) if identity.belongs(url, source)]
        return [step for step in roots(source, since, today, own, sections) if step.via in progress.strategies]

    def _ask_pages(self, progress: Progress, one: Slice) -> bool:
        asked = 0
        while one.pages and asked < min(BATCH, one.left):
            ticket = Ticket(source=progress.source, link=one.pages.popleft(), kind=Kind.PAGE)
            asked += self._spider.ask_page(ticket, BACKFILL)
        one.left -= asked
        return asked > 0

    def _ask_listing(self, progress: Progress, one: Slice) -> bool:
        slug = progress.source.slug
        if not one.steps:
            waiting = ((_name(step), step) for step in self._memory.steps(slug, STEPS))
            one.steps = {name: step for name, step in waiting if name not in one.taken}
        if not one.steps:
            if not self._memory.put_off(slug, one.since, datetime.max.replace(tzinfo=UTC), 1):
                self._spider.note(WentBack(source=slug, at=datetime.now(UTC)))
            return False
        name, step = max(one.steps.items(), key=lambda entry: entry[1].rank)
        del one.steps[name]
        one.taken.add(name)
        one.left -= 1
        link = Link(url=step.url, via_kind=step.via)
        ticket = Ticket(source=progress.source, link=link, kind=progress.strategies[step.via].kind, form=step.form)
        self._reading[ticket] = step
        self._spider.ask_listing(ticket)
        return True

    # -- what an answer leads to

    async def _take(self, progress: Progress, step: Step, listing: Listing) -> None:
        slug, one = progress.source.slug, self._slices[progress.source.slug]
        entries: dict[str, Link] = {}
        for number, link in enumerate(listing.links):
            if identity.is_article(link.url, progress.source):
                entries.setdefault(identity.key(link.url, progress.source), link)
            if number % BATCH == BATCH - 1:
                await asyncio.sleep(0)  # a sitemap of 50,000 must not hold up the other hosts
        within = [key for key, link in entries.items() if is_within(link, one.since)]
        unknown = self._memory.unknown(slug, within, put_off=False)
        found = tuple((key, entries[key]) for key in within if key in unknown)
        self._add(progress, one, self._further(progress, one, step, listing, entries))
        if found:
            self._spider.note(Found(source=slug, links=found, backfill=True))
        self._spider.note(Stepped(source=slug, step=step, found=len(found)))
        one.pages.extend(link for _, link in found)

    def _further(
        self, progress: Progress, one: Slice, step: Step, listing: Listing, entries: dict[str, Link]
    ) -> list[Step]:
        more = [each for each in listing.more if identity.belongs(each.url, progress.source)]
        if step.via is Via.SITEMAP:
            return [each for each in map(child, more) if is_wanted(each, one.since)]
        keys = frozenset(entries)
        days = [*map(day_of, entries.values()), *self._memory.days(progress.source.slug, sorted(keys))]
        # The end of a pager: no articles, the same ones again, all of them too old, or far too many pages.
        if not keys or keys <= one.before.get(_name(step), frozenset()) or is_past(days, one.since):
            return []
        if step.page >= MOST_PAGES:
            log.warning("%s: the pager at %s is left after %d pages", progress.source.slug, step.url, step.page)
            return []
        rank = min([step.rank, *(day for day in days if day)]) if any(days) else step.rank
        steps = [Step(url=each.url, via=step.via, form=each.form, rank=rank, page=step.page + 1) for each in more]
        one.before.update({_name(each): keys for each in steps})
        return steps

    def _add(self, progress: Progress, one: Slice, steps: Iterable[Step]) -> None:
        new = {name: step for step in steps if (name := _name(step)) not in one.taken and name not in one.steps}
        if new:
            self._spider.note(Steps(source=progress.source.slug, steps=tuple(new.values())))
            one.steps |= new


def _name(step: Step) -> tuple[object, ...]:
    return step.url, step.form
