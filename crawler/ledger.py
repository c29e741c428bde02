"""Every address that is scheduled is accounted for exactly once: Scrapy itself loses some without a word."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.capture import Kind
from crawler.causes import Trouble, judge
from crawler.links import Link
from crawler.memory import Prior
from crawler.source import Source

if TYPE_CHECKING:
    from crawler.spiders.listings import Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source's part of a run went. *outcomes* counts statuses ("200") and failure codes ("timeout"), those of
    what belongs to pages apart ("requisite 404").

    *discovered* are addresses of articles seen in listings, known ones included; *fetched* are 2xx answers; *left* are
    new ones that the run had no room for.
    *cause* is None where all is well, else a word such as ``dns``, ``403``, ``challenge``, ``empty-listing``;
    *evidence* is the address and answer that show it, *suggestion* what a person could do.
    """

    slug: str
    started_at: datetime
    ended_at: datetime
    discovered: int
    scheduled: int
    accounted: int
    fetched: int
    outcomes: Mapping[str, int]
    left: int = 0
    cause: str | None = None
    evidence: str | None = None
    suggestion: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Ticket:
    """One scheduled address, through all its redirects and retries. *outcome* is set once, when it is accounted for.

    *required*: a listing that the source's file names, so its failure is worth a word. *probe*: look there
    for more listings. *confirm*: if it is missing, look a second time. *prior*: the last full answer of the address, to
    ask only for what is newer. *form*: the fields to post. *chain*: of a listing, what it belongs to.
    """

    source: Source
    link: Link
    kind: Kind
    required: bool = False
    probe: bool = False
    confirm: bool = False
    prior: Prior | None = None
    form: tuple[tuple[str, str], ...] = ()
    chain: "Chain | None" = None
    outcome: str | None = None

    @property
    def heads_chain(self) -> bool:
        return self.chain is not None and self.chain.url == self.link.url and not self.form


@dataclass(slots=True, kw_only=True)
class Account:
    started_at: datetime
    discovered: int = 0
    scheduled: int = 0
    accounted: int = 0
    fetched: int = 0
    left: int = 0
    looked: int = 0  # listings that had something to read: with none, that no article was found says nothing
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)


class Ledger:
    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._open: dict[str, set[Ticket]] = {}

    def begin(self, slug: str, now: datetime) -> Account:
        self._open[slug] = set()
        account = self._accounts[slug] = Account(started_at=now)
        return account

    def schedule(self, ticket: Ticket) -> None:
        slug = ticket.source.slug
        self._accounts[slug].scheduled += 1
        self._open[slug].add(ticket)

    def settle(self, ticket: Ticket, outcome: str, evidence: str = "") -> bool:
        """Account for *ticket* as *outcome*; False where that was done before."""
        slug = ticket.source.slug
        if ticket not in self._open[slug]:
            return False
        self._open[slug].remove(ticket)
        ticket.outcome = outcome
        account = self._accounts[slug]
        account.accounted += 1
        if ticket.kind is Kind.REQUISITE:  # an image that fails says nothing of how the newspaper fares
            account.outcomes[f"{ticket.kind} {outcome}"] += 1
            return True
        account.outcomes[str(outcome)] += 1
        if outcome.startswith("2"):
            account.fetched += 1
        else:
            said = evidence or f"{ticket.link.url} {outcome}"
            account.troubles.append(Trouble(kind=ticket.kind, required=ticket.required, code=outcome, evidence=said))
        return True

    def pending(self, slug: str) -> tuple[Ticket, ...]:
        return tuple(self._open[slug])

    def report(self, slug: str, now: datetime) -> SourceReport:
        account = self._accounts[slug]
        verdict = judge(account.troubles, fetched=account.fetched, links=account.discovered if account.looked else None)
        return SourceReport(
            slug=slug,
            started_at=account.started_at,
            ended_at=now,
            discovered=account.discovered,
            scheduled=account.scheduled,
            accounted=account.accounted,
            fetched=account.fetched,
            outcomes=dict(account.outcomes),
            left=account.left,
            cause=verdict.code if verdict else None,
            evidence=verdict.evidence if verdict else None,
            suggestion=verdict.suggestion if verdict else None,
        )
