"""One crawling run from choice to summary: the work that `run`, cron and the daemon share."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from crawler import config
from crawler.errors import ConfigError, UsageError, did_you_mean
from crawler.plan import CrawlPlan, Pace
from crawler.source import Source
from pipelines.archive import Archive, open_archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold
from pipelines.progress import Progress
from pipelines.recover import recover
from pipelines.verdicts.diagnosis import diagnose, naming
from schedules import backfilling, records
from schedules.crawling import crawl_and_ingest
from schedules.disk import demand_room, thin_out
from schedules.order import Order
from schedules.terms import Summary, Terms

log = logging.getLogger(__name__)

Echo = Callable[[str], Any]


def run(
    path: Path,
    *,
    slugs: tuple[str, ...] = (),
    due: bool = False,
    schedule: str | None = None,
    since: date | None = None,
    echo: Echo = click.echo,
) -> int:
    """Crawl the sources *slugs*, those that are *due*, those of *schedule*, or all that are enabled. *since*: how far
    *slugs* are to be gone back through. The exit code: 0 done, 1 something needs attention; raises LockedError (75)
    where another run is crawling.
    """
    if since:
        backfilling.check(slugs, since)
    archive = open_archive(path)
    try:
        with hold(crawl_lock(archive.path), purpose="crawl"):
            return _run(archive, slugs, due, schedule, since, echo)
    finally:
        archive.close()


def _run(
    archive: Archive, slugs: tuple[str, ...], due: bool, schedule: str | None, since: date | None, echo: Echo
) -> int:
    catalogue = Catalogue.beside(archive.path)
    settings = config.load(archive.folder)
    names = _due(archive) if due else (schedule,) if schedule else None
    sources, problems = choose(catalogue, settings, slugs, names)
    for problem in problems:
        echo(f"skipped: {problem}")
    if not sources:
        with Ingest(archive, catalogue) as ingest:  # what a crash left behind is not to wait for the next crawl
            recover(archive, ingest)
        echo(
            "nothing is due" if due else "nothing to crawl: no such source is enabled (newsarchive sources enable SLUG)"
        )
        return 1 if problems else 0
    demand_room(archive, settings)
    thin_out(archive, settings, echo)
    if not settings.contact:
        raise ConfigError(f"{archive.folder / config.FILE}: contact is empty; newspapers must be able to reach you")
    pace = Pace()
    if since:
        backfilling.begin(archive, sources, since, datetime.now(UTC))
        pace = backfilling.unhurried(pace)
    terms = Terms(
        contact=settings.contact,
        pace=pace,
        schedule=" ".join(names) if names else None,
        all_due=not due,
        revisits_per_day=settings.revisits_per_day,
    )
    summary = crawl(archive, catalogue, sources, terms)
    echo(str(summary))
    backfilling.tell(archive, sources, settings, echo)
    return exit_code(summary, problems, echo)


def _due(archive: Archive) -> tuple[str, ...]:
    from schedules.due import due_now

    return tuple(due_now(archive.path, datetime.now(UTC)))


def choose(
    catalogue: Catalogue, settings: config.Config, slugs: Sequence[str], schedules: Sequence[str] | None
) -> tuple[list[Source], list[str]]:
    """The sources to crawl, and what is wrong with those whose files can't be read."""
    for slug in slugs:
        if slug not in catalogue.sources and slug not in catalogue.errors:
            raise UsageError(
                f"no source {slug!r}{did_you_mean(slug, catalogue.sources)}; see `newsarchive sources list`"
            )
    wanted = slugs or settings.enabled
    problems = [str(catalogue.errors[slug]) for slug in wanted if slug in catalogue.errors]
    problems += [f"{slug} is enabled in {config.FILE}, but there is no such source" for slug in wanted
                 if slug not in catalogue.sources and slug not in catalogue.errors]  # fmt: skip
    found = [catalogue.sources[slug] for slug in dict.fromkeys(wanted) if slug in catalogue.sources]
    if schedules is not None:
        found = [source for source in found if source.schedule in schedules]
    return found, problems


def exit_code(summary: Summary, problems: Sequence[str], echo: Echo) -> int:
    """1 where somebody should look; the reasons are printed."""
    crawled = summary.crawled
    for slug, report in sorted(crawled.reports.items()):
        if report.get("cause"):
            echo(trouble(slug, report["cause"], report.get("evidence"), report.get("suggestion")))
    if crawled.trouble:
        echo(crawled.trouble)
    if crawled.interrupted:
        raise KeyboardInterrupt
    troubled = crawled.trouble or problems or any(report.get("cause") for report in crawled.reports.values())
    return 1 if troubled else 0


def trouble(slug: str, cause: str, evidence: str | None, suggestion: str | None) -> str:
    """One line: what is wrong with a source, what shows it, what a person could do."""
    shown = f" ({evidence})" if evidence else ""
    return f"{slug}: {cause}{shown}{'; ' + suggestion if suggestion else ''}"


def crawl(archive: Archive, catalogue: Catalogue, sources: Sequence[Source], terms: Terms) -> Summary:
    """Crawl *sources* once and keep what comes of it. The caller holds the crawl lock."""
    progress = Progress("crawling", 0)
    with Ingest(archive, catalogue, on_kept=lambda kept: progress.count(kept.outcome, kept.url)) as ingest:
        recover(archive, ingest)
        ingest.reset()
        run_id = records.begin(archive, sources, terms)
        plan = CrawlPlan(
            run=run_id,
            folder=archive.warc_folder,
            sources=tuple(sources),
            contact=terms.contact,
            pace=terms.pace,
            hosts=terms.hosts,
            all_due=terms.all_due,
        )
        plan.check()
        order = Order(
            plan=plan,
            archive=archive.path,
            ahead=terms.ahead,
            sync_seconds=terms.sync_seconds,
            revisits_per_day=terms.revisits_per_day,
        )
        named = naming(archive.connection)
        crawled = crawl_and_ingest(archive, ingest, order, _log_source)
        recleaned = ingest.finish()
        if crawled.trouble:  # a child that was killed leaves its file open
            recover(archive, ingest)
        diagnose(archive.connection, run_id, sources, crawled.reports, named, datetime.now(UTC))
        progress.done()
        summary = Summary(
            run=run_id,
            sources=sources,
            crawled=crawled,
            total=ingest.total,
            by_source=ingest.by_source,
            recleaned=recleaned,
        )
        records.end(archive, summary, terms)
    return summary


def _log_source(report: dict[str, Any]) -> None:
    log.info(
        "%s: %d of %d addresses fetched, %s",
        report["slug"],
        report["fetched"],
        report["scheduled"],
        report["cause"] or "ok",
    )
