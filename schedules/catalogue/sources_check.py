"""`newsarchive sources check SLUG`: a dry run of a source as it stands, and what is wrong with it.

It crawls into an archive that is thrown away; of the archive itself only the verdict changes.
"""

from contextlib import closing, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler import catalog, config
from crawler.errors import UsageError
from crawler.source import Source
from pipelines.archive import Archive, open_archive, stamp
from pipelines.locks import crawl_lock, hold
from pipelines.store import ensure_source
from pipelines.verdicts.verdict import Status
from schedules.catalogue import trial
from schedules.catalogue.dryrun import read_rows
from schedules.catalogue.findings import Checked, judge
from schedules.catalogue.trial import look, temporary
from schedules.console import demand, operator_folder, show


def check(archive: Path, slug: str, as_json: bool) -> int:
    """Exit code 0 where the source is as it should be, 1 where somebody should look."""
    demand(archive)
    folder = operator_folder(archive)
    settings, source = config.load(folder), catalog.load(folder / "sources").get(slug)
    if not settings.contact:
        raise UsageError(f"{folder / config.FILE}: contact is empty; a newspaper must be able to write to somebody")
    opened = open_archive(archive)
    with closing(opened):
        # Two at once would ask its host twice a second.
        crawled = settings.state(slug) == config.State.ENABLED
        lock = hold(crawl_lock(opened.path), purpose=f"check {slug}") if crawled else nullcontext()
        with lock, temporary() as scratch:
            if not as_json:
                click.echo(f"crawling {source.homepage}: its listings and ten articles", err=True)
            taken = look(scratch, source, trial.terms_of(settings.contact))
            checked = judge(source, taken, read_rows(scratch, taken))
        _note(opened, source, checked)
    show(as_dict(checked)) if as_json else _show(checked)
    return 1 if checked.findings else 0


def as_dict(checked: Checked) -> dict[str, Any]:
    return {
        "slug": checked.slug,
        "status": Status.VERIFIED if checked.works else Status.UNVERIFIED,
        "verdict": checked.verdict,
        "listings": checked.listings,
        "links": checked.links,
        "findings": [asdict(finding) for finding in checked.findings],
        "articles": checked.run.as_json(),
    }


def _show(checked: Checked) -> None:
    checked.run.show()
    if checked.run.rows:
        click.echo()
    for finding in checked.findings:
        click.echo(f"  ! {finding}")
    click.echo(f"{checked.slug}: {'verified' if checked.works else 'not verified'}: {checked.verdict}")


def _note(archive: Archive, source: Source, checked: Checked) -> None:
    """The verdict, in the catalogue and among what was done to the archive."""
    now = stamp(datetime.now(UTC))
    with archive.transaction() as connection:
        ensure_source(connection, source)
        sql = "SELECT status, verified_at FROM sources WHERE slug = ?"
        before, verified_at = connection.execute(sql, (source.slug,)).fetchone()
        status = _standing(before, checked, worked=verified_at is not None)
        connection.execute(
            "UPDATE sources SET status = ?, verified_at = ?, verdict = ? WHERE slug = ?",
            (status, now if checked.works else verified_at, checked.verdict, source.slug),
        )
        outcome = "done" if checked.works else "attention"
        archive.event(
            "source-checked", object_kind="source", object=source.slug, outcome=outcome, detail=checked.verdict
        )


def _standing(before: str, checked: Checked, *, worked: bool) -> str:
    """What once worked and does not is failing; what is known from recordings alone stays so until it works."""
    if checked.works:
        return Status.VERIFIED
    if before == Status.IMPORTED:
        return before
    return Status.FAILING if worked else Status.UNVERIFIED
