"""Run by tests: a crawl described on standard input as JSON; what it kept and reported goes to standard output."""

import json
import logging
import re
import resource
import sys
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.errors import ArchiveError
from crawler.ledger import SourceReport
from crawler.links import Link, Via
from crawler.memory import Endpoint, NoMemory, Revisit
from crawler.plan import CrawlPlan, Pace
from crawler.run import crawl
from crawler.source import Host, Source
from crawler.warc import Exchange, WarcWriter


class Memory(NoMemory):
    def __init__(
        self,
        known: dict[str, list[str]],
        due: dict[str, list[tuple[str, bool]]],
        behind: Sequence[str],
        requisites: dict[str, list[str]],
    ) -> None:
        self._known, self._due, self._behind, self._requisites = known, due, behind, requisites

    def unknown(self, source: str, keys: Sequence[str], *, put_off: bool) -> set[str]:
        return set(keys) - set(self._known.get(source, ()))

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        return [Revisit(url=url, missing=missing) for url, missing in self._due.get(source, ())][:limit]

    def requisites(self, source: str, limit: int) -> Sequence[Link]:
        return [Link(url=url, via_kind=Via.ARTICLE) for url in self._requisites.get(source, ())][:limit]

    def endpoint(self, source: str, url: str, now: datetime) -> Endpoint | None:
        return Endpoint(url=url, complete=source not in self._behind)


class Writer:
    """Keeps all in memory. *full_after*: fails as a full disk does. *slow*: says it has a backlog for so many asks."""

    def __init__(self, full_after: int | None, slow: int) -> None:
        self.kept: list[Exchange] = []
        self._full_after = full_after
        self._slow = slow

    @property
    def backlog(self) -> int:
        self._slow -= 1
        return 65 * 1024 * 1024 if self._slow >= 0 else 0

    def write(self, exchange: Exchange) -> None:
        if self._full_after is not None and len(self.kept) >= self._full_after:
            raise OSError(28, "No space left on device")
        self.kept.append(exchange)


def as_json(exchange: Exchange) -> dict[str, Any]:
    found = asdict(exchange)
    for name in ("request", "response_head", "payload"):
        found[name] = b64encode(found[name]).decode() if found[name] is not None else None
    assert len(dict(found["metadata"])) == len(found["metadata"]), "a metadata name stands twice"
    return {**found, "date": found["date"].isoformat(), "metadata": dict(found["metadata"])}


def source(fields: dict[str, Any]) -> Source:
    patterns: dict[str, Any] = {name: re.compile(fields[name]) for name in ("article", "exclude") if name in fields}
    tuples: dict[str, Any] = {name: tuple(fields[name]) for name in ("feeds", "sitemaps", "sections") if name in fields}
    hosts = tuple(Host(host=name) for name in fields.get("hosts", ()))
    given: dict[str, Any] = {"name": fields["slug"], "delay": 0.1, **fields, **patterns, **tuples, "hosts": hosts}
    return Source(**given)


def peak_memory() -> int:
    """Bytes. Not ru_maxrss where the kernel says better: that one counts what the parent had when it forked."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    given = json.load(sys.stdin)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    if "modules" in given:
        import crawler.spiders

        crawler.spiders.__path__.append(given["modules"])
    pace: dict[str, Any] = {"delay": 0.1, "timeout": 2.0, "retries": 1, **given.get("pace", {})}
    plan = CrawlPlan(
        run="r1",
        folder=Path(),
        sources=tuple(source(fields) for fields in given["sources"]),
        contact="archive@example.org",
        pace=Pace(**pace),
        hosts=given.get("hosts", {}),
    )
    writer = Writer(given.get("full_after"), given.get("slow", 0))
    warc = WarcWriter(Path(given["warc"]), info={"software": "test"}) if "warc" in given else None
    reports: list[SourceReport] = []
    error = None
    memory = Memory(given.get("known", {}), given.get("due", {}), given.get("behind", ()), given.get("requisites", {}))
    try:
        crawl(plan, memory, warc or writer, reports.append)
        if warc:
            warc.close()
    except ArchiveError as failure:
        error = str(failure)
    out = {
        "exchanges": [as_json(e) for e in writer.kept],
        "reports": [asdict(r) for r in reports],
        "error": error,
        "peak": peak_memory(),
    }
    json.dump(out, sys.stdout, default=str)


if __name__ == "__main__":
    main()
