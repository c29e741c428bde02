"""What the commands share: the operator's folder, a table, JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click


def operator_folder(archive: Path) -> Path:
    """Where newsarchive.toml, sources/ and schedules/ lie: beside the archive itself, if its name is a link."""
    return archive.resolve().parent


def demand(archive: Path) -> None:
    """Raise ``UsageError`` unless *archive* is one of ours."""
    from pipelines import archive as archives

    archives.open_readonly(archive).close()


def show(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print *rows* in columns as wide as what is in them; nothing known is a hyphen."""
    lines = [["-" if cell is None else str(cell) for cell in row] for row in ([heads] if heads else []) + list(rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
