"""What live runs have shown of a source: ``sources.status``, kept in the archive and never in a source file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.archive import Archive, utc_now

# One bad run is the weather, and two may be one bad night; the third is a reason to look.
RUNS = 3
# The cause of a run that was cut short (crawler.failures, which reaches Scrapy): it says nothing of the source.
STOPPED = "stopped"


class Status(StrEnum):
    """``imported``: known from recordings alone; nobody has fetched it from here."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FAILING = "failing"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """*verified_at*: since when it works, or last did; *verdict*: why it is failing, cause and evidence."""

    status: str = Status.UNVERIFIED
    verified_at: str | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One live run's look at a source. *articles*: new ones and versions that it brought."""

    cause: str | None = None
    evidence: str | None = None
    articles: int = 0


def judge(before: Standing, looks: Sequence[Look], at: str) -> Standing:
    """The standing after the first of *looks*, the newest of the last runs that say something of the source."""
    newest = looks[0]
    if before.status == Status.IMPORTED:
        return before
    if newest.cause is None and newest.articles:
        return before if before.status == Status.VERIFIED else Standing(status=Status.VERIFIED, verified_at=at)
    if newest.cause is None and before.status == Status.FAILING:  # it answers again, with nothing new yet
        was = Status.VERIFIED if before.verified_at else Status.UNVERIFIED
        return Standing(status=was, verified_at=before.verified_at)
    if len(looks) >= RUNS and all(look.cause for look in looks[:RUNS]):
        verdict = ": ".join(filter(None, (newest.cause, newest.evidence)))
        return Standing(status=Status.FAILING, verified_at=before.verified_at, verdict=verdict)
    return before


def note(archive: Archive, run: str, slug: str) -> None:
    """Judge *slug* after *run*, whose row in ``source_runs`` is there, in the caller's transaction."""
    connection = archive.connection
    sql = (
        "SELECT run, cause, evidence, added + revised FROM source_runs WHERE source = ? AND state <> 'unreported'"
        " AND coalesce(cause, '') <> ? ORDER BY run DESC LIMIT ?"
    )
    rows = connection.execute(sql, (slug, STOPPED, RUNS)).fetchall()
    if not rows or rows[0][0] != run:
        return
    looks = [Look(cause=cause, evidence=evidence, articles=articles) for _, cause, evidence, articles in rows]
    row = connection.execute("SELECT status, verified_at, verdict FROM sources WHERE slug = ?", (slug,)).fetchone()
    before = Standing(status=row[0], verified_at=row[1], verdict=row[2])
    after = judge(before, looks, utc_now())
    if after == before:
        return
    sql = "UPDATE sources SET status = ?, verified_at = ?, verdict = ? WHERE slug = ?"
    connection.execute(sql, (after.status, after.verified_at, after.verdict, slug))
    if after.status != before.status:
        kind = f"source-{after.status}"
        archive.event(kind, object_kind="source", object=slug, outcome="done", detail=after.verdict or run)
