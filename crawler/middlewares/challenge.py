"""Leaves a host alone for the rest of the run once it has asked for a browser.

A challenge is not answered, and asking on would only show the host a program that does not understand a no.
Stands above decompression and below the retries: some challenges come as 503, and are not to be asked for again.
"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.challenge import challenge_of
from crawler.failures import Failure
from crawler.middlewares.breaker import BreakerMiddleware


class ChallengeMiddleware:
    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> "ChallengeMiddleware":
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if whose := challenge_of(response.body):
            request.meta["challenge"] = whose
            breaker: BreakerMiddleware = self._crawler.get_downloader_middleware(BreakerMiddleware)
            breaker.trip(request.url, f"{request.url} {response.status}, challenge ({whose})", Failure.CHALLENGED)
        return response
