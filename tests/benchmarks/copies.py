"""`make bench-copies`: what finding an article's copies costs as the archive grows, beside what its extraction costs.

A corpus of no meaning that is shaped like news: some words are much of it, so that an article has as many candidates
by chance as among 6,016 real ones or twice as many; background paragraphs come again and again,
one article in ten repeats another, a daily template has other figures each day, and short notices share all but a
line. From the smallest archive to the largest the time per added article may double, stays under a hundredth of what
trafilatura takes for a page (of those in the folder that NEWSARCHIVE_PAGES names, where it is set), takes no more
memory; a restart costs nothing, a look-up under 5 ms. Exit code 1 where that is not so.
"""

# ruff: noqa: SIM905  (syllables are easier to read as words)

import argparse
import heapq
import os
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Full

from chain import Page, Round, compare, made_pages, real_pages, verdict, warm_both

from crawler.source import Source
from pipelines.archive import Archive, create, open_archive
from pipelines.article import Fingerprint
from pipelines.copies import comparing, edges
from pipelines.fingerprint import fingerprint
from pipelines.sqlite import Connection
from pipelines.store import ensure_source

MAX_GROWTH, MAX_SHARE, MAX_LOOK_UP, MAX_MEMORY = 2.0, 0.01, 0.005, 1.25
SOURCES = 60
BATCH = 200  # articles that are committed together
OF_KINDS = 5  # batches that are parted by kind at each size, and whose rows are committed alone
TIMED, TOLD = 20, 50_000  # batches that are timed at each size; a line is printed every so many articles
SYLLABLES, PHRASES = 6_000, 40_000
KINDS = {"own": 0.80, "copy": 0.10, "background": 0.07, "template": 0.015, "notice": 0.015}


class Corpus:
    """An endless row of texts; the same seed, the same texts. *recent* are those that copies are made of."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        onsets = "b c ch d đ g h k kh l m n ng nh ph qu r s t th tr v x".split()
        rimes = "a á à ả ạ an ang anh ao ăn âm ân âu e em ê ên i in inh o oa oan ong ô ôi ông ơ ơi u ung ư ương".split()
        pool = sorted({onset + rime for onset in onsets for rime in rimes})
        words = [" ".join(self._rng.choices(pool, k=self._rng.choice((1, 2, 2, 2, 3)))) for _ in range(PHRASES)]
        self._words, self._weights = words, [*accumulate(1 / (rank + 40) for rank in range(PHRASES))]
        self._background = [self._paragraph(60) for _ in range(400)]
        self._template = [self._sentence(14) for _ in range(9)]
        self._notice = [self._sentence(12) for _ in range(5)]
        self._recent: list[str] = []
        self._made = 0

    def text(self) -> tuple[str, str]:
        """A kind and a text of it."""
        self._made += 1
        (kind,) = self._rng.choices([*KINDS], weights=[*KINDS.values()])
        if kind == "copy" and not self._recent:
            kind = "own"
        text = getattr(self, f"_{kind}_text")()
        if kind in ("own", "background"):
            self._recent = [*self._recent[-500:], text]
        return kind, text

    def _own_text(self) -> str:
        return "\n".join(self._paragraph(self._rng.randint(30, 80)) for _ in range(self._rng.randint(3, 9)))

    def _background_text(self) -> str:
        shared = self._rng.choices(self._background, k=2)
        return "\n".join([*(self._paragraph(60) for _ in range(4)), *shared])

    def _copy_text(self) -> str:
        lines = self._rng.choice(self._recent).split("\n")
        if self._rng.random() < 0.5:
            lines = [self._paragraph(25), *lines]
        return "\n".join(lines[:-1] if self._rng.random() < 0.5 and len(lines) > 3 else lines)

    def _template_text(self) -> str:
        return " ".join(
            f"{line} {self._rng.randint(100, 99_999)} {self._rng.randint(1, 999)}." for line in self._template
        )

    def _notice_text(self) -> str:
        return " ".join([*self._notice, self._sentence(40)])

    def _paragraph(self, words: int) -> str:
        lines, count = [], 0
        while count < words:
            lines.append(self._sentence(self._rng.randint(8, 20)))
            count += lines[-1].count(" ") + 1
        return " ".join(lines)

    def _sentence(self, phrases: int) -> str:
        found = " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=phrases // 2))
        return f"{found[0].upper()}{found[1:]}."


@dataclass(slots=True, kw_only=True)
class Measured:
    """CPU seconds an article, its row being there: of relating it together with all of its batch, and of the commit,
    but for what the commit of its own row takes: *row*. *page*, *theirs*: of extracting a page meanwhile, by the whole
    chain and by ``trafilatura.bare_extraction``. *memory*: what the process has of its own, in bytes. *kinds*: of
    batches of one kind.
    """

    size: int
    mean: float
    worst: float
    row: float
    page: float
    theirs: float
    memory: int
    kinds: dict[str, float] = field(default_factory=dict)

    @property
    def plain(self) -> float:
        """Of ten articles nine of their own and a copy, as the methods of docs/performance.md are compared."""
        return 0.9 * self.kinds.get("own", 0.0) + 0.1 * self.kinds.get("copy", 0.0)


Made = tuple[str, str, Fingerprint]


def relate(archive: Archive, batch: list[Made], number: int) -> float:
    """CPU seconds that it takes to find the copies of all of *batch* and to commit, the articles' own rows too.
    *number*: of those before.
    """
    with archive.transaction() as connection:
        for at, (_, text, marks) in enumerate(batch, number + 1):
            edges.relate(connection, *add(connection, at, text), marks)
        began = time.process_time()
    return time.process_time() - began


def commit(archive: Archive, batch: list[Made], number: int) -> float:
    """CPU seconds that the commit of the articles' own rows takes alone. They are related afterwards."""
    connection = archive.connection
    connection.execute("PRAGMA foreign_keys = OFF")  # their stories are not there yet
    connection.execute("BEGIN IMMEDIATE")
    added = [(*add(connection, at, text), marks) for at, (_, text, marks) in enumerate(batch, number + 1)]
    began = time.process_time()
    connection.execute("COMMIT")
    spent = time.process_time() - began
    connection.execute("PRAGMA foreign_keys = ON")
    with archive.transaction() as connection:
        for each in added:
            edges.relate(connection, *each)
    return spent


def add(connection: Connection, number: int, text: str) -> tuple[str, int]:
    """The row of an article of *text*."""
    moment = f"2026-03-01T00:00:{number % 60:02}.000Z"
    id_ = f"b{number * 2654435761 % 2**32:010}"
    n = connection.execute(
        "INSERT INTO articles (id, story, source, key, url, text, sha256, first_seen_at, last_seen_at)"
        " VALUES (?1, ?1, ?2, ?1, ?1, ?3, ?1, ?4, ?4)",
        (id_, f"s{number % SOURCES}", text, moment),
    ).lastrowid
    return id_, n


def make(found: "Queue[list[Made]]", seed: int) -> None:
    """Batches of articles with their fingerprints, which extraction's workers make: on another core."""
    corpus, parent = Corpus(seed), os.getppid()
    while True:
        batch = [(kind, text, fingerprint(text)) for kind, text in (corpus.text() for _ in range(BATCH))]
        while True:
            try:
                found.put(batch, timeout=10)
                break
            except Full:
                if os.getppid() != parent:  # it was killed
                    return


class Makers:
    """Batches as they are made; *idle* waits until enough are in store, so that nobody else is at work: on two threads
    of one core each takes half as long again as alone.
    """

    def __init__(self, found: "Queue[list[Made]]") -> None:
        self._found = found
        self._held: deque[list[Made]] = deque()

    def batch(self) -> list[Made]:
        return self._held.popleft() if self._held else self._found.get()

    def idle(self, batches: int) -> None:
        while len(self._held) < batches:
            self._held.append(self._found.get())
        while not self._found.full():
            time.sleep(0.05)
        time.sleep(1)  # the one that finds no room is being made


@contextmanager
def made(seed: int) -> Iterator[Makers]:
    context = get_context("spawn")
    found = context.Queue(maxsize=8)
    maker = context.Process(target=make, args=(found, seed), daemon=True)
    maker.start()
    try:
        yield Makers(found)
    finally:
        maker.terminate()


def grow(archive: Archive, sizes: list[int], pages: list[Page], seed: int) -> Iterator[Measured]:
    """The archive filled to each of *sizes*; the last batches of each are timed, with nobody else at work, and between
    them the extraction of *pages*: a machine that others use too is at one time half as quick again as at another.
    """
    number, started = 0, time.monotonic()
    with made(seed) as makers:
        for size in sizes:
            timed = min(TIMED, max((size - number) // BATCH, 1))
            while number < size - timed * BATCH:
                number += len(batch := makers.batch())
                relate(archive, batch, number - len(batch))
                if number % TOLD < BATCH:
                    seconds = time.monotonic() - started
                    print(f"       {number} articles after {seconds:.0f} s", flush=True)
            makers.idle(timed + 2 * OF_KINDS)
            spent, rounds, rows = list[float](), list[Round](), list[float]()
            for at in range(timed):
                rounds += compare([pages[at * len(pages) // timed : (at + 1) * len(pages) // timed]], at)
                batch = makers.batch()
                spent.append(relate(archive, batch, number) / len(batch))
                number += len(batch)
            for batch in (makers.batch() for _ in range(OF_KINDS)):
                rows.append(commit(archive, batch, number) / len(batch))
                number += len(batch)
            row, some = statistics.mean(rows), [each for _ in range(OF_KINDS) for each in makers.batch()]
            kinds = {kind: seconds - row for kind, seconds in by_kind(archive, some, number)}
            number += len(some)
            yield Measured(
                size=size,
                mean=statistics.mean(spent) - row,
                worst=max(spent) - row,
                row=row,
                page=sum(each.ours for each in rounds) / len(pages),
                theirs=sum(each.theirs for each in rounds) / len(pages),
                memory=own_memory(),
                kinds=kinds,
            )


def own_memory() -> int:
    """Bytes that the process has of its own: files that are mapped into memory are the system's, which takes them back
    whenever it needs to.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))


def by_kind(archive: Archive, some: list[Made], number: int) -> Iterator[tuple[str, float]]:
    """Seconds an article of each kind among *some*, related and committed a kind at a time: what copies are made of
    comes before them.
    """
    for kind in KINDS:
        chosen = [each for each in some if each[0] == kind]
        seconds = relate(archive, chosen, number)
        number += len(chosen)
        if chosen:
            yield kind, seconds / len(chosen)


def look_up(archive: Archive, corpus: Corpus, count: int = 200) -> tuple[float, float]:
    """(first, median) seconds on the clock of finding the copies of a text in an archive that was just opened."""
    times = []
    for number in range(count):
        _, text = corpus.text()
        archive.connection.execute("BEGIN IMMEDIATE")
        marks = fingerprint(text)
        n = archive.connection.execute(
            "INSERT INTO articles (id, story, source, key, url, text, sha256, first_seen_at, last_seen_at)"
            " VALUES ('new', 'new', 's0', 'new', 'new', ?, ?, '2026-03-02T00:00:00.000Z', '2026-03-02T00:00:00.000Z')",
            (text, f"new{number}"),
        ).lastrowid
        began = time.perf_counter()
        edges.relate(archive.connection, "new", n, marks)
        edges.settle(archive.connection)
        times.append(time.perf_counter() - began)
        archive.connection.execute("ROLLBACK")
    return times[0], statistics.median(times)


def drawn(pages: Iterator[Page], count: int) -> list[Page]:
    """As many of *pages* by lot, always the same; no more are in memory together, since that is measured too."""
    lots = random.Random(1)
    return heapq.nlargest(count, pages, key=lambda _: lots.random())


def prepared(path: Path) -> Archive:
    archive = create(path)
    archive.connection.execute(
        "PRAGMA synchronous = OFF"
    )  # waiting for the disk takes no CPU, and an hour of a million
    with archive.transaction() as connection:
        for number in range(SOURCES):
            source = Source(slug=f"s{number}", name=f"Báo {number}", homepage=f"http://s{number}.test/")
            ensure_source(connection, source)
    return archive


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="articles (10000 100000)")
    parser.add_argument(
        "--million", action="store_true", help="and to a million: an hour on two cores, and 6 GB of disk"
    )
    parser.add_argument("--pages", type=int, default=60, help="pages whose extraction is timed (60)")
    given = parser.parse_args()
    sizes = [*given.sizes, 1_000_000] if given.million else given.sizes
    good, real = True, os.environ.get("NEWSARCHIVE_PAGES")
    what = "a real page" if real else "a made-up page"
    pages = drawn(real_pages(Path(real)), given.pages) if real else made_pages(given.pages)
    if not pages:
        sys.exit(f"{real}: no page; NEWSARCHIVE_PAGES must name a folder of *.warc.gz")
    warm_both(pages[:4])
    with tempfile.TemporaryDirectory() as folder:
        archive, seen = prepared(Path(folder) / "archive.db"), []
        for found in grow(archive, sizes, pages, seed=1):
            seen.append(found)
            kinds = ", ".join(f"{kind} {seconds * 1e6:.0f}" for kind, seconds in found.kinds.items())
            print(
                f"       {found.size} articles: {found.mean * 1e6:.0f} µs an article, in the worst batch"
                f" {found.worst * 1e6:.0f} ({kinds}), without the commit of its own row, {found.row * 1e6:.0f};"
                f" {found.memory >> 20} MB; extraction: {found.page * 1000:.1f} ms a page, trafilatura's alone"
                f" {found.theirs * 1000:.1f}",
                flush=True,
            )
        archive.close()
        bytes_ = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"       {bytes_ >> 20} MB on disk", flush=True)
        comparing.TEXTS.clear()  # as a new process has it
        began = time.perf_counter()
        archive = open_archive(Path(folder) / "archive.db")
        opened = time.perf_counter() - began
        first, median = look_up(archive, Corpus(2))
        archive.close()
    growth = max(each.mean / each.theirs for each in seen[1:] or seen) / (seen[0].mean / seen[0].theirs)
    memory = seen[-1].memory / seen[0].memory
    good &= verdict(
        growth <= MAX_GROWTH,
        f"time an article / extraction, largest / smallest: {growth:.2f} x, target <= {MAX_GROWTH} x",
    )
    most, plain = (max(each.mean / each.theirs for each in seen), max(each.plain / each.theirs for each in seen))
    of_ours = max(each.mean / each.page for each in seen), max(each.plain / each.page for each in seen)
    text = f"time an article / trafilatura's for {what}: {most:.2%}, target <= {MAX_SHARE:.0%} ({of_ours[0]:.2%} of our"
    text += f" chain's; with nine of their own and a copy in ten {plain:.2%}, {of_ours[1]:.2%} of our chain's)"
    good &= verdict(most <= MAX_SHARE, text)
    good &= verdict(memory <= MAX_MEMORY, f"memory, largest / smallest: {memory:.2f} x, target <= {MAX_MEMORY} x")
    text = f"after a restart: opened in {opened * 1000:.0f} ms, first look-up {first * 1000:.1f} ms"
    text += f", median {median * 1000:.2f} ms"
    good &= verdict(median <= MAX_LOOK_UP, f"{text}, target <= {MAX_LOOK_UP * 1000:.0f} ms")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
