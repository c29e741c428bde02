"""Section pages, the homepage among them, and archives by date; and their next pages."""

from collections.abc import Iterable
from datetime import date

from crawler.capture import Kind
from crawler.links import Via
from crawler.listings.listing import Listing
from crawler.listings.sections import parse_section
from crawler.source import Source
from crawler.spiders.strategy import Answer, addresses


class Section:
    via = Via.SECTION
    kind = Kind.LISTING
    # Hourly runs need only the first page; a few more make good a day that was missed.
    most = 10

    def requests(self, source: Source, today: date) -> Iterable[str]:
        return addresses(source, (*source.sections, *source.archives), today)

    def parse(self, answer: Answer, source: Source) -> Listing:
        return parse_section(answer.body, answer.url, answer.encoding)
