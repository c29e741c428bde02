"""The side to compare with, a bare Scrapy spider that extracts inline: ``bare.py HOSTS.json LAG.json OUT.json DELAY``.

Scrapy's defaults but for pace (as ours: *DELAY* seconds from start to start, one request at a time on a host) and
names, which the same resolver answers.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import lag
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from trafilatura import bare_extraction


class BareSpider(Spider):
    name = "bare"
    kept = 0

    def parse(self, response: Any) -> Any:
        for loc in response.xpath("//*[local-name() = 'loc']/text()").getall():
            yield response.follow(loc, self.parse_article)

    def parse_article(self, response: Any) -> Any:
        document = bare_extraction(response.body, url=response.url, with_metadata=True)
        if document is not None and document.text:
            BareSpider.kept += 1
            yield {"url": response.url, "title": document.title, "date": document.date, "text": document.text}


def main() -> None:
    hosts: dict[str, str] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    settings = {
        **lag.settings(sys.argv[2]),
        "CONCURRENT_REQUESTS": len(hosts),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": float(sys.argv[4]),
        "DOWNLOAD_DELAY_JITTER": 0,
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawler.engine.resolver.Resolver",
        "NEWSARCHIVE_HOSTS": hosts,
        "NEWSARCHIVE_ONLY_KNOWN_HOSTS": True,
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(BareSpider, start_urls=[f"http://{host}/sitemap.xml" for host in hosts])
    process.start()
    Path(sys.argv[3]).write_text(json.dumps({"articles": BareSpider.kept}), encoding="utf-8")


if __name__ == "__main__":
    main()
