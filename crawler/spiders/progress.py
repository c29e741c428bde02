"""Where one source is in a run."""

from dataclasses import dataclass, field

from crawler.frontier import Frontier
from crawler.ledger import Account
from crawler.links import Via
from crawler.source import Source
from crawler.spiders.strategy import Strategy


@dataclass(slots=True, kw_only=True)
class Progress:
    """*phase* counts the phases begun (NewsSpider._phases). *unknown*: keys in the frontier that are to be fetched.

    *further*: how many more listings may be asked for, of each kind. *asked*: listings, by address and form;
    *known*: endpoints of this run, asked for or not.
    """

    source: Source
    account: Account
    frontier: Frontier
    strategies: dict[Via, Strategy]
    further: dict[Via, int]
    asked: set[object] = field(default_factory=set)
    known: list[tuple[Via, str]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    phase: int = 0
    finished: bool = False
