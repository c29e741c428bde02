"""Did a site's pages change, so that they can't be read as before? A run against the runs before it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from crawler.causes import Verdict, verdict
from crawler.remedies import NO_ARTICLES, SHELL, SOFT_404, TEMPLATE
from pipelines.verdicts.case import Case

# Fewer pages than this may all be of one kind by chance.
FEW = 3
# So many pages, of this run and those before it, are what the source looks like now.
NOW = 6
# With so many before them, there is something to compare with.
PAST, ENOUGH = 10, 100
# Runs looked back on: a week of hourly ones, and as many that brought articles as there are in a day.
RUNS, NEWS = 168, 24
# A quarter that is no article is what a generous article pattern brings in ordinary times.
USUAL = 0.25
# What nine of ten had, all had.
NEARLY_ALL = 0.9
# A site that shortens its articles cuts them in half; what leaves a fifth is a teaser or a wrong element.
SHORTER = 5
# Refused as they should be, or no pages.
ORDINARY = frozenset({"off-topic", "operator", "not-an-image", "not-a-file"})
GOOD = frozenset({"article", "unchanged"})


def pages_are_none(case: Case) -> Verdict | None:
    """Most of the pages that were read lately are no articles."""
    outcomes, recent, past = _outcomes(case), Counter[str](), Counter[str]()
    while recent.total() < NOW and (found := next(outcomes, None)) is not None:
        recent += found
    bad = Counter({code: count for code, count in recent.items() if code != "good"})
    if bad.total() < FEW or bad.total() <= recent["good"]:
        return None
    code, count = min(bad.items(), key=lambda item: (-item[1], item[0]))
    shown = f"{_example(case, code)}: {bad.total()} of the last {recent.total()} pages hold no article ({code})"
    if code in (SOFT_404, SHELL) and count * 2 > bad.total():
        return verdict(code, shown)
    for found in outcomes:
        past += found
    ratio = (past.total() - past["good"]) / past.total() if past.total() >= PAST else None
    if ratio is None or ratio > USUAL:
        return verdict(NO_ARTICLES, shown)
    return verdict(TEMPLATE, f"{shown}; of {past.total()} before them, {ratio:.0%} did not")


def _outcomes(case: Case) -> Iterator[Counter[str]]:
    """How the pages of this run and of those before it were read, newest first: "good", or the code of refusal."""
    sql = "SELECT outcome, count(*) FROM captures WHERE run = ? AND source = ? GROUP BY outcome"
    yield _read(dict(case.connection.execute(sql, (case.run, case.slug)).fetchall()))
    sql = "SELECT outcomes FROM source_runs WHERE source = ? AND captures > 0 ORDER BY started_at DESC LIMIT ?"
    for (outcomes,) in case.connection.execute(sql, (case.slug, RUNS)):
        yield _read(json.loads(outcomes or "{}"))


def _read(outcomes: Mapping[str, int]) -> Counter[str]:
    found = Counter[str]()
    for outcome, count in outcomes.items():
        word, _, code = outcome.partition(":")
        if word in GOOD:
            found["good"] += count
        elif word == "rejected" and code not in ORDINARY:
            found[code] += count
    return found


def _example(case: Case, code: str) -> str:
    """A page of this run, or of an earlier one, that was refused with *code*."""
    sql = "SELECT final_url FROM captures WHERE source = ? AND outcome = ? ORDER BY run = ? DESC, id DESC LIMIT 1"
    row = case.connection.execute(sql, (case.slug, f"rejected:{code}", case.run)).fetchone()
    return str(row[0]) if row else case.source.homepage


@dataclass(frozen=True, slots=True)
class Seen:
    url: str
    title: str | None
    published_at: str | None
    words: int


def articles_lack(case: Case) -> Verdict | None:
    """Articles still come, without what those before them had."""
    if not case.brought_articles():
        return None
    sql = "SELECT run FROM source_runs WHERE source = ? AND added > 0 ORDER BY started_at DESC LIMIT ?"
    before = [run for (run,) in case.connection.execute(sql, (case.slug, NEWS))]
    fresh: list[Seen] = []
    past: list[Seen] = []
    for run in (case.run, *before):
        (fresh if len(fresh) < FEW else past).extend(_articles(case, run))
        if len(past) >= ENOUGH:
            break
    if len(fresh) < FEW or len(past) < PAST:
        return None
    lacking = _lacking(fresh, past)
    return verdict(TEMPLATE, f"{fresh[0].url}: {lacking}") if lacking else None


def _articles(case: Case, run: str) -> list[Seen]:
    sql = (
        "SELECT c.final_url, a.title, a.published_at, a.word_count FROM captures c JOIN articles a ON a.id = c.article"
        " WHERE c.run = ? AND c.source = ? AND c.outcome = 'article' LIMIT ?"
    )
    return [Seen(*row) for row in case.connection.execute(sql, (run, case.slug, ENOUGH))]


def _lacking(fresh: Sequence[Seen], past: Sequence[Seen]) -> str | None:
    """What the *fresh* articles lack that the *past* ones had."""
    last = f"the last {len(fresh)} articles"
    dated = sum(seen.published_at is not None for seen in past)
    if not any(seen.published_at for seen in fresh) and dated >= NEARLY_ALL * len(past):
        return f"{last} have no date, and {dated} of {len(past)} before them did"
    titles, before = {seen.title for seen in fresh if seen.title}, {seen.title for seen in past if seen.title}
    if len(titles) <= 1 and len(before) >= NEARLY_ALL * len(past):
        return f"{last} are all called {titles.pop()!r}" if titles else f"{last} have no title"
    words, usual = median(seen.words for seen in fresh), median(seen.words for seen in past)
    if words * SHORTER < usual:
        return f"{last} have {words:.0f} words, and those before them had {usual:.0f}"
    return None
