"""Scrapy's HTTP/1.1, with the time of each exchange, and TLS verified except where a source's file says not to."""

import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.internet.ssl import TLSVersion
from twisted.web.client import BrowserLikePolicyForHTTPS, _HTTP11ClientFactory
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.capture import Kind

# RFC 9309, 2.5: at least 500 KiB are to be read.
MAX_ROBOTS = 512 * 1024


class HttpHandler(HTTP11DownloadHandler):
    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = VerifyMostHosts(frozenset(crawler.settings.getlist("NEWSARCHIVE_LEGACY_TLS")))
        self._pool._factory = partial(_Connections, crawler)  # type: ignore[assignment]
        crawler.signals.connect(self._read, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        request.meta["fetch_date"] = datetime.now(UTC)
        began = time.monotonic()
        if request.meta["kind"] is Kind.ROBOTS:
            request.meta.update(download_maxsize=0, received=0)
        try:
            return await super().download_request(request)
        finally:
            request.meta.pop("download_maxsize", None)
            request.meta["fetch_ms"] = round((time.monotonic() - began) * 1000)

    def _read(self, data: bytes, request: Request) -> None:
        """Of a robots.txt over the limit, what comes first is used: a broken one must not cost the newspaper."""
        if request.meta["kind"] is Kind.ROBOTS:
            request.meta["received"] += len(data)
            if request.meta["received"] > MAX_ROBOTS:
                raise StopDownload(fail=False)


class _Connections(_HTTP11ClientFactory):
    """What the pool makes a connection with."""

    noisy = False

    def __init__(self, crawler: Any, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._crawler = crawler

    def buildProtocol(self, addr: Any) -> Any:
        protocol = _Connection(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.crawler = self._crawler
        return protocol


class _Connection(_LenientHTTP11ClientProtocol):
    """Tells the downloader when a request is really sent."""

    crawler: Any = None

    def request(self, request: Any) -> Any:
        self.crawler.engine.downloader.sent(request.absoluteURI.decode("ascii"))
        return super().request(request)


@implementer(IPolicyForHTTPS)
class VerifyMostHosts:
    """Certificates are verified; *legacy* hosts (broken chains, old protocols: many .gov.vn) are taken as they are."""

    def __init__(self, legacy: frozenset[str]) -> None:
        self._legacy = legacy
        self._strict = BrowserLikePolicyForHTTPS()  # type: ignore[no-untyped-call]
        # Scrapy's private class: it is the only maintained way to switch verification off in every supported Twisted.
        self._lax = _ScrapyClientContextFactory(
            method=None, tls_ciphers="DEFAULT:@SECLEVEL=0", tls_min_version=TLSVersion.TLSv1_0
        )

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        policy = self._lax if hostname.decode("ascii", "replace") in self._legacy else self._strict
        return policy.creatorForNetloc(hostname, port)
