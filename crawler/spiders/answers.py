"""A listing's answer, parsed where it holds up nobody."""

import asyncio
from datetime import UTC, datetime

from scrapy.http import Response, TextResponse

from crawler.listings.listing import Listing
from crawler.source import Source
from crawler.spiders.strategy import Answer, Strategy

# What is larger is parsed in a thread: a sitemap of 50,000 addresses takes seconds, and every host would wait.
LARGE = 256 * 1024


def answer_of(response: Response) -> Answer:
    return Answer(
        url=response.url,
        body=response.body,
        encoding=response.encoding if isinstance(response, TextResponse) else None,
        at=datetime.now(UTC),
    )


async def parse(strategy: Strategy, answer: Answer, source: Source) -> Listing:
    if len(answer.body) > LARGE:
        return await asyncio.to_thread(strategy.parse, answer, source)
    return strategy.parse(answer, source)
