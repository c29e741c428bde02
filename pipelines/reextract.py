"""Every kept capture read again with today's extractor and rules: texts are replaced in place, the former ones kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.capture import Capture
from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.warcfile import locate
from pipelines.archive import Archive, utc_now
from pipelines.article import Article
from pipelines.belongings import requisite_rows
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, run_chain, warm_up
from pipelines.clean import clean
from pipelines.decisions import Pages
from pipelines.geography.placing import replace_all
from pipelines.overrule import OFF_TOPIC, overrule
from pipelines.siterules import catch_up, reclean, relearn
from pipelines.sqlite import Connection
from pipelines.store import rules_of
from pipelines.versions.readings import digest, pack, prepare, unpack
from pipelines.versions.regroup import regroup_source
from pipelines.versions.revise import add_reading, forget_readings
from pipelines.versions.unmodified import read_after
from pipelines.workers import PRELOAD, Workers

AHEAD = 32
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Job:
    """One capture that was read as an article, its reading, and where it lies. No *article*: it was refused."""

    capture: int
    article: str | None
    reading: str
    source: str
    url: str
    file: str
    offset: int


@dataclass(slots=True)
class Differences:
    """*changed* captures read differently now; *failed* are no articles any more and stay as they were; *overruled*
    were refused as off-topic and are articles under today's ``keep``.
    """

    read: int = 0
    changed: int = 0
    failed: int = 0
    overruled: int = 0
    sample: list[tuple[str, int, int]] = field(default_factory=list)

    def note(self, url: str, old: str, new: str) -> None:
        self.changed += 1
        if len(self.sample) < SAMPLE:
            self.sample.append((url, len(old.split()), len(new.split())))


def reextract(
    archive: Archive,
    slugs: Sequence[str],
    *,
    dry_run: bool,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Differences:
    """Read the captures of *slugs* (default: all) again. With *dry_run* nothing is written."""
    catalogue, found = Catalogue.beside(archive.path), Differences()
    catch_up(archive, catalogue)
    jobs = [*_jobs(archive, slugs), *_refused(archive, catalogue, slugs)]
    workers, done = Workers(run_chain, warm=warm_up, preload=PRELOAD), 0
    try:
        for job, result in _answers(archive, catalogue, workers, jobs):
            _judge(archive, catalogue, job, result, found, dry_run)
            done += 1
            progress(done, len(jobs))
    finally:
        workers.close()
    if not dry_run:
        for slug, url in {job.source: job.url for job in jobs}.items():
            with archive.transaction() as connection:  # read otherwise, captures may be of another article
                regroup_source(connection, catalogue.source(slug, url))
        relearn(archive, {job.source for job in jobs}, catalogue)
        replace_all(archive, catalogue, slugs)
    return found


def _jobs(archive: Archive, slugs: Sequence[str]) -> list[Job]:
    marks = f" AND a.source IN ({', '.join('?' * len(slugs))})" if slugs else ""
    sql = (
        "SELECT c.id, a.id, c.reading, a.source, c.final_url, c.warc_file, c.warc_offset FROM captures c"
        " JOIN articles a ON a.id = c.article WHERE c.reading IS NOT NULL AND c.refers_to IS NULL"
        f" AND a.state <> 'withdrawn'{marks}"
        " ORDER BY c.warc_file, c.warc_offset"
    )
    return [Job(*row) for row in archive.connection.execute(sql, tuple(slugs))]


def _refused(archive: Archive, catalogue: Catalogue, slugs: Sequence[str]) -> list[Job]:
    """What ``keep`` refused, of sources that there still is a file of."""
    marks = f" AND source IN ({', '.join('?' * len(slugs))})" if slugs else ""
    sql = (
        "SELECT id, NULL, '', source, final_url, warc_file, warc_offset FROM captures"
        f" WHERE outcome = ?{marks} ORDER BY warc_file, warc_offset"
    )
    rows = archive.connection.execute(sql, (OFF_TOPIC, *slugs))
    return [job for job in (Job(*row) for row in rows) if job.source in catalogue.sources]


def _judge(
    archive: Archive, catalogue: Catalogue, job: Job, result: Result | None, found: Differences, dry_run: bool
) -> None:
    if job.article is not None:
        found.read += 1
        _compare(archive, catalogue, job, job.article, result, found, dry_run)
    elif result is not None and result.article is not None:
        found.overruled += 1
        capture = None if dry_run else read_at(locate(archive.warc_folder, job.file), job.offset)
        if capture is not None:
            overrule(archive, catalogue.sources[job.source], job.capture, capture, result)


def _answers(
    archive: Archive, catalogue: Catalogue, workers: Workers, jobs: Sequence[Job]
) -> Iterator[tuple[Job, Result | None]]:
    asked: dict[int, Job] = {}
    decided = Pages(archive.folder)
    for job in jobs:
        stored = read_at(locate(archive.warc_folder, job.file), job.offset)
        if stored is None:
            yield job, None
            continue
        rules = rules_of(archive.connection, job.source)
        source = catalogue.source(job.source, job.url)
        asked[workers.submit(stored, source, rules, decided.accepted(source, job.url))] = job
        while len(asked) >= AHEAD:
            yield from (
                (asked.pop(t), answer if isinstance(answer, Result) else None) for t, answer in workers.collect(1.0)
            )
    while asked:
        yield from (
            (asked.pop(t), answer if isinstance(answer, Result) else None) for t, answer in workers.collect(1.0)
        )


def read_at(path: Path, offset: int) -> Capture | None:
    """The capture whose answer lies at *offset*; None where the bytes are no longer readable."""
    for found in exchanges(path, offset, ours=True):
        return capture_of(found) if isinstance(found, Stored) else None
    return None


def _compare(
    archive: Archive,
    catalogue: Catalogue,
    job: Job,
    article: str,
    result: Result | None,
    found: Differences,
    dry_run: bool,
) -> None:
    if result is None or result.article is None:
        found.failed += 1
        return
    if result.requisites and not dry_run:
        requisite_rows.complete(archive, job.source, article, result.requisites)
    packed = pack(result.article.reading)
    if digest(packed) == job.reading:
        return
    sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
    row = archive.connection.execute(sql, (article, job.reading)).fetchone()
    rules = rules_of(archive.connection, job.source)
    old = clean(unpack(row[0]), rules, source=job.source, key=result.key, url=job.url)
    if old.sha256 != result.article.sha256:
        found.note(job.url, old.text, result.article.text)
    if not dry_run:
        _replace(archive, catalogue, job, article, result.article)


def _replace(archive: Archive, catalogue: Catalogue, job: Job, article: str, content: Article) -> None:
    """The new reading in the old one's place, and in those of the captures that stand for it; their articles are then
    cleaned from their readings like any other.
    """
    packed = prepare(content.reading)
    with archive.transaction() as connection:
        captures = [(job.capture, article), *read_after(connection, job.capture)]
        for capture, its_article in captures:
            _keep_rendition(connection, capture)
            reading = add_reading(connection, job.source, its_article, content.sha256, packed)
            connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (reading, capture))
        for its_article in sorted({its_article for _, its_article in captures}):
            (n,) = connection.execute("SELECT n FROM articles WHERE id = ?", (its_article,)).fetchone()
            forget_readings(connection, job.source, its_article)
            reclean(connection, catalogue, its_article, n, rules_of(connection, job.source))


def _keep_rendition(connection: Connection, capture: int) -> None:
    """The revision that this capture begins, if it does, as it has been read so far."""
    connection.execute(
        "INSERT OR IGNORE INTO renditions (article, number, extractor, rules, text, sha256, at)"
        " SELECT article, number, coalesce(extractor, ''), coalesce(rules, ''), text, sha256, ?2 FROM revisions"
        " WHERE capture = ?1 AND article = (SELECT article FROM captures WHERE id = ?1)",
        (capture, utc_now()),
    )
