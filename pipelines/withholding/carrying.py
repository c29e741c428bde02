"""Withdrawals as ``decisions.toml`` has them, carried out on the archive: words out of the rows, or read again.

Each step can be repeated: whatever a crash, a full disk or an older archive.db left, the next call ends the same. Rows
come first, in one transaction an article; what SQLite leaves of them in its files goes next (rows/traces.py); the WARC
files last, under the crawl lock.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines import search
from pipelines.archive import Archive
from pipelines.article import Outcome
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, warm_up
from pipelines.copies import keys
from pipelines.decisions import Decisions, load
from pipelines.keep import keep
from pipelines.rereading.ahead import read_again, read_at
from pipelines.rereading.jobs import COLUMNS, Job
from pipelines.siterules import relearn, unlearned
from pipelines.sqlite import Connection
from pipelines.store import Place, rules_of
from pipelines.withholding import returning, seeking
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.tombstones import DESTROYED, Tombstone
from pipelines.withholding.records import blackening, dark, searched
from pipelines.withholding.records.deposits import Deposits
from pipelines.withholding.records.lit import lit
from pipelines.withholding.records.moving import Watch, unwatched
from pipelines.withholding.rows import former, traces
from pipelines.withholding.rows.entombing import entomb, part_again
from pipelines.withholding.rows.lifting import lift
from pipelines.workers import PRELOAD, Workers

log = logging.getLogger(__name__)

WITHDRAWN, REINSTATED = "withdrawn", "reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The articles that were withdrawn, and those that came back; what else had words of theirs (*quoted*); what could
    not be done, a line each.
    """

    withdrawn: tuple[str, ...] = ()
    reinstated: tuple[str, ...] = ()
    quoted: tuple[seeking.Found, ...] = ()
    problems: tuple[str, ...] = ()


def is_pending(folder: Path, connection: Connection) -> bool:
    """Whether an archive shows what was decided to be withheld, or withholds what was not."""
    return tombstones.decided(folder) != tombstones.carried_out(connection)


def withhold(archive: Archive) -> tuple[str, ...]:
    """Take the words of what is newly withdrawn out of the rows, and then out of the database's files. Needs no crawl
    lock and no WARC file. The articles.
    """
    there = tombstones.carried_out(archive.connection)
    decided = tombstones.decided(archive.folder)
    wanted = {article: tomb for article, tomb in decided.items() if there.get(article) != tomb}
    for article, tomb in sorted(wanted.items()):
        searched.keep(archive, article, [mark for kind, mark in tomb.marks if kind == "address"])
        if tomb.bytes == DESTROYED:
            former.forget(archive, article)
        else:
            former.keep(archive, article)
        with archive.transaction() as connection:
            entomb(connection, tomb)
            if tomb.bytes == DESTROYED:
                keys.discard(connection)
            archive.event(
                WITHDRAWN,
                object_kind="article",
                object=article,
                agent="operator",
                outcome=tomb.bytes,
                detail=f"{tomb.reason} ({tomb.reference})" if tomb.reference else tomb.reason,
            )
    return tuple(sorted(wanted))


def carry_out(archive: Archive, catalogue: Catalogue, watch: Watch = unwatched, told: Watch = unwatched) -> Carried:
    """All of it, bytes too: the caller holds the crawl lock. Next to nothing where nothing was decided since."""
    there = tombstones.carried_out(archive.connection)
    withdrawn = withhold(archive)
    problems = [problem] if (problem := traces.wipe_if_due(archive)) else []
    lifted: list[str] = []
    for article in sorted(there.keys() - tombstones.decided(archive.folder).keys()):
        try:
            back = Deposits.beside(archive.path).of(article, dark.Claim.WITHDRAWN)
            searched.look_again(archive.path, {one.file for one in back})
            dark.bring_back(archive, article, watch)
            returning.give_back(archive, catalogue, article, watch)
        except ArchiveError as error:
            problems.append(str(error))
        else:
            _lift(archive, catalogue, there[article])
            lifted.append(article)
    problems += _read_again(archive, catalogue)
    for article in lifted:
        with archive.transaction() as connection:
            part_again(connection, there[article])
    relearn(archive, unlearned(archive), catalogue)
    problems += former.give_back(archive, catalogue)
    problems += dark.hide_rest(archive, watch).problems
    quoted = seeking.seek(archive, catalogue, told, watch)
    problems += [problem for one in quoted for problem in one.hidden.problems]
    problems += [problem] if (problem := traces.wipe_if_due(archive)) else []
    for (article,) in archive.connection.execute(_TO_GO).fetchall():
        try:
            dark.destroy(archive, article)
        except ArchiveError as error:
            problems.append(str(error))
    for article, tomb in tombstones.carried_out(archive.connection).items():
        if tomb.bytes == DESTROYED:
            try:
                blackening.destroy(archive, article)
            except ArchiveError as error:
                problems.append(str(error))
    return Carried(withdrawn=withdrawn, reinstated=tuple(lifted), quoted=tuple(quoted), problems=tuple(problems))


_TO_GO = (
    "SELECT DISTINCT t.article FROM tombstones t JOIN captures c ON c.article = t.article"
    f" WHERE t.bytes = '{DESTROYED}' AND c.bytes = 'dark' ORDER BY 1"
)


def _lift(archive: Archive, catalogue: Catalogue, tomb: Tombstone) -> None:
    source = catalogue.source(tomb.source, tomb.url)
    names = load(archive.folder).names(source)
    with archive.transaction() as connection:
        lift(connection, source, tomb, names)
        archive.event(
            REINSTATED, object_kind="article", object=tomb.article, agent="operator", outcome="done", detail=None
        )


# Withheld captures that nothing withholds any more.
_RETURNING = (
    f"SELECT {COLUMNS} FROM captures c WHERE outcome = '{Outcome.WITHHELD}' AND coalesce(bytes, 'none') = 'none'"
    " AND NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.article = c.article)"
    " AND NOT EXISTS (SELECT 1 FROM tombstone_marks m WHERE m.kind = 'digest' AND m.mark = c.payload_digest)"
    " ORDER BY kind, fetched_at, record_id"
)


def _read_again(archive: Archive, catalogue: Catalogue) -> list[str]:
    """What was withheld and is so no more, as if it came in now. What cannot be read stays withheld, and is told."""
    jobs = [Job(*row) for row in archive.connection.execute(_RETURNING)]
    if not jobs:
        return []
    decided, problems = load(archive.folder), list[str]()
    workers = Workers(read_again, warm=warm_up, count=1, preload=PRELOAD)
    try:
        for job in jobs:
            problems += _file(archive, catalogue.source(job.source, job.url), decided, job, workers)
    finally:
        workers.close()
    return problems


def _file(archive: Archive, source: Source, decided: Decisions, job: Job, workers: Workers) -> Iterable[str]:
    names = decided.names(source)
    accepted = decided.pages(source).get(identity_key(job.url, source))
    place = archive.warc_folder, job.file, job.offset
    answer = workers.answer(*place, source, rules_of(archive.connection, source.slug), accepted, names)
    found = read_at(*place)
    if not isinstance(answer, Result) or found is None:
        return [f"{job.url} cannot be read again: {getattr(answer, 'code', 'no record')}"]
    capture = lit(*place, found, source, names)
    if capture.withheld is not None:
        return [f"{job.url} cannot be read again: its bytes are not back"]
    with archive.transaction() as connection:
        sql = "SELECT warc_length FROM captures WHERE id = ?"
        (length,) = connection.execute(sql, (job.capture,)).fetchone()
        connection.execute("DELETE FROM observations WHERE evidence = ?", (job.capture,))
        connection.execute("DELETE FROM captures WHERE id = ?", (job.capture,))
        where = Place(file=job.file, offset=job.offset, length=length, row=job.capture)
        kept = keep(connection, source, capture, where, answer)
        if kept and kept.document:
            search.replace(connection, [kept.document])
    return []
