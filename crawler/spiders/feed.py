"""Feeds: RSS, Atom, JSON Feed."""

from collections.abc import Iterable
from datetime import date

from crawler.capture import Kind
from crawler.feeds import parse_feed
from crawler.links import Via
from crawler.listing import Listing
from crawler.source import Source
from crawler.spiders.strategy import Answer, addresses


class Feed:
    via = Via.FEED
    kind = Kind.FEED
    most = 0

    def requests(self, source: Source, today: date) -> Iterable[str]:
        return addresses(source, source.feeds, today)

    def parse(self, answer: Answer, source: Source) -> Listing:
        return parse_feed(answer.body, answer.url, source.timezone, answer.at)
