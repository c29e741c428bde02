"""What a page says of a withheld article, and what is seen to before an archive is shown at all."""

import logging
from contextlib import closing
from pathlib import Path
from typing import Any

from crawler.errors import LockedError, UsageError
from pipelines.archive import open_archive, open_readonly
from pipelines.catalogue import Catalogue
from pipelines.sqlite import Connection
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.overdue import is_overdue

log = logging.getLogger(__name__)


def tombstone(connection: Connection, article: str) -> dict[str, Any] | None:
    """What is left of a withheld article; None of any other."""
    if not tombstones.has_tables(connection):
        return None
    cursor = connection.execute(
        "SELECT t.*, s.name AS source_name, a.first_seen_at, a.last_seen_at FROM tombstones t"
        " LEFT JOIN sources s ON s.slug = t.source LEFT JOIN articles a ON a.id = t.article WHERE t.article = ?",
        (article,),
    )
    row = cursor.fetchone()
    return None if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))


def tombstone_of_row(connection: Connection, number: int) -> dict[str, Any] | None:
    """As ``tombstone``, of the article with this number."""
    found = connection.execute("SELECT id FROM articles WHERE n = ?", (number,)).fetchone()
    return tombstone(connection, found[0]) if found else None


def see_to(archive: Path, *, wipe: bool = True) -> None:
    """Withhold what is decided to be withheld and *archive* still shows: an older one that was put back, or one whose
    withdrawal was cut short. Raises LockedError or UsageError where that cannot be done: then it must not be shown.
    Without *wipe* archive.db is not written anew: the next command that writes does it.
    """
    if not _is_overdue(archive):
        return
    # With it comes all that reads pages: half a second, and mostly idle.
    from pipelines.withholding import carrying, redactions
    from pipelines.withholding.rows import traces

    try:
        opened = open_archive(archive)
    except UsageError as error:
        raise UsageError(f"{archive} has articles that are withdrawn, and they cannot be taken out: {error}") from None
    except LockedError as error:
        raise LockedError(f"{archive} still has articles that are withdrawn: {error}") from None
    try:
        carrying.withhold(opened)
        catalogue = Catalogue.beside(archive)
        catalogue.remember(opened.connection)
        redactions.carry_out(opened, catalogue)
        if wipe and (problem := traces.wipe_if_due(opened)):
            log.warning("%s", problem)
    except LockedError as error:
        raise LockedError(f"{archive} still has articles that are withdrawn: {error}") from None
    finally:
        opened.close()
    if _is_overdue(archive):  # a source file that is wrong
        raise UsageError(f"{archive} still has names that are withheld: its newspaper's source file cannot be read")


def _is_overdue(archive: Path) -> bool:
    with closing(open_readonly(archive)) as connection:
        return is_overdue(connection, archive.resolve().parent)
