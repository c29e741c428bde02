"""Feeds: RSS, Atom, JSON Feed; and the pages on which newspapers list theirs."""

from collections.abc import Iterable
from datetime import date

from crawler.capture import Kind
from crawler.discover import listed_feeds
from crawler.links import Via
from crawler.listings.feeds import parse_feed
from crawler.listings.listing import Listing
from crawler.source import Source
from crawler.spiders.strategy import Answer, addresses


class Feed:
    via = Via.FEED
    kind = Kind.FEED
    # A page of feeds has one for each section; the general ones come first.
    most = 30

    def requests(self, source: Source, today: date) -> Iterable[str]:
        return addresses(source, source.feeds, today)

    def parse(self, answer: Answer, source: Source) -> Listing:
        listing = parse_feed(answer.body, answer.url, source.timezone, answer.at)
        feeds = () if listing.links else listed_feeds(answer.body, answer.url, answer.encoding)
        return Listing(more=feeds) if feeds else listing
