"""The record side's commands: import, extract, reextract, rebuild."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.capture import Capture, Kind
from crawler.errors import UsageError, did_you_mean
from crawler.source import Source
from pipelines.progress import Progress

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command(name="import")
@FILES
@click.option("--source", "slug", metavar="SLUG", help="Whose pages these are, whatever their hosts.")
@click.option("--new-sources", is_flag=True, help="Make a source for each host that the catalogue doesn't know.")
@click.pass_obj
def import_(archive: Path, files: tuple[Path, ...], slug: str | None, new_sources: bool) -> int:
    """Take in WARC or WACZ files that someone else made. Importing a file twice changes nothing."""
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue
    from pipelines.importer import Wanted, check_file, import_file
    from pipelines.ingest import Ingest
    from pipelines.locks import crawl_lock, hold
    from pipelines.recover import recover

    for path in files:
        check_file(path)
    catalogue = Catalogue.beside(archive)
    wanted = Wanted(catalogue=catalogue, source=_source(catalogue, slug), new=new_sources)
    opened = archives.open_archive(archive) if archive.exists() else archives.create(archive)
    attention = False
    try:
        with hold(crawl_lock(opened.path), purpose="import"), Ingest(opened, catalogue) as ingest:
            recover(opened, ingest)
            for path in files:
                ingest.reset()
                bar = Progress(f"importing {path.name}", path.stat().st_size)
                report = import_file(opened, ingest, path, wanted, lambda done, kept, bar=bar: bar.show(done, f"{kept} kept"))
                bar.done()
                attention |= _tell(path, report, ingest)
    finally:
        opened.close()
    return 1 if attention else 0


def _tell(path: Path, report: Any, ingest: Any) -> bool:
    """Print what became of a file; whether somebody should look."""
    total = ingest.total
    if report.copied == 0 and report.known and not report.skipped:
        click.echo(f"{path}: all {report.known} captures were imported before: nothing new")
    else:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(total.outcomes.items(), key=lambda p: -p[1]))
        click.echo(f"{path}: {report.copied} captures ({outcomes}); {total.added} articles new, {total.revised} revised")
        if report.known:
            click.echo(f"  {report.known} were imported before")
    for reason, count in report.skipped.items():
        click.echo(f"  {count} left out: {reason}")
    for damage in report.damage:
        rest = "nothing readable follows" if damage.resumed is None else f"reading went on at {damage.resumed}"
        click.echo(f"  damaged at offset {damage.offset}: {damage.message}; {rest}", err=True)
    if report.skipped.get("no source for its host"):
        click.echo("  allowed: hosts of the catalogue's sources; --source SLUG, or --new-sources for the others", err=True)
    return bool(report.damage or report.skipped)


def _source(catalogue: Any, slug: str | None) -> Source | None:
    if slug is None:
        return None
    if slug not in catalogue.sources:
        raise UsageError(f"no source {slug!r}{did_you_mean(slug, catalogue.sources)}; see `newsarchive sources list`")
    found: Source = catalogue.sources[slug]
    return found


@click.command()
@FILES
@click.option("--url", help="The page's address (it may carry the date and the native id).")
@click.option("--source", "slug", metavar="SLUG", help="Read it by the rules of this source.")
@click.pass_obj
def extract(archive: Path, files: tuple[Path, ...], url: str | None, slug: str | None) -> int:
    """Print a saved page as an article, in JSON. Touches no archive."""
    from pipelines.catalogue import Catalogue
    from pipelines.chain import run_chain

    catalogue = Catalogue.beside(archive)
    refused = False
    for path in files:
        try:
            body = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None
        address = url or f"http://localhost/{path.name}"
        source = _source(catalogue, slug) or catalogue.for_url(address) or catalogue.unknown(address)
        result = run_chain(_page(path, body, address, source), source)
        refused |= result.article is None
        click.echo(json.dumps(_as_json(address, result), ensure_ascii=False, indent=2))
    return 1 if refused else 0


def _page(path: Path, body: bytes, url: str, source: Source) -> Capture:
    return Capture(
        record_id=f"urn:sha256:{hashlib.sha256(body).hexdigest()}",
        source=source.slug,
        kind=Kind.PAGE,
        url=url,
        final_url=url,
        fetched_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        status=200,
        body=body,
    )


def _as_json(url: str, result: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"url": url, "outcome": result.outcome}
    if article := result.article:
        reading = article.reading
        fields |= {name: value for name, value in asdict(article.metadata).items() if name != "noise"}
        fields |= {f"published_{name}": value for name, value in asdict(reading.published).items()}
        fields |= {"language": reading.language, "machine_translated": reading.machine_translated}
        fields |= {"word_count": article.word_count, "text": article.text, "markdown": article.markdown}
        fields |= {"extractor": reading.extractor}
    return fields


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--dry-run", is_flag=True, help="Only show what would read differently.")
@click.pass_obj
def reextract(archive: Path, slugs: tuple[str, ...], dry_run: bool) -> None:
    """Read every kept capture again with today's extractor and rules."""
    from pipelines.archive import open_archive
    from pipelines.locks import crawl_lock, hold
    from pipelines.reextract import reextract as again

    opened = open_archive(archive)
    bar = Progress("reading again", 1)
    try:
        with hold(crawl_lock(opened.path), purpose="reextract"):
            found = again(opened, slugs, dry_run=dry_run, progress=lambda done, total: bar.show_of(done, total))
    finally:
        bar.done()
        opened.close()
    verb = "would read" if dry_run else "read"
    click.echo(f"{found.read} revisions read again; {found.changed} {verb} differently, {found.failed} could not be read")
    for url, old, new in found.sample:
        click.echo(f"  {old} → {new} words  {url}")


@click.command()
@click.pass_obj
def rebuild(archive: Path) -> int:
    """Make archive.db anew from the WARC folder beside it, with the same articles."""
    from pipelines.rebuild import rebuild as anew

    bar = Progress("rebuilding", 0)
    ingest = anew(archive, lambda captures: bar.count("captures"))
    bar.done()
    click.echo(f"{archive}: {ingest.total.captures} captures, {ingest.total.added} articles, {ingest.total.revised} further revisions")
    for name, damage in ingest.damage:
        click.echo(f"  {name}: damaged at offset {damage.offset}: {damage.message}", err=True)
    return 1 if ingest.damage else 0


COMMANDS: tuple[click.Command, ...] = (import_, extract, reextract, rebuild)
