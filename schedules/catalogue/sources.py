"""`newsarchive sources`: what is in the catalogue, and what the operator decided about it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from crawler.errors import ConfigError, UsageError
from schedules.catalogue import sources_trials
from schedules.console import demand, operator_folder, show, table

# What a person looks for first; --json has everything.
COLUMNS = (
    "slug",
    "state",
    "since",
    "status",
    "verified_at",
    "cause",
    "province",
    "kind",
    "schedule",
    "name",
    "homepage",
)
DAYS = ("since", "verified_at")


@click.group()
def sources() -> None:
    """The catalogue of newspapers; nothing is crawled until it is enabled."""


for trial in sources_trials.COMMANDS:
    sources.add_command(trial)


def _selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose sources by what they are."""
    for name, text in (
        ("kind", "Of this kind: newspaper, portal, ..."),
        ("province", "That covers this province, by its id of either era."),
    ):
        command = click.option(f"--{name}", f"{name}s", multiple=True, metavar=name.upper(), help=text)(command)
    return command


def _deciding(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--dry-run", is_flag=True, help="Say which, and change nothing.")(_selecting(command))
    return click.argument("slugs", nargs=-1, metavar="[SLUG]...")(click.pass_obj(command))


@sources.command("list")
@_selecting
@click.option("--state", "states", multiple=True, metavar="STATE", help="known, enabled, paused or retired.")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help="unverified, verified, failing or imported."
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(archive: Path, /, as_json: bool, **options: tuple[str, ...]) -> int:
    """List every source, what was decided and what its runs have shown; exit 78 if a source file is wrong."""
    from crawler import catalog, config
    from pipelines.archive import open_readonly
    from pipelines.verdicts.standings import standings
    from schedules.catalogue.selection import Selection, rows

    selection = Selection(**options)
    selection.check()
    connection = open_readonly(archive)
    folder = operator_folder(archive)
    found, settings = catalog.load(folder / "sources"), config.load(folder)
    every = rows(found.sources, standings(connection), settings)
    connection.close()
    shown = [row for row in every if not selection or selection.takes(row, frozenset(row["covers"]))]
    if as_json:
        show(shown)
    elif shown:
        table(COLUMNS, [tuple(_cell(name, row[name]) for name in COLUMNS) for row in shown])
    for error in found.errors.values():
        click.echo(f"newsarchive: {error}", err=True)
    return ConfigError.exit_code if found.errors else 0


def _cell(name: str, value: Any) -> Any:
    return value[:10] if name in DAYS and value else value


@sources.command()
@_deciding
def enable(archive: Path, slugs: tuple[str, ...], dry_run: bool, **options: tuple[str, ...]) -> None:
    """Crawl these from now on."""
    _decide(archive, slugs, options, "enabled", dry_run)


@sources.command()
@_deciding
def pause(archive: Path, slugs: tuple[str, ...], dry_run: bool, **options: tuple[str, ...]) -> None:
    """Leave these alone for now."""
    _decide(archive, slugs, options, "paused", dry_run)


@sources.command()
@_deciding
def retire(archive: Path, slugs: tuple[str, ...], dry_run: bool, **options: tuple[str, ...]) -> None:
    """These are over; what was archived of them stays."""
    _decide(archive, slugs, options, "retired", dry_run)


COMMANDS: tuple[click.Command, ...] = (sources,)


def _decide(
    archive: Path, slugs: Sequence[str], options: dict[str, tuple[str, ...]], state: str, dry_run: bool
) -> None:
    """Edit newsarchive.toml and note it in the archive; all of them or, if one is unknown, none."""
    from crawler import catalog, config
    from pipelines.archive import open_archive
    from pipelines.verdicts.standings import standings
    from schedules.catalogue.selection import Selection, choose, rows

    selection = Selection(**options)
    selection.check()
    if not slugs and not selection:
        raise UsageError('Missing argument: name a source, or choose with --province or --kind (such as "portal")')
    demand(archive)
    to, folder = config.State(state), operator_folder(archive)
    found, settings = catalog.load(folder / "sources"), config.load(folder)
    for slug in slugs:
        if to == config.State.ENABLED or settings.state(slug) is None:
            found.get(slug)  # what is enabled must be whole; what is put aside may be broken or gone, if it was known
    if to == config.State.ENABLED and not settings.contact:
        raise UsageError(f"{folder / config.FILE}: contact is empty; a newspaper must be able to write to somebody")
    opened = open_archive(archive)
    try:
        every = rows(found.sources, standings(opened.connection), settings)
        chosen, left = choose(every, slugs, selection, to)
        if not dry_run:
            with opened.transaction():
                for slug in (each for each in chosen if settings.state(each) != to):
                    how = str(selection) if slug not in slugs else None
                    opened.event(f"source-{to}", object_kind="source", object=slug, outcome="done", detail=how)
                config.set_enabled(folder, chosen, to)
        _say(chosen, left, f"would be {to}" if dry_run else to, str(selection))
        if to == config.State.ENABLED:
            _say_costs(opened.connection, [found.sources[slug] for slug in chosen])
    finally:
        opened.close()


def _say(chosen: Sequence[str], left: Sequence[str], word: str, selection: str) -> None:
    asked = f" ({selection})" if selection else ""
    click.echo(f"{len(chosen)} {word}{asked}{': ' if chosen else ''}{', '.join(chosen)}")
    if left:
        click.echo(f"{len(left)} retired stay so, unless you name them: {', '.join(left)}")


def _say_costs(connection: Any, chosen: Sequence[Any]) -> None:
    """What the choice of requisites costs in disk a month, for each choice that there is among the sources."""
    from pipelines.belongings.requisites import Monthly, monthly_bytes

    for choice in sorted({source.requisites for source in chosen}):
        costs = [monthly_bytes(connection, source) for source in chosen if source.requisites == choice]
        total = Monthly(
            none=sum(cost.none for cost in costs),
            images=sum(cost.images for cost in costs),
            page=sum(cost.page for cost in costs),
            articles=sum(cost.articles for cost in costs),
            measured=all(cost.measured for cost in costs),
        )
        click.echo(f"{len(costs)} with {total.sentence(choice)}")
