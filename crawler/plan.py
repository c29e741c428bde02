"""One crawling run as a value: what to crawl, how fast, and on whose behalf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds and counts. The defaults are polite; anything faster is refused off loopback (``CrawlPlan.check``)."""

    delay: float = 1.0  # start to start on one host; RFC-less custom, 1-1.5 s seen to work on Vietnamese government hosts
    timeout: float = 30.0
    retries: int = 2
    confirm_after: float = 3600.0  # a page found missing is looked at again no sooner; up to *wait*, in the same pass
    wait: float = 30.0
    revisits: int = 200  # a source's revisits in one run, at the most
    pages: int = 1000  # a source's new pages in one run, at the most
    max_body: int = 10 * 1024 * 1024
    max_seconds: float = 3300.0  # a run must be over before the next hour's


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """*hosts* maps a name to ``ip:port`` for names that only this run's resolver knows (the demo's ``*.test``)."""

    run: str
    folder: Path  # the WARC folder
    sources: tuple[Source, ...]
    contact: str
    pace: Pace = field(default_factory=Pace)
    hosts: Mapping[str, str] = field(default_factory=dict)
