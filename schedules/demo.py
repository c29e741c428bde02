"""``newsarchive demo``: a fictional province archived twice over loopback, with an account of what happened."""

import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from crawler.demo.province import Province
from crawler.errors import UsageError
from crawler.plan import Pace
from pipelines.archive import Archive, create, open_readonly
from pipelines.catalogue import Catalogue
from pipelines.locks import crawl_lock, hold
from schedules.demo_check import Finding, first_pass, second_pass
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

FOLDER = "demo-archive"
# Loopback only (CrawlPlan.check): a polite run would take half an hour. The hanging site costs its timeout.
PACE = Pace(delay=0.02, timeout=2.0, retries=0, confirm_after=1.0, wait=5.0, max_seconds=50.0)
# Every revisit of the coming year is due at once: a year passes between the two passes.
YEAR = timedelta(days=400)
CONTACT = "https://example.org/newsarchive-demo"


@click.command()
@click.option("--no-serve", is_flag=True, help="Don't open Datasette on the result.")
@click.option("--port", default=8001, show_default=True, help="Where Datasette listens; 0 takes a free port.")
@click.pass_context
def demo(context: click.Context, no_serve: bool, port: int) -> int:
    """Archive a small fictional province twice, on this machine alone, and show what happened."""
    path = _place(context)
    with closing(_fresh(path)) as archive, hold(crawl_lock(archive.path), purpose="demo"), Province() as province:
        findings = _archive_twice(archive, province)
    good = all(finding.ok for finding in findings)
    click.echo("\n".join(("", "What happened", *map(str, findings), "")))
    if not good:
        click.echo("This is not what the demo's script expects; please report it with the lines marked ✗.", err=True)
        return 1
    if no_serve or not sys.stdout.isatty():
        click.echo(f"The archive is {path}; open it with:\n  {_command()} --archive {path} serve")
        return 0
    _serve(path, port)
    return 0


def _place(context: click.Context) -> Path:
    """The demo's own archive, unless the operator named one."""
    given = (
        context.parent is not None
        and context.parent.get_parameter_source("archive") != click.core.ParameterSource.DEFAULT
    )
    chosen: Path = context.obj
    return chosen if given else chosen.parent / FOLDER / "archive.db"


def _fresh(path: Path) -> Archive:
    """An empty archive at *path*; an earlier demo's is removed, any other archive is refused."""
    if path.exists():
        with closing(open_readonly(path)) as connection:
            if connection.execute("SELECT 1 FROM events WHERE kind = 'demo'").fetchone() is None:
                raise UsageError(
                    f"{path} is no demo archive; the demo writes to a new one or to an earlier demo's, nothing else"
                )
        for folder in ("warc", "dark", "keys"):
            shutil.rmtree(path.with_name(f"{path.stem}-{folder}"), ignore_errors=True)
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
    archive = create(path)
    with archive.transaction():
        archive.event("demo", object_kind="archive", object=path.name, outcome="begun")
    return archive


def _archive_twice(archive: Archive, province: Province) -> Sequence[Finding]:
    catalogue = Catalogue({source.slug: source for source in province.sources})
    papers = len(province.sources)
    click.echo(
        f"First pass: {papers} newspapers and portals of a province that doesn't exist, over HTTP on this machine.\n"
    )
    first = _pass(archive, catalogue, province)
    findings = first_pass(archive.connection, province.expected, first)
    province.pass_two()
    click.echo(
        "\nSecond pass, some time later: news, an edit, a withdrawal, a reprint; one site wants a cookie, one hangs.\n"
    )
    second = _pass(archive, catalogue, province)
    return (*findings, *second_pass(archive.connection, province.expected, second))


def _pass(archive: Archive, catalogue: Catalogue, province: Province) -> Summary:
    # The source files are polite like any other: on loopback the demo alone is in a hurry.
    sources = [replace(source, delay=PACE.delay) for source in province.sources]
    terms = Terms(contact=CONTACT, pace=PACE, hosts=province.hosts, ahead=YEAR, sync_seconds=0.2)
    summary = crawl(archive, catalogue, sources, terms)
    click.echo(str(summary))
    return summary


def _command() -> str:
    """What to type: after `make demo` the command is in .venv, and not on the path."""
    beside = Path(sys.executable).with_name("newsarchive")
    return "newsarchive" if shutil.which("newsarchive") or not beside.exists() else str(beside)


def _serve(path: Path, port: int) -> None:
    from pipelines.publish.server import serve

    click.echo("Ctrl-C ends it.")
    serve(path, port=port)


COMMANDS: tuple[click.Command, ...] = (demo,)
