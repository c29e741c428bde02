"""Progress of long work: a line that rewrites itself on a terminal, a log line at every tenth where there is none."""

import logging
import sys
import time
from collections import Counter
from typing import Self, TextIO

log = logging.getLogger(__name__)

REFRESH_SECONDS = 0.2
LOG_SECONDS = 60.0  # where the total isn't known, a log gets a line a minute


class Progress:
    """*total* in any unit that ``show`` counts in; 0 where it isn't known."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self._label, self._total = label, total
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._counts: Counter[str] = Counter()
        self._began = self._shown = time.monotonic()
        self._tenth = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.done()

    def show(self, done: int, note: str = "") -> None:
        now = time.monotonic()
        share = min(1.0, done / self._total) if self._total else 0.0
        if self._live:
            if now - self._shown >= REFRESH_SECONDS:
                self._shown = now
                self._stream.write(f"\r\x1b[K{self._line(share, note, now)}")
                self._stream.flush()
        elif int(share * 10) > self._tenth or (not self._total and now - self._shown >= LOG_SECONDS):
            self._tenth, self._shown = int(share * 10), now
            log.info("%s", self._line(share, note, now))

    def show_of(self, done: int, total: int, note: str | None = None) -> None:
        """*done* of *total*, where the total is known only now."""
        self._total = total
        self.show(done, f"{done} of {total}" if note is None else note)

    def reached(self, count: int, word: str) -> None:
        """*count* of what *word* names, where the total isn't known."""
        self.show(0, f"{count} {word}")

    def count(self, word: str, detail: str = "") -> None:
        """One more of what *word* names, where the total isn't known; off a terminal a log line with *detail*."""
        self._counts[word.partition(":")[0]] += 1
        if detail and not self._live:
            log.info("%s %s", word, detail)
            return
        self.show(0, ", ".join(f"{count} {name}" for name, count in self._counts.most_common()))

    def done(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, share: float, note: str, now: float) -> str:
        seconds = now - self._began
        left = f", {seconds * (1 - share) / share:.0f} s left" if share > 0.01 else ""
        return f"{self._label}: {f'{share:4.0%} ' if self._total else ''}{note}{left}"
