"""The ingest process: follows the WARC log, sends pages through the chain, keeps what comes of them. The one writer.

Exchanges are kept in the log's order, each batch in one transaction with the offset that it reaches: after a crash,
reading goes on behind the last batch, and a record id that is there already is passed over. So each capture is kept
once. A capture that cannot be kept ends as ``failed:not-kept``, and the others of its batch are kept.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from crawler.capture import Capture, Kind
from crawler.errors import ConfigError
from crawler.identity import key as identity_key
from crawler.notes import Note
from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.recorded import definitions_in
from crawler.records.warcfile import locate
from crawler.records.warcread import Damage
from crawler.source import Source
from pipelines import search, store
from pipelines.archive import Archive, utc_now
from pipelines.article import Outcome
from pipelines.boilerplate import Rules
from pipelines.catalogue import Catalogue
from pipelines.chain import Result, run_chain, warm_up
from pipelines.decided import Pages
from pipelines.entry import Entry, result_of
from pipelines.filing import tell_reprints
from pipelines.keep import Kept, keep_or_note
from pipelines.rereading.deciding import carry_out
from pipelines.siterules import relearn, unlearned
from pipelines.state import discovery
from pipelines.store import Place
from pipelines.tally import Tally
from pipelines.withholding import carrying, redactions
from pipelines.withholding.records.dark import hide_rest
from pipelines.withholding.records.lit import lit
from pipelines.withholding.rows import traces
from pipelines.withholding.seeking import seek
from pipelines.workers import PRELOAD, Workers

log = logging.getLogger(__name__)

# Exchanges read ahead of the oldest that is not kept yet: enough to keep the workers busy past a slow page, and at
# 130 KB a page no more than 8 MB.
WINDOW = 64
# A body may have 20 MiB: of such, fewer are read ahead.
WINDOW_BYTES = 48 * 1024 * 1024
# Captures in one transaction: at 30 ms of fsync a batch, fewer would make the disk the limit.
BATCH = 50
# A worker takes some 140 MB: more of them would not fit beside a crawl and Datasette in a gigabyte.
DEFAULT_WORKERS = min(2, os.cpu_count() or 1)
# Notes in one transaction, likewise: the end of a run brings one for each listing.
NOTES = 500
# What is finished waits so long for company: a transaction of one page costs three times what its share of ten does.
GATHER_SECONDS = 1.0


class Ingest:
    """Use as a context manager: workers start and end with it. *on_kept* hears of each capture once it is durable.

    *damage* collects what of the WARC files could not be read. ``by_source`` has a Tally per source.
    """

    def __init__(
        self,
        archive: Archive,
        catalogue: Catalogue,
        *,
        workers: int | None = None,
        on_kept: Callable[[Kept], None] = lambda kept: None,
    ) -> None:
        self.archive, self.catalogue = archive, catalogue
        self.total, self.by_source = Tally(), {}  # type: Tally, dict[str, Tally]
        self.damage: list[tuple[str, Damage]] = []
        self._on_kept = on_kept
        self._entries: deque[Entry] = deque()
        self._tickets: dict[int, Entry] = {}
        self._rules: dict[str, Rules] = {}
        self._decided = Pages(archive.folder)
        self._committed = 0.0
        self._notes: list[Note] = []
        self._searched: set[str] = set()
        self._count = workers
        self._workers: Workers | None = None

    def __enter__(self) -> "Ingest":
        self.catalogue.remember(self.archive.connection)
        relearn(self.archive, unlearned(self.archive), self.catalogue)  # what a crash left, or an editor
        carry_out(self.archive, self.catalogue)
        for problem in carrying.carry_out(self.archive, self.catalogue).problems:
            log.error("%s", problem)
        if redactions.carry_out(self.archive, self.catalogue):
            self._wipe()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._workers:
            self._workers.close()

    def follow(self, name: str, until: int | None = None) -> None:
        """Take in file *name* from where it was read to, up to offset *until* (default: its end)."""
        start = self._read_to(name)
        path = locate(self.archive.warc_folder, name)
        for found in exchanges(path, start, until, ours=True):
            if isinstance(found, Damage):
                self._note_damage(name, found)
            else:
                self._take(name, found)
            while len(self._entries) >= WINDOW or self._bytes_ahead() > WINDOW_BYTES:
                self._pump(1.0)
        self._pump(0.0)

    def _source(self, capture: Capture, name: str) -> Source:
        """The capture's source; one that nobody knows is looked for in the WARC file itself, once a file."""
        if not self.catalogue.has(capture.source) and name not in self._searched:
            self._searched.add(name)
            found = definitions_in(locate(self.archive.warc_folder, name))
            self.catalogue.recorded.update({slug: one for slug, one in found.items() if not self.catalogue.has(slug)})
        return self.catalogue.source(capture.source, capture.final_url)

    def _bytes_ahead(self) -> int:
        return sum(len(entry.capture.body) for entry in self._entries if entry.capture)

    def note(self, note: Note) -> None:
        """Remember what the crawl learned; kept with the next batch, or at the end."""
        self._notes.append(note)
        if len(self._notes) >= NOTES:
            self._commit([])

    def finish(self) -> int:
        """Keep all that was taken in, hide what of it is withheld, then learn the rules of the sites it came from.
        Articles cleaned again.
        """
        while self._entries:
            self._pump(1.0)
        if self._notes:
            self._commit([])
        self._rules.clear()
        hide_rest(self.archive)
        if any(found.rows for found in seek(self.archive, self.catalogue)):
            self._wipe()
        try:
            if redactions.carry_out(self.archive, self.catalogue):  # what was with the workers when it was decided
                self._wipe()
            redactions.hide_bytes(self.archive, self.catalogue)
            return relearn(self.archive, unlearned(self.archive), self.catalogue)
        except ConfigError as error:  # decisions.toml is being edited: all is kept, and learned at the next start
            log.warning("%s", error)
            return 0

    def _wipe(self) -> None:
        if problem := traces.wipe_if_due(self.archive):
            log.error("%s", problem)

    def pump(self, timeout: float = 0.0) -> None:
        """Keep what has finished; wait up to *timeout* seconds for it."""
        if self._entries:
            self._pump(timeout)

    @property
    def busy(self) -> bool:
        """Whether pages are with the workers."""
        return bool(self._tickets)

    def reset(self) -> None:
        """Count anew: what was recovered belongs to the run before."""
        self.total, self.by_source = Tally(), {}

    def _read_to(self, name: str) -> int:
        waiting = [entry.end for entry in self._entries if entry.file == name]
        if waiting:
            return waiting[-1]
        row = self.archive.connection.execute("SELECT read_to FROM warc_files WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def _take(self, name: str, stored: Stored) -> None:
        entry = Entry(file=name, end=stored.end)
        self._entries.append(entry)
        anchor = stored.anchor
        if self._is_known(stored.record_id):
            return
        try:
            capture = capture_of(stored)
        except ValueError as error:
            self._note_damage(name, Damage(offset=stored.offset, message=str(error), resumed=stored.end))
            return
        entry.capture = capture
        entry.place = Place(file=name, offset=anchor.offset, length=anchor.length)
        entry.source = self._source(capture, name)
        names = self._decided.names(entry.source)
        entry.capture = capture = lit(self.archive.warc_folder, name, anchor.offset, capture, entry.source, names)
        if capture.kind is Kind.REQUISITE:  # a look at its first bytes: not worth handing megabytes to a worker
            entry.result = run_chain(capture, entry.source)
            return
        asked = self._decided.accepted(entry.source, capture.final_url), names
        self._tickets[self._pool().submit(capture, entry.source, self._rules_of(capture.source), *asked)] = entry

    def _pool(self) -> Workers:
        if self._workers is None:  # nothing to read, no processes
            count = self._count or DEFAULT_WORKERS
            self._workers = Workers(run_chain, warm=warm_up, count=count, preload=PRELOAD)
        return self._workers

    def _is_known(self, record_id: str) -> bool:
        sql = "SELECT 1 FROM captures WHERE record_id = ?"
        return self.archive.connection.execute(sql, (record_id,)).fetchone() is not None

    def _rules_of(self, source: str) -> Rules:
        if source not in self._rules:
            self._rules[source] = store.rules_of(self.archive.connection, source)
        return self._rules[source]

    def _pump(self, timeout: float) -> None:
        if self._tickets and self._workers:
            for ticket, answer in self._workers.collect(timeout):
                entry = self._tickets.pop(ticket)
                entry.result = result_of(entry, answer)
        while self._is_due() and (batch := list(self._done())):
            self._commit(batch)

    def _is_due(self) -> bool:
        """Whether what is finished is to be kept now: no more can join it soon, or it has waited for long enough."""
        if not self._tickets or time.monotonic() - self._committed >= GATHER_SECONDS:
            return True
        return len(self._entries) >= BATCH and not any(entry.is_open for entry in islice(self._entries, BATCH))

    def _done(self) -> Iterator[Entry]:
        """Up to a batch of the oldest entries that are finished, in the log's order."""
        for _ in range(min(BATCH, len(self._entries))):
            entry = self._entries[0]
            if entry.is_open:
                return
            yield self._entries.popleft()

    def _commit(self, batch: list[Entry]) -> None:
        kept: list[Kept] = []
        notes, self._notes = self._notes, []
        with self.archive.transaction() as connection:
            discovery.take(connection, notes)
            for entry in batch:
                self._ensure(entry)
                if entry.capture and entry.source and entry.place and entry.result:
                    found = keep_or_note(connection, entry.source, entry.capture, entry.place, entry.result)
                    kept += [found] if found else []
                    self._fetched(entry.source, entry.capture, entry.result)
            kept = tell_reprints(connection, kept)
            # As they are by now: a later capture of the batch may have changed what an article shows or is.
            search.refresh(connection, {item.document[0] for item in kept if item.document})
            for name, end in {entry.file: entry.end for entry in batch}.items():
                connection.execute("UPDATE warc_files SET read_to = ? WHERE name = ?", (end, name))
        self._committed = time.monotonic()
        for item in kept:
            self._count_kept(item)

    def _fetched(self, source: Source, capture: Capture, result: Result) -> None:
        """Its page is here, or what stands for it: the address waits no longer, nor the one that led to it."""
        passing = (Outcome.FAILED, Outcome.CHALLENGE, Outcome.REDIRECT, Outcome.NOT_MODIFIED)
        if capture.kind is Kind.PAGE and not result.outcome.startswith(passing):
            keys = {result.key, identity_key(capture.url, source)}
            discovery.fetched(self.archive.connection, source.slug, keys)

    def _ensure(self, entry: Entry) -> None:
        connection = self.archive.connection
        connection.execute("INSERT OR IGNORE INTO warc_files (name, location) VALUES (?, ?)", (entry.file, "local"))
        if entry.source:
            sql = "SELECT 1 FROM sources WHERE slug = ?"
            if connection.execute(sql, (entry.source.slug,)).fetchone() is None:
                status = "imported" if entry.source.kind == "import" else "unverified"
                store.ensure_source(connection, entry.source, status)

    def _count_kept(self, kept: Kept) -> None:
        self.total.count(kept)
        self.by_source.setdefault(kept.source, Tally()).count(kept)
        self._on_kept(kept)

    def _note_damage(self, name: str, damage: Damage) -> None:
        detail = f"offset {damage.offset}: {damage.message}"
        sql = "SELECT 1 FROM events WHERE kind = 'damage' AND object = ? AND detail = ?"
        if self.archive.connection.execute(sql, (name, detail)).fetchone():
            return  # noted when it was first met: the end of a file is looked at again at every start
        self.damage.append((name, damage))
        log.error("%s: damage at offset %d: %s", name, damage.offset, damage.message)
        with self.archive.transaction():
            self.archive.event("damage", object_kind="warc_file", object=name, outcome="left out", detail=detail)


def seal(archive: Archive, name: str, size: int, sha256: str) -> None:
    """Note that a WARC file was closed, with its fixity."""
    with archive.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO warc_files (name, location) VALUES (?, 'local')", (name,))
        sql = "UPDATE warc_files SET bytes = ?, sha256 = ?, closed_at = ? WHERE name = ?"
        connection.execute(sql, (size, sha256, utc_now(), name))
