"""Every row of a query in a file, whatever Datasette's limits.

The rows go into a file of another name in the same folder, which takes the wanted name only when it is whole and on the
disk. The manifest comes last: a file whose manifest is beside it is the file that the manifest describes.
"""

import base64
import contextlib
import csv
import hashlib
import importlib.metadata
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from crawler.errors import UsageError, did_you_mean
from pipelines import search, sqlite
from pipelines.archive import open_readonly

# Rows between two calls of the progress callback: about ten calls a second.
BATCH = 1000

# What a query may do, as sqlite3.h's authorizer codes: read. FTS5 itself asks for the pragma data_version.
_OK, _DENY = 0, 1
_PRAGMA, _READ, _SELECT, _FUNCTION, _RECURSIVE = 19, 20, 21, 31, 33
_DENIED_FUNCTIONS = {"load_extension", "fts3_tokenizer"}

Rows = Iterator[Sequence[Any]]
Writer = Callable[[TextIO, Sequence[str], Rows], None]


def export(
    archive: Path,
    query: str,
    out: Path,
    *,
    parameters: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write every row of *query* (a SELECT) to *out*, in the format that its ending says, and a manifest beside it.

    One snapshot of the archive. *progress* gets the number of rows so far. Raises UsageError where the ending, the
    query or the folder is wrong; *out* is then as it was.
    """
    encoding, writer = _format(out)
    manifest = out.with_name(f"{out.name}.manifest.json")
    with (
        contextlib.closing(open_readonly(archive)) as connection,
        _unfinished(out) as part,
        _unfinished(manifest) as manifest_part,
    ):
        connection.execute("BEGIN")
        description = _archive(archive, connection)
        columns, rows = _run(connection, query, parameters or {}, by_name="json" in out.suffix)
        counted = _Counted(rows, progress)
        with part.open("w", encoding=encoding, newline="") as file:
            writer(file, columns, counted)
            _sync(file)
        description |= {"query": query, "parameters": dict(parameters or {}), "columns": columns, "rows": counted.rows}
        with manifest_part.open("w", encoding="utf-8") as file:
            json.dump({"file": out.name, **_digest(part), **description}, file, ensure_ascii=False, indent=2)
            _sync(file)
        # An older manifest must not stand beside newer rows, not even for a moment.
        manifest.unlink(missing_ok=True)
        part.replace(out)
        manifest_part.replace(manifest)
        _sync_folder(out.parent)
    return counted.rows


@contextlib.contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Another name for *path* while it is written; nothing is left under it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _run(
    connection: sqlite.Connection, query: str, parameters: Mapping[str, str], *, by_name: bool
) -> tuple[list[str], Rows]:
    search.register(connection)
    connection.set_authorizer(_authorize)
    try:
        cursor = connection.execute(query, dict(parameters))
    except (connection.Error, connection.Warning) as error:
        raise _wrong(error) from error
    if cursor.description is None:
        raise UsageError("the query answers no rows; allowed: one SELECT statement, or the name of a question")
    columns = [column[0] for column in cursor.description]
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if by_name and twice:
        raise UsageError(f"two columns are called {twice}, which JSON cannot hold; name one of them with AS")
    return columns, _rows(cursor)


def _rows(cursor: Any) -> Rows:
    try:
        yield from cursor
    except sqlite.DatabaseError as error:
        raise _wrong(error) from error


def _wrong(error: Exception) -> UsageError:
    message = " ".join(str(error).split())
    if "not authorized" in message or "prohibited" in message or "readonly" in message:
        return UsageError(f"the query does more than read ({message}); allowed: one SELECT statement")
    return UsageError(f"the query is wrong: {message}")


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in (_READ, _SELECT, _RECURSIVE):
        return _OK
    if action == _FUNCTION and second not in _DENIED_FUNCTIONS:
        return _OK
    return _OK if action == _PRAGMA and first == "data_version" else _DENY


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Rows, progress: Callable[[int], None] | None) -> None:
        self.source, self.progress, self.rows = rows, progress, 0

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Sequence[Any]:
        row = next(self.source)
        self.rows += 1
        if self.progress and self.rows % BATCH == 0:
            self.progress(self.rows)
        return row


def _archive(path: Path, connection: sqlite.Connection) -> dict[str, Any]:
    """What a reader of the file needs to say which state of which archive it was."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    latest = connection.execute("SELECT fetched_at FROM captures ORDER BY id DESC LIMIT 1").fetchone()
    return {
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "program": f"newsarchive {importlib.metadata.version('newsarchive')}",
        "archive": {"file": path.name, "schema_version": version, "latest_capture_at": latest[0] if latest else None},
    }


def _digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _sync(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _csv(dialect: str) -> Writer:
    def write(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
        writer = csv.writer(file, dialect)
        writer.writerow(columns)
        writer.writerows([_plain(value) for value in row] for row in rows)

    return write


def _json_lines(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
    file.writelines(_json_object(columns, row) + "\n" for row in rows)


def _json(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
    file.write("[")
    for number, row in enumerate(rows):
        file.write((",\n" if number else "\n") + _json_object(columns, row))
    file.write("\n]\n")


def _json_object(columns: Sequence[str], row: Sequence[Any]) -> str:
    return json.dumps({name: _plain(value) for name, value in zip(columns, row, strict=True)}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Blobs as base64; infinity, which JSON doesn't know, as a word."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


# The byte order mark makes Excel read a CSV file as UTF-8.
FORMATS: dict[str, tuple[str, Writer]] = {
    ".csv": ("utf-8-sig", _csv("excel")),
    ".tsv": ("utf-8", _csv("excel-tab")),
    ".json": ("utf-8", _json),
    ".jsonl": ("utf-8", _json_lines),
}


def _format(out: Path) -> tuple[str, Writer]:
    if out.suffix.lower() not in FORMATS:
        hint = did_you_mean(out.suffix.lower(), FORMATS)
        raise UsageError(f"{out} ends in {out.suffix or 'nothing'}{hint}; allowed: {', '.join(FORMATS)}")
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file in it")
    return FORMATS[out.suffix.lower()]
