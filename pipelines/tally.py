"""What came of a run's captures, counted."""

from collections import Counter
from dataclasses import dataclass, field

from pipelines.keep import Kept


@dataclass(slots=True)
class Tally:
    """What came of a run's captures so far, for one source or for all."""

    captures: int = 0
    added: int = 0
    revised: int = 0
    reprints: int = 0
    gone: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def count(self, kept: Kept) -> None:
        self.captures += 1
        self.added += kept.added
        self.revised += kept.revised
        self.reprints += kept.reprint
        self.gone += kept.gone
        self.outcomes[kept.outcome] += 1
