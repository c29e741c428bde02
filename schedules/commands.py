"""The commands that start, plan and watch: init, run, daemon, schedule, cron, status, health."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from crawler.errors import ConfigError, UsageError, did_you_mean
from schedules.console import demand, operator_folder, show, table

WEEK = timedelta(days=7)
RUN_COLUMNS = ("id", "schedule", "started_at", "state", "captures", "added", "revised", "reprints")


@click.command()
@click.option("--contact", help="An address that a newspaper can write to; it stands in the user agent.")
@click.pass_obj
def init(archive: Path, contact: str | None) -> None:
    """Make an archive, newsarchive.toml and empty sources/ and schedules/ in this folder."""
    from crawler import config
    from pipelines import archive as archives

    if archive.exists():
        raise UsageError(f"{archive} is there already; nothing was changed")
    folder = operator_folder(archive)
    text = config.default_text(_contact(contact))
    archives.make_folder(folder)
    for name in ("sources", "schedules"):
        (folder / name).mkdir(exist_ok=True)
    settings = folder / "newsarchive.toml"
    if not settings.exists():  # an operator's file is never overwritten
        settings.write_text(text, encoding="utf-8")
    archives.create(archive).close()
    click.echo(f"made {archive}\nnext: newsarchive sources list; newsarchive sources enable SLUG; newsarchive run")


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--due", is_flag=True, help="Only the sources whose schedule is due: the cron mode.")
@click.option("--schedule", metavar="NAME", help="The sources of this schedule, due or not.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Go back through the named sources to this day (2019-01-01), newest first; later runs go on with it.",
)
@click.pass_obj
def run(archive: Path, slugs: tuple[str, ...], due: bool, schedule: str | None, since: datetime | None) -> int:
    """Crawl the enabled sources now, or those named."""
    from schedules import files, jobs

    if sum(map(bool, (slugs, due, schedule))) > 1:
        raise click.UsageError("SLUG, --due and --schedule exclude each other: name one of them")
    if schedule is not None and schedule not in (known := files.load(operator_folder(archive) / "schedules")):
        raise click.UsageError(
            f"no schedule {schedule!r}{did_you_mean(schedule, known)}; there are: {', '.join(known)}"
        )
    return jobs.run(archive, slugs=slugs, due=due, schedule=schedule, since=since.date() if since else None)


@click.command()
@click.pass_obj
def daemon(archive: Path) -> int:
    """Crawl what is due until SIGTERM or Ctrl-C; the same work as `run --due` from cron."""
    from schedules import daemon as service

    demand(archive)
    return service.serve(archive)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Every slot, in UTC.")
@click.pass_obj
def schedule(archive: Path, as_json: bool) -> None:
    """Show when each schedule runs in the coming week."""
    from schedules import files, plan

    now = datetime.now(UTC)
    week = {
        name: plan.slots(one, now, now + WEEK)
        for name, one in files.load(operator_folder(archive) / "schedules").items()
    }
    if as_json:
        show({name: [f"{slot:%Y-%m-%dT%H:%M:%SZ}" for slot in slots] for name, slots in week.items()})
        return
    days: dict[tuple[str, str], list[str]] = {}
    for name, slots in week.items():
        for local in (slot.astimezone() for slot in slots):
            days.setdefault((f"{local:%Y-%m-%d %a}", name), []).append(f"{local:%H:%M}")
    rows = [(day, name, len(times), _span(times)) for (day, name), times in sorted(days.items())]
    table((f"day ({now.astimezone():UTC%z})", "schedule", "runs", "at"), rows)


@click.command()
@click.option("--log", type=click.Path(path_type=Path), help="Where its output goes.  [default: newsarchive.log]")
@click.pass_obj
def cron(archive: Path, log: Path | None) -> None:
    """Print the line for `crontab -e`; it works from any folder and with an empty environment."""
    from schedules.cron import cron_line

    demand(archive)
    click.echo(cron_line(archive, log=log))


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def status(archive: Path, as_json: bool) -> None:
    """Show what is in the archive, what ran last, who holds a lock, which SQLite this is."""
    from schedules import health as service

    report = service.status(archive)
    if as_json:
        show(report)
        return
    rows = [(name, report[name]) for name in ("archive", "bytes", "sqlite", "wal_reset_bug", "revisits_thinned_out")]
    rows += [
        (f"{part} {name}", value)
        for part in ("rows", "outcomes", "locks", "backfills")
        for name, value in report[part].items()
    ]
    table((), rows)
    if report["runs"]:
        click.echo()
        table(RUN_COLUMNS, [tuple(run[column] for column in RUN_COLUMNS) for run in report["runs"]])


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def health(archive: Path, as_json: bool) -> int:
    """Say what needs attention, a line each; exit 1 if anything does."""
    from schedules import health as service

    problems = service.problems(archive, datetime.now(UTC))
    if as_json:
        show(problems)
    else:
        click.echo("\n".join(problems) or "all is well")
    return 1 if problems else 0


COMMANDS: tuple[click.Command, ...] = (init, run, daemon, schedule, cron, status, health)


def _contact(given: str | None) -> str:
    from crawler import config

    if given is None and sys.stdin.isatty():
        given = click.prompt("An e-mail address or web page where newspapers can reach you")
    if not given:
        raise click.UsageError("--contact is needed: an e-mail address or web page where newspapers can reach you")
    try:
        return config.contact(given, "--contact")
    except ConfigError as error:
        raise click.UsageError(str(error)) from error


def _span(times: list[str]) -> str:
    return ", ".join(times) if len(times) <= 4 else f"{times[0]}, {times[1]}, … {times[-1]}"
