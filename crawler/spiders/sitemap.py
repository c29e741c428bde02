"""Sitemaps and their indexes."""

from collections.abc import Iterable
from datetime import date

from crawler.capture import Kind
from crawler.links import Via
from crawler.listings.listing import Listing
from crawler.listings.sitemaps import parse_sitemap
from crawler.source import Source
from crawler.spiders.strategy import Answer, addresses


class Sitemap:
    via = Via.SITEMAP
    kind = Kind.FEED
    # Indexes list a sitemap per month or per day for years; the newest are what changed since the last run.
    most = 10

    def requests(self, source: Source, today: date) -> Iterable[str]:
        return addresses(source, source.sitemaps, today)

    def parse(self, answer: Answer, source: Source) -> Listing:
        return parse_sitemap(answer.body, answer.url, source.timezone, answer.at)
