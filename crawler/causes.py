"""What is wrong with a source, judged from what its run met. Zero results are a failure until explained.

What only the record can tell (template-changed, nothing-new) is added by pipelines/verdicts/.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.capture import Kind
from crawler.failure import Failure
from crawler.remedies import CHALLENGE, EMPTY, REMEDIES, SUGGESTIONS, advice

__all__ = ["CHALLENGE", "EMPTY", "HARMLESS", "SUGGESTIONS", "Trouble", "Verdict", "judge", "verdict"]

UNMODIFIED = "304"
# What a page says of itself. One is ordinary; where it is most of them, the site has changed.
OWN_END = frozenset({"404", "410", Failure.HOME, Failure.OFFSITE, Failure.REDIRECTS, Failure.ROBOTS})
# Ordinary for a single page: it says nothing about the source.
HARMLESS = OWN_END | {UNMODIFIED, Failure.SEEN}
# Fewer may all be of one deleted series.
MANY = 10
# A host is given up after a series of failures, of which each took up to three tries, or after one Retry-After.
SERIES = 5


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


def verdict(code: str, evidence: str | None) -> Verdict:
    return Verdict(code=str(code), evidence=evidence, suggestion=advice(code))


def judge(troubles: Sequence[Trouble], *, fetched: int, links: int | None) -> Verdict | None:
    """The one cause to report, or None. *fetched*: good answers of any kind; *links*: articles found in listings, None
    where no listing had anything to read (nothing was due, or nothing had changed since).
    """
    good = fetched + sum(t.code == UNMODIFIED for t in troubles)
    troubles = [t for t in troubles if t.code != UNMODIFIED]
    challenged = [t for t in troubles if t.code in (CHALLENGE, Failure.CHALLENGED)]
    if challenged:
        first = next((t for t in challenged if t.code == Failure.CHALLENGED), challenged[0])  # it names whose it is
        return verdict(CHALLENGE, first.evidence)
    # Of what was left alone since the run ended nothing is known.
    stopped = [t for t in troubles if t.code == Failure.STOPPED]
    troubles = [t for t in troubles if t.code != Failure.STOPPED]
    if listings := [t for t in troubles if t.required]:
        return _commonest(listings)
    if links == 0 and not stopped:
        return _commonest(troubles) if troubles and not good else verdict(EMPTY, None)
    return _of_pages([t for t in troubles if t.kind is Kind.PAGE], good) or (_commonest(stopped) if stopped else None)


def _of_pages(pages: Sequence[Trouble], good: int) -> Verdict | None:
    """Single pages fail on every site; when most do, it is the site."""
    failed = [t for t in pages if t.code not in HARMLESS]
    if len(failed) > good:
        return _commonest(failed)
    ended = [t for t in pages if t.code in OWN_END]
    if len(ended) < MANY or len(ended) <= good:
        return None
    found = _commonest(ended)
    return verdict(found.code, f"{found.evidence}, as {len(ended) - 1} of {len(pages) + good - 1} others")


def _commonest(troubles: Sequence[Trouble]) -> Verdict:
    """By number, then in the order of ``REMEDIES``."""
    counts = Counter(t.code for t in troubles)
    if any(count >= SERIES for code, count in counts.items() if code != Failure.GIVEN_UP):
        del counts[Failure.GIVEN_UP]  # it followed from the others, and must not outvote them
    order = [str(code) for code in REMEDIES]
    code = min(counts, key=lambda code: (-counts[code], order.index(code) if code in order else len(order)))
    return verdict(code, next(t.evidence for t in troubles if t.code == code))
