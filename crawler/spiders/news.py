"""The one spider of a run: all sources at once, each at its own pace, every address accounted for.

A source goes through phases: its listings, its pages (new ones before revisits), what belongs to those. Pages are not
parsed here.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler import identity
from crawler.capture import Kind
from crawler.causes import CHALLENGE
from crawler.challenge import is_challenge
from crawler.failures import DECIDED, Failure, code_of, evidence_of
from crawler.frontier import Frontier, newest_first
from crawler.ledger import Ledger, SourceReport, Ticket
from crawler.links import Link, Via
from crawler.memory import Memory
from crawler.notes import Note, Notes, Tried, nobody
from crawler.plan import CrawlPlan
from crawler.source import Source
from crawler.spiders.asking import request_of
from crawler.spiders.feed import Feed
from crawler.spiders.listings import Listings
from crawler.spiders.progress import Progress
from crawler.spiders.requisites import ask_for_requisites, refusal
from crawler.spiders.section import Section
from crawler.spiders.sitemap import Sitemap
from crawler.spiders.slices import Slices
from crawler.spiders.strategy import Strategy, own_strategy

log = logging.getLogger(__name__)

# Ten apart, since a redirect goes up by one and a retry down by one.
LISTING, SECOND_LOOK, PAGE, REVISIT, REQUISITE = 300, 200, 100, 0, -100
MISSING = frozenset({404, 410})
LISTINGS = frozenset({Kind.LISTING, Kind.FEED})
UNMODIFIED = "304"
# Nothing to try again: either the page is not there, or the run's end (or its host's) was not its fault.
LASTING = frozenset({UNMODIFIED, "404", "410", Failure.STOPPED, Failure.GIVEN_UP})


class NewsSpider(Spider):
    name = "news"

    def __init__(
        self,
        *,
        plan: CrawlPlan,
        memory: Memory,
        writer: Any,
        report: Callable[[SourceReport], None],
        notes: Notes = nobody,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.memory = memory
        self.writer = writer
        self.note: Callable[[Note], None] = notes
        self.failure: Exception | None = None
        self._report = report
        self._ledger = Ledger()
        self._progress: dict[str, Progress] = {}
        self._claims: dict[tuple[str, str], Ticket] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._began = datetime.now(UTC)
        self._stopping = False
        self._closing: asyncio.Future[None] | None = None  # held, or the loop forgets it before it is done
        self._listings = Listings(self)
        self._slices = Slices(self)
        # Each asks for something; one that returns True is called again once that is accounted for.
        self._phases: tuple[Callable[[Progress], bool], ...] = (
            self._pages,
            partial(ask_for_requisites, self),
            self._slices.go_on,
        )

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "NewsSpider":
        spider: NewsSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        asyncio.get_running_loop().call_later(self.plan.pace.max_seconds, self._end, "max-seconds")
        for source in self.plan.sources:
            self._begin(source)
        for progress in tuple(self._progress.values()):
            self._advance(progress)
        return
        yield  # Scrapy wants a generator; the requests are with its engine already

    # -- what the middlewares and the phases ask

    def progress(self, source: Source) -> Progress:
        return self._progress[source.slug]

    def claim(self, url: str, ticket: Ticket) -> bool:
        """Whether the page at *url* is *ticket*'s to fetch: it is not, if another one of this run has it."""
        owner = self._claims.setdefault((ticket.source.slug, identity.key(url, ticket.source)), ticket)
        return owner is ticket

    def ask_listing(self, ticket: Ticket) -> None:
        self._send(ticket, LISTING)

    def ask_page(self, ticket: Ticket, priority: int) -> bool:
        """Schedule *ticket* unless another one has its page; whether it was."""
        if not self.claim(ticket.link.url, ticket):
            return False
        self._send(ticket, priority)
        return True

    def ask_requisite(self, ticket: Ticket) -> None:
        """Schedule *ticket* unless another source's has its address."""
        if self._claims.setdefault(("", ticket.link.url), ticket) is ticket:
            self._send(ticket, REQUISITE)

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

    async def answered(self, response: Response) -> None:
        ticket: Ticket = response.meta["ticket"]
        outcome = CHALLENGE if is_challenge(response.body) else str(response.status)
        try:
            if ticket.kind in LISTINGS and (outcome.startswith("2") or outcome == UNMODIFIED):
                await (self._listings if ticket.chain else self._slices).read(response, ticket)
            elif response.status in MISSING and ticket.confirm:
                self._look_again(ticket)
        except Exception:  # a bug of ours in one listing must not cost the others
            log.exception("%s: %s could not be read", ticket.source.slug, response.url)
            outcome = Failure.OTHER
        self._settle(ticket, outcome, f"{response.url} {outcome}")

    def failed(self, failure: TwistedFailure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        error: BaseException = failure.value  # type: ignore[assignment]  # a failure always has one
        ticket: Ticket = request.meta["ticket"]
        if refused := refusal(ticket, error):
            self.note(refused)
        self._settle(ticket, code_of(error), evidence_of(request.url, error))

    def closed(self, reason: str) -> None:
        """What is still open was stopped; each source not yet reported is reported now."""
        for progress in self._progress.values():
            for ticket in self._ledger.pending(progress.source.slug):
                self._account(ticket, Failure.STOPPED)
            self._finish(progress)

    # -- phases

    def _begin(self, source: Source) -> None:
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
            progress.unknown.update(key for key, _ in progress.frontier.add(self.plan.links))
        else:
            self._listings.begin(progress)

    def _pages(self, progress: Progress) -> bool:
        source, now, pace = progress.source, datetime.now(UTC), self.plan.pace
        left = self.affordable(source)
        wanted = min(pace.pages, left)
        for link in self._candidates(progress, now):
            if wanted <= 0:
                progress.account.left += 1
            else:
                wanted -= self.ask_page(Ticket(source=source, link=link, kind=Kind.PAGE), PAGE)
        left -= min(pace.pages, left) - wanted
        confirm = pace.confirm_after <= pace.wait
        for due in self.memory.due(source.slug, now, min(pace.revisits, left)):
            link = Link(url=due.url, via_kind=Via.REVISIT)
            ticket = Ticket(
                source=source, link=link, kind=Kind.PAGE, confirm=confirm and not due.missing, prior=due.prior
            )
            self.ask_page(ticket, REVISIT)
        return False

    def _candidates(self, progress: Progress, now: datetime) -> list[Link]:
        """What is to be fetched, newest first: this run's finds, and earlier ones that were put off or failed."""
        links = progress.frontier.among(progress.unknown)
        if not self.plan.links:
            for link in self.memory.waiting(progress.source.slug, now, self.plan.pace.pages + 1):
                links.setdefault(identity.key(link.url, progress.source), link)
        return [link for _, link in newest_first(links.items(), now)]

    def affordable(self, source: Source) -> int:
        """How many pages fit into what is left of the run, at the source's pace."""
        pace = self.plan.pace
        seconds = pace.max_seconds - (datetime.now(UTC) - self._began).total_seconds()
        delay = self.crawler.engine.downloader.delay_of(source.homepage, max(source.delay, pace.delay))  # type: ignore[attr-defined]
        return max(0, int(seconds / delay)) if delay else pace.pages + pace.revisits

    def _look_again(self, first: Ticket) -> None:
        """A page that is missing is asked for once more before anyone believes it."""
        ticket = Ticket(source=first.source, link=first.link, kind=Kind.PAGE)
        self._claims[first.source.slug, identity.key(first.link.url, first.source)] = ticket
        self._ledger.schedule(ticket)
        request = self._request(ticket, SECOND_LOOK)
        if self._stopping:
            return

        def send() -> None:
            self._timers.discard(timer)
            self.crawler.engine.crawl(request)

        timer = asyncio.get_running_loop().call_later(self.plan.pace.confirm_after, send)
        self._timers.add(timer)

    # -- bookkeeping

    def _send(self, ticket: Ticket, priority: int) -> None:
        """An address that Scrapy refuses must cost no other its turn."""
        self._ledger.schedule(ticket)
        try:
            self.crawler.engine.crawl(self._request(ticket, priority))
        except ValueError as error:
            said = f"{ticket.link.url[:200]!r} {error}"
            asyncio.get_running_loop().call_soon(self._settle, ticket, Failure.OTHER, said)

    def _request(self, ticket: Ticket, priority: int) -> Request:
        return request_of(ticket, priority, self.answered, self.failed)

    def _settle(self, ticket: Ticket, outcome: str, evidence: str) -> None:
        if not self._account(ticket, outcome, evidence):
            log.error("%s: %s was accounted for twice", ticket.source.slug, ticket.link.url)
        self._advance(self._progress[ticket.source.slug])

    def _account(self, ticket: Ticket, outcome: str, evidence: str = "") -> bool:
        if not self._ledger.settle(ticket, outcome, evidence):
            return False
        (self._listings if ticket.chain else self._slices).settle(ticket, outcome)
        # A 304 to a request without conditions says nothing of the page.
        lasting = outcome.startswith("2") or (outcome in LASTING and (outcome != UNMODIFIED or ticket.prior))
        if ticket.kind is Kind.PAGE and not lasting:
            key, decided = identity.key(ticket.link.url, ticket.source), outcome in DECIDED
            self.note(Tried(source=ticket.source.slug, key=key, at=datetime.now(UTC), outcome=outcome, decided=decided))
        return True

    def _advance(self, progress: Progress) -> None:
        """With nothing under way, the next phase begins; after the last one the source is done."""
        while not self._ledger.pending(progress.source.slug):
            if self._stopping or progress.phase >= len(self._phases):
                self._finish(progress)
                return
            progress.phase += not self._phases[progress.phase](progress)

    def _finish(self, progress: Progress) -> None:
        if progress.finished:
            return
        progress.finished = True
        progress.account.discovered = len(progress.frontier)
        try:
            self._report(self._ledger.report(progress.source.slug, datetime.now(UTC)))
        except Exception as error:
            self.abort(error)
