"""Refuses what is not the source's, and sets the pace of what is.

What belongs to a page may lie on any host: newspapers have their images elsewhere.
"""

from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.capture import Kind
from crawler.failures import Failure, NotAsked
from crawler.hosts import is_literal, slot_of
from crawler.identity import belongs
from crawler.ledger import Ticket
from crawler.requisites import may_ask, most_bytes

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider


class GuardMiddleware:
    """*delay* is the source's or the run's, whichever is longer; robots.txt may make it longer still."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        spider: NewsSpider = crawler.spider
        self._pace = spider.plan.pace
        self._paced: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Any) -> "GuardMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        ticket = request.meta["ticket"]
        source, slot = ticket.source, slot_of(request.url)
        if not is_allowed(request.url, ticket):
            raise NotAsked(Failure.OFFSITE, request.url)
        if request.meta["kind"] is Kind.REQUISITE:
            _as_requisite(request, ticket)
        if (slot, source.slug) not in self._paced:
            self._paced.add((slot, source.slug))
            self._crawler.engine.downloader.at_least(request.url, max(source.delay, self._pace.delay))


def is_allowed(url: str, ticket: Ticket) -> bool:
    """Whether *ticket* may lead to *url*, at first or by a redirect."""
    if ticket.kind is Kind.REQUISITE:
        return may_ask(url)
    return not is_literal(slot_of(url)) and belongs(url, ticket.source)


def _as_requisite(request: Request, ticket: Ticket) -> None:
    """Ask as a browser that shows the article would: image hosts refuse whoever does not say what for."""
    request.meta["download_maxsize"] = max(most_bytes(request.url), most_bytes(ticket.link.url))
    request.headers["Accept"] = "*/*"
    if ticket.link.via and not (ticket.link.via.startswith("https:") and request.url.startswith("http:")):
        request.headers["Referer"] = ticket.link.via
