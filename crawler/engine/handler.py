"""Scrapy's HTTP/1.1, with the time of each exchange, and with TLS checked and the outcome known (tls.py beside it)."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.web.client import _HTTP11ClientFactory

from crawler.capture import Kind
from crawler.engine.tls import Check, Policy, explain
from crawler.failures import Failure, TlsProblem, code_of
from crawler.hosts import slot_of

# RFC 9309, 2.5: at least 500 KiB are to be read.
MAX_ROBOTS = 512 * 1024


class HttpHandler(HTTP11DownloadHandler):
    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = Policy(frozenset(crawler.settings.getlist("NEWSARCHIVE_LEGACY_TLS")))
        self._pool._factory = partial(_Connections, self)  # type: ignore[assignment]
        self._transports: dict[str, Any] = {}
        crawler.signals.connect(self._read, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        downloader: Any = self._crawler.engine.downloader
        while (wait := downloader.remaining(request.url)) > 0:
            await asyncio.sleep(wait)
        request.meta.update(fetch_date=datetime.now(UTC), tls_verified=None)
        self._transports.pop(slot_of(request.url), None)
        began = time.monotonic()
        if request.meta["kind"] is Kind.ROBOTS:
            request.meta.update(download_maxsize=0, received=0)
        try:
            response = await super().download_request(request)
        except Exception as error:
            if code_of(error) == Failure.TLS:
                raise TlsProblem(explain(error, self._check(request))) from error
            raise
        finally:
            request.meta.pop("download_maxsize", None)
            request.meta["fetch_ms"] = round((time.monotonic() - began) * 1000)
        if check := self._check(request):
            request.meta["tls_verified"] = check.verified
            # Another source's file may allow it on a host that two of them share.
            if not check.verified and not request.meta["ticket"].source.legacy_tls:
                raise TlsProblem(f"the certificate is not valid: {check.problem}")
        return response

    def sending(self, url: str, transport: Any) -> None:
        """A request for *url* leaves now, over *transport*. One at a time does on a host."""
        self._transports[slot_of(url)] = transport
        downloader: Any = self._crawler.engine.downloader
        downloader.sent(url)
        # It is written in the next turn of the loop, which may be long when many answers come at once: so the delay
        # is counted from behind that, where a timer of no time stands.
        asyncio.get_running_loop().call_later(0, downloader.sent, url)

    def _check(self, request: Request) -> Check | None:
        return getattr(self._transports.get(slot_of(request.url)), "check", None)

    def _read(self, data: bytes, request: Request) -> None:
        """Of a robots.txt over the limit, what comes first is used: a broken one must not cost the newspaper."""
        if request.meta["kind"] is Kind.ROBOTS:
            request.meta["received"] += len(data)
            if request.meta["received"] > MAX_ROBOTS:
                raise StopDownload(fail=False)


class _Connections(_HTTP11ClientFactory):
    """What the pool makes a connection with."""

    noisy = False

    def __init__(self, handler: HttpHandler, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._handler = handler

    def buildProtocol(self, addr: Any) -> Any:
        protocol = _Connection(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.handler = self._handler
        return protocol


class _Connection(_LenientHTTP11ClientProtocol):
    """Tells when a request is really sent, and over what."""

    handler: Any = None

    def request(self, request: Any) -> Any:
        self.handler.sending(request.absoluteURI.decode("ascii"), self.transport)
        return super().request(request)
