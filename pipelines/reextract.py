"""Every kept capture read again with today's program: texts are replaced in place, the former ones kept.

An article at a time, in short transactions, each with the note of what has been read: so it may end at any moment, and
the next call goes on. What follows from all of a site's articles comes at the end, and is noted by site.
"""

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from crawler.source import Source
from pipelines.archive import Archive
from pipelines.article import Outcome
from pipelines.boilerplate import Rules
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, warm_up
from pipelines.copies.edges import wait_again, waiting
from pipelines.decided import Pages
from pipelines.geography.placing import replace_all
from pipelines.keep import BY_OPERATOR
from pipelines.program import read_by
from pipelines.rereading.ahead import Ahead, Answers, Question, read_again, read_at
from pipelines.rereading.evidence import Difference, compare
from pipelines.rereading.jobs import Job, sources_of, wanted
from pipelines.rereading.report import Report
from pipelines.rereading.shown import Record, Repeated, would_show
from pipelines.rereading.writing import judge_again, note_read, note_refusal, replace_readings, strike
from pipelines.siterules import catch_up, relearn
from pipelines.sqlite import is_fault
from pipelines.store import rules_of
from pipelines.versions import translations
from pipelines.versions.readings import digest, pack
from pipelines.versions.regroup import regroup_source
from pipelines.withholding.rows.entombing import entomb_again
from pipelines.withholding.rows.traces import CLEARED
from pipelines.workers import PRELOAD, Failure, Workers

log = logging.getLogger(__name__)


def reextract(
    archive: Archive,
    slugs: Sequence[str],
    *,
    dry_run: bool,
    everything: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    report: Report | None = None,
) -> Report:
    """Read again what of *slugs* (default: all) another program has read, or *everything*, in *workers* processes
    (default: one a core). With *dry_run* nothing is written. *report* is filled as it goes on, for who interrupts.
    """
    report = Report() if report is None else report
    catalogue = Catalogue.beside(archive.path)
    catalogue.remember(archive.connection)
    if not dry_run:
        catch_up(archive, catalogue)
    which = wanted(archive, catalogue, slugs, everything=everything)
    report.todo = which.count(archive)
    report.skipped = wanted(archive, catalogue, slugs, everything=True).count(archive) - report.todo
    if report.todo:
        count = workers or _cores()
        again = _Again(archive=archive, catalogue=catalogue, dry_run=dry_run, report=report)
        pool = Workers(read_again, warm=warm_up, count=count, preload=PRELOAD)
        try:
            ahead = Ahead(pool, which.units(archive), again.question)
            done = 0
            while batch := ahead.batch():
                again.write(batch, ahead.pump)
                done += sum(map(len, batch))
                progress(done, report.todo)
        finally:
            pool.close()
    if not dry_run:
        report.recleaned = _finish(archive, catalogue, slugs, everything=everything)
    report.is_done = True
    return report


def _cores() -> int:
    """Those that this process may use: in a container fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _finish(archive: Archive, catalogue: Catalogue, slugs: Sequence[str], *, everything: bool) -> int:
    """What follows from all articles of a site that were read otherwise; how many its new rules changed.

    Sources for which that was not finished are without this program's mark: a call that follows does it.
    """
    sources = sources_of(archive, catalogue, slugs)
    marks = {slug: read_by(source) for slug, source in sources.items()}
    known = dict(archive.connection.execute("SELECT slug, read_by FROM sources"))
    open_ = [slug for slug, mark in marks.items() if everything or known[slug] != mark]
    if not open_:
        return 0
    log.info("learning what %d sites repeat", len(open_))
    for slug in open_:
        with archive.transaction() as connection:  # read otherwise, captures may be of another article
            regroup_source(connection, sources[slug])
            if entomb_again(connection, slug):
                archive.event(CLEARED, object_kind="source", object=slug, outcome="withheld", detail="read again")
    recleaned = relearn(archive, open_, catalogue)
    replace_all(archive, catalogue, open_)
    for slug in open_:
        translations.tell_all(archive, sources[slug])
    with archive.transaction() as connection:
        rows = [(marks[slug], slug) for slug in open_]
        connection.executemany("UPDATE sources SET read_by = ? WHERE slug = ?", rows)
    return recleaned


@dataclass(slots=True, kw_only=True)
class _Again:
    """Compares answers with the record, and writes them."""

    archive: Archive
    catalogue: Catalogue
    dry_run: bool
    report: Report
    _decided: Pages = field(init=False)
    _rules: dict[str, Rules] = field(default_factory=dict)
    _repeated: Repeated = field(init=False)
    _record: Record = field(init=False)

    def __post_init__(self) -> None:
        self._decided = Pages(self.archive.folder)
        self._repeated, self._record = Repeated(self.archive), Record(self.archive)

    def question(self, job: Job) -> Question:
        source = self._source(job)
        accepted = self._decided.accepted(source, job.url)
        rules, names = self._rules_of(job.source), self._decided.names(source)
        return self.archive.warc_folder, job.file, job.offset, source, rules, accepted, names

    def _note_read(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            source = self._source(job)
            note_read(self.archive.connection, job, self._decided.read_by(source, job.url))

    def _source(self, job: Job) -> Source:
        return self.catalogue.source(job.source, job.url)

    def _rules_of(self, slug: str) -> Rules:
        if slug not in self._rules:
            self._rules[slug] = rules_of(self.archive.connection, slug)
        return self._rules[slug]

    def write(self, batch: Sequence[Answers], pump: Callable[[], None]) -> None:
        """One transaction; *pump* is called between, so that no worker waits for its end."""
        if self.dry_run:
            for answers in batch:
                self._judge(answers)
                pump()
            return
        with self.archive.transaction() as connection:
            for answers in batch:
                before = waiting(connection)
                connection.execute("SAVEPOINT article")
                try:
                    self._judge(answers)
                except Exception as error:
                    if isinstance(error, MemoryError) or is_fault(error):
                        raise
                    log.exception("%s cannot be kept", answers[0][0].url)
                    connection.execute("ROLLBACK TO article")
                    wait_again(connection, before)
                    self._fail(answers[0][0], f"not-kept {type(error).__name__}: {error}")
                connection.execute("RELEASE article")
                pump()

    def _judge(self, answers: Answers) -> None:
        if answers[0][0].reading is None:
            self._judge_refused(*answers[0])
            return
        failures = [(job, answer) for job, answer in answers if not isinstance(answer, Result) or _failed(answer)]
        for job, answer in failures:
            self._fail(job, _cause(answer))
        if failures:  # readings of two programs side by side would pass for what the newspaper changed
            return
        read = [(job, answer) for job, answer in answers if isinstance(answer, Result)]
        refused = [(job, result) for job, result in read if result.article is None]
        kept = [(job, result) for job, result in read if result.article is not None]
        for job, result in refused:
            by_operator = result.outcome == BY_OPERATOR
            tell = self.report.was_struck if by_operator else self.report.refused
            tell(job.source, job.url, result.outcome)
        differences = [(job, self._compare(job, result)) for job, result in kept]
        for job, difference in differences:
            self.report.compared(job.source, job.url, job.capture, difference)
        if not self.dry_run:
            self._write(kept, refused, alike=not any(difference for _, difference in differences))
            self._note_read(job for job, _ in read)

    def _fail(self, job: Job, cause: str) -> None:
        self.report.failed_at(job.source, job.url, cause)

    def _compare(self, job: Job, result: Result) -> Difference | None:
        assert result.article is not None
        old = self._record.of(job, self._rules_of(job.source), result.key)
        return compare(old, would_show(result.article), lambda line: self._repeated(job.source, line))

    def _write(self, kept: Sequence[tuple[Job, Result]], refused: Sequence[tuple[Job, Result]], *, alike: bool) -> None:
        connection = self.archive.connection
        for job, result in refused:
            if result.outcome == BY_OPERATOR:
                self._leave_open(job.source)
                strike(self.archive, self.catalogue, self._source(job), job, result)
            else:
                note_refusal(self.archive, job, result.outcome)
        other = [(job, result) for job, result in kept if result.article and _digest(result) != job.reading]
        if alike and not other:
            return
        self._leave_open(kept[0][0].source)
        replace_readings(connection, self.catalogue, kept if not alike else other, alike=alike)

    def _leave_open(self, slug: str) -> None:
        """What follows from all of the site's articles is to be done again, even after a crash."""
        self.archive.connection.execute("UPDATE sources SET read_by = NULL WHERE slug = ?", (slug,))

    def _judge_refused(self, job: Job, answer: Result | Failure) -> None:
        outcome = answer.outcome if isinstance(answer, Result) else f"{Outcome.FAILED}:{answer.code}"
        if outcome == job.outcome:  # as before: no news, and not to be tried at every call
            if not self.dry_run:
                self._note_read([job])
            return
        if not isinstance(answer, Result) or _failed(answer):
            self._fail(job, _cause(answer))
            return
        if answer.article is not None:
            self.report.took_in(job.source, job.url, job.outcome)
        if self.dry_run:
            return
        capture = read_at(self.archive.warc_folder, job.file, job.offset)
        assert capture is not None, "a worker has just read it"
        self._leave_open(job.source)
        judge_again(self.archive, self._source(job), job, capture, answer)


def _failed(result: Result) -> bool:
    """Whether the answer itself is no good: of what was kept as an article, its record has been damaged since."""
    return result.article is None and result.outcome.startswith("failed:")


def _cause(answer: Result | Failure) -> str:
    return answer.outcome if isinstance(answer, Result) else f"{answer.code} {answer.detail}".strip()


def _digest(result: Result) -> str:
    assert result.article is not None
    return result.packed.sha256 if result.packed else digest(pack(result.article.reading))
