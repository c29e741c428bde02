"""Hands every exchange to the WARC writer, before anything else looks at it; asks only for what is newer than a prior.

Nearest to the downloader of all middlewares: it sees each hop of a redirect, each retry, robots.txt, every error.
``response.meta["kept"]`` is what a later request for the address may refer to: the Prior that this answer is, or that
it confirms; None where it is no good answer.
"""

import asyncio
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.capture import Kind
from crawler.engine.conditional import confirmed, describe, is_good, make_conditional, refreshed
from crawler.failures import code_of
from crawler.memory import Prior
from crawler.warc import Exchange

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

log = logging.getLogger(__name__)

# The writer keeps up with any polite crawl; when the disk does not, the crawl waits rather than the memory grows.
MAX_BACKLOG = 64 * 1024 * 1024
POLL_SECONDS = 0.05
# A writer that died has a backlog for ever; it says so when written to.
PATIENCE_SECONDS = 30.0


class WarcMiddleware:
    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._spider: NewsSpider = crawler.spider
        # The archive learns of a requisite only once it is ingested; the logo of a site may come by many addresses.
        self._requisites: dict[str, Prior] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> "WarcMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        make_conditional(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        await self._keep(request, response, None)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):  # that one was never sent
            await self._keep(request, None, code_of(exception))

    async def _keep(self, request: Request, response: Response | None, error: str | None) -> None:
        writer = self._spider.writer
        patience = PATIENCE_SECONDS
        while writer.backlog > MAX_BACKLOG and patience > 0:
            await asyncio.sleep(POLL_SECONDS)
            patience -= POLL_SECONDS
        try:
            writer.write(self._exchange(request, response, error))
        except Exception as failure:
            # What is not kept must not be fetched: a full disk ends the run, and says so.
            self._spider.abort(failure)

    def _exchange(self, request: Request, response: Response | None, error: str | None) -> Exchange:
        moment = request.meta.get("fetch_date") or datetime.now(UTC)
        request.meta["kept"] = None
        if response is None:
            answer, refers_to = None, None
        else:
            answer = describe(request, response, moment)
            refers_to = confirmed(request, response, answer) or self._same(request, response, answer)
            if refers_to is not None:
                request.meta["kept"] = refreshed(refers_to, response, answer)
            elif is_good(response):
                request.meta["kept"] = answer
        return Exchange(
            url=request.url,
            date=moment,
            request=request_bytes(request),
            status=response.status if response is not None else None,
            response_head=response_head(response) if response is not None else None,
            payload=response.body if response is not None and refers_to is None else b"",
            ip=str(response.ip_address) if response is not None and response.ip_address else None,
            metadata=tuple((name, value) for name, value in self._metadata(request, error) if value),
            record_id=answer.record_id if answer else None,
            payload_digest=answer.payload_digest if answer else None,
            refers_to=refers_to,
            truncated=response is not None and "download_stopped" in response.flags,
        )

    def _same(self, request: Request, response: Response, answer: Prior) -> Prior | None:
        """A requisite that is kept already, whatever its address: an image is kept once."""
        digest = answer.payload_digest
        if request.meta["kind"] is not Kind.REQUISITE or not is_good(response) or digest is None:
            return None
        found = self._requisites.get(digest) or self._spider.memory.same_payload(digest)
        self._requisites.setdefault(digest, found or answer)
        return found

    def _metadata(self, request: Request, error: str | None) -> list[tuple[str, str | None]]:
        ticket, kind = request.meta["ticket"], request.meta["kind"]
        link = ticket.link if kind is not kind.ROBOTS else None
        verified = request.meta.get("tls_verified")
        took = request.meta.get("fetch_ms")
        return [
            ("source", ticket.source.slug),
            ("kind", str(kind)),
            ("requested", request.meta["requested"]),
            ("via", link.via if link else None),
            ("via-kind", str(link.via_kind) if link else None),
            ("link-title", link.title if link else None),
            ("link-published", link.published_at if link else None),
            ("link-section", link.section if link else None),
            ("fetch-ms", None if took is None else str(took)),
            ("tls-verified", None if verified is None or error else str(verified).lower()),
            ("error", error),
            ("run", self._spider.plan.run),
        ]


def request_bytes(request: Request) -> bytes:
    """The request as Twisted sends it: it adds Host by itself."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.rpartition("@")[2].encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values if name != b"Host"]
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


def response_head(response: Response) -> bytes:
    """Status line and headers as received, without the coding of the transfer, which the body no longer has."""
    reason = HTTPStatus(response.status).phrase if response.status in HTTPStatus.__members__.values() else ""
    lines = [f"{response.protocol or 'HTTP/1.1'} {response.status} {reason}".rstrip().encode()]
    left_out = (b"Transfer-Encoding", b"Content-Length")
    lines += [name + b": " + v for name, values in response.headers.items() if name not in left_out for v in values]
    # Of a 304 it is the length of what was not sent.
    lengths = response.headers.getlist("Content-Length") if response.status == 304 else [b"%d" % len(response.body)]
    lines += [b"Content-Length: " + length for length in lengths]
    return b"\r\n".join(lines) + b"\r\n\r\n"
