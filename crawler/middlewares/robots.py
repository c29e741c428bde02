"""robots.txt as RFC 9309 has it, fetched once per site and day, and kept.

Scrapy's own middleware takes a server error or a timeout for "allow all"; the RFC (2.3.1.4) says "disallow all".
"""

import asyncio
import logging
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.capture import Kind
from crawler.failures import Failure, NotAsked, code_of, evidence_of
from crawler.memory import RobotsFile
from crawler.notes import RobotsRead

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

log = logging.getLogger(__name__)

# RFC 9309, 2.5: at least 500 KiB are to be parsed. Not more: 5.9 MB took the parser 19 s, with the whole crawl waiting.
MAX_BYTES = 500 * 1024
# Real files have 1-5 KiB; 25,000 rules with stars take half a second for each address, which others need not wait for.
LARGE = 50 * 1024
TOKEN = "newsarchive"


@dataclass(frozen=True, slots=True)
class Rules:
    """*parser* None: all is allowed, or, where *refused* names a failure, nothing is."""

    parser: Protego | None = None
    refused: str | None = None
    evidence: str = ""
    large: bool = False


class RobotsMiddleware:
    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._spider: NewsSpider = crawler.spider
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta["kind"] is Kind.ROBOTS:
            return
        rules = await self._rules_for(request)
        if rules.refused:
            raise NotAsked(rules.refused, rules.evidence)
        if rules.parser and not await self._allows(rules.parser, request.url, large=rules.large):
            raise NotAsked(Failure.ROBOTS, f"{_site(request.url)}/robots.txt disallows {request.url}")

    @staticmethod
    async def _allows(parser: Protego, url: str, *, large: bool) -> bool:
        if large:
            return bool(await asyncio.to_thread(parser.can_fetch, url, TOKEN))
        return bool(parser.can_fetch(url, TOKEN))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The Sitemap lines for the site of *url*, if its robots.txt was read."""
        future = self._rules.get(_site(url))
        rules = future.result() if future and future.done() else None
        return tuple(rules.parser.sitemaps) if rules and rules.parser else ()

    async def _rules_for(self, request: Request) -> Rules:
        site = _site(request.url)
        if site not in self._rules:
            future = self._rules[site] = asyncio.get_running_loop().create_future()
            try:
                rules = await self._fetch(site, request)
            except Exception as error:
                log.exception("%s/robots.txt could not be judged", site)
                rules = Rules(refused=code_of(error), evidence=f"{site}/robots.txt {error}")
            future.set_result(rules)
        return await asyncio.shield(self._rules[site])

    async def _fetch(self, site: str, request: Request) -> Rules:
        address = f"{site}/robots.txt"
        if kept := self._spider.memory.robots(site, datetime.now(UTC)):
            return self._judge(kept, address)
        asked = Request(
            address,
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={"ticket": request.meta["ticket"], "kind": Kind.ROBOTS, "requested": address},
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except NotAsked as error:
            # A redirect away from the site, or in circles: RFC 9309, 2.3.1.2 lets that be taken for "there is none".
            if error.code in (Failure.OFFSITE, Failure.REDIRECTS):
                return Rules()
            return Rules(refused=error.code, evidence=error.evidence)
        except Exception as error:
            return Rules(refused=code_of(error), evidence=evidence_of(address, error))
        body = response.body[:MAX_BYTES] if response.status == 200 else b""
        file = RobotsFile(status=response.status, fetched_at=datetime.now(UTC), body=body)
        rules = self._judge(file, address)
        if not rules.refused:  # what a server could not say is asked again by the next run
            self._spider.note(RobotsRead(site=site, file=file))
        return rules

    def _judge(self, file: RobotsFile, address: str) -> Rules:
        # 429 is the server's "not now", so it is no more a permission than 503 is.
        if file.status >= 500 or file.status == 429:
            return Rules(refused=Failure.ROBOTS, evidence=f"{address} {file.status}")
        if file.status != 200:
            return Rules()
        parser = Protego.parse(file.body.decode("utf-8-sig", "replace"))
        delay = parser.crawl_delay(TOKEN)
        if delay and math.isfinite(delay):
            self._crawler.engine.downloader.at_least(address, float(delay))
        return Rules(parser=parser, large=len(file.body) > LARGE)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
