"""Pages of a national outlet that its ``keep`` refused, read again: a wider one takes them in.

A narrower one takes nothing out: what was kept once is the record's.
"""

from crawler.capture import Capture
from crawler.source import Source
from pipelines import search
from pipelines.archive import Archive
from pipelines.article import Outcome
from pipelines.chain import Result
from pipelines.keep import keep
from pipelines.store import Place

OFF_TOPIC = f"{Outcome.REJECTED}:off-topic"


def overrule(archive: Archive, source: Source, row: int, capture: Capture, result: Result) -> None:
    """The refused capture *row* as what *result* makes of it; its row is made anew, its record stays where it lies."""
    with archive.transaction() as connection:
        sql = "SELECT warc_file, warc_offset, warc_length FROM captures WHERE id = ?"
        file, offset, length = connection.execute(sql, (row,)).fetchone()
        connection.execute("DELETE FROM captures WHERE id = ?", (row,))
        kept = keep(connection, source, capture, Place(file=file, offset=offset, length=length), result)
        if kept and kept.document:
            search.replace(connection, [kept.document])
        archive.event(
            "overruled",
            object_kind="capture",
            object=capture.record_id,
            outcome=result.outcome,
            detail=f"{OFF_TOPIC} before: {capture.final_url}",
        )
