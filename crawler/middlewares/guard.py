"""Refuses what is not the source's, and sets the pace of what is."""

from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.failures import Failure, NotAsked
from crawler.hosts import is_literal, slot_of
from crawler.identity import belongs

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
        source = request.meta["ticket"].source
        slot = slot_of(request.url)
        if is_literal(slot) or not belongs(request.url, source):
            raise NotAsked(Failure.OFFSITE, request.url)
        if (slot, source.slug) not in self._paced:
            self._paced.add((slot, source.slug))
            self._crawler.engine.downloader.at_least(request.url, max(source.delay, self._pace.delay))
