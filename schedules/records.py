"""A run in the record: the rows of ``runs``, ``source_runs`` and ``coverage``."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from crawler.source import Source
from pipelines.archive import Archive, stamp, utc_now
from pipelines.belongings.requisite_choice import follow_choice
from pipelines.sqlite import Connection
from pipelines.store import ensure_source, insert
from pipelines.tally import Tally
from pipelines.verdicts import verdict
from pipelines.version import SOFTWARE
from schedules.terms import Summary, Terms


def begin(archive: Archive, sources: Sequence[Source], terms: Terms) -> str:
    """The run's row, and what its sources are as of today. The run's id."""
    now = datetime.now(UTC)
    run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    follow_choice(archive, sources)
    with archive.transaction() as connection:
        for source in sources:
            ensure_source(connection, source)
        row = {"id": run_id, "kind": "crawl", "schedule": terms.schedule, "started_at": stamp(now), "state": "running"}
        insert(connection, "runs", {**row, "sources": len(sources), "program": SOFTWARE})
    return run_id


def end(archive: Archive, summary: Summary, terms: Terms) -> None:
    """What came of the run, in all and per source."""
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
            _cover(connection, source, report, tally)
            verdict.note(archive, summary.run, source.slug)


def _source_row(
    run_id: str, source: Source, report: Mapping[str, Any], tally: Tally, schedule: str | None
) -> dict[str, Any]:
    started, ended = (_moment(report, name) for name in ("started_at", "ended_at"))
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


def _moment(report: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(report[name]) if name in report else None


def _cover(connection: Connection, source: Source, report: Mapping[str, Any], tally: Tally) -> None:
    """Of the newspaper's own day on which its part of the run ended: the run itself may be at others for hours more."""
    ended = _moment(report, "ended_at") or datetime.now(UTC)
    row = (
        source.slug,
        source.day_of(ended).isoformat(),
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
