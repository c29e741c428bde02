"""A phase of a source: what belongs to its articles' pages, as far as the run has time for it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.capture import Kind
from crawler.failures import Failure, NotAsked
from crawler.ledger import Ticket
from crawler.notes import Refused
from crawler.spiders.progress import Progress

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider


def ask_for_requisites(spider: "NewsSpider", progress: Progress) -> bool:
    """What the archive has listed and never got. What it has yet to read of this run's pages is for the next one."""
    source = progress.source
    if source.requisites == "none" or spider.plan.links:
        return False
    most = min(spider.plan.pace.requisites, spider.affordable(source))
    for link in spider.memory.requisites(source.slug, most):
        spider.ask_requisite(Ticket(source=source, link=link, kind=Kind.REQUISITE))
    return False


def refusal(ticket: Ticket, error: BaseException) -> Refused | None:
    """What the archive must be told, since no capture of the address tells of it; None where one does."""
    if ticket.kind is not Kind.REQUISITE or not isinstance(error, NotAsked) or error.code == Failure.STOPPED:
        return None
    return Refused(url=ticket.link.url, at=datetime.now(UTC), outcome=error.code)
