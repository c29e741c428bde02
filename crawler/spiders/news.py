"""The one spider of a run: all sources at once, each at its own pace, every address accounted for.

A source goes through two phases: its listings, then its pages (new ones before revisits). Pages are not parsed here.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from crawler import identity
from crawler.bydate import todays
from crawler.capture import Kind
from crawler.causes import CHALLENGE
from crawler.challenge import is_challenge
from crawler.discover import discover
from crawler.failures import Failure, code_of, evidence_of
from crawler.frontier import Frontier
from crawler.ledger import Account, Ledger, SourceReport, Ticket
from crawler.links import Link, Via
from crawler.memory import Memory
from crawler.middlewares.robots import RobotsMiddleware
from crawler.plan import CrawlPlan
from crawler.source import Source
from crawler.spiders.feed import Feed
from crawler.spiders.section import Section
from crawler.spiders.sitemap import Sitemap
from crawler.spiders.strategy import Answer, Strategy, own_strategy, today_of

log = logging.getLogger(__name__)

# Ten apart, since a redirect goes up by one and a retry down by one.
LISTING, SECOND_LOOK, PAGE, REVISIT = 300, 200, 100, 0
MISSING = frozenset({404, 410})


@dataclass(slots=True, kw_only=True)
class Progress:
    """Where one source is in the run."""

    source: Source
    account: Account
    frontier: Frontier
    strategies: dict[Via, Strategy]
    further: dict[Via, int]
    asked: set[str] = field(default_factory=set)
    in_pages: bool = False
    finished: bool = False


class NewsSpider(Spider):
    name = "news"

    def __init__(
        self, *, plan: CrawlPlan, memory: Memory, writer: Any, report: Callable[[SourceReport], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.writer = writer
        self.failure: Exception | None = None
        self._memory = memory
        self._report = report
        self._ledger = Ledger()
        self._progress: dict[str, Progress] = {}
        self._claims: dict[tuple[str, str], Ticket] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._began = datetime.now(UTC)
        self._stopping = False
        self._closing: asyncio.Future[None] | None = None  # held, or the loop forgets it before it is done

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "NewsSpider":
        spider: NewsSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        asyncio.get_running_loop().call_later(self.plan.pace.max_seconds, self._end, "max-seconds")
        requests = [request for source in self.plan.sources for request in self._begin(source)]
        for request in requests:
            yield request
        for progress in self._progress.values():
            self._advance(progress)

    # -- what the middlewares ask

    def claim(self, url: str, ticket: Ticket) -> bool:
        """Whether the page at *url* is *ticket*'s to fetch: it is not, if another one of this run has it."""
        owner = self._claims.setdefault((ticket.source.slug, identity.key(url, ticket.source)), ticket)
        return owner is ticket

    def abort(self, failure: Exception) -> None:
        """End the run because of *failure*, which ``crawl`` then raises."""
        if self.failure is None:
            self.failure = failure
            log.error("the crawl ends: %s", failure)
            self._end("failed")

    def let_go(self) -> None:
        """Ask for nothing any more. What is under way may end."""
        self._stopping = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self.crawler.engine.downloader.stop()  # type: ignore[attr-defined]  # ours: settings.DOWNLOADER

    def _end(self, reason: str) -> None:
        self.let_go()
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    # -- what Scrapy calls

    def idle(self) -> None:
        if self._timers:
            raise DontCloseSpider

    def answered(self, response: Response) -> None:
        ticket: Ticket = response.meta["ticket"]
        outcome = CHALLENGE if is_challenge(response.body) else str(response.status)
        try:
            if ticket.kind is not Kind.PAGE and outcome.startswith("2"):
                self._read(response, ticket)
            elif response.status in MISSING and ticket.confirm:
                self._look_again(ticket)
        except Exception:  # a bug of ours in one listing must not cost the others
            log.exception("%s: %s could not be read", ticket.source.slug, response.url)
            outcome = Failure.OTHER
        self._settle(ticket, outcome, f"{response.url} {outcome}")

    def failed(self, failure: TwistedFailure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        error: BaseException = failure.value  # type: ignore[assignment]  # a failure always has one
        self._settle(request.meta["ticket"], code_of(error), evidence_of(request.url, error))

    def closed(self, reason: str) -> None:
        """What is still open was stopped; each source not yet reported is reported now."""
        for progress in self._progress.values():
            for ticket in self._ledger.pending(progress.source.slug):
                self._ledger.settle(ticket, Failure.STOPPED)
            self._finish(progress)

    # -- listings

    def _begin(self, source: Source) -> Iterator[Request]:
        own = own_strategy(source.slug)
        strategies: dict[Via, Strategy] = {s.via: s for s in ([own] if own else (Feed(), Sitemap(), Section()))}
        progress = self._progress[source.slug] = Progress(
            source=source,
            account=self._ledger.begin(source.slug, datetime.now(UTC)),
            frontier=Frontier(source),
            strategies=strategies,
            further={via: strategy.most for via, strategy in strategies.items()},
        )
        if self.plan.links:
            progress.frontier.add(self.plan.links)
            return
        today = today_of(source, datetime.now(UTC))
        named = [(via, url) for via, strategy in strategies.items() for url in strategy.requests(source, today)]
        if not named and not own:
            yield from self._listing(progress, Via.SECTION, source.homepage, required=True, probe=True)
        dated = todays(source, today)
        for via, url in named:
            yield from self._listing(progress, via, url, required=url not in dated)

    def _listing(
        self, progress: Progress, via: Via, url: str, *, required: bool, probe: bool = False
    ) -> Iterator[Request]:
        if url in progress.asked:
            return
        progress.asked.add(url)
        link = Link(url=url, via_kind=via)
        kind = progress.strategies[via].kind
        ticket = Ticket(source=progress.source, link=link, kind=kind, required=required, probe=probe)
        yield self._request(ticket, LISTING)

    def _read(self, response: Response, ticket: Ticket) -> None:
        progress = self._progress[ticket.source.slug]
        via = ticket.link.via_kind
        encoding = response.encoding if isinstance(response, TextResponse) else None
        answer = Answer(url=response.url, body=response.body, encoding=encoding)
        listing = progress.strategies[via].parse(answer, progress.source)
        if listing.problem:
            log.warning("%s: %s: %s", progress.source.slug, response.url, listing.problem)
        keys = progress.frontier.add(listing.links)
        more = [(via, each.url) for each in listing.more if identity.belongs(each.url, progress.source)]
        # A pager is followed for as long as it shows something new; an index of sitemaps shows nothing by itself.
        if via is Via.SECTION and self._memory.caught_up(progress.source.slug):
            more = [] if all(self._memory.known(progress.source.slug, key) for key in keys) else more
        more = more[: progress.further[via]]
        progress.further[via] -= len(more)
        if ticket.probe:
            more += self._probe(answer, progress.source)
        for further_via, url in more:
            for request in self._listing(progress, further_via, url, required=False):
                self.crawler.engine.crawl(request)

    def _probe(self, answer: Answer, source: Source) -> list[tuple[Via, str]]:
        """Where a source without feeds, sitemaps and sections of its own lists its articles, besides its homepage."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        lines = robots.sitemaps(answer.url) if robots else ()
        found = discover(answer.body, answer.url, lines, answer.encoding)
        named = [(Via.FEED, url) for url in found.feeds] + [(Via.SITEMAP, url) for url in found.sitemaps]
        return [(via, url) for via, url in named if identity.belongs(url, source)]

    # -- pages

    def _pages(self, progress: Progress) -> None:
        progress.in_pages = True
        source, now, pace = progress.source, datetime.now(UTC), self.plan.pace
        left = self._affordable(source)
        wanted = min(pace.pages, left)
        for key, link in progress.frontier.newest_first(now):
            if self._memory.known(source.slug, key):
                continue
            if wanted <= 0:
                progress.account.left += 1
            else:
                wanted -= self._page(Ticket(source=source, link=link, kind=Kind.PAGE), PAGE)
        left -= min(pace.pages, left) - wanted
        confirm = pace.confirm_after <= pace.wait
        for due in self._memory.due(source.slug, now, min(pace.revisits, left)):
            link = Link(url=due.url, via_kind=Via.REVISIT)
            again = confirm and not due.missing
            ticket = Ticket(source=source, link=link, kind=Kind.PAGE, confirm=again, prior=due.prior)
            self._page(ticket, REVISIT)

    def _page(self, ticket: Ticket, priority: int) -> bool:
        """Schedule *ticket* unless another one has its page; whether it was."""
        if not self.claim(ticket.link.url, ticket):
            return False
        self.crawler.engine.crawl(self._request(ticket, priority))
        return True

    def _affordable(self, source: Source) -> int:
        """How many pages fit into what is left of the run, at the source's pace."""
        pace = self.plan.pace
        seconds = pace.max_seconds - (datetime.now(UTC) - self._began).total_seconds()
        delay = self.crawler.engine.downloader.delay_of(source.homepage, max(source.delay, pace.delay))  # type: ignore[attr-defined]
        return max(0, int(seconds / delay)) if delay else pace.pages + pace.revisits

    def _look_again(self, first: Ticket) -> None:
        """A page that is missing is asked for once more before anyone believes it."""
        ticket = Ticket(source=first.source, link=first.link, kind=Kind.PAGE)
        self._claims[first.source.slug, identity.key(first.link.url, first.source)] = ticket
        request = self._request(ticket, SECOND_LOOK)
        if self._stopping:
            return

        def send() -> None:
            self._timers.discard(timer)
            self.crawler.engine.crawl(request)

        timer = asyncio.get_running_loop().call_later(self.plan.pace.confirm_after, send)
        self._timers.add(timer)

    # -- bookkeeping

    def _request(self, ticket: Ticket, priority: int) -> Request:
        self._ledger.schedule(ticket)
        request = Request(
            ticket.link.url, callback=self.answered, errback=self.failed, dont_filter=True, priority=priority
        )
        request.meta.update(ticket=ticket, kind=ticket.kind, requested=request.url)
        return request

    def _settle(self, ticket: Ticket, outcome: str, evidence: str) -> None:
        if not self._ledger.settle(ticket, outcome, evidence):
            log.error("%s: %s was accounted for twice", ticket.source.slug, ticket.link.url)
        self._advance(self._progress[ticket.source.slug])

    def _advance(self, progress: Progress) -> None:
        if self._ledger.pending(progress.source.slug):
            return
        if not progress.in_pages and not self._stopping:
            self._pages(progress)
        if not self._ledger.pending(progress.source.slug):
            self._finish(progress)

    def _finish(self, progress: Progress) -> None:
        if progress.finished:
            return
        progress.finished = True
        progress.account.discovered = len(progress.frontier)
        try:
            self._report(self._ledger.report(progress.source.slug, datetime.now(UTC)))
        except Exception as error:
            self.abort(error)
