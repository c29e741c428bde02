"""Scrapy's queue by host, which lets no host have more than two requests out of it.

Scrapy hands over whatever there is, up to its global limit: one source with a thousand pages would fill it, and every
other host would wait behind that one's pace. What is handed over can also no longer be called back or put in order.
"""

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue

# One under way and one waiting for its turn, so that a host is never idle.
MAX_OUT = 2


class FairQueue(DownloaderAwarePriorityQueue):
    def pop(self) -> Request | None:
        load = self.crawler.engine.downloader.load  # type: ignore[attr-defined]  # ours: settings.DOWNLOADER
        ready = [(load[slot], slot) for slot in self.pqueues if load[slot] < MAX_OUT]
        if not ready:
            return None
        slot = self._next_slot(ready, update_state=True)
        queue = self.pqueues[slot]
        request = queue.pop()
        if len(queue) == 0:
            del self.pqueues[slot]
            queue.close()
        return request
