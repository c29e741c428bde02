"""What a dry run of a source shows: what is wrong, what shows it, what a person could do. No printing, no network."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.cssselect import CSSSelector

from crawler import identity
from crawler.capture import Kind
from crawler.causes import CHALLENGE, EMPTY
from crawler.links import Link
from crawler.listings.sections import parse_html
from crawler.newsites import learn, probing
from crawler.remedies import NO_ARTICLES, SHELL, advice
from crawler.source import Source
from crawler.spiders.strategy import own_strategy
from schedules.catalogue.dryrun import DryRun
from schedules.catalogue.trial import Look

NO_DATES, SELECTORS = "no-dates", "selectors"
# What makes a source no less true: it is worth a look, and its articles come out.
REMARKS = frozenset({SELECTORS})
BY_HAND = (
    "record it by hand: browse the site with the ArchiveWeb.page extension, export WACZ, then"
    " `newsarchive import FILE --source {slug}`"
)
# Fewer pages say nothing of a selector: an article without a byline is none that it missed.
FEW_PAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """*code* is a word of crawler/remedies.py, or one that only a dry run can find."""

    code: str
    evidence: str
    suggestion: str

    def __str__(self) -> str:
        return (
            f"{self.code}: {self.evidence}; {self.suggestion}" if self.evidence else f"{self.code}; {self.suggestion}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    slug: str
    run: DryRun
    findings: tuple[Finding, ...]
    listings: int
    links: int

    @property
    def works(self) -> bool:
        """Whether its articles come out, with their dates."""
        return bool(self.run.rows) and all(finding.code in REMARKS for finding in self.findings)

    @property
    def verdict(self) -> str:
        """One line for the catalogue."""
        if self.findings:
            return str(self.findings[0])
        dated = len(self.run.rows) - self.run.undated
        return f"{len(self.run.rows)} articles of {self.run.pages} pages, {dated} dated, from {self.listings} listings"


def judge(source: Source, taken: Look, run: DryRun) -> Checked:
    """What a dry run shows, the gravest first."""
    seen = probing.read_listings(taken.captures, source)
    links = probing.possible_links(seen, source)
    return Checked(
        slug=source.slug,
        run=run,
        findings=tuple(_findings(source, taken, run, seen, links)),
        listings=len(seen),
        links=len(links),
    )


def _findings(
    source: Source, taken: Look, run: DryRun, seen: Sequence[probing.Seen], links: Sequence[Link]
) -> Iterator[Finding]:
    own = any(identity.is_article(link.url, source) for link in links)
    if links and not own and own_strategy(source.slug) is None:
        yield _unmatched(source, seen, links)
    elif cause := taken.report.get("cause") or (None if taken.report else "stopped"):
        yield Finding(code=cause, evidence=_shown(taken, cause, seen), suggestion=_advice(source, cause, taken, links))
    elif not run.rows:
        yield _no_articles(source, run)
    if run.rows and run.undated * 2 >= len(run.rows):
        yield Finding(
            code=NO_DATES,
            evidence=f"{run.undated} of {len(run.rows)} articles have no date, such as {_undated(run)}",
            suggestion="give [extract] date = a CSS selector of where the page says it",
        )
    yield from _selectors(source, taken, run)


def _advice(source: Source, cause: str, taken: Look, links: Sequence[Link]) -> str:
    if cause == CHALLENGE:
        return f"a bot check is never answered; {BY_HAND.format(slug=source.slug)}"
    if cause == EMPTY and not links:
        return (
            f"if its pages are filled by scripts, look for a feed or a sitemap; else {BY_HAND.format(slug=source.slug)}"
        )
    return taken.report.get("suggestion") or advice(cause)


def _no_articles(source: Source, run: DryRun) -> Finding:
    """Pages came, and none is an article."""
    outcome, count, example = next(iter(run.refused), ("no page was read", 0, source.homepage))
    if outcome == f"rejected:{SHELL}":
        return Finding(
            code=SHELL,
            evidence=f"{count} of {run.pages} pages are empty until scripts run, such as {example}",
            suggestion=BY_HAND.format(slug=source.slug),
        )
    return Finding(
        code=NO_ARTICLES,
        evidence=f"none of {run.pages} pages is an article: {outcome}, such as {example}",
        suggestion=advice(NO_ARTICLES),
    )


def _shown(taken: Look, cause: str, seen: Sequence[probing.Seen]) -> str:
    said: str | None = taken.report.get("evidence") or taken.trouble
    if said or cause != EMPTY:
        return said or ""
    return f"{len(seen)} listings without a link: {', '.join(each.url for each in seen[:3])}"


def _undated(run: DryRun) -> str:
    return next(row.address for row in run.rows if row.date is None)


def _unmatched(source: Source, seen: Sequence[probing.Seen], links: Sequence[Link]) -> Finding:
    """Listings that have links, of which none is an article by the source's pattern."""
    certain = probing.certain_links(seen, source)
    learned = learn.learn(certain, links, source.homepage, [each.url for each in seen])
    examples = [link for link in [*certain, *links] if learned and re.search(learned.article, learn.path_of(link.url))]
    example = (examples or links)[0].url
    said = source.article.pattern if source.article else "an article"
    better = (
        f"article = '{learned.article}' fits {learned.matched} of them" if learned else "see what its articles have"
    )
    return Finding(
        code=EMPTY,
        evidence=f"{len(links)} links on {len(seen)} listings, and none fits {said}; one is {example}",
        suggestion=better,
    )


def _selectors(source: Source, taken: Look, run: DryRun) -> Iterator[Finding]:
    """Selectors that find nothing on any article: the site's markup is another now."""
    kept = {row.address for row in run.rows}
    pages = [capture for capture in taken.of(Kind.PAGE) if capture.final_url in kept]
    trees = [tree for page in pages if (tree := parse_html(page.body, probing.charset_of(page))) is not None]
    if len(trees) < FEW_PAGES:
        return
    for name in ("title", "summary", "body", "byline", "date"):
        selector = getattr(source.selectors, name)
        if selector and not any(CSSSelector(selector, translator="html")(tree) for tree in trees):
            yield Finding(
                code=SELECTORS,
                evidence=f'{name} = "{selector}" finds nothing on {len(trees)} articles, such as {pages[0].final_url}',
                suggestion=f"correct {name} in [extract], or take it out: the general rules read what they can",
            )
