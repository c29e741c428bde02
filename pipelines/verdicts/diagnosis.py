"""The causes of trouble that only the record shows: a run is compared with what the source used to be.

The crawl's own verdict comes first (crawler/causes.py): a site that can't be reached has no template to be judged.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from crawler.causes import Verdict, verdict
from crawler.failure import Failure
from crawler.links import Via
from crawler.remedies import EMPTY
from crawler.source import Source
from pipelines.sqlite import Connection
from pipelines.verdicts.case import Case
from pipelines.verdicts.quiet import too_few, too_quiet
from pipelines.verdicts.template import articles_lack, pages_are_none

Report = MutableMapping[str, Any]
Listings = frozenset[tuple[str, str]]


def naming(connection: Connection) -> Listings:
    """(source, address) of the listings that name articles, as they were last read; of pagers the first page alone.

    A news sitemap of a quiet portal is empty after two days, as it should be: sitemaps are left out.
    """
    sql = "SELECT source, url FROM endpoints WHERE links > 0 AND parent IS NULL AND via <> ?"
    return frozenset((source, url) for source, url in connection.execute(sql, (Via.SITEMAP,)))


def diagnose(
    connection: Connection,
    run: str,
    sources: Sequence[Source],
    reports: Mapping[str, Report],
    named: Listings,
    now: datetime,
) -> None:
    """Complete the *reports* of a run's sources before the run is written down. *named*: ``naming`` before it began."""
    for source in sources:
        report = reports.get(source.slug)
        if report is None:
            continue
        case = Case(connection=connection, run=run, source=source, now=now)
        if report.get("cause") == EMPTY:
            _explain_empty(case, named, report)
        if report.get("cause") in (None, Failure.STOPPED) and (found := _verdict(case, named)):
            report.update(cause=found.code, evidence=found.evidence, suggestion=found.suggestion)


def _explain_empty(case: Case, named: Listings, report: Report) -> None:
    """No listing that was read in this run named an article: those that were not may well do."""
    sql = "SELECT 1 FROM endpoints WHERE source = ? AND links > 0 LIMIT 1"
    if case.connection.execute(sql, (case.slug,)).fetchone():
        report.update(cause=None, evidence=None, suggestion=None)
    elif not report.get("evidence"):
        report["evidence"] = _listings_read(case)


def _verdict(case: Case, named: Listings) -> Verdict | None:
    return (
        _emptied(case, named) or pages_are_none(case) or articles_lack(case) or too_quiet(case) or too_few(case)
    )  # in the order of crawler.remedies.REMEDIES


def _listings_read(case: Case) -> str | None:
    sql = (
        "SELECT final_url, status FROM captures WHERE run = ? AND source = ? AND outcome IN ('listing', 'feed')"
        " ORDER BY id"
    )
    rows = case.connection.execute(sql, (case.run, case.slug)).fetchall()
    if not rows:
        return None
    others = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    return f"{rows[0][0]} {rows[0][1]} names no article{others}"


def _emptied(case: Case, named: Listings) -> Verdict | None:
    """A listing that named articles before this run, or before it was last found empty, and names none."""
    sql = "SELECT url FROM endpoints WHERE source = ? AND links = 0 AND parent IS NULL AND settled_at IS NOT NULL"
    empty = {url for (url,) in case.connection.execute(sql, (case.slug,))}
    if not empty:
        return None
    sql = "SELECT evidence FROM source_runs WHERE source = ? AND cause = ? ORDER BY started_at DESC LIMIT 10"
    said = case.connection.execute(sql, (case.slug, EMPTY)).fetchall()
    before = {str(evidence).partition(" ")[0] for (evidence,) in said}
    gone = sorted(url for url in empty if (case.slug, url) in named or url in before)
    return verdict(EMPTY, f"{gone[0]} names no article, and did before") if gone else None
