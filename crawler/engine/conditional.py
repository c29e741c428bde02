"""Asking only for what is newer, and knowing an answer that is not: conditional requests and what came of them."""

from dataclasses import replace
from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from crawler.engine.validators import etag_of, last_modified_of
from crawler.memory import Prior
from crawler.warc import new_record_id, payload_digest

FIELDS = (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified"))


def prior_of(request: Request) -> Prior | None:
    """What the request's ticket knows of this very address: nothing on a redirect's further hops, or at robots.txt."""
    ticket, kind = request.meta["ticket"], request.meta["kind"]
    prior: Prior | None = ticket.prior
    is_its_own = prior is not None and prior.url == request.url and kind is ticket.kind and request.method == "GET"
    return prior if is_its_own else None


def make_conditional(request: Request) -> None:
    """Set or drop the conditions: a redirect's hop begins with the headers of the request before it."""
    prior = prior_of(request)
    for name, value in FIELDS:
        request.headers.pop(name, None)
        if prior is not None and getattr(prior, value):
            request.headers[name] = getattr(prior, value)


def describe(request: Request, response: Response, moment: datetime) -> Prior:
    """The answer as its record will say: under a new record id, asked for at *moment*."""
    return Prior(
        record_id=new_record_id(),
        url=request.url,
        fetched_at=moment,
        payload_digest=payload_digest(response.body),
        etag=etag_of(_values(response, "ETag")),
        last_modified=last_modified_of(_values(response, "Last-Modified"), moment),
    )


def confirmed(request: Request, response: Response, answer: Prior) -> Prior | None:
    """The prior that the answer says, or shows, is still the case."""
    prior = prior_of(request)
    if prior is None:
        return None
    if response.status == 304:  # to a request without conditions it says nothing
        return prior if any(name in request.headers for name, _ in FIELDS) else None
    return prior if is_good(response) and prior.payload_digest == answer.payload_digest else None


def is_good(response: Response) -> bool:
    """Whether a later answer could be the same as this one."""
    return response.status == 200 and bool(response.body)


def refreshed(prior: Prior, response: Response, answer: Prior) -> Prior:
    """*prior* with the names that its version has today; a 304 may leave them out."""
    if response.status == 304:
        etag, modified = answer.etag or prior.etag, answer.last_modified or prior.last_modified
        return replace(prior, etag=etag, last_modified=modified)
    return replace(prior, etag=answer.etag, last_modified=answer.last_modified)


def _values(response: Response, name: str) -> list[str]:
    return [value.decode("latin-1") for value in response.headers.getlist(name)]
