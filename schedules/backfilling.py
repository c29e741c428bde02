"""`run SLUG --since DATE`: the past of a source, asked for once and then gone through in slices of ordinary runs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from crawler.config import Config, State
from crawler.errors import UsageError
from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import Archive
from pipelines.state import backfill

# No newspaper's site is older than the web.
EARLIEST = date(1993, 1, 1)


def check(slugs: Sequence[str], since: date) -> None:
    """Raise UsageError where no source is named, or the day lies before what can be meant."""
    if not slugs:
        raise UsageError(
            "--since needs the sources that are to be gone back through: newsarchive run SLUG --since DATE"
        )
    if since < EARLIEST:
        raise UsageError(f"--since {since}: must be a day from {EARLIEST} to today")


def begin(archive: Archive, sources: Sequence[Source], since: date, now: datetime) -> None:
    """Note what is wanted; the runs from now on do it. Raises UsageError before a day that is still to come where the
    newspapers are: theirs begins hours before that of UTC.
    """
    today = max(source.day_of(now) for source in sources)
    if since > today:
        raise UsageError(f"--since {since}: must be a day from {EARLIEST} to today, {today}")
    with archive.transaction() as connection:
        for source in sources:
            backfill.want(connection, source.slug, since, now)
            archive.event("backfill", object_kind="source", object=source.slug, outcome="wanted", detail=f"{since}")


def unhurried(pace: Pace) -> Pace:
    """A run that a person started for the past has its whole time for it."""
    return replace(pace, backfill=int(pace.max_seconds / max(pace.delay, 0.001)))


def tell(archive: Archive, sources: Iterable[Source], settings: Config, echo: Callable[[str], Any]) -> None:
    """How far each backfill of *sources* has come, a line each."""
    for slug, state in backfill.states(archive.connection, [source.slug for source in sources]).items():
        left = state.state == "running" and settings.state(slug) is not State.ENABLED
        hint = f"; it goes on when it is enabled, or with newsarchive run {slug}" if left else ""
        echo(f"{slug}: {state}{hint}")
