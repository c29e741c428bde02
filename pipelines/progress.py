"""Progress of long work: a line that rewrites itself on a terminal, a log line at every tenth where there is none."""

import logging
import sys
import time
from collections import Counter
from typing import TextIO

log = logging.getLogger(__name__)

REFRESH_SECONDS = 0.2


class Progress:
    """*total* in any unit that ``show`` counts in; 0 where it isn't known."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self._label, self._total = label, total
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._counts: Counter[str] = Counter()
        self._began, self._shown, self._tenth = time.monotonic(), 0.0, 0

    def show(self, done: int, note: str = "") -> None:
        now = time.monotonic()
        share = min(1.0, done / self._total) if self._total else 0.0
        if self._live and now - self._shown >= REFRESH_SECONDS:
            self._shown = now
            self._stream.write(f"\r\x1b[K{self._line(share, note, now)}")
            self._stream.flush()
        elif not self._live and int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            log.info("%s", self._line(share, note, now))

    def show_of(self, done: int, total: int) -> None:
        """*done* of *total*, where the total is known only now."""
        self._total = total
        self.show(done, f"{done} of {total}")

    def count(self, word: str) -> None:
        """One more of what *word* names, where the total isn't known."""
        self._counts[word.partition(":")[0]] += 1
        if self._live:
            self.show(0, ", ".join(f"{count} {name}" for name, count in self._counts.most_common()))

    def done(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, share: float, note: str, now: float) -> str:
        seconds = now - self._began
        left = f", {seconds * (1 - share) / share:.0f} s left" if share > 0.01 else ""
        return f"{self._label}: {f'{share:4.0%} ' if self._total else ''}{note}{left}"
