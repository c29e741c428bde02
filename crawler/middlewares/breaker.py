"""Leaves a host alone for the rest of the run once it has failed too often in a row."""

import logging
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.failures import Failure, NotAsked, code_of

log = logging.getLogger(__name__)

# Enough for a restart of the server to pass; at 30 s each, a host that hangs costs a run twelve minutes at most.
MAX_FAILURES = 25
BAD_STATUSES = frozenset({401, 403, 429})


class BreakerMiddleware:
    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._failures: dict[str, int] = {}
        self._given_up: dict[str, NotAsked] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> "BreakerMiddleware":
        return cls(crawler)

    def trip(self, url: str, evidence: str, why: Failure = Failure.GIVEN_UP) -> None:
        """Ask nothing more of the host of *url*: what waits for it and what comes fails as *why*."""
        if self._host(url) in self._given_up:
            return
        log.warning("%s is left alone for this run: %s", self._host(url), evidence)
        error = self._given_up[self._host(url)] = NotAsked(why, evidence)
        self._crawler.engine.downloader.refuse(url, error)

    def process_request(self, request: Request) -> None:
        error = self._given_up.get(self._host(request.url))
        if error is not None:
            raise NotAsked(error.code, error.evidence)

    def process_response(self, request: Request, response: Response) -> Response:
        bad = response.status >= 500 or response.status in BAD_STATUSES
        self._count(request.url, str(response.status) if bad else None)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):  # that one was never sent
            self._count(request.url, code_of(exception))

    def _count(self, url: str, failure: str | None) -> None:
        slot = self._host(url)
        self._failures[slot] = self._failures.get(slot, 0) + 1 if failure else 0
        if self._failures[slot] == MAX_FAILURES:
            self.trip(url, f"{url} {failure}, the {MAX_FAILURES}th failure in a row")

    def _host(self, url: str) -> str:
        host: str = self._crawler.engine.downloader.host(url)
        return host
