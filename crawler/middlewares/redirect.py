"""Follows redirects within a source. Scrapy's own lets one to an address already asked for vanish without a trace."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.capture import Kind
from crawler.failures import Failure, NotAsked
from crawler.listings.listing import absolute
from crawler.middlewares.guard import is_allowed
from crawler.source import Source

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

STATUSES = frozenset({301, 302, 303, 307, 308})
# RFC 9309 asks for five at robots.txt; a chain of more on a page is a loop.
MAX_REDIRECTS = 5


def leads_home(url: str, target: str, source: Source) -> bool:
    """Whether a page's redirect to *target* means "it is no more": many sites send what they have deleted home."""
    asked, found = urlsplit(url), urlsplit(target)
    homes = {"", urlsplit(source.homepage).path.rstrip("/")}
    same = asked.path.rstrip("/") == found.path.rstrip("/") and asked.query == found.query  # https, www, a slash
    return not same and not found.query and found.path.rstrip("/") in homes


class RedirectMiddleware:
    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Any) -> "RedirectMiddleware":
        return cls(crawler.spider)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        location = response.headers.get("Location")
        if response.status not in STATUSES or not location:
            return response
        ticket = request.meta["ticket"]
        target = absolute(request.url, location.decode("utf-8", "replace"))
        if target is None or not is_allowed(target, ticket):
            raise NotAsked(Failure.OFFSITE, f"{request.url} {response.status} to {location.decode('utf-8', 'replace')}")
        if request.meta["kind"] is Kind.PAGE and leads_home(request.url, target, ticket.source):
            raise NotAsked(Failure.HOME, f"{request.url} {response.status} to {target}")
        hops = request.meta.get("redirects", 0) + 1
        if hops > MAX_REDIRECTS:
            raise NotAsked(Failure.REDIRECTS, f"{request.url} {response.status}")
        if request.meta["kind"] is Kind.PAGE and not self._spider.claim(target, ticket):
            raise NotAsked(Failure.SEEN, f"{request.url} {response.status} to {target}")
        # A chain once begun is finished before the next page is.
        meta = {**request.meta, "redirects": hops, "attempt": 0}
        return request.replace(url=target, meta=meta, priority=request.priority + 1)
