"""One crawling run from choice to summary: the work that `run`, cron and the daemon share."""

import json
import logging
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from crawler import config
from crawler.errors import ArchiveError, ConfigError, UsageError, did_you_mean
from crawler.plan import CrawlPlan, Pace
from crawler.source import Source
from pipelines import verdict
from pipelines.archive import Archive, open_archive, stamp, utc_now
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.locks import crawl_lock, hold
from pipelines.progress import Progress
from pipelines.recover import recover
from pipelines.requisite_choice import follow_choice
from pipelines.store import ensure_source, insert
from pipelines.tally import Tally
from pipelines.version import SOFTWARE
from schedules.crawling import Crawled, crawl_and_ingest
from schedules.order import Order
from schedules.summary import table

log = logging.getLogger(__name__)

# An hourly run of a hundred newspapers writes some 60 MB of WARC; SQLite wants room for its journal and to delete in.
MIN_FREE_BYTES = 256 * 1024 * 1024

Echo = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a run is done, apart from what: the defaults are a real run's, the demo shortens them on loopback."""

    contact: str
    pace: Pace = field(default_factory=Pace)
    hosts: Mapping[str, str] = field(default_factory=dict)
    ahead: timedelta = timedelta(0)
    sync_seconds: float = 1.0
    schedule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    run: str
    sources: Sequence[Source]
    crawled: Crawled
    total: Tally
    by_source: Mapping[str, Tally]
    recleaned: int

    def __str__(self) -> str:
        names = {source.slug: source.name for source in self.sources}
        return table(names, self.by_source, self.crawled.reports)


def run(
    path: Path, *, slugs: tuple[str, ...] = (), due: bool = False, schedule: str | None = None, echo: Echo = click.echo
) -> int:
    """Crawl the sources *slugs*, those that are *due*, those of *schedule*, or all that are enabled. The exit code:
    0 done, 1 something needs attention; raises LockedError (75) where another run is crawling.
    """
    archive = open_archive(path)
    try:
        with hold(crawl_lock(archive.path), purpose="crawl"):
            return _run(archive, slugs, due, schedule, echo)
    finally:
        archive.close()


def _run(archive: Archive, slugs: tuple[str, ...], due: bool, schedule: str | None, echo: Echo) -> int:
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
    demand_room(archive.folder)
    if not settings.contact:
        raise ConfigError(f"{archive.folder / config.FILE}: contact is empty; newspapers must be able to reach you")
    terms = Terms(contact=settings.contact, schedule=" ".join(names) if names else None)
    summary = crawl(archive, catalogue, sources, terms)
    echo(str(summary))
    return exit_code(summary, problems, echo)


def demand_room(folder: Path) -> None:
    """Raise ArchiveError where the disk is all but full: better no run than one that ends in the middle."""
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        raise ArchiveError(f"{folder}: {free >> 20} MB are free on this disk; a run needs {MIN_FREE_BYTES >> 20} MB")


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
        run_id = _begin(archive, sources, terms)
        plan = CrawlPlan(
            run=run_id,
            folder=archive.warc_folder,
            sources=tuple(sources),
            contact=terms.contact,
            pace=terms.pace,
            hosts=terms.hosts,
        )
        plan.check()
        order = Order(plan=plan, archive=archive.path, ahead=terms.ahead, sync_seconds=terms.sync_seconds)
        crawled = crawl_and_ingest(archive, ingest, order, _log_source)
        recleaned = ingest.finish()
        if crawled.trouble:  # a child that was killed leaves its file open
            recover(archive, ingest)
        progress.done()
        summary = Summary(
            run=run_id,
            sources=sources,
            crawled=crawled,
            total=ingest.total,
            by_source=ingest.by_source,
            recleaned=recleaned,
        )
        _end(archive, summary, terms)
    return summary


def _log_source(report: dict[str, Any]) -> None:
    log.info(
        "%s: %d of %d addresses fetched, %s",
        report["slug"],
        report["fetched"],
        report["scheduled"],
        report["cause"] or "ok",
    )


def _begin(archive: Archive, sources: Sequence[Source], terms: Terms) -> str:
    now = datetime.now(UTC)
    run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    follow_choice(archive, sources)
    with archive.transaction() as connection:
        for source in sources:
            ensure_source(connection, source)
        row = {"id": run_id, "kind": "crawl", "schedule": terms.schedule, "started_at": stamp(now), "state": "running"}
        insert(connection, "runs", {**row, "sources": len(sources), "program": SOFTWARE})
    return run_id


def _end(archive: Archive, summary: Summary, terms: Terms) -> None:
    crawled, total = summary.crawled, summary.total
    state = "interrupted" if crawled.interrupted else "failed" if crawled.trouble else "done"
    with archive.transaction() as connection:
        connection.execute(
            "UPDATE runs SET ended_at = ?, state = ?, captures = ?, articles = ?, added = ?, revised = ?, reprints = ?,"
            " outcomes = ? WHERE id = ?",
            (
                utc_now(), state, total.captures, total.added + total.revised, total.added, total.revised,
                total.reprints, json.dumps(total.outcomes, sort_keys=True), summary.run,
            ),
        )  # fmt: skip
        for source in summary.sources:
            report, tally = crawled.reports.get(source.slug, {}), summary.by_source.get(source.slug, Tally())
            insert(connection, "source_runs", _source_row(summary.run, source, report, tally, terms.schedule))
            _cover(connection, source.slug, report, tally)
            verdict.note(archive, summary.run, source.slug)


def _source_row(
    run_id: str, source: Source, report: Mapping[str, Any], tally: Tally, schedule: str | None
) -> dict[str, Any]:
    started, ended = (
        datetime.fromisoformat(report[name]) if name in report else None for name in ("started_at", "ended_at")
    )
    return {
        "run": run_id,
        "source": source.slug,
        "schedule": schedule and source.schedule,
        "started_at": stamp(started) if started else None,
        "ended_at": stamp(ended) if ended else None,
        "seconds": round((ended - started).total_seconds(), 3) if started and ended else None,
        "state": _state(report),
        "cause": report.get("cause"),
        "evidence": report.get("evidence"),
        "suggestion": report.get("suggestion"),
        "scheduled": report.get("scheduled", 0),
        "accounted": report.get("accounted", 0),
        "discovered": report.get("discovered", 0),
        "captures": tally.captures,
        "added": tally.added,
        "revised": tally.revised,
        "reprints": tally.reprints,
        "gone": tally.gone,
        "outcomes": json.dumps(tally.outcomes, sort_keys=True),
    }


def _state(report: Mapping[str, Any]) -> str:
    """``done`` only where nothing was left behind: the next run then need not look further back than this one."""
    if not report:
        return "unreported"
    if report.get("cause"):
        return "attention"
    return "partial" if report.get("left") or "stopped" in report.get("outcomes", {}) else "done"


def _cover(connection: Any, source: str, report: Mapping[str, Any], tally: Tally) -> None:
    row = (
        source,
        utc_now()[:10],
        report.get("discovered", 0),
        report.get("fetched", 0),
        tally.added,
        report.get("cause"),
    )
    connection.execute(
        "INSERT INTO coverage (source, day, discovered, fetched, kept, why) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, day) DO UPDATE SET discovered = discovered + excluded.discovered,"
        " fetched = fetched + excluded.fetched,"
        " kept = kept + excluded.kept, why = coalesce(excluded.why, why)",
        row,
    )
