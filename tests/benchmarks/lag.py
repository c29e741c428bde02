"""Event-loop lag: a Scrapy extension for both sides, and what its samples say.

A task sleeps 10 ms and notes by how much it woke late. A loop that stood still for long is asked seldom, so each
sample L counts for all that would have waited meanwhile: L, L - 10 ms, L - 20 ms, … (HdrHistogram calls what this
corrects coordinated omission).
"""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scrapy import signals

TICK_SECONDS = 0.01
SETTING = "BENCH_LAG_FILE"


class LagExtension:
    """Writes its samples (seconds) to the file of setting BENCH_LAG_FILE when the spider closes."""

    def __init__(self, crawler: Any) -> None:
        self._path = Path(crawler.settings[SETTING])
        self._samples: list[float] = []
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "LagExtension":
        return cls(crawler)

    def opened(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def closed(self) -> None:
        self._task.cancel()
        self._path.write_text(json.dumps(self._samples), encoding="utf-8")

    async def _watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            self._samples.append(max(0.0, time.perf_counter() - began - TICK_SECONDS))


def settings(path: str) -> dict[str, Any]:
    return {"EXTENSIONS": {LagExtension: 500}, SETTING: path}


def felt(samples: Sequence[float]) -> list[float]:
    """What an event at any moment would have waited, in seconds, in order."""
    waits: list[float] = []
    for sample in samples:
        waits.append(sample)
        left = sample - TICK_SECONDS
        while left > 0:
            waits.append(left)
            left -= TICK_SECONDS
    return sorted(waits)


def quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
