"""What the network side learns in a run and the next one must know: kept by pipelines/state/discovery.py.

A note that is lost with its process costs a request, never an article: what is not remembered is asked for again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.links import Link, Via
from crawler.listings.backfill import Step
from crawler.memory import Prior, RobotsFile


class Answer(StrEnum):
    """How a listing answered."""

    READ = "read"
    UNMODIFIED = "unmodified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Addresses of articles that were not known, by identity key. *backfill*: old ones, for a backfill to fetch."""

    source: str
    links: tuple[tuple[str, Link], ...]
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing was asked for, and all that it led to has been read, or (not *complete*) failed or was put off.

    *links*: articles that it named; *fresh*: those that were not known. *stated*: what its index (*parent*) said of it.
    """

    source: str
    url: str
    via: Via
    at: datetime
    answer: Answer
    complete: bool = False
    prior: Prior | None = None
    parent: str | None = None
    stated: str | None = None
    links: int = 0
    fresh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An article's address ended in *outcome*, without its page. *decided*: asking again soon would end the same."""

    source: str
    key: str
    at: datetime
    outcome: str
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRead:
    site: str
    file: RobotsFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What belongs to a page was not asked for: *outcome* is why (robots.txt, a redirect to an inner address…)."""

    url: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Listings that a backfill is to read."""

    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """A backfill has read a listing, which named *found* articles that were not known; or could not (*failed*)."""

    source: str
    step: Step
    found: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack:
    """A backfill is through: nothing is left to read or to fetch."""

    source: str
    at: datetime


Note = Found | Listed | Tried | RobotsRead | Refused | Steps | Stepped | WentBack
Notes = Callable[[Note], None]


def nobody(note: Note) -> None:
    """Where nobody keeps notes."""
