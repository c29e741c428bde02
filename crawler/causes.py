"""What is wrong with a source, judged from what its run met. Zero results are a failure until explained."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.capture import Kind
from crawler.failures import Failure

CHALLENGE = "challenge"
EMPTY = "empty-listing"

# Ordinary for a single page: it says nothing about the source.
HARMLESS = frozenset({"304", "404", "410", Failure.SEEN, Failure.OFFSITE, Failure.REDIRECTS, Failure.ROBOTS})

SUGGESTIONS = {
    Failure.DNS: "see whether the domain moved; a new one goes into [[hosts]] of the source's file",
    Failure.REFUSED: "the server does not answer; if it stays so, pause the source",
    Failure.TIMEOUT: "the server is slow or blocks us; see whether a browser gets an answer, raise its delay",
    Failure.LOST: "the server ends our connections; raise the source's delay",
    Failure.TLS: "its certificate is not valid; if that stays so, set legacy_tls = true in the source's file",
    Failure.ROBOTS: "its robots.txt does not allow it or can't be read; ask the publisher, or retire the source",
    Failure.GIVEN_UP: "it failed too often in a row and was left alone; look at the first failure",
    Failure.STOPPED: "the run ended before it was done; the next one goes on",
    Failure.TOO_LARGE: "an answer was over the limit; see whether the address is right",
    CHALLENGE: "it asks for a browser; record it by hand and import the WARC",
    EMPTY: "no article was found in its listings; see whether feeds, sections or the article pattern changed",
    "401": "it wants a login; retire the source",
    "403": "it refuses us; ask the publisher",
    "404": "a listing is gone; correct feeds, sitemaps or sections in the source's file",
    "429": "it finds us too fast; raise the source's delay",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One request that did not end well."""

    kind: Kind
    required: bool
    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    code: str
    evidence: str | None
    suggestion: str


def judge(troubles: Sequence[Trouble], *, fetched: int, links: int) -> Verdict | None:
    """The one cause to report, or None. *fetched*: good answers of any kind; *links*: articles found in listings."""
    challenged = [t for t in troubles if t.code == CHALLENGE]
    listings = [t for t in troubles if t.required]
    pages = [t for t in troubles if t.kind is Kind.PAGE and t.code not in HARMLESS]
    if challenged:
        return _verdict(challenged)
    if listings:
        return _verdict(listings)
    if not links:
        return _verdict(troubles) if troubles and not fetched else _empty()
    # Single pages fail on every site; when most do, it is the site.
    if pages and len(pages) * 2 > len(pages) + fetched:
        return _verdict(pages)
    stopped = [t for t in troubles if t.code == Failure.STOPPED]
    return _verdict(stopped) if stopped else None


def _verdict(troubles: Sequence[Trouble]) -> Verdict:
    code = Counter(t.code for t in troubles).most_common(1)[0][0]
    evidence = next(t.evidence for t in troubles if t.code == code)
    advice = SUGGESTIONS.get(code) or "look at the address in a browser; if it stays so, pause the source"
    return Verdict(code=code, evidence=evidence, suggestion=advice)


def _empty() -> Verdict:
    return Verdict(code=EMPTY, evidence=None, suggestion=SUGGESTIONS[EMPTY])
