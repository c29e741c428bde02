"""A crontab line: absolute paths only, since cron starts in the home folder with almost no environment."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import UsageError

# How often cron asks what is due. A slot is served this late at the most; an idle look costs about half a second.
EVERY_MINUTES = 10


def run_due(archive: Path) -> Sequence[str]:
    """The command that cron and the daemon start. ``-P``: a folder named like our packages must not be imported."""
    program = Path(sys.executable).absolute()  # not resolved: the link in the venv is what finds the venv
    return [str(program), "-P", "-m", "schedules.cli", "--archive", str(archive.absolute()), "run", "--due"]


def cron_line(archive: Path, *, log: Path | None = None) -> str:
    """The line for ``crontab -e``; what it prints is appended to *log* (``newsarchive.log`` beside the archive)."""
    target = (log or archive.with_name("newsarchive.log")).absolute()
    command = f"{shlex.join(run_due(archive))} >> {shlex.quote(str(target))} 2>&1"
    for sign, name in (("\n", "a line break"), ("\r", "a line break"), ("\\", "a backslash")):
        if sign in command:
            raise UsageError(
                f"a crontab line cannot hold {name}: rename {archive.absolute().parent} or the Python's folder"
            )
    # In a crontab a bare % ends the command; cron takes the backslash away before the shell sees it.
    return f"*/{EVERY_MINUTES} * * * * {command.replace('%', chr(92) + '%')}"
