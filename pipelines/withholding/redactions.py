"""Names taken out of what the archive has, and put back: every article brought in line with ``decisions.toml``.

Where nothing was taken out of an article yet, its readings are redacted as they are: no byte is read for it. Otherwise
its pages are read again, since names that overlap leave other words when they are taken out one after the other.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.errors import ArchiveError
from crawler.identity import article_id
from crawler.source import Source
from pipelines import store
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, warm_up
from pipelines.decisions import Decisions, Kind, load
from pipelines.rereading.ahead import read_again
from pipelines.rereading.jobs import COLUMNS, READ, Job
from pipelines.rereading.writing import replace_readings
from pipelines.siterules import reclean, relearn, unlearned
from pipelines.sqlite import Connection
from pipelines.store import rules_of
from pipelines.versions.readings import prepare, unpack
from pipelines.versions.regroup import regroup
from pipelines.versions.revise import add_reading, forget_readings
from pipelines.versions.unmodified import read_after
from pipelines.withholding import returning
from pipelines.withholding.decisions.overdue import mark_of
from pipelines.withholding.records import dark, searched
from pipelines.withholding.records.moving import Hidden, Watch, unwatched
from pipelines.withholding.rows import former
from pipelines.withholding.words.redacting import ByKey, Names, names_for, redact, redact_reading
from pipelines.workers import PRELOAD, Workers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """*articles* (ids) brought in line, with so many *names* out of them now. *problem*: why they were not."""

    articles: tuple[str, ...]
    names: int
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The articles (ids) that share *key*, and what is to be out of them."""

    archive: Archive = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    source: Source
    key: str
    articles: tuple[str, ...]
    names: ByKey = field(repr=False)

    @property
    def wanted(self) -> Names:
        return names_for(self.names, self.key)


def carry_out(archive: Archive, catalogue: Catalogue) -> list[Redacted]:
    """Next to nothing where nothing was decided since. What cannot be put back stays out, and is told."""
    done = [_carry_out(case) for case in _cases(archive, catalogue)]
    if done:
        relearn(archive, unlearned(archive), catalogue)
    return done


def _cases(archive: Archive, catalogue: Catalogue) -> Iterator[_Case]:
    """What was read under other names than those in force."""
    decided = load(archive.folder)
    for source in _sources(archive, catalogue, decided):
        names = decided.names(source)
        for key in _keys(decided, source):
            found = (one.id for one in store.known(archive.connection, source.slug, key) if one.state != "withdrawn")
            case = _Case(
                archive=archive, catalogue=catalogue, source=source, key=key, articles=tuple(found), names=names
            )
            if _marks(case) - {case.wanted.mark}:
                yield case


def _sources(archive: Archive, catalogue: Catalogue, decided: Decisions) -> Iterator[Source]:
    """Those of which names were ever decided on."""
    slugs = decided.named
    known = dict(archive.connection.execute("SELECT slug, homepage FROM sources").fetchall()) if slugs else {}
    for slug in sorted((slugs & known.keys()) - catalogue.errors.keys()):
        yield catalogue.source(slug, known[slug])


def _keys(decided: Decisions, source: Source) -> list[str]:
    """The identity keys that names were ever decided on."""
    made = (each for each in decided.all if each.kind is Kind.NAME and each.source == source.slug)
    return sorted({each.object.partition("#")[0] for each in made})


def _marks(case: _Case) -> set[str]:
    """The names under which its captures were read, by their marks; "" for none."""
    sql = "SELECT read_by FROM captures WHERE article = ? AND kind = 'page' AND reading IS NOT NULL"
    rows = (row for article in case.articles for row in case.archive.connection.execute(sql, (article,)))
    return {mark_of(read_by) for (read_by,) in rows}


def _carry_out(case: _Case) -> Redacted:
    count = len(case.wanted.all)
    read = None if _marks(case) <= {"", case.wanted.mark} else _read(case)
    problem = read if isinstance(read, str) else None
    if problem and not case.wanted:
        return Redacted(articles=case.articles, names=count, problem=problem)
    for article in case.articles:
        _look_for(case, article)
    with case.archive.transaction() as connection:
        for article in case.articles:
            if isinstance(read, dict):
                _replace(connection, case, article, read[article])
            else:
                _take_out(connection, case, article)
            _note(connection, case, article)
        _part_anew(connection, case)
        detail = f"{count} {'name' if count == 1 else 'names'} out of it now"
        for article in case.articles:
            outcome = "redacted" if case.wanted else "undone"
            case.archive.event("redacted", object_kind="article", object=article, outcome=outcome, detail=detail)
    for article in () if case.wanted else case.articles:
        former.forget(case.archive, article, dark.Claim.NAMES)
    return Redacted(articles=case.articles, names=count, problem=problem)


def _look_for(case: _Case, article: str) -> None:
    """Have the names in force looked for in listings, feeds and other pages (seeking.py), before they go out of the
    rows, which say where they would stand there.
    """
    if case.wanted:
        searched.keep(case.archive, article, names=case.wanted.all, claim=dark.Claim.NAMED)


def hide_bytes(archive: Archive, catalogue: Catalogue, watch: Watch = unwatched) -> Hidden:
    """Take the pages that have names which are out of the record into the dark: those captured since, too. What cannot
    be hidden now is logged. The caller holds the crawl lock.
    """
    returning.line_up(archive, catalogue)
    decided, done = load(archive.folder), Hidden()
    sql = (
        "SELECT id FROM captures WHERE source = ? AND key = ? AND kind = 'page' AND bytes IS NULL"
        " AND (reading IS NOT NULL OR outcome LIKE 'rejected:%' OR outcome LIKE 'failed:%') ORDER BY id"
    )
    for source in _sources(archive, catalogue, decided):
        for key in sorted(decided.names(source)):
            if rows := [row for (row,) in archive.connection.execute(sql, (source.slug, key))]:
                try:
                    done += dark.hide(archive, article_id(source.slug, key), rows, watch, claim=dark.Claim.NAMES)
                except ArchiveError as error:  # tried again when the next ingest ends
                    log.warning("names are out of %s, and its pages are not hidden yet: %s", key, error)
    return done


def _read(case: _Case) -> dict[str, list[tuple[Job, Result]]] | str:
    """What the pages of each article read like now; why that is not known."""
    connection = case.archive.connection
    accepted = load(case.archive.folder).pages(case.source).get(case.key)
    asked = case.source, rules_of(connection, case.source.slug), accepted, case.names
    workers = Workers(read_again, warm=warm_up, count=1, preload=PRELOAD)
    found: dict[str, list[tuple[Job, Result]]] = {article: [] for article in case.articles}
    sql = f"SELECT {COLUMNS} FROM captures c WHERE article = ? AND {READ.format('c')} ORDER BY id"
    try:
        for job in [Job(*row) for article in case.articles for row in connection.execute(sql, (article,))]:
            answer = workers.answer(case.archive.warc_folder, job.file, job.offset, *asked)
            if not isinstance(answer, Result) or answer.article is None:
                told = answer.outcome if isinstance(answer, Result) else f"{answer.code} {answer.detail}"
                return f"{job.url} cannot be read again: {told}"
            found[str(job.article)].append((job, answer))
    finally:
        workers.close()
    return found


def _replace(connection: Connection, case: _Case, article: str, read: list[tuple[Job, Result]]) -> None:
    """As ``reextract`` does; but what was shown under other names is no former reading worth keeping."""
    sql = "SELECT rowid FROM renditions WHERE article = ?"
    before = set(connection.execute(sql, (article,)).fetchall())
    if read:
        replace_readings(connection, case.catalogue, read, alike=False)
    after = set(connection.execute(sql, (article,)).fetchall())
    connection.executemany("DELETE FROM renditions WHERE rowid = ?", after - before)


def _take_out(connection: Connection, case: _Case, article: str) -> None:
    """Out of the readings that there are, and of those of other pages that stand for the same bytes."""
    owners = {article}
    sql = "SELECT sha256, reading FROM readings WHERE article = ?"
    for digest, packed in connection.execute(sql, (article,)).fetchall():
        former = unpack(packed)
        reading = redact_reading(former, case.wanted)
        if reading is former:
            continue
        fresh = prepare(reading)
        sql = "SELECT id FROM captures WHERE article = ? AND reading = ?"
        rows = connection.execute(sql, (article, digest)).fetchall()
        followers = [pair for (row,) in rows for pair in read_after(connection, row)]
        for row, owner in {*((row, article) for (row,) in rows), *followers}:
            add_reading(connection, case.source.slug, owner, "", fresh)
            connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (fresh.sha256, row))
            owners.add(owner)
    for owner in sorted(owners):
        _show_again(connection, case, owner)


def _show_again(connection: Connection, case: _Case, article: str) -> None:
    forget_readings(connection, case.source.slug, article)
    # Rows that stand are taken for right, whatever else than their words the readings say.
    for table in ("revisions", "changes", "edits"):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
    (n,) = connection.execute("SELECT n FROM articles WHERE id = ?", (article,)).fetchone()
    reclean(connection, case.catalogue, article, n, rules_of(connection, case.source.slug))


def _note(connection: Connection, case: _Case, article: str) -> None:
    """What no capture is read for: former readings, headlines of listings, with what it was read."""
    names = case.wanted.all
    if names:
        former.keep(case.archive, article, dark.Claim.NAMES)
    former.put_back(connection, case.archive, article, sorted(names), dark.Claim.NAMES)
    sql = "SELECT rowid, title FROM frontier WHERE source = ? AND key = ? AND title IS NOT NULL"
    for row, title in connection.execute(sql, (case.source.slug, case.key)).fetchall():
        connection.execute("UPDATE frontier SET title = ? WHERE rowid = ?", (redact(title, names), row))
    mark = f"~{case.wanted.mark}" if case.wanted else ""
    sql = (
        "UPDATE captures SET read_by = substr(read_by, 1, 16) || ?2 ||"
        " CASE WHEN substr(read_by, -1) IN ('+', '-') THEN substr(read_by, -1) ELSE '' END"
        " WHERE article = ?1 AND kind = 'page' AND read_by IS NOT NULL"
    )
    connection.execute(sql, (article, mark))
    sql = (
        "UPDATE captures SET read_by = ?2 WHERE article = ?1 AND kind = 'page' AND read_by IS NULL AND reading NOT NULL"
    )
    connection.execute(sql, (article, mark))


def _part_anew(connection: Connection, case: _Case) -> None:
    """Titles tell apart articles that share a key: without the names they may be others."""
    known = store.known(connection, case.source.slug, case.key)
    if len(known) > 1:
        regroup(connection, case.source, case.key, known, named_anew=True)
