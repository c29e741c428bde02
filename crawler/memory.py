"""What the network side may ask the archive. The record side answers (pipelines/memory.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """An address whose article is due to be looked at again. *missing*: it was not there the last time."""

    url: str
    missing: bool = False


class Memory(Protocol):
    def known(self, source: str, key: str) -> bool:
        """Whether the page with this identity key was fetched before with a lasting outcome (so not: failed)."""

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        """At most *limit* addresses whose revisit is due at *now*, those missing last time first."""

    def caught_up(self, source: str) -> bool:
        """Whether the last run of the source left nothing behind: only then does a listing that shows nothing new
        say that the pages after it hold nothing new either.
        """


class NoMemory:
    """An archive that knows nothing."""

    def known(self, source: str, key: str) -> bool:
        return False

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        return ()

    def caught_up(self, source: str) -> bool:
        return False
