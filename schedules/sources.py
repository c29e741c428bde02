"""`newsarchive sources`: what is in the catalogue, and what the operator decided about it."""

from pathlib import Path

import click

from crawler.errors import ConfigError, UsageError
from schedules.console import demand, operator_folder, show, table

COLUMNS = ("slug", "state", "province", "language", "schedule", "name", "homepage")


@click.group()
def sources() -> None:
    """The catalogue of newspapers; nothing is crawled until it is enabled."""


@sources.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(archive: Path, as_json: bool) -> int:
    """List every source; exit 1 if a source file is wrong."""
    from crawler import catalog, config

    demand(archive)
    folder = operator_folder(archive)
    found, settings = catalog.load(folder / "sources"), config.load(folder)
    rows = [
        {"slug": slug, "state": settings.state(slug) or "known"}
        | {name: getattr(source, name) for name in COLUMNS if name not in ("slug", "state")}
        for slug, source in found.sources.items()
    ]
    if as_json:
        show(rows)
    elif rows:
        table(COLUMNS, [tuple(row[name] for name in COLUMNS) for row in rows])
    for error in found.errors.values():
        click.echo(f"newsarchive: {error}", err=True)
    return ConfigError.exit_code if found.errors else 0


@sources.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.pass_obj
def enable(archive: Path, slugs: tuple[str, ...]) -> None:
    """Crawl these from now on."""
    _decide(archive, slugs, "enabled")


@sources.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.pass_obj
def pause(archive: Path, slugs: tuple[str, ...]) -> None:
    """Leave these alone for now."""
    _decide(archive, slugs, "paused")


@sources.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.pass_obj
def retire(archive: Path, slugs: tuple[str, ...]) -> None:
    """These are over; what was archived of them stays."""
    _decide(archive, slugs, "retired")


COMMANDS: tuple[click.Command, ...] = (sources,)


def _decide(archive: Path, slugs: tuple[str, ...], state: str) -> None:
    """Edit newsarchive.toml; all of *slugs* or, if one is unknown, none."""
    from crawler import catalog, config

    demand(archive)
    folder = operator_folder(archive)
    found, settings = catalog.load(folder / "sources"), config.load(folder)
    for slug in slugs:
        if state == config.State.ENABLED or settings.state(slug) is None:
            found.get(slug)  # what is enabled must be whole; what is put aside may be broken or gone, if it was known
    if state == config.State.ENABLED and not settings.contact:
        raise UsageError(f"{folder / config.FILE}: contact is empty; a newspaper must be able to write to somebody")
    config.set_enabled(folder, slugs, config.State(state))
    click.echo(f"{state}: {', '.join(slugs)}")
