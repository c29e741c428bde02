"""What is decided to be withheld and an archive still shows: asked before it is shown, since who puts an older one back
puts back what was withheld since.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.decisions import FILE, load
from pipelines.sqlite import Connection
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.tombstones import Tombstone
from pipelines.withholding.words.redacting import ByKey

_MARK = re.compile(r"~([0-9a-f]{8})")


class _Decided(NamedTuple):
    withdrawn: dict[str, Tombstone]
    names: dict[str, ByKey]  # by source


def mark_of(read_by: str | None) -> str:
    """The names under which a capture was read (``Names.mark``), from ``captures.read_by``; "" for none."""
    match = _MARK.search(read_by or "")
    return match[1] if match else ""


def is_overdue(connection: Connection, folder: Path) -> bool:
    """Whether the archive shows what by ``decisions.toml`` in *folder* it must not. ConfigError where that is wrong."""
    decided = _decided(folder)
    if decided.withdrawn and not decided.withdrawn.items() <= tombstones.carried_out(connection).items():
        return True
    return any(_have_names(connection, source, names) for source, names in decided.names.items())


def _have_names(connection: Connection, source: str, names: ByKey) -> bool:
    sql = (
        "SELECT DISTINCT c.read_by FROM captures c JOIN articles a ON a.id = c.article WHERE a.source = ?"
        " AND (a.key = ? OR a.key LIKE ? || '#%') AND a.state <> 'withdrawn' AND c.kind = 'page' AND c.reading NOT NULL"
    )
    for key, wanted in names.items():
        if any(mark_of(read_by) != wanted.mark for (read_by,) in connection.execute(sql, (source, key, key))):
            return True
    return False


def _decided(folder: Path) -> _Decided:
    """A thousand decisions take a tenth of a second to read, so the last answer is kept."""
    try:
        found = (folder / FILE).stat()
    except OSError:
        return _Decided({}, {})
    return _decided_in(folder, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=1)
def _decided_in(folder: Path, state: tuple[int, int, int]) -> _Decided:
    made = load(folder)
    names = {source: made.names_of(source) for source in made.named}
    return _Decided(tombstones.decided(folder), {source: found for source, found in names.items() if found})
