"""Scrapy's downloader with the slots an archive needs: one per host, www or not, that can be slowed and paused."""

import time
from collections import Counter
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.failures import Failure, NotAsked
from crawler.hosts import slot_of

# A request may be longer on its way than the next one, and the server counts from when it has them: 25 ms of a second.
MARGIN = 0.025
# A request that has its turn takes a few turns of a busy loop to the connection. It has its turn by so much earlier,
# and waits for the exact moment at the connection (``remaining``): 200 hosts would lose a tenth of their time.
EARLY = 0.06


class HostDownloader(Downloader):
    """*load*: requests per host that are out of the scheduler and not yet answered, wherever they wait.

    The next request to a host leaves when the answer to the last one has been through all middlewares: Scrapy would
    send it as soon as the answer is there, before anyone has read in it that the host wants to be left alone.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.load: Counter[str] = Counter()
        self._stopped = False
        self._aliases: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ALIASES")
        self._under_way: dict[Request, Slot] = {}
        self._busy: set[Slot] = set()
        self._written: dict[str, float] = {}

    def fetch(self, request: Request, spider: Any = None) -> Any:
        slot = self.host(request.url)
        self.load[slot] += 1

        def left(result: Any) -> Any:
            self.load[slot] -= 1
            if held := self._under_way.pop(request, None):
                self._busy.discard(held)
                self._process_queue(held)
            return result

        return super().fetch(request).addBoth(left)

    async def _download(self, slot: Slot, request: Request) -> Response:
        self._under_way[request] = slot
        self._busy.add(slot)
        return await super()._download(slot, request)

    def _process_queue(self, slot: Slot) -> None:
        if slot not in self._busy:
            super()._process_queue(slot)

    def get_slot_key(self, request: Request) -> str:
        """By the address alone: a redirect keeps the meta of the request before it, slot and all."""
        return self.host(request.url)

    def host(self, url: str) -> str:
        """The server that *url* burdens: the other names of a newspaper are its own, as far as anyone knows."""
        name = slot_of(url)
        return self._aliases.get(name, name)

    def at_least(self, url: str, delay: float) -> None:
        """Let *delay* seconds pass from start to start on the host of *url*, or more if more was asked for before."""
        slot = self._slot_for(url)
        slot.delay = max(slot.delay, delay + min(delay * MARGIN, MARGIN))
        # A slot is dropped when idle for a minute; the next one of that host takes its delay from here.
        self.per_slot_settings.setdefault(self.host(url), {})["delay"] = slot.delay

    def delay_of(self, url: str, least: float) -> float:
        """Seconds from start to start on the host of *url*, *least* if it was not asked yet."""
        known: float = self.per_slot_settings.get(self.host(url), {}).get("delay", 0.0)
        return max(known, least)

    def pause(self, url: str, seconds: float) -> None:
        """Let nothing start on the host of *url* for *seconds*."""
        slot = self._slot_for(url)
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - slot.delay)

    def sent(self, url: str) -> None:
        """The request for *url* leaves now: Scrapy counts from before the connection, the server from here."""
        slot, now = self._slot_for(url), time.monotonic()
        self._written[self.host(url)] = now
        slot.lastseen = max(slot.lastseen, now - min(EARLY, slot.delay / 2))

    def remaining(self, url: str) -> float:
        """Seconds until a request may leave for the host of *url*."""
        written = self._written.get(self.host(url))
        return 0.0 if written is None else written + self._slot_for(url).delay - time.monotonic()

    def refuse(self, url: str, error: NotAsked) -> None:
        """Let what waits for the host of *url* fail with *error*. What is under way may end."""
        slot = self._slot_for(url)
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(TwistedFailure(error))  # type: ignore[no-untyped-call]

    def stop(self) -> None:
        """Send nothing any more, to any host."""
        self._stopped = True
        for key, slot in self.slots.items():
            slot.close()
            self.refuse(f"http://{key}/", NotAsked(Failure.STOPPED))

    async def _enqueue_request(self, request: Request) -> Response:
        if self._stopped:
            raise NotAsked(Failure.STOPPED)
        return await super()._enqueue_request(request)

    def _slot_for(self, url: str) -> Slot:
        return self._get_slot(Request(url))[1]
