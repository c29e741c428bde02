"""What came of reading again, counted by source, with the differences that should be looked at."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.boilerplate import normal
from pipelines.rereading.evidence import Difference, Verdict

SAMPLE = 10
# A line that so many pages gain, or lose, alike is no article's: the extractor takes a block for text, or no longer.
ON_MANY = 3
# Lines counted at most: beyond, only those that were met before are.
MOST_LINES = 50_000
SHOWN_LINES = 5


@dataclass(slots=True)
class OfSource:
    """*alike* show the same as before. *verdicts*: those that differ, each by its worst; *all_verdicts*: by each."""

    read: int = 0
    alike: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    all_verdicts: Counter[Verdict] = field(default_factory=Counter)
    words: tuple[int, int] = (0, 0)
    failed: int = 0
    refused: int = 0
    taken_in: int = 0
    struck: int = 0

    @property
    def differ(self) -> int:
        return self.verdicts.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One capture that reads differently."""

    url: str
    source: str
    capture: int
    difference: Difference


@dataclass(slots=True)
class Report:
    """*todo* captures were to be read, *skipped* this program had read before. *refusals* are no articles for it
    and keep their former reading; *failures* could not be read, likewise; *takings* were refused and are articles now;
    *struck* the operator took out: (source, address, outcome or cause or what it was refused as) each. *recleaned*:
    articles that the rules learned afterwards changed.
    """

    size: int = SAMPLE
    todo: int = 0
    skipped: int = 0
    sources: dict[str, OfSource] = field(default_factory=dict)
    refusals: list[tuple[str, str, str]] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    takings: list[tuple[str, str, str]] = field(default_factory=list)
    struck: list[tuple[str, str, str]] = field(default_factory=list)
    recleaned: int = 0
    is_done: bool = False
    _worst: list[tuple[tuple[int, int], int, Seen]] = field(default_factory=list)
    _lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    _gained: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, source: str) -> OfSource:
        return self.sources.setdefault(source, OfSource())

    def compared(self, source: str, url: str, capture: int, difference: Difference | None) -> None:
        row = self.of(source)
        row.read += 1
        if difference is None:
            row.alike += 1
            return
        row.verdicts[difference.worst] += 1
        row.all_verdicts.update(difference.verdicts)
        row.words = (row.words[0] + difference.words[0], row.words[1] + difference.words[1])
        for lines, counter in ((difference.lost, self._lost), (difference.gained, self._gained)):
            _count(counter, source, lines)
        seen = Seen(url=url, source=source, capture=capture, difference=difference)
        heapq.heappush(self._worst, (difference.badness, -capture, seen))
        if len(self._worst) > self.size:
            heapq.heappop(self._worst)

    def refused(self, source: str, url: str, outcome: str) -> None:
        self.of(source).refused += 1
        self.refusals.append((source, url, outcome))

    def was_struck(self, source: str, url: str, outcome: str) -> None:
        self.of(source).struck += 1
        self.struck.append((source, url, outcome))

    def failed_at(self, source: str, url: str, cause: str) -> None:
        self.of(source).failed += 1
        self.failures.append((source, url, cause))

    def took_in(self, source: str, url: str, was: str) -> None:
        self.of(source).taken_in += 1
        self.takings.append((source, url, was))

    @property
    def total(self) -> OfSource:
        found = OfSource()
        for row in self.sources.values():
            for name in ("read", "alike", "failed", "refused", "taken_in", "struck"):
                setattr(found, name, getattr(found, name) + getattr(row, name))
            found.verdicts += row.verdicts
            found.all_verdicts += row.all_verdicts
            found.words = (found.words[0] + row.words[0], found.words[1] + row.words[1])
        return found

    @property
    def read(self) -> int:
        """Captures that were articles and have been read again, whatever came of it."""
        total = self.total
        return total.read + total.failed + total.refused + total.struck

    @property
    def changed(self) -> int:
        return self.total.differ

    @property
    def failed(self) -> int:
        return len(self.failures)

    @property
    def overruled(self) -> int:
        return len(self.takings)

    @property
    def sample(self) -> list[Seen]:
        """The worst first."""
        return [seen for _, _, seen in sorted(self._worst, reverse=True)]

    def on_many(self) -> Mapping[str, list[tuple[str, str, int]]]:
        """Lines that many pages of a source ``gained`` or ``lost`` alike: (source, line, pages)."""
        return {
            name: [(*key, n) for key, n in counter.most_common(SHOWN_LINES) if n >= ON_MANY]
            for name, counter in (("gained", self._gained), ("lost", self._lost))
        }


def _count(counter: Counter[tuple[str, str]], source: str, lines: tuple[str, ...]) -> None:
    for key in {(source, normal(line)[:200]) for line in lines}:
        if key in counter or len(counter) < MOST_LINES:
            counter[key] += 1
