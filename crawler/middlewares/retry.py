"""Asks again where asking again may help, ever later, and never in a storm."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from crawler.failures import Failure, code_of
from crawler.middlewares.breaker import BreakerMiddleware

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

log = logging.getLogger(__name__)

STATUSES = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
# The server says it is overloaded: the whole host is let rest, not only this page.
REST = frozenset({429, 503})
FAILURES = frozenset({Failure.TIMEOUT, Failure.DNS, Failure.REFUSED, Failure.LOST})
# A server that hung twice hangs a third time, and each try holds its host for the whole timeout.
TIMEOUT_RETRIES = 1
# Longer than this is no pause but a "come back another time": the host is left alone for the run.
MAX_PAUSE = 300.0


class RetryMiddleware:
    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        spider: NewsSpider = crawler.spider
        self._pace = spider.plan.pace

    @classmethod
    def from_crawler(cls, crawler: Any) -> "RetryMiddleware":
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status not in STATUSES or "challenge" in request.meta:
            return response
        attempt = request.meta.get("attempt", 0)
        if response.status in REST:
            asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            pause = self._back_off(attempt) if asked is None else asked
            if pause > MAX_PAUSE:
                self._give_up(request, f"{request.url} {response.status}, Retry-After {pause:.0f} s")
                return response
            self._crawler.engine.downloader.pause(request.url, pause)
        return self._again(request, attempt) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        code = code_of(exception)
        attempt = request.meta.get("attempt", 0)
        if code not in FAILURES or (code == Failure.TIMEOUT and attempt >= TIMEOUT_RETRIES):
            return None
        again = self._again(request, attempt)
        if again and code != Failure.TIMEOUT:
            self._crawler.engine.downloader.pause(request.url, self._back_off(attempt))
        return again

    def _again(self, request: Request, attempt: int) -> Request | None:
        if attempt >= self._pace.retries:
            return None
        return request.replace(meta={**request.meta, "attempt": attempt + 1}, priority=request.priority - 1)

    def _back_off(self, attempt: int) -> float:
        """4, 8, 16 … times the run's delay."""
        return min(MAX_PAUSE, float(self._pace.delay * 4 * 2**attempt))

    def _give_up(self, request: Request, evidence: str) -> None:
        breaker: BreakerMiddleware = self._crawler.get_downloader_middleware(BreakerMiddleware)
        breaker.trip(request.url, evidence)


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds from *now* that a Retry-After header asks for, as a number or a date; None where it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, (moment - now).total_seconds()) if moment.tzinfo else None
