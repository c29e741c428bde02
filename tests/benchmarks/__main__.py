"""`make bench`: the whole pipeline beside a bare Scrapy spider with trafilatura inline, pair by pair, as ratios.

Exit code 1 where a target is missed. docs/performance.md says what the figures mean.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lag import felt, quantile
from visitors import Visits, datasette
from watch import Watched, watch

from pipelines.archive import create

ROOT = Path(__file__).parents[2]
HOSTS, SEED = 20, 1
# Start to start on a host: twice as fast as a real run may be, and with 20 hosts twice as fast as two cores extract, so
# that extraction is the limit. With none at all the crawl would be over before the extraction has begun in earnest.
DELAY_SECONDS = 0.5
MAX_RATIO, MAX_LAG_SECONDS, MAX_BYTES = 1.1, 0.05, 1_000_000_000
MB = 1_000_000
ROLES = {"crawl": "crawl child", "main": "ingest", "worker": "each worker", "datasette": "Datasette"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one side. *lag*: what an event of the loop waits, in seconds, in order."""

    watched: Watched
    lag: Sequence[float]
    articles: int

    @property
    def cpu(self) -> float:
        return self.watched.cpu


@contextmanager
def site(hosts: int, pages: int) -> Iterator[dict[str, str]]:
    """The newspapers on loopback: host → ``127.0.0.1:port``."""
    script = str(Path(__file__).with_name("page_server.py"))
    command = [sys.executable, script, str(hosts), str(pages), str(SEED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        yield {f"bench{host:02d}.test": address for host in range(hosts)}


def run(script: str, folder: Path, archive: Path | None = None, visits: Visits | None = None) -> Run:
    out, lag = folder / "out.json", folder / "lag.json"
    command = [script, str(folder / "hosts.json"), str(lag), str(out), str(DELAY_SECONDS)]
    command += [str(archive)] if archive else []
    watched = watch(command, beside=visits.process if visits else None)
    articles = json.loads(out.read_text(encoding="utf-8"))["articles"]
    return Run(watched=watched, lag=felt(json.loads(lag.read_text(encoding="utf-8"))), articles=articles)


def pair(folder: Path, *, visited: bool) -> tuple[Run, Run]:
    """Bare, then ours on a fresh archive, which Datasette serves meanwhile where *visited*."""
    bare = run("bare.py", folder)
    home = folder / "archive"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    archive = home / "archive.db"
    create(archive).close()
    with ExitStack() as stack:
        visits = stack.enter_context(datasette(archive)) if visited else None
        ours = run("ours.py", folder, archive, visits)
    if visits is not None:
        print(f"  Datasette answered {visits.good} times meanwhile{visits.bad and f', but not {visits.bad}'}")
    return bare, ours


def warm_up(folder: Path, addresses: dict[str, str]) -> None:
    """A pair that does not count, over one host: bytecode is written, files are in the page cache."""
    one = folder / "warm-up"
    one.mkdir()
    (one / "hosts.json").write_text(json.dumps(dict([*addresses.items()][:1])), encoding="utf-8")
    pair(one, visited=False)


def spread(values: Sequence[float], form: str = "{:.1f}") -> str:
    return " / ".join(form.format(value) for value in (min(values), statistics.median(values), max(values)))


def report(pairs: Sequence[tuple[Run, Run]], fetched: int) -> list[str]:
    """Prints the figures; the targets that are missed, in words."""
    bare, ours = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    print("\n                                     bare: min / median / max    ours: min / median / max")

    def line(name: str, figure: Callable[[Run], float], form: str = "{:.1f}") -> None:
        print(f"{name:<36} {spread([*map(figure, bare)], form):<28}{spread([*map(figure, ours)], form)}")

    line("CPU, s", lambda run: run.cpu)
    line("CPU per page, ms", lambda run: run.cpu / fetched * 1000)
    line("wall clock, s", lambda run: run.watched.wall)
    line("event-loop lag p50, ms", lambda run: quantile(run.lag, 0.5) * 1000)
    line("event-loop lag p99, ms", lambda run: quantile(run.lag, 0.99) * 1000)
    line("event-loop lag max, ms", lambda run: quantile(run.lag, 1.0) * 1000)
    line("peak memory, all processes, MB", lambda run: run.watched.sum / MB, "{:.0f}")
    line("articles", lambda run: run.articles, "{:.0f}")
    print("\nours, by process (the last run):")
    last = ours[-1].watched
    for role, name in ROLES.items():
        if role in last.peak:
            cpu = f"{last.by_role[role] / fetched * 1000:6.1f} ms CPU a page" if role in last.by_role else " " * 21
            note = " (all of them)" if role == "worker" else ""
            print(f"  {name:<14} {last.peak[role] / MB:6.0f} MB {cpu}{note}")
    return judge(bare, ours, fetched)


def judge(bare: Sequence[Run], ours: Sequence[Run], fetched: int) -> list[str]:
    ratio = statistics.median(run.cpu for run in ours) / statistics.median(run.cpu for run in bare)
    pairwise = ", ".join(f"{b.cpu and o.cpu / b.cpu:.2f}" for b, o in zip(bare, ours, strict=True))
    alone = ours[:-1] or ours  # the last one shares the machine with Datasette
    lag = statistics.median(quantile(run.lag, 0.99) for run in alone)
    memory = max(run.watched.sum for run in ours)
    few = min(run.articles for run in (*bare, *ours))
    results = [
        (ratio <= MAX_RATIO, f"CPU, ours / bare: {ratio:.2f} x (pairwise {pairwise}), target <= {MAX_RATIO} x"),
        (lag <= MAX_LAG_SECONDS, f"event-loop lag p99: {lag * 1000:.0f} ms, target <= {MAX_LAG_SECONDS * 1000:.0f} ms"),
        (
            memory < MAX_BYTES,
            f"crawl, ingest, workers and Datasette: {memory / MB:.0f} MB, target < {MAX_BYTES / MB:.0f} MB",
        ),
        (few >= 0.97 * fetched, f"articles: at least {few} of {fetched} on each side, target 97 %"),
    ]
    print()
    for good, text in results:
        print(f"{'ok    ' if good else 'MISSED'} {text}")
    return [text for good, text in results if not good]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="runs of each side, in turn (3)")
    parser.add_argument("--pages", type=int, default=1000, help="pages of the site, in all (1000)")
    given = parser.parse_args()
    # As on any machine at the second start: compiled modules are there. Without, each process compiles 900 of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPATH"] = str(ROOT)  # this checkout, whichever is installed
    hosts = min(HOSTS, given.pages)
    each = given.pages // hosts
    with tempfile.TemporaryDirectory(prefix="newsarchive-bench-") as name, site(hosts, each) as addresses:
        folder = Path(name)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        (folder / "hosts.json").write_text(json.dumps(addresses), encoding="utf-8")
        print(f"{hosts} hosts x {each} pages; {given.pairs} pairs", flush=True)
        warm_up(folder, addresses)
        pairs = []
        for number in range(given.pairs):
            bare, ours = pair(folder, visited=number == given.pairs - 1)
            pairs.append((bare, ours))
            print(f"  pair {number + 1}: bare {bare.cpu:.1f} s, ours {ours.cpu:.1f} s of CPU", flush=True)
        return 1 if report(pairs, hosts * each) else 0


if __name__ == "__main__":
    sys.exit(main())
