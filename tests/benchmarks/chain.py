"""The whole chain beside trafilatura alone, in pages a CPU second of the same pages in one run; and how busy two
workers keep two cores.

On the pages of the made-up newspapers, on the gate set, and on pages of the folder that NEWSARCHIVE_PAGES names, where
it does. Exit code 1 where a target is missed. docs/performance.md says what the figures mean.
"""

import argparse
import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from htmldate.extractors import external_date_parser
from news_pages import Newspaper
from trafilatura import bare_extraction
from warcio.archiveiterator import ArchiveIterator

from crawler.capture import Capture, Kind
from crawler.catalog import source_for_host
from crawler.source import Source
from pipelines.chain import run_chain, warm_up
from pipelines.ingest import WINDOW
from pipelines.workers import PRELOAD, Failure, Workers

sys.path.append(str(Path(__file__).parents[1] / "gate"))
from pages import pages as read_gate

MIN_RATIO, MIN_BUSY = 1.5, 0.9
GATE = "gate set"
HOSTS, WORKERS = 20, 2
WARM_UP = 8  # pages that do not count
SEED = 1
FETCHED_AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as the chain gets it, of a site that nobody described."""

    capture: Capture = field(repr=False)
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """CPU seconds for the same *pages*."""

    pages: int
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def page(url: str, body: bytes, headers: Sequence[tuple[str, str]], fetched_at: datetime = FETCHED_AT) -> Page:
    source = source_for_host(urlsplit(url).hostname or "")
    capture = Capture(
        record_id=f"<bench:{url}>",
        source=source.slug,
        kind=Kind.PAGE,
        url=url,
        final_url=url,
        fetched_at=fetched_at,
        status=200,
        headers=tuple(headers),
        body=body,
    )
    return Page(capture=capture, source=source)


def made_pages(count: int) -> list[Page]:
    """As many newspapers, a page of each, as long as pages of newspapers are."""
    papers = [Newspaper(SEED, host, count) for host in range(HOSTS)]
    chosen = [(papers[number % HOSTS], number // HOSTS) for number in range(count)]
    media = [("Content-Type", "text/html; charset=utf-8")]
    return [page(f"http://{each.host}{each.path(number)}", each.page(number), media) for each, number in chosen]


def gate_pages() -> list[Page]:
    media = [("Content-Type", "text/html")]
    return [page(each.url, each.html, media, each.truth.fetched_at) for each in read_gate()]


def real_pages(folder: Path) -> Iterator[Page]:
    for file in sorted(folder.glob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    yield page(url, record.content_stream().read(), record.http_headers.headers)


def compare(rounds: Sequence[Sequence[Page]], first: int = 0) -> list[Round]:
    """Both sides on each page in turn, now the one first and now the other: what else the machine does meets both.
    *first*: the number of the first round.
    """
    return [_round(own, number) for number, own in enumerate(rounds, first)]


def _round(pages: Sequence[Page], number: int) -> Round:
    ours = theirs = 0.0
    for index, each in enumerate(pages):
        if (index + number) % 2:
            ours += _cpu(_run, each)
            theirs += _cpu(_bare, each)
        else:
            theirs += _cpu(_bare, each)
            ours += _cpu(_run, each)
    return Round(pages=len(pages), ours=ours, theirs=theirs)


def _cpu(work: Callable[[Page], None], each: Page) -> float:
    began = time.process_time()
    work(each)
    return time.process_time() - began


def _run(each: Page) -> None:
    run_chain(each.capture, each.source)


def _bare(each: Page) -> None:
    bare_extraction(each.capture.body, url=each.capture.final_url, with_metadata=True)


def warm_both(pages: Sequence[Page]) -> None:
    """What comes once in a process belongs to no page: htmldate alone loads tables for three CPU seconds at the first
    date that nothing else understands.
    """
    warm_up()
    external_date_parser("3 quintidi 2024", "%Y-%m-%d")
    for each in pages:
        _run(each)
        _bare(each)


def report_ratio(name: str, rounds: Sequence[Round], *, is_judged: bool) -> bool:
    count = sum(each.pages for each in rounds)
    ours, theirs = sum(each.ours for each in rounds), sum(each.theirs for each in rounds)
    print(f"  {name}: {count / ours:.1f} pages a CPU second, trafilatura alone {count / theirs:.1f}")
    each_one = ", ".join(f"{each.ratio:.2f}" for each in rounds)
    text = f"{name}: pages a CPU second, ours / trafilatura: {theirs / ours:.2f} x (rounds {each_one})"
    if not is_judged:
        print(f"       {text}", flush=True)
        return True
    return verdict(theirs / ours >= MIN_RATIO, f"{text}, target >= {MIN_RATIO} x")


def verdict(good: bool, text: str) -> bool:
    print(f"{'ok    ' if good else 'MISSED'} {text}", flush=True)
    return good


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """*cpu*: seconds of the workers; *waited*: those in which they had work and other programs had the cores; *wall*:
    of the run.
    """

    cpu: float
    waited: float
    wall: float

    @property
    def share(self) -> float:
        """Of the cores' time that was there for them."""
        return self.cpu / (WORKERS * self.wall - self.waited)


def keep_busy(pages: Sequence[Page]) -> Busy:
    """*pages* through the workers as ingest feeds them: so many ahead, answers collected as they come."""
    workers = Workers(run_chain, warm=warm_up, count=WORKERS, preload=PRELOAD)
    try:
        for _ in range(WARM_UP):
            workers.submit(pages[0].capture, pages[0].source)
        _drain(workers, 0)
        before, began = _used(), time.monotonic()
        for each in pages:
            workers.submit(each.capture, each.source)
            _drain(workers, WINDOW - 1)
        _drain(workers, 0)
        after, wall = _used(), time.monotonic() - began
    finally:
        workers.close()
    assert before.keys() == after.keys(), "a worker was replaced"
    cpu, waited = (sum(after[pid][place] - before[pid][place] for pid in after) for place in (0, 1))
    return Busy(cpu=cpu, waited=waited, wall=wall)


def _drain(workers: Workers, left: int) -> None:
    while workers.pending > left:
        for _, answer in workers.collect(1.0):
            assert not isinstance(answer, Failure), answer


def _used() -> dict[int, tuple[float, float]]:
    """Of each worker: CPU seconds, and seconds in which it waited for a core (0 where the kernel does not say)."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        if process.children() or "resource_tracker" in " ".join(process.cmdline()):
            continue  # the server that forks them
        times = process.cpu_times()
        found[process.pid] = (times.user + times.system, _waited(process.pid))
    return found


def _waited(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def report_busy(busy: Busy, count: int) -> bool:
    text = f"{WORKERS} workers on {count} pages: {busy.cpu:.1f} CPU s in {busy.wall:.1f} s"
    if busy.waited >= 0.05 * busy.wall:
        text += f" (other programs had the cores for {busy.waited:.1f} s of theirs)"
    return verdict(busy.share >= MIN_BUSY, f"{text}: busy for {busy.share:.0%}, target >= {MIN_BUSY:.0%}")


def split(pages: Sequence[Page], count: int, rounds: int) -> list[list[Page]]:
    """*count* pages a round; other ones in each, as far as there are."""
    chosen = random.Random(SEED).sample(list(pages), min(len(pages), count * rounds))
    if len(chosen) < count * rounds:
        return [chosen[:count]] * rounds
    return [chosen[number::rounds] for number in range(rounds)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100, help="pages a round (100)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each set (3)")
    parser.add_argument("--fed", type=int, default=300, help="pages for the workers (300)")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # of the libraries that trafilatura calls, about the pages' dates
    # The gate's are a tenth as long as newspapers' pages are, and chosen for being hard: they are held to no target.
    sets = {GATE: gate_pages(), "made-up newspapers": made_pages(given.pages * given.rounds)}
    if folder := os.environ.get("NEWSARCHIVE_PAGES"):
        sets["real pages"] = [*real_pages(Path(folder))]
    warm_both([page for pages in sets.values() for page in pages[:WARM_UP]])
    good = True
    for name, pages in sets.items():
        rounds = compare(split(pages, given.pages, given.rounds))
        good &= report_ratio(name, rounds, is_judged=name != GATE)
    fed = [*sets.values()][-1]
    good &= report_busy(keep_busy([fed[number % len(fed)] for number in range(given.fed)]), given.fed)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
