"""Scrapy's downloader with the slots an archive needs: one per host, www or not, that can be slowed and paused."""

import time
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from twisted.internet.ssl import TLSVersion
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.failures import Failure, NotAsked
from crawler.hosts import slot_of


class HostDownloader(Downloader):
    stopped = False

    def get_slot_key(self, request: Request) -> str:
        """By the address alone: a redirect keeps the meta of the request before it, slot and all."""
        return slot_of(request.url)

    def at_least(self, url: str, delay: float) -> None:
        """Let *delay* seconds pass from start to start on the host of *url*, or more if more was asked for before."""
        slot = self._slot_for(url)
        slot.delay = max(slot.delay, delay)
        # A slot is dropped when idle for a minute; the next one of that host takes its delay from here.
        self.per_slot_settings.setdefault(slot_of(url), {})["delay"] = slot.delay

    def delay_of(self, url: str, least: float) -> float:
        """Seconds from start to start on the host of *url*, *least* if it was not asked yet."""
        known: float = self.per_slot_settings.get(slot_of(url), {}).get("delay", 0.0)
        return max(known, least)

    def pause(self, url: str, seconds: float) -> None:
        """Let nothing start on the host of *url* for *seconds*."""
        slot = self._slot_for(url)
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - slot.delay)

    def stop(self) -> None:
        """Send nothing any more: what waits in a slot fails at once, what is under way may end."""
        self.stopped = True
        for slot in self.slots.values():
            slot.close()
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(TwistedFailure(NotAsked(Failure.STOPPED)))

    async def _enqueue_request(self, request: Request) -> Response:
        if self.stopped:
            raise NotAsked(Failure.STOPPED)
        return await super()._enqueue_request(request)

    def _slot_for(self, url: str) -> Slot:
        return self._get_slot(Request(url))[1]


class TimedHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, with the time of each exchange, and TLS verified except where a source's file says not."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._contextFactory = VerifyMostHosts(frozenset(crawler.settings.getlist("NEWSARCHIVE_LEGACY_TLS")))

    async def download_request(self, request: Request) -> Response:
        request.meta["fetch_date"] = datetime.now(UTC)
        began = time.monotonic()
        try:
            return await super().download_request(request)
        finally:
            request.meta["fetch_ms"] = round((time.monotonic() - began) * 1000)


@implementer(IPolicyForHTTPS)
class VerifyMostHosts:
    """Certificates are verified; *legacy* hosts (broken chains, old protocols: many .gov.vn) are taken as they are."""

    def __init__(self, legacy: frozenset[str]) -> None:
        self._legacy = legacy
        self._strict = BrowserLikePolicyForHTTPS()
        # Scrapy's private class: it is the only maintained way to switch verification off in every supported Twisted.
        self._lax = _ScrapyClientContextFactory(
            method=None, tls_ciphers="DEFAULT:@SECLEVEL=0", tls_min_version=TLSVersion.TLSv1_0
        )

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        policy = self._lax if hostname.decode("ascii", "replace") in self._legacy else self._strict
        return policy.creatorForNetloc(hostname, port)
