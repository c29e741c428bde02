"""Articles whose pages print words that were taken out of their records, or are back there: read again as they are now.

Most pages print a headline of another article in a box that no reading has; then nothing is to be done.
"""

import json
import logging
import zlib
from collections.abc import Callable, Sequence

from crawler.identity import key as identity_key
from pipelines.archive import Archive
from pipelines.article import Outcome
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, warm_up
from pipelines.decisions import load
from pipelines.rereading.ahead import read_again, read_at
from pipelines.rereading.jobs import COLUMNS, READ, Job
from pipelines.rereading.writing import replace_readings
from pipelines.siterules import relearn, unlearned
from pipelines.sqlite import Connection
from pipelines.store import leave_unlearned, rules_of
from pipelines.withholding.rows.traces import CLEARED
from pipelines.withholding.words.masking import PLAIN_SIGN, Sought, mask
from pipelines.withholding.words.redacting import SIGN
from pipelines.withholding.words.sparing import own_of, says
from pipelines.workers import PRELOAD, Workers

log = logging.getLogger(__name__)

# Whether a text, of an article, has what was taken out of its records.
Says = Callable[[str, str], bool]


def clear(archive: Archive, catalogue: Catalogue, rows: Sequence[int], sought: Sought) -> None:
    """What is *sought*, and out of the records of the captures *rows* by now, out of what the archive's rows say of
    them, and of the articles that are read from them.
    """
    sql = "SELECT id, detail FROM captures WHERE id IN (SELECT value FROM json_each(?)) AND detail IS NOT NULL"
    told = archive.connection.execute(sql, (json.dumps(list(rows)),)).fetchall()
    bare = [(text, row) for row, detail in told if (text := mask(detail, [sought], "utf-8", "")) is not detail]
    if bare:
        with archive.transaction() as connection:
            connection.executemany("UPDATE captures SET detail = ? WHERE id = ?", bare)
    # Before any page is read again, since the rows tell what an article says itself.
    owns = {own: own_of(archive.connection, own) for own in _articles(archive.connection, rows)}
    articles = show_again(archive, catalogue, rows, lambda text, article: says(text, sought, owns[article]))
    if bare or articles:
        with archive.transaction():
            detail = json.dumps({"captures": len(bare), "articles": articles})
            archive.event(CLEARED, object_kind="article", object=sought.article, outcome="done", detail=detail)


def tell_again(archive: Archive, catalogue: Catalogue, rows: Sequence[int]) -> None:
    """The same, of words that are back in the records."""
    sql = "SELECT id, warc_file, warc_offset FROM captures WHERE id IN (SELECT value FROM json_each(?)) AND outcome = ?"
    for row, file, offset in archive.connection.execute(sql, (json.dumps(list(rows)), Outcome.REDIRECT)).fetchall():
        if capture := read_at(archive.warc_folder, file, offset):
            with archive.transaction() as connection:
                connection.execute("UPDATE captures SET detail = ? WHERE id = ?", (capture.header("location"), row))
    show_again(archive, catalogue, rows, lambda text, _: SIGN in text or PLAIN_SIGN in text)


def show_again(archive: Archive, catalogue: Catalogue, rows: Sequence[int], is_said: Says) -> list[str]:
    """The articles of the captures *rows* of which a reading says what *is_said* knows, read again. Those articles."""
    articles = sorted({article for row in rows for article in _saying(archive.connection, row, is_said)})
    if not articles:
        return []
    workers = Workers(read_again, warm=warm_up, count=1, preload=PRELOAD)
    try:
        for article in articles:
            _show(archive, catalogue, article, workers, is_said)
    finally:
        workers.close()
    relearn(archive, unlearned(archive), catalogue)
    return articles


def _saying(connection: Connection, row: int, is_said: Says) -> list[str]:
    sql = (
        "SELECT c.article, r.reading FROM captures c JOIN readings r ON r.article = c.article AND r.sha256 = c.reading"
        " WHERE c.id = ?"
    )
    found = connection.execute(sql, (row,)).fetchall()
    return [article for article, packed in found if is_said(_text(packed), article)]


def _text(packed: bytes) -> str:
    return zlib.decompress(packed).decode("utf-8", "replace")


def _articles(connection: Connection, rows: Sequence[int]) -> list[str]:
    sql = (
        "SELECT DISTINCT article FROM captures WHERE id IN (SELECT value FROM json_each(?)) AND article IS NOT NULL"
        " ORDER BY article"
    )
    return [article for (article,) in connection.execute(sql, (json.dumps(list(rows)),))]


def _show(archive: Archive, catalogue: Catalogue, article: str, workers: Workers, is_said: Says) -> None:
    connection, decided = archive.connection, load(archive.folder)
    sql = f"SELECT {COLUMNS} FROM captures c WHERE article = ? AND {READ.format('c')} ORDER BY id"
    read: list[tuple[Job, Result]] = []
    for job in [Job(*row) for row in connection.execute(sql, (article,))]:
        source = catalogue.source(job.source, job.url)
        accepted = decided.pages(source).get(identity_key(job.url, source))
        asked = source, rules_of(connection, source.slug), accepted, decided.names(source)
        answer = workers.answer(archive.warc_folder, job.file, job.offset, *asked)
        if isinstance(answer, Result) and answer.article is not None:
            read.append((job, answer))
        else:
            log.warning("%s cannot be read again without what was taken out of it", job.url)
    with archive.transaction():
        before = {row for (row,) in connection.execute("SELECT rowid FROM renditions WHERE article = ?", (article,))}
        if read:
            replace_readings(connection, catalogue, read, alike=False)
            leave_unlearned(connection, read[0][0].source)
        # What was shown until now says it, and is no former reading worth keeping.
        rows = connection.execute("SELECT rowid, text FROM renditions WHERE article = ?", (article,)).fetchall()
        gone = [(row,) for row, text in rows if row not in before or is_said(text or "", article)]
        connection.executemany("DELETE FROM renditions WHERE rowid = ?", gone)
