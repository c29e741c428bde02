"""Archives of the small world: copied, and told what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

from schedules import cli

# Answers with the exit code, and with what was said.
Command = Callable[..., tuple[int, str]]


def copied(path: Path, folder: Path) -> Path:
    """The archive at *path* with all that lies beside it, in a new folder of *folder*'s."""
    return Path(shutil.copytree(path.parent, folder / "world")) / path.name


def run(path: Path, *arguments: str) -> int:
    return cli.run(["--archive", str(path), *arguments])
