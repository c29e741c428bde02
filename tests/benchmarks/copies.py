"""`make bench-copies`: what finding an article's copies costs as the archive grows, beside what its extraction costs.

A corpus of no meaning that is shaped like news: some words are much of it, so that an article has as many candidates
by chance as among 6,016 real ones or twice as many; background paragraphs come again and again,
one article in ten repeats another, a daily template has other figures each day, and short notices share all but a
line. From the smallest archive to the largest the time per added article may double, both timed in turns; it stays
under a hundredth of what trafilatura takes for a page (of those in the folder that NEWSARCHIVE_PAGES names, where it is
set); memory stays the same, a restart costs nothing, a look-up less than 5 ms. Exit code 1 where that is not so.
"""

import argparse
import hashlib
import heapq
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from chain import Page, Round, compare, made_pages, real_pages, verdict, warm_both
from copies_corpus import BATCH, KINDS, Corpus, Made, made

from crawler.source import Source
from pipelines.archive import Archive, create, open_archive
from pipelines.copies import comparing, edges
from pipelines.fingerprint import fingerprint
from pipelines.sqlite import Connection
from pipelines.store import ensure_source

MAX_GROWTH, MAX_SHARE, MAX_LOOK_UP, MAX_MEMORY = 2.0, 0.01, 0.005, 1.25
SEED, SOURCES = 1, 60
TOLD = 50_000  # a line is printed every so many articles
OF_KINDS = 5  # batches at most that are parted by kind at each size, and whose rows are committed alone


@dataclass(slots=True, kw_only=True)
class Measured:
    """CPU seconds an article, its row being there: of relating it together with all of its batch, and of the commit,
    but for what the commit of its own row takes: *row*. *smallest*: the same in the smallest archive meanwhile; *page*,
    *theirs*: of extracting a page meanwhile, by the whole chain and by ``trafilatura.bare_extraction``. *kinds*: of
    batches of one kind.
    """

    size: int
    mean: float
    worst: float
    row: float
    smallest: float
    page: float
    theirs: float
    kinds: dict[str, float] = field(default_factory=dict)

    @property
    def plain(self) -> float:
        """Of ten articles nine of their own and a copy, as the methods of docs/performance.md are compared."""
        return 0.9 * self.kinds.get("own", 0.0) + 0.1 * self.kinds.get("copy", 0.0)


class Growing:
    """An archive that articles are added to."""

    def __init__(self, path: Path) -> None:
        self._archive = open_archive(path) if path.exists() else prepared(path)
        # waiting for the disk takes no CPU, and an hour of a million
        self._archive.connection.execute("PRAGMA synchronous = OFF")
        (self.number,) = self._archive.connection.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()

    def relate(self, batch: list[Made]) -> float:
        """CPU seconds an article that it takes to find the copies of all of *batch* and to commit, their own rows
        too.
        """
        with self._archive.transaction() as connection:
            for at, (_, text, marks) in enumerate(batch, self.number + 1):
                edges.relate(connection, *add(connection, at, text), marks)
            began = time.process_time()
        self.number += len(batch)
        return (time.process_time() - began) / len(batch)

    def commit(self, batch: list[Made]) -> float:
        """CPU seconds an article that the commit of their own rows takes alone. They are related afterwards."""
        connection = self._archive.connection
        connection.execute("PRAGMA foreign_keys = OFF")  # their stories are not there yet
        connection.execute("BEGIN IMMEDIATE")
        added = [(*add(connection, at, text), marks) for at, (_, text, marks) in enumerate(batch, self.number + 1)]
        began = time.process_time()
        connection.execute("COMMIT")
        spent = time.process_time() - began
        connection.execute("PRAGMA foreign_keys = ON")
        with self._archive.transaction() as connection:
            for each in added:
                edges.relate(connection, *each)
        self.number += len(batch)
        return spent / len(batch)

    def close(self) -> None:
        self._archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._archive.close()


def add(connection: Connection, number: int, text: str) -> tuple[str, int]:
    """The row of an article of *text*."""
    moment = f"2026-03-01T00:00:{number % 60:02}.000Z"
    id_ = f"b{number * 2654435761 % 2**32:010}"
    n = connection.execute(
        "INSERT INTO articles (id, story, source, key, url, text, sha256, first_seen_at, last_seen_at)"
        " VALUES (?1, ?1, ?2, ?1, ?1, ?3, ?5, ?4, ?4)",
        (id_, f"s{number % SOURCES}", text, moment, hashlib.sha256(text.encode()).hexdigest()),
    ).lastrowid
    return id_, n


def grow(path: Path, size: int, before: Path | None) -> int:
    """An archive of *size* articles at *path*, from what is there already, or from a copy of the one *before*. Returns
    the bytes of memory that the process has of its own in the end, 0 where the archive was there. In a process of its
    own: what was measured before takes memory too.
    """
    if not path.exists():
        path.parent.mkdir()
        if before:
            copy(before, path)
    growing, started, memory = Growing(path), time.monotonic(), 0
    with made(SEED, growing.number) as makers:
        while growing.number < size:
            growing.relate(makers.batch())
            memory = own_memory()
            if growing.number % TOLD < BATCH:
                seconds = time.monotonic() - started
                print(f"       {growing.number} articles after {seconds:.0f} s", flush=True)
    growing.close()
    return memory


def copy(archive: Path, path: Path) -> None:
    shutil.copytree(archive.parent, path.parent, dirs_exist_ok=True)


def measure(path: Path, smallest: Path, pages: list[Page], timed: int) -> Measured:
    """Copies of two archives, to which articles are added in turns, with nobody else at work; and between them the
    extraction of *pages*: a machine that others use too is at one time half as quick again as at another.
    """
    with tempfile.TemporaryDirectory(dir=path.parent.parent) as folder, made(SEED, -1) as makers:
        copies = [Path(folder) / name / path.name for name in ("smallest", "other")]
        for each, own in zip((smallest, path), copies, strict=True):
            copy(each, own)
        archives = [Growing(each) for each in copies]
        size, rounds = archives[1].number, list[Round]()
        untimed = min(OF_KINDS, timed)
        makers.idle(2 * timed + 3 * untimed)
        spent, rows = ([list[float](), list[float]()] for _ in range(2))
        for at in range(timed):
            rounds += compare([pages[at * len(pages) // timed : (at + 1) * len(pages) // timed]], at)
            for which in (0, 1) if at % 2 else (1, 0):
                spent[which].append(archives[which].relate(makers.batch()))
        for _ in range(untimed):
            for which, archive in enumerate(archives):
                rows[which].append(archive.commit(makers.batch()))
        row, of_smallest = statistics.mean(rows[1]), statistics.mean(spent[0]) - statistics.mean(rows[0])
        some = [each for _ in range(untimed) for each in makers.batch()]
        found = Measured(
            size=size,
            mean=statistics.mean(spent[1]) - row,
            worst=max(spent[1]) - row,
            row=row,
            smallest=of_smallest,
            page=sum(each.ours for each in rounds) / len(pages),
            theirs=sum(each.theirs for each in rounds) / len(pages),
            kinds={kind: seconds - row for kind, seconds in by_kind(archives[1], some)},
        )
        for archive in archives:
            archive.close()
    return found


def own_memory() -> int:
    """Bytes that the process has of its own: files that are mapped into memory are the system's, which takes them back
    whenever it needs to.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))


def by_kind(growing: Growing, some: list[Made]) -> Iterator[tuple[str, float]]:
    """Seconds an article of each kind among *some*, related and committed a kind at a time: what copies are made of
    comes before them.
    """
    for kind in KINDS:
        if chosen := [each for each in some if each[0] == kind]:
            yield kind, growing.relate(chosen)


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
    with archive.transaction() as connection:
        for number in range(SOURCES):
            source = Source(slug=f"s{number}", name=f"Báo {number}", homepage=f"http://s{number}.test/")
            ensure_source(connection, source)
    return archive


def report(found: Measured, memory: int) -> None:
    kinds = ", ".join(f"{kind} {seconds * 1e6:.0f}" for kind, seconds in found.kinds.items())
    text = f"       {found.size} articles: {found.mean * 1e6:.0f} µs an article, in the worst batch"
    text += f" {found.worst * 1e6:.0f} ({kinds}), without the commit of its own row, {found.row * 1e6:.0f}; meanwhile"
    text += f" {found.smallest * 1e6:.0f} in the smallest archive, extraction {found.page * 1000:.1f} ms a page,"
    text += f" trafilatura's alone {found.theirs * 1000:.1f}"
    print(f"{text}; {memory >> 20} MB of memory" if memory else text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="articles (10000 100000)")
    parser.add_argument(
        "--million", action="store_true", help="and to a million: an hour on two cores, and 12 GB of disk"
    )
    parser.add_argument("--pages", type=int, default=60, help="pages whose extraction is timed (60)")
    parser.add_argument("--batches", type=int, default=20, help="batches of 200 that are timed at each size (20)")
    parser.add_argument("--keep", type=Path, help="folder in which the archives stay, to be measured again")
    given = parser.parse_args()
    real = os.environ.get("NEWSARCHIVE_PAGES")
    what = "a real page" if real else "a made-up page"
    pages = drawn(real_pages(Path(real)), given.pages) if real else made_pages(given.pages)
    if not pages:
        sys.exit(f"{real}: no page; NEWSARCHIVE_PAGES must name a folder of *.warc.gz")
    warm_both(pages[:4])
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep or Path(folder)
        kept.mkdir(exist_ok=True)
        archives, seen, memory = list[Path](), list[Measured](), list[int]()
        for size in [*given.sizes, 1_000_000] if given.million else given.sizes:
            path = kept / str(size) / "archive.db"
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                memory.append(pool.submit(grow, path, size, archives[-1] if archives else None).result())
            archives.append(path)
            seen.append(measure(path, archives[0], pages, given.batches))
            report(seen[-1], memory[-1])
        bytes_ = sum(path.stat().st_size for path in archives[-1].parent.rglob("*") if path.is_file())
        print(f"       {bytes_ >> 20} MB on disk", flush=True)
        comparing.TEXTS.clear()  # as a new process has it
        began = time.perf_counter()
        archive = open_archive(archives[-1])
        opened = time.perf_counter() - began
        first, median = look_up(archive, Corpus(SEED + 1))
        archive.close()
    growth = max(each.mean / each.smallest for each in seen[1:] or seen)
    good = verdict(
        growth <= MAX_GROWTH,
        f"time an article, beside the smallest archive's: {growth:.2f} x, target <= {MAX_GROWTH} x",
    )
    most, plain = (max(each.mean / each.theirs for each in seen), max(each.plain / each.theirs for each in seen))
    of_ours = max(each.mean / each.page for each in seen), max(each.plain / each.page for each in seen)
    text = f"time an article / trafilatura's for {what}: {most:.2%}, target <= {MAX_SHARE:.0%} ({of_ours[0]:.2%} of our"
    text += f" chain's; with nine of their own and a copy in ten {plain:.2%}, {of_ours[1]:.2%} of our chain's)"
    good &= verdict(most <= MAX_SHARE, text)
    if all(memory):
        more = memory[-1] / memory[0]
        good &= verdict(more <= MAX_MEMORY, f"memory, largest / smallest: {more:.2f} x, target <= {MAX_MEMORY} x")
    text = f"after a restart: opened in {opened * 1000:.0f} ms, first look-up {first * 1000:.1f} ms"
    text += f", median {median * 1000:.2f} ms"
    good &= verdict(median <= MAX_LOOK_UP, f"{text}, target <= {MAX_LOOK_UP * 1000:.0f} ms")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
