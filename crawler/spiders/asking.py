"""A ticket as a request of Scrapy's."""

from collections.abc import Callable
from typing import Any

from scrapy import FormRequest, Request

from crawler.ledger import Ticket


def request_of(ticket: Ticket, priority: int, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    """Raises ValueError where Scrapy takes the address for none."""
    meta = {"ticket": ticket, "kind": ticket.kind}
    given: dict[str, Any] = {"callback": callback, "errback": errback, "dont_filter": True, "meta": meta}
    url, form = ticket.link.url, ticket.form
    request = (
        FormRequest(url, formdata=list(form), priority=priority, **given)
        if form
        else Request(url, priority=priority, **given)
    )
    request.meta["requested"] = request.url
    return request
