"""What the operator decided on pages, carried out on what is in the archive: pages taken in, articles taken out.

The bytes stay in the WARC files, so either can be undone: an article that comes back has its former id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.source import Source
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, warm_up
from pipelines.decisions import Decisions, Kind, load
from pipelines.program import read_by
from pipelines.rereading.ahead import read_again, read_at
from pipelines.rereading.jobs import COLUMNS, READ, REFUSED, Job
from pipelines.rereading.writing import judge_again, note_read, strike
from pipelines.siterules import relearn
from pipelines.store import rules_of
from pipelines.withholding.words.redacting import names_for
from pipelines.workers import PRELOAD, Workers

# (source, identity key): what a decision is on.
Object = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One capture that ends otherwise now; *after* is as it was where the page cannot be read as decided."""

    url: str
    before: str
    after: str
    detail: str | None = None


def carry_out(archive: Archive, catalogue: Catalogue) -> list[Change]:
    """Read again what was read otherwise than ``decisions.toml`` says by now. Next to nothing where nothing was."""
    decided = load(archive.folder)
    changes: list[Change] = []
    slugs = {each.source for each in decided.all if each.kind is Kind.PAGE}
    known = dict(archive.connection.execute("SELECT slug, homepage FROM sources").fetchall()) if slugs else {}
    for slug in sorted((slugs & known.keys()) - catalogue.errors.keys()):
        source = catalogue.source(slug, known[slug])
        accepted = decided.pages(source)
        jobs = list(_jobs(archive, source, _keys(decided, source), accepted))
        if jobs:
            changes += _read(archive, catalogue, source, jobs, accepted)
    return changes


def _keys(decided: Decisions, source: Source) -> Iterable[str]:
    """All that was ever decided on, what was taken back too."""
    return sorted(decided.keys(source))


def _jobs(
    archive: Archive, source: Source, keys: Iterable[str], accepted: Mapping[str, bool]
) -> Iterable[tuple[str, Job]]:
    """The captures, with their keys, that were read under another decision than today's."""
    which = f"({READ.format('c')} OR {REFUSED.format('c')})"
    sql = (
        f"SELECT {COLUMNS} FROM captures c WHERE source = ? AND key = ? AND {which}"
        " AND CASE substr(coalesce(read_by, ''), -1) WHEN '+' THEN 1 WHEN '-' THEN 0 ELSE -1 END <> ? ORDER BY id"
    )
    for key in keys:
        wanted = int(accepted.get(key, -1))
        for row in archive.connection.execute(sql, (source.slug, key, wanted)).fetchall():
            yield key, Job(*row)


def _read(
    archive: Archive, catalogue: Catalogue, source: Source, jobs: list[tuple[str, Job]], accepted: Mapping[str, bool]
) -> list[Change]:
    workers = Workers(read_again, warm=warm_up, count=1, preload=PRELOAD)
    changes: list[Change] = []
    names = load(archive.folder).names(source)
    try:
        for key, job in jobs:
            asked = archive.warc_folder, job.file, job.offset, source, rules_of(archive.connection, source.slug)
            answer = workers.answer(*asked, accepted.get(key), names)
            if isinstance(answer, Result):
                changes.append(
                    _write(
                        archive,
                        catalogue,
                        source,
                        job,
                        answer,
                        read_by(source, accepted.get(key), names_for(names, key).mark),
                    )
                )
            else:
                changes.append(Change(url=job.url, before=job.outcome, after=job.outcome, detail=answer.code))
    finally:
        workers.close()
    relearn(archive, {source.slug}, catalogue)
    return changes


def _write(archive: Archive, catalogue: Catalogue, source: Source, job: Job, result: Result, mark: str) -> Change:
    is_article = result.article is not None
    with archive.transaction() as connection:
        if job.reading is None and result.outcome != job.outcome:
            capture = read_at(archive.warc_folder, job.file, job.offset)
            assert capture is not None, "a worker has just read it"
            judge_again(archive, source, job, capture, result)
        elif job.reading is not None and not is_article and not result.outcome.startswith("failed:"):
            strike(archive, catalogue, source, job, result)
        note_read(connection, job, mark)
    return Change(url=job.url, before=job.outcome, after=result.outcome, detail=result.detail)
