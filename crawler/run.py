"""One crawling run: all its sources in one Scrapy crawler, in this process, once."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from scrapy.crawler import AsyncCrawlerProcess

from crawler.errors import ArchiveError
from crawler.ledger import SourceReport
from crawler.memory import Memory
from crawler.notes import Notes, nobody
from crawler.plan import CrawlPlan
from crawler.settings import scrapy_settings
from crawler.spiders.news import NewsSpider
from crawler.warc import Exchange

log = logging.getLogger(__name__)


class Writer(Protocol):
    """Where exchanges go; ``crawler.warc`` has the real one. *backlog*: bytes taken and not yet written."""

    @property
    def backlog(self) -> int: ...

    def write(self, exchange: Exchange) -> None: ...


class CrawlFailed(ArchiveError):
    """The run could not go on: its WARC could not be written, or there is a bug."""


class _Process(AsyncCrawlerProcess):
    """Stops at once on SIGTERM: what waits for its turn is let go, only what is under way may end."""

    async def stop(self) -> None:
        for crawler in self.crawlers:
            if isinstance(crawler.spider, NewsSpider):
                crawler.spider.let_go()
        await super().stop()


def crawl(
    plan: CrawlPlan,
    memory: Memory,
    writer: Writer,
    report: Callable[[SourceReport], None],
    notes: Notes = nobody,
) -> None:
    """Crawl the sources of *plan* and return when done. Call it once per process: Twisted's reactor can't start twice.

    *report* is called in this thread, for each source as soon as its last request is accounted for; *notes* with what
    the next run must know. SIGTERM and
    SIGINT end the run early and in order; what was not asked for is reported as ``stopped``. Closing *writer* is the
    caller's.
    """
    plan.check()
    logging.getLogger("scrapy.utils.log").setLevel(logging.WARNING)
    process = _Process(scrapy_settings(plan))
    # Scrapy sets itself to DEBUG: a line per page, formatted whether anyone reads it or not.
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    crawler = process.create_crawler(NewsSpider)
    task = process.crawl(crawler, plan=plan, memory=memory, writer=writer, report=report, notes=notes)
    process.start(install_signal_handlers=threading.current_thread() is threading.main_thread())
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise CrawlFailed(f"the crawl ended with {type(error).__name__}: {error}") from error
    spider = crawler.spider
    if isinstance(spider, NewsSpider) and spider.failure is not None:
        raise CrawlFailed(f"the crawl was ended: {spider.failure}") from spider.failure
