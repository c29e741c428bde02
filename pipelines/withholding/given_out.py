"""What leaves the archive is noted in it, so that a later withdrawal can say which files have the words."""

import contextlib
import json
import logging
from pathlib import Path

from crawler.errors import ArchiveError
from pipelines import archive as archives

log = logging.getLogger(__name__)


def note_export(archive: Path, file: Path) -> None:
    """Note the export whose manifest lies beside *file*. One that cannot be noted was made all the same, and is logged:
    who may only read an archive may export from it.
    """
    said = json.loads(file.with_name(f"{file.name}.manifest.json").read_text("utf-8"))
    detail = json.dumps({name: said[name] for name in ("query", "parameters", "rows", "sha256")}, ensure_ascii=False)
    noted = {"object_kind": "file", "object": file.name, "agent": "operator", "outcome": "done", "detail": detail}
    try:
        with contextlib.closing(archives.open_archive(archive)) as opened, opened.transaction():
            opened.event("export", **noted)
    except ArchiveError as error:
        log.warning("%s is not noted among the archive's events: %s", file, error)
