"""One side of the network benchmark: ``network_child.py ours|default HOSTS.json OUT.json DELAY ORDER``.

``ours`` is the crawl with everything on but the WARC file: robots.txt, the ledger, endpoints, pace. ``default`` is a
spider of a few lines with Scrapy's default settings, which follows the same links. OUT gets the CPU seconds from the
start of the crawl to its end (imports left out), the pages, and the largest memory in bytes.
"""

import json
import logging
import random
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

from crawler.memory import NoMemory
from crawler.plan import CrawlPlan, Pace
from crawler.run import crawl
from crawler.source import Source
from crawler.warc import Exchange


class Nowhere:
    """A writer that counts pages and keeps nothing."""

    backlog = 0
    pages = 0

    def write(self, exchange: Exchange) -> None:
        self.pages += exchange.status == 200


class DefaultSpider(Spider):
    name = "default"
    pages = 0

    def parse(self, response: Any) -> Any:
        DefaultSpider.pages += 1
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href, self.parse_page)

    def parse_page(self, response: Any) -> None:
        DefaultSpider.pages += 1


def ours(hosts: dict[str, str], delay: float, order: str) -> int:
    names = list(hosts)
    random.Random(order).shuffle(names)
    pattern = re.compile(r"/tin-(?P<id>\d+)\.html$")
    sources = tuple(
        Source(slug=name.partition(".")[0], name=name, homepage=f"http://{name}/", sections=(f"http://{name}/",),
               article=pattern, delay=delay)
        for name in names
    )  # fmt: skip
    plan = CrawlPlan(
        run="bench", folder=Path(), sources=sources, contact="https://example.org/", pace=Pace(delay=delay), hosts=hosts
    )
    writer = Nowhere()
    reports: list[Any] = []
    crawl(plan, NoMemory(), writer, reports.append)
    assert all(report.scheduled == report.accounted for report in reports) and len(reports) == len(sources)
    return writer.pages


def default(hosts: dict[str, str]) -> int:
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    # Names are not Scrapy's: the same resolver answers both sides.
    settings = {"TWISTED_DNS_RESOLVER": "crawler.engine.resolver.Resolver", "NEWSARCHIVE_HOSTS": hosts,
                "NEWSARCHIVE_ONLY_KNOWN_HOSTS": True, "LOG_LEVEL": "WARNING"}  # fmt: skip
    process = AsyncCrawlerProcess(settings)
    process.crawl(DefaultSpider, start_urls=[f"http://{name}/" for name in hosts])
    process.start()
    return DefaultSpider.pages


def main() -> None:
    side, delay = sys.argv[1], float(sys.argv[4])
    hosts: dict[str, str] = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    began = time.process_time()
    pages = ours(hosts, delay, sys.argv[5]) if side == "ours" else default(hosts)
    used = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    Path(sys.argv[3]).write_text(json.dumps({"cpu": used, "pages": pages, "peak": peak}), encoding="utf-8")


if __name__ == "__main__":
    main()
