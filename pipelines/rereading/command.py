"""The command ``reextract``."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from crawler.errors import UsageError, did_you_mean
from pipelines.progress import Progress


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--dry-run", is_flag=True, help="Write nothing: show what would read differently, and a sample of it.")
@click.option("--all", "everything", is_flag=True, help="Also what this program has read already.")
@click.option("--sample", type=click.IntRange(0), metavar="N", help="Show the N worst differences (dry run: 10).")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that read (default: one a core).")
@click.option("--json", "as_json", is_flag=True, help="The summary and the sample as JSON.")
@click.pass_obj
def reextract(
    archive: Path,
    slugs: tuple[str, ...],
    dry_run: bool,
    everything: bool,
    sample: int | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Read every kept capture again with today's extractor and rules.

    What this program has read already is left out, so that a call that was interrupted is gone on with by the next.
    What an article was read as before stays in the table renditions.
    """
    from pipelines.rereading.report import Report

    wanted = sample if sample is not None else 10 if dry_run else 0
    report = Report(size=wanted)
    try:
        _read(archive, slugs, report, dry_run=dry_run, everything=everything, workers=workers)
    except KeyboardInterrupt:
        click.echo("interrupted: the next call goes on from here", err=True)
        _print(report, dry_run=dry_run, sample=wanted, as_json=as_json)
        raise
    _print(report, dry_run=dry_run, sample=wanted, as_json=as_json)
    return 1 if report.failures else 0


def _read(archive: Path, slugs: tuple[str, ...], report: Any, *, dry_run: bool, **options: Any) -> None:
    from pipelines.archive import Archive, open_archive, open_readonly
    from pipelines.catalogue import Catalogue
    from pipelines.locks import crawl_lock, hold
    from pipelines.reextract import reextract as again
    from pipelines.schema import SCHEMA_VERSION
    from pipelines.sqlite import OperationalError

    for error in Catalogue.beside(archive).errors.values():
        raise error  # its pages would be read as another source's
    if dry_run:  # no lock: it only looks, and a crawl may go on
        looking = Archive(archive, open_readonly(archive))
        try:
            _check_slugs(looking, slugs)
            with Progress("reading again", 0) as bar:
                again(looking, slugs, dry_run=True, progress=bar.show_of, report=report, **options)
        except OperationalError as error:
            (version,) = looking.connection.execute("PRAGMA user_version").fetchone()
            if version == SCHEMA_VERSION:
                raise
            raise UsageError(
                f"{archive} has schema {version}, too old to be only looked at ({error}); allowed: {SCHEMA_VERSION}, to"
                " which any command that writes brings it, such as `newsarchive run`"
            ) from None
        finally:
            looking.connection.close()
        return
    opened = open_archive(archive)
    try:
        _check_slugs(opened, slugs)
        with hold(crawl_lock(opened.path), purpose="reextract"), Progress("reading again", 0) as bar:
            again(opened, slugs, dry_run=False, progress=bar.show_of, report=report, **options)
    finally:
        opened.close()


def _print(report: Any, *, dry_run: bool, sample: int, as_json: bool) -> None:
    from pipelines.rereading import show

    if as_json:
        json.dump(show.as_json(report, dry_run=dry_run, sample=sample), sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
        return
    for line in show.lines(report, dry_run=dry_run, sample=sample):
        click.echo(line)


def _check_slugs(opened: Any, slugs: tuple[str, ...]) -> None:
    known = [slug for (slug,) in opened.connection.execute("SELECT slug FROM sources ORDER BY slug")]
    for slug in slugs:
        if slug not in known:
            hint = did_you_mean(slug, known)
            raise UsageError(
                f"nothing of a source {slug!r} is in {opened.path}{hint}; allowed: {', '.join(known) or '-'}"
            )


COMMANDS: tuple[click.Command, ...] = (reextract,)
