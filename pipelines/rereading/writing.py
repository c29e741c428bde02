"""New readings in the old ones' place, as rows. Every function works inside the caller's transaction."""

from collections.abc import Mapping, Sequence

from crawler.capture import Capture
from crawler.source import Source
from pipelines import search
from pipelines.archive import Archive, utc_now
from pipelines.article import Article
from pipelines.belongings import requisite_rows
from pipelines.catalogue import Catalogue
from pipelines.chain import Result
from pipelines.keep import keep
from pipelines.rereading.jobs import Job
from pipelines.siterules import reclean
from pipelines.sqlite import Connection
from pipelines.store import Place, rules_of
from pipelines.versions.observations import settle
from pipelines.versions.readings import prepare
from pipelines.versions.removal import remove_article
from pipelines.versions.revise import add_reading, forget_readings
from pipelines.versions.unmodified import read_after


def note_read(connection: Connection, job: Job, mark: str) -> None:
    """That a capture has been read by the program and source that *mark* stands for."""
    connection.execute("UPDATE captures SET read_by = ? WHERE id = ?", (mark, job.capture))


def replace_readings(
    connection: Connection, catalogue: Catalogue, read: Sequence[tuple[Job, Result]], *, alike: bool
) -> None:
    """The new readings of one article's captures, and of what stands for them. *alike*: the record shows the same of
    them, so that only the readings are others.
    """
    articles: set[str] = set()
    for job, result in read:
        assert result.article is not None and job.article is not None
        if result.requisites:
            requisite_rows.enlist(connection, job.source, job.article, (), result.requisites)
        packed = result.packed or prepare(result.article.reading)
        for capture, article in [(job.capture, job.article), *read_after(connection, job.capture)]:
            reading = add_reading(connection, job.source, article, result.article.sha256, packed)
            connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (reading, capture))
            articles.add(article)
            if alike:
                _note_extractor(connection, article, capture, result.article)
    for article in sorted(articles):
        forget_readings(connection, read[0][0].source, article)
        if not alike:
            _show_again(connection, catalogue, article)


def _note_extractor(connection: Connection, article: str, capture: int, content: Article) -> None:
    values = (content.reading.extractor, article, capture)
    connection.execute("UPDATE revisions SET extractor = ? WHERE article = ? AND capture = ?", values)
    newest = "(SELECT capture FROM revisions r WHERE r.article = articles.id AND r.number = articles.revision)"
    connection.execute(f"UPDATE articles SET extractor = ? WHERE id = ? AND {newest} = ?", values)


def _show_again(connection: Connection, catalogue: Catalogue, article: str) -> None:
    """Versions and row of *article* made from its readings as if for the first time; what was shown is kept."""
    former = _versions(connection, article)
    # Rows that stand are taken for right, whatever else than their words the readings say.
    for table in ("revisions", "changes", "edits"):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
    source, n = connection.execute("SELECT source, n FROM articles WHERE id = ?", (article,)).fetchone()
    reclean(connection, catalogue, article, n, rules_of(connection, source))
    now = {capture: words for capture, (_, words, *_) in _versions(connection, article).items()}
    for capture, (number, words, extractor, rules, text, read_by) in former.items():
        if now.get(capture) != words:
            # Lines of ours make a reading as much as an extractor's: what other lines made of a page is another one.
            name = " ".join(filter(None, (extractor, read_by)))
            connection.execute(
                "INSERT OR IGNORE INTO renditions (article, number, extractor, rules, text, sha256, at, capture)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (article, number, name, rules or "", text, words, utc_now(), capture),
            )


def _versions(connection: Connection, article: str) -> Mapping[int, tuple[int, str, str, str, str, str]]:
    """By the capture that begins it: number, digest of its words, extractor, rules, text, mark of what read it."""
    sql = (
        "SELECT r.capture, r.number, r.sha256, r.extractor, r.rules, r.text, c.read_by FROM revisions r"
        " JOIN captures c ON c.id = r.capture WHERE r.article = ?"
    )
    return {capture: tuple(rest) for capture, *rest in connection.execute(sql, (article,))}


def judge_again(archive: Archive, source: Source, job: Job, capture: Capture, result: Result) -> None:
    """A refused capture as what *result* makes of it: its row is made anew, its record stays where it lies."""
    connection = archive.connection
    sql = "SELECT warc_file, warc_offset, warc_length FROM captures WHERE id = ?"
    file, offset, length = connection.execute(sql, (job.capture,)).fetchone()
    sql = "SELECT DISTINCT article FROM observations WHERE evidence = ?"
    seen = [article for (article,) in connection.execute(sql, (job.capture,))]
    connection.execute("DELETE FROM observations WHERE evidence = ?", (job.capture,))
    connection.execute("DELETE FROM captures WHERE id = ?", (job.capture,))
    kept = keep(connection, source, capture, Place(file=file, offset=offset, length=length), result)
    if kept and kept.document:
        search.replace(connection, [kept.document])
    for article in seen:  # it said that they were missing
        settle(connection, article)
    if result.article is not None:
        archive.event(
            "overruled",
            object_kind="capture",
            object=capture.record_id,
            outcome=result.outcome,
            detail=f"{job.outcome} before: {capture.final_url}",
        )


def strike(archive: Archive, catalogue: Catalogue, source: Source, job: Job, result: Result) -> None:
    """A capture that was read as an article, and is none as the operator decided: *result* says how it ends. With the
    last of its captures the article goes; its bytes stay.
    """
    connection = archive.connection
    sql = "SELECT record_id FROM captures WHERE id = ?"
    (record_id,) = connection.execute(sql, (job.capture,)).fetchone()
    after = read_after(connection, job.capture)
    articles = sorted({str(job.article), *(article for _, article in after)})
    sql = "UPDATE captures SET outcome = ?, detail = ? WHERE id = ?"
    connection.execute(sql, (result.outcome, result.detail, job.capture))
    for row in (job.capture, *(row for row, _ in after)):
        connection.execute("UPDATE captures SET reading = NULL, article = NULL WHERE id = ?", (row,))
        connection.execute("DELETE FROM observations WHERE evidence = ?", (row,))
    detail = f"{job.outcome} before: {job.url}"
    archive.event("struck", object_kind="capture", object=record_id, outcome=result.outcome, detail=detail)
    for article in articles:
        sql = "SELECT n, (SELECT 1 FROM captures c WHERE c.article = a.id AND reading IS NOT NULL) FROM articles a"
        row = connection.execute(f"{sql} WHERE id = ? AND state <> 'withdrawn'", (article,)).fetchone()
        if row is None:
            continue
        n, is_read = row
        if not is_read:
            remove_article(connection, source.slug, article, n, heir=None)
            continue
        forget_readings(connection, source.slug, article)
        settle(connection, article)
        reclean(connection, catalogue, article, n, rules_of(connection, source.slug))


def note_refusal(archive: Archive, job: Job, outcome: str) -> None:
    """That this program refuses what was read as an article, whose former reading stays."""
    sql = "SELECT record_id FROM captures WHERE id = ?"
    (record_id,) = archive.connection.execute(sql, (job.capture,)).fetchone()
    archive.event(
        "refused-again",
        object_kind="capture",
        object=record_id,
        outcome=outcome,
        detail=f"its former reading stays: {job.url}",
    )
