"""The record side's commands: import, extract, rebuild (reextract: pipelines/rereading/command.py)."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.capture import Capture, Kind
from crawler.errors import UsageError, did_you_mean
from crawler.source import Source
from pipelines.progress import Progress

# Captures that ended by a fault of the program, not of the page.
OUR_FAILURES = ("failed:extraction", "failed:not-kept")
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command(name="import")
@FILES
@click.option("--source", "slug", metavar="SLUG", help="Whose pages these are, whatever their hosts.")
@click.option("--new-sources", is_flag=True, help="Make a source for each host that the catalogue doesn't know.")
@click.pass_obj
def import_(archive: Path, files: tuple[Path, ...], slug: str | None, new_sources: bool) -> int:
    """Take in WARC or WACZ files that someone else made. Importing a file twice changes nothing."""
    from pipelines import archive as archives
    from pipelines.importer import Wanted, check_file, import_file
    from pipelines.ingest import Ingest
    from pipelines.locks import crawl_lock, hold
    from pipelines.recover import recover

    for path in files:
        check_file(path)
    catalogue = _catalogue(archive)
    wanted = Wanted(catalogue=catalogue, source=_source(catalogue, slug), new=new_sources)
    opened = archives.open_archive(archive) if archive.exists() else archives.create(archive)
    attention, watch = False, _Watch()
    try:
        with hold(crawl_lock(opened.path), purpose="import"), Ingest(opened, catalogue, on_kept=watch) as ingest:
            recover(opened, ingest)
            for path in files:
                ingest.reset()
                with watch.file(path) as report:
                    import_file(opened, ingest, path, wanted, report)
                attention |= _tell(path, report, ingest.total)
    finally:
        opened.close()
    return 1 if attention else 0


class _Watch:
    """Shows how far an import is, at each capture that is kept."""

    def __init__(self) -> None:
        self._report: Any = None

    @contextmanager
    def file(self, path: Path) -> Iterator[Any]:
        from pipelines.importer import Report

        with Progress(f"importing {path.name}", 0) as self._bar:
            self._report, self._kept = Report(file=path.name), 0
            yield self._report

    def __call__(self, kept: Any) -> None:
        if self._report is not None:  # else a crash's captures are being recovered
            self._kept += 1
            self._bar.show_of(self._report.reached(self._kept), self._report.size, f"{self._kept} captures kept")


def _tell(path: Path, report: Any, total: Any) -> bool:
    """Print what became of a file; whether somebody should look."""
    from pipelines.importer import NO_SOURCE

    if report.copied:
        ranked = sorted(total.outcomes.items(), key=lambda pair: -pair[1])
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in ranked)
        click.echo(
            f"{path}: {report.copied} captures ({outcomes}); {total.added} articles new, {total.revised} revised"
        )
    if report.known and not report.copied:
        every = f"all {report.known}" if not report.skipped else str(report.known)
        click.echo(f"{path}: {every} captures were imported before: nothing new")
    elif report.known:
        click.echo(f"  {report.known} were imported before")
    elif not report.copied:
        click.echo(f"{path}: no capture in it could be kept")
    for reason, count in report.skipped.items():
        click.echo(f"  {count} left out: {reason}")
    for damage in report.damage:
        rest = "nothing readable follows" if damage.resumed is None else f"reading went on at {damage.resumed}"
        click.echo(f"{path}: damaged at offset {damage.offset}: {damage.message}; {rest}", err=True)
    if report.skipped.get(NO_SOURCE):
        click.echo(f"{path}: allowed are the catalogue's hosts; others with --source SLUG or --new-sources", err=True)
    ours = {outcome: count for outcome, count in total.outcomes.items() if outcome.startswith(OUR_FAILURES)}
    for outcome, count in ours.items():
        click.echo(f"{path}: {count} ended as {outcome}; `newsarchive -v import` logs why", err=True)
    return bool(report.damage or report.skipped or ours)


def _catalogue(archive: Path) -> Any:
    """The sources. ConfigError where a file is wrong: its pages would be filed under another source, for good."""
    from pipelines.catalogue import Catalogue

    catalogue = Catalogue.beside(archive)
    for error in catalogue.errors.values():
        raise error
    return catalogue


def _source(catalogue: Any, slug: str | None) -> Source | None:
    if slug is None:
        return None
    if slug not in catalogue.sources:
        hint = did_you_mean(slug, catalogue.sources)
        raise UsageError(f"no source {slug!r}{hint}; allowed: those of `newsarchive sources list`")
    found: Source = catalogue.sources[slug]
    return found


@click.command()
@FILES
@click.option("--url", help="The page's address (it may carry the date and the native id).")
@click.option("--source", "slug", metavar="SLUG", help="Read it by the rules of this source.")
@click.option(
    "--explain", is_flag=True, help="Add each block that may be the article's, whether it is, and why it is or is not."
)
@click.pass_obj
def extract(archive: Path, files: tuple[Path, ...], url: str | None, slug: str | None, explain: bool) -> int:
    """Print a saved page as an article, in JSON. Touches no archive.

    With --explain the rules that the archive has learned of the page's source hold, if it is there.
    """
    from pipelines.boilerplate import NO_RULES
    from pipelines.chain import Result, run_chain, warm_up
    from pipelines.workers import PRELOAD, Workers

    catalogue = _catalogue(archive)
    given = _source(catalogue, slug)
    bodies = {path: _body(path) for path in files}
    # A page that hangs the extractor ends here as anywhere.
    workers = Workers(run_chain, warm=warm_up, count=1, preload=PRELOAD)
    refused = False
    try:
        for path, body in bodies.items():
            address = url or f"http://localhost/{path.name}"
            source = given or catalogue.for_url(address) or catalogue.unknown(address)
            rules, reasons = _rules(archive, source.slug) if explain else (NO_RULES, {})
            answer = workers.answer(_page(path, body, address, source), source, rules)
            result = answer if isinstance(answer, Result) else Result(outcome=f"failed:{answer.code}", key="")
            refused |= result.article is None
            shown = _as_json(address, result)
            if explain and result.article is not None:
                shown["blocks"] = _explained(result.article.reading, rules, reasons)
            click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    finally:
        workers.close()
    return 1 if refused else 0


def _rules(archive: Path, slug: str) -> tuple[Any, dict[int, str]]:
    """What is learned of a source, and the reasons by key."""
    from pipelines.archive import open_readonly
    from pipelines.boilerplate import NO_RULES
    from pipelines.store import rules_of

    if not archive.exists():
        return NO_RULES, {}
    with closing(open_readonly(archive)) as connection:
        sql = "SELECT key, reason FROM boilerplate WHERE source = ?"
        return rules_of(connection, slug), dict(connection.execute(sql, (slug,)).fetchall())


def _explained(reading: Any, rules: Any, reasons: dict[int, str]) -> list[dict[str, Any]]:
    from pipelines.explaining import explain

    return [
        {"kept": each.is_kept, "reason": each.reason, "text": each.text, "sure": each.sure, "path": each.path}
        for each in explain(reading, rules, reasons)
    ]


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


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
@click.pass_obj
def rebuild(archive: Path) -> int:
    """Make archive.db anew from the WARC folder beside it, with the same articles."""
    from pipelines.rebuild import rebuild as anew

    with Progress("rebuilding", 0) as bar:
        ingest = anew(archive, _catalogue(archive), lambda captures: bar.reached(captures, "captures"))
    total = ingest.total
    click.echo(f"{archive}: {total.captures} captures, {total.added} articles, {total.revised} further revisions")
    for name, damage in ingest.damage:
        click.echo(f"{name}: damaged at offset {damage.offset}: {damage.message}", err=True)
    return 1 if ingest.damage else 0


COMMANDS: tuple[click.Command, ...] = (import_, extract, rebuild)
