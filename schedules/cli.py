"""``newsarchive``: one command, composed of the packages' own commands, each imported only when it is asked for.

A command gets the archive's absolute path as ``ctx.obj`` and returns its exit code, or None for 0:
0 done; 1 something needs attention; 2 wrong use or not our file; 75 locked; 78 bad configuration; 130 interrupted.
"""

import importlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.errors import ArchiveError, UsageError, did_you_mean
from schedules import logs

# name: (the module whose COMMANDS hold it, what --help lists); in the order of a first day's work
TABLE = {
    "demo": ("schedules.demo", "Archive a small fictional province and show the result."),
    "init": ("schedules.commands", "Make an archive in this folder."),
    "sources": ("schedules.catalogue.sources", "The catalogue: list, new, check, enable, pause, retire."),
    "run": ("schedules.commands", "Crawl now, or what is due."),
    "daemon": ("schedules.commands", "Crawl what is due, for years."),
    "schedule": ("schedules.commands", "Show the coming week."),
    "cron": ("schedules.commands", "Print a crontab line."),
    "import": ("pipelines.commands", "Read WARC or WACZ files that someone else made."),
    "extract": ("pipelines.commands", "Turn pages into articles as JSON; touches no archive."),
    "reextract": ("pipelines.rereading.command", "Read every kept capture again."),
    "refused": ("pipelines.refusing.commands", "Show which pages were taken for no articles, and why."),
    "accept": ("pipelines.refusing.commands", "Keep pages as articles, whatever the program takes them for."),
    "reject": ("pipelines.refusing.commands", "Take pages out that are no articles."),
    "boilerplate": ("pipelines.ruling", "Show what is taken out of texts, and why."),
    "keep": ("pipelines.ruling", "Keep blocks in the texts of a source."),
    "remove": ("pipelines.ruling", "Take blocks out of the texts of a source."),
    "withdraw": ("pipelines.withholding.command", "Take an article out, and leave a tombstone."),
    "redact": ("pipelines.withholding.redact", "Take a person's name out of an article."),
    "rebuild": ("pipelines.commands", "Make archive.db again from the WARC folder."),
    "serve": ("pipelines.publish.commands", "Browse the archive with Datasette."),
    "search": ("pipelines.publish.commands", "Search titles and texts."),
    "export": ("pipelines.publish.commands", "Write the answer of a query to a file."),
    "status": ("schedules.commands", "Show what is in the archive and what ran."),
    "health": ("schedules.commands", "Say what needs attention."),
}
INTERRUPTED = 130


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in TABLE:
            return None
        commands: Sequence[click.Command] = importlib.import_module(TABLE[cmd_name][0]).COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in TABLE.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in TABLE and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}{did_you_mean(args[0], TABLE)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="NEWSARCHIVE_DB",
    default="archive.db",
    show_default="archive.db in this folder, or NEWSARCHIVE_DB",
    help="The archive's file.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log details, and show where an error arose.")
@click.option("-q", "--quiet", is_flag=True, help="Log warnings and errors only.")
@click.version_option(package_name="newsarchive", prog_name="newsarchive", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, archive: Path, verbose: bool, quiet: bool) -> None:
    """Archives provincial news: fetched politely, kept as WARC, read as articles, published with Datasette."""
    logs.configure(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)
    ctx.obj = archive.absolute()


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. Errors that a person can act on are one line on stderr."""
    try:
        result: Any = cli.main(list(arguments), prog_name="newsarchive", standalone_mode=False)
        sys.stdout.flush()  # so that a reader who has gone is noticed here, not while Python shuts down
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("newsarchive: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return ArchiveError.exit_code
    except (ArchiveError, OSError) as error:
        logging.getLogger(__name__).debug("the error arose here", exc_info=True)
        click.echo(f"newsarchive: {_sentence(error)}", err=True)
        return _exit_code(error)
    return result if isinstance(result, int) else 0


def main() -> None:
    signal.signal(signal.SIGTERM, _interrupt)  # told to end, a command ends as on Ctrl-C: in order
    sys.exit(run(sys.argv[1:]))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _sentence(error: ArchiveError | OSError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(filter(None, [error.filename and str(error.filename), error.strerror.lower()]))
    return " ".join(str(error).split())


def _exit_code(error: ArchiveError | OSError) -> int:
    if isinstance(error, ArchiveError):
        return error.exit_code
    return UsageError.exit_code if isinstance(error, PermissionError | FileNotFoundError) else ArchiveError.exit_code


def _drop_output() -> None:
    """Nobody reads on: what is still buffered goes nowhere, instead of raising once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
