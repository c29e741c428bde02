"""`make bench-unchanged`: a run over 200 sources where nothing has changed, with ever more known articles behind it.

It must make one conditional request for each listing that is due, one for each revisit that is due, and nothing else;
and its time must not grow with the archive. Exit code 1 where that is not so.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from network import newspapers, verdict

from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import Archive, create, stamp
from pipelines.catalogue import Catalogue
from pipelines.locks import crawl_lock, hold
from pipelines.store import rules_of
from schedules.jobs import crawl
from schedules.terms import Terms

# From the smallest archive to the largest; the same time is meant to within what a busy machine adds.
MAX_RATIO = 1.25
PACE = Pace(delay=0.05, timeout=10.0, max_seconds=600.0)


def sources(hosts: list[str]) -> list[Source]:
    pattern = re.compile(r"/tin-(?P<id>\d+)\.html$")
    return [
        Source(slug=host.partition(".")[0], name=host, homepage=f"http://{host}/", sections=(f"http://{host}/",),
               article=pattern, delay=0.05)
        for host in hosts
    ]  # fmt: skip


def fill(archive: Archive, known: int, hosts: list[str]) -> None:
    """*known* articles, none of them due, with their captures: rows as a crawl leaves them, but for their words."""
    versions = {host: rules_of(archive.connection, host.partition(".")[0]).version for host in hosts}
    now = datetime.now(UTC)
    moment, later = stamp(now - timedelta(days=100)), stamp(now + timedelta(days=300))

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(known):
            host = hosts[number % len(hosts)]
            slug, path = host.partition(".")[0], f"/tin-{100 + number}.html"
            yield f"b{number}", slug, f"id::{100 + number}", f"http://{host}{path}", moment, later, versions[host]

    with archive.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO warc_files (name, sha256, bytes) VALUES ('filled', 'x', 0)")
        connection.executemany(
            "INSERT INTO articles (id, source, key, url, title, text, first_seen_at, last_seen_at, next_visit_at,"
            " rules) VALUES (?1, ?2, ?3, ?4, 'Tin', 'Lời.', ?5, ?5, ?6, ?7)",
            rows(),
        )
        connection.executemany(
            "INSERT INTO captures (record_id, kind, source, article, key, url, final_url, fetched_at, warc_file,"
            " warc_offset, warc_length, outcome)"
            " VALUES (?1, 'page', ?2, ?1, ?3, ?4, ?4, ?5, 'filled', 0, 0, 'article')",
            (row[:5] for row in rows()),
        )


def run(archive: Archive, hosts: dict[str, str], ahead: timedelta) -> float:
    """Seconds of one due run."""
    all_of = sources(list(hosts))
    terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, ahead=ahead, all_due=False)
    began = time.monotonic()
    with hold(crawl_lock(archive.path), purpose="bench"):
        crawl(archive, Catalogue({source.slug: source for source in all_of}), all_of, terms)
    return time.monotonic() - began


def measure(folder: Path, count: int, known: int) -> tuple[float, Counter[str]]:
    """The seconds of the idle run, and what it asked for, by kind."""
    hosts = [f"h{number:03}.test" for number in range(count)]
    with newspapers(folder, dict.fromkeys(hosts, 2)) as addresses:
        archive = create(folder / "archive.db")
        run(archive, addresses, timedelta(0))
        fill(archive, known, hosts)
    with newspapers(folder, dict.fromkeys(hosts, 2)) as addresses:
        # In an hour: the listings are due, and so are the first looks at what the run before brought.
        wall = run(archive, addresses, timedelta(minutes=61))
    archive.close()
    log = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    asked: Counter[str] = Counter()
    for arrivals in log.values():
        for _, what in arrivals:
            path, _, conditional = what.partition(" ")
            name = "listing" if path == "/" else "revisit" if path.startswith("/tin-") else path
            asked[f"{name}, {'conditional' if conditional else 'unconditional'}"] += 1
    return wall, asked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--known", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    given = parser.parse_args()
    expected = {"listing, conditional": given.sources, "revisit, conditional": 2 * given.sources}
    good, walls = True, []
    for known in given.known:
        with tempfile.TemporaryDirectory() as name:
            wall, asked = measure(Path(name), given.sources, known)
        walls.append(wall)
        text = ", ".join(f"{count} {what}" for what, count in sorted(asked.items()))
        good &= verdict(asked == expected, f"{known} known articles of {given.sources} sources: {wall:.1f} s; {text}")
    ratio = max(walls) / walls[0]
    good &= verdict(ratio <= MAX_RATIO, f"slowest / with the fewest articles: {ratio:.2f} x, target <= {MAX_RATIO} x")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
