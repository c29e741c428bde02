"""The first phase of a source: its listings are asked for where they are due, and read for what is not known yet.

An endpoint (a feed, a sitemap, a section's first page) is remembered from run to run; what a pager shows behind it
belongs to it, as one chain. A chain is *complete* once all that it led to is known or was noted.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler import identity
from crawler.discover import discover
from crawler.frontier import is_recent
from crawler.ledger import Ticket
from crawler.links import Link, Via
from crawler.listings.bydate import todays
from crawler.listings.listing import Further, Listing
from crawler.memory import Endpoint, Prior
from crawler.middlewares.robots import RobotsMiddleware
from crawler.notes import Answer as Answered
from crawler.notes import Found, Listed
from crawler.source import Source
from crawler.spiders.answers import answer_of, parse
from crawler.spiders.progress import Progress
from crawler.spiders.strategy import Answer

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

log = logging.getLogger(__name__)

# Links between two turns of the loop: at 30 µs each, no host waits for more than 15 ms.
SLICE = 500
# A sitemap of so few addresses is a small site, and is archived whole; of a larger one only what is recent, since
# going back through years is a backfill's work.
WHOLE = 500


@dataclass(slots=True, kw_only=True, eq=False)
class Chain:
    """An endpoint in this run, with the pages behind it. *known*: as it was last read. *open*: answers to come."""

    url: str
    via: Via
    parent: str | None
    stated: str | None
    known: Endpoint | None
    answer: Answered = Answered.FAILED
    prior: Prior | None = None
    open: int = 0
    broken: bool = False
    links: int = 0
    fresh: int = 0

    @property
    def caught_up(self) -> bool:
        return self.known is not None and self.known.complete


class Listings:
    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider
        self._memory = spider.memory

    def begin(self, progress: Progress) -> None:
        """Ask for what the source's file names, else for its homepage and what that points to."""
        source = progress.source
        today = source.day_of(datetime.now(UTC))
        named = [(via, url) for via, each in progress.strategies.items() for url in each.requests(source, today)]
        probe = not named and len(progress.strategies) > 1  # a strategy of its own knows where to look
        dated = todays(source, today)
        for via, url in named or [(Via.SECTION, source.homepage)] if named or probe else []:
            self._endpoint(progress, via, Further(url=url), required=url not in dated, probe=probe)

    async def read(self, response: Response, ticket: Ticket) -> None:
        """Take in the answer of a listing; what it leads to is asked for."""
        progress, chain = self._spider.progress(ticket.source), ticket.chain
        assert chain is not None
        kept: Prior | None = response.meta.get("kept")
        if response.status == 304 or _same(kept, ticket.prior):
            chain.answer = Answered.UNMODIFIED
            self._children(progress, chain.known)
            return
        if ticket.heads_chain:
            chain.answer, chain.prior = Answered.READ, kept
        progress.account.looked += 1
        answer, via = answer_of(response), ticket.link.via_kind
        listing = await parse(progress.strategies[via], answer, progress.source)
        if listing.problem:
            log.warning("%s: %s: %s", progress.source.slug, response.url, listing.problem)
            chain.broken |= not listing.links
        unknown = await self._take(progress, chain, listing.links)
        self._follow(progress, chain, via, listing, unknown)
        if ticket.probe:
            self._probe(progress, answer)

    def settle(self, ticket: Ticket, outcome: str) -> None:
        """*ticket*, a listing, is accounted for; with the last of its chain the chain is noted."""
        chain = ticket.chain
        if chain is None:
            return
        chain.open -= 1
        chain.broken |= not (outcome.startswith("2") or outcome == "304")
        if chain.open == 0:
            self._spider.note(
                Listed(
                    source=ticket.source.slug,
                    url=chain.url,
                    via=chain.via,
                    at=datetime.now(UTC),
                    answer=chain.answer,
                    complete=not chain.broken,
                    prior=chain.prior,
                    parent=chain.parent,
                    stated=chain.stated,
                    links=chain.links,
                    fresh=chain.fresh,
                )
            )

    # -- asking

    def _endpoint(
        self,
        progress: Progress,
        via: Via,
        further: Further,
        *,
        parent: str | None = None,
        required: bool = False,
        probe: bool = False,
    ) -> None:
        """Ask for an endpoint, if it is due; in any case for those that it named and that are."""
        progress.known.append((via, further.url))
        known = self._memory.endpoint(progress.source.slug, further.url, datetime.now(UTC))
        if known and not (known.due or self._spider.plan.all_due):
            self._children(progress, known)
            return
        chain = Chain(url=further.url, via=via, parent=parent, stated=further.stated, known=known)
        self._ask(progress, chain, via, further, required=required, probe=probe)

    def _ask(
        self,
        progress: Progress,
        chain: Chain,
        via: Via,
        further: Further,
        *,
        required: bool = False,
        probe: bool = False,
    ) -> None:
        asked = (further.url, further.form)
        if asked in progress.asked:
            return
        progress.asked.add(asked)
        chain.open += 1
        first = further.url == chain.url
        ticket = Ticket(
            source=progress.source,
            link=Link(url=further.url, via_kind=via),
            kind=progress.strategies[via].kind,
            required=required,
            probe=probe,
            prior=chain.known.prior if first and chain.known and chain.caught_up else None,
            form=further.form,
            chain=chain,
        )
        self._spider.ask_listing(ticket)

    def _children(self, progress: Progress, known: Endpoint | None) -> None:
        """What an endpoint named when it was last read, and that is due: it need not change for them to change."""
        for via, url in known.further if known else ():
            if via in progress.strategies:
                self._endpoint(progress, via, Further(url=url, stated=None), parent=known.url if known else None)

    # -- what an answer leads to

    async def _take(self, progress: Progress, chain: Chain, links: Iterable[Link]) -> int:
        """How many of *links* are articles that no earlier run knew. They are noted."""
        links = tuple(links)
        slug, now, count = progress.source.slug, datetime.now(UTC), 0
        sitemap = chain.via is Via.SITEMAP
        whole = not sitemap or len(links) <= WHOLE
        for part in _slices(links):
            entries = progress.frontier.add(part)
            chain.links += len(entries)
            unknown = self._memory.unknown(slug, [key for key, _ in entries], put_off=not sitemap)
            fresh = {key: link for key, link in entries if key in unknown - progress.unknown}
            # Of what states no date, only what has joined since the sitemap was last read is new.
            new = {key for key, link in fresh.items() if whole or is_recent(link, now, undated=chain.caught_up)}
            progress.unknown |= new
            for backfill in (False, True):
                found = tuple((key, link) for key, link in fresh.items() if (key not in new) is backfill)
                if found:
                    self._spider.note(Found(source=slug, links=found, backfill=backfill))
            chain.fresh += len(new)
            count += len(unknown)
            if len(links) > SLICE:
                await asyncio.sleep(0)
        return count

    def _follow(self, progress: Progress, chain: Chain, via: Via, listing: Listing, unknown: int) -> None:
        """The next page of a section while it shows something new; of an index what changed since it was read, and of
        a page of feeds those that are due.
        """
        more = [each for each in listing.more if identity.belongs(each.url, progress.source)]
        if via is not Via.SECTION:
            more = [each for each in more if self._is_wanted(progress.source, each)]
            chain.broken |= len(more) > progress.further[via]  # the others are for the next run, which must ask again
        elif unknown == 0 and chain.caught_up:
            more = []
        more = more[: progress.further[via]]
        progress.further[via] -= len(more)
        for each in more:
            if via is not Via.SECTION:
                self._endpoint(progress, via, each, parent=chain.url)
            else:
                self._ask(progress, chain, via, each)

    def _is_wanted(self, source: Source, child: Further) -> bool:
        """Whether a sitemap of an index is to be read: what its index says of it, or else its interval, decides."""
        now = datetime.now(UTC)
        known = self._memory.endpoint(source.slug, child.url, now)
        if known is None:
            return child.stated is None or is_recent(Link(url=child.url, changed_at=child.stated), now, undated=True)
        if not known.complete:
            return True
        return known.due if child.stated is None else child.stated != known.stated

    def _probe(self, progress: Progress, answer: Answer) -> None:
        """Where a source without feeds, sitemaps and sections of its own lists its articles, besides its homepage."""
        robots = self._spider.crawler.get_downloader_middleware(RobotsMiddleware)
        lines = robots.sitemaps(answer.url) if robots else ()
        found = discover(answer.body, answer.url, lines, answer.encoding)
        named = [(Via.FEED, url) for url in found.feeds] + [(Via.SITEMAP, url) for url in found.sitemaps]
        for via, url in named:
            if identity.belongs(url, progress.source):
                self._endpoint(progress, via, Further(url=url), parent=progress.source.homepage)


def _same(kept: Prior | None, prior: Prior | None) -> bool:
    """Whether a server that knows no conditional requests sent the bytes that it sent before."""
    return bool(kept and prior and kept.payload_digest and kept.payload_digest == prior.payload_digest)


def _slices(links: tuple[Link, ...]) -> Iterator[tuple[Link, ...]]:
    for start in range(0, len(links), SLICE):
        yield links[start : start + SLICE]
