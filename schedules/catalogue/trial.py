"""A look at a site: a real crawl of one source into an archive of its own, which is thrown away afterwards.

The same process, pace, robots.txt and chain as any run's; only the archive is temporary.
"""

import logging
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawler.capture import Capture, Kind
from crawler.links import Link
from crawler.plan import CrawlPlan, Pace
from crawler.records.exchanges import capture_of, exchanges
from crawler.records.warcread import Damage
from crawler.source import Source
from pipelines.archive import Archive, create, utc_now
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.store import ensure_source, insert
from pipelines.version import SOFTWARE
from schedules.crawling import crawl_and_ingest
from schedules.order import Order
from schedules.terms import Terms

# What a dry run reads: a table that fits a screen.
PAGES = 10
# A person waits for it: a slow site gets five minutes, a server that never answers two tries.
PACE = Pace(pages=PAGES, revisits=0, retries=1, timeout=20.0, max_seconds=300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """*captures* in the order of the log; *report* is the child's word on the source, {} where none came."""

    captures: tuple[Capture, ...] = field(repr=False)
    report: dict[str, Any]
    trouble: str | None

    def of(self, *kinds: Kind) -> list[Capture]:
        return [capture for capture in self.captures if capture.kind in kinds]

    @property
    def robots(self) -> str:
        """The robots.txt in force for the homepage's site, "" where there is none."""
        good = (capture.body for capture in self.of(Kind.ROBOTS) if capture.status == 200)
        return next(good, b"").decode("utf-8-sig", "replace")


class _Unread(Ingest):
    """Leaves listings unread: a probe wants their links, and no worker processes for them."""

    def follow(self, name: str, until: int | None = None) -> None:
        return


def terms_of(contact: str) -> Terms:
    """How a look is paced; tests and the demo put names on loopback into it."""
    return Terms(contact=contact, pace=PACE)


@contextmanager
def temporary() -> Iterator[Archive]:
    """An archive that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsarchive-") as folder:
        archive = create(Path(folder) / "archive.db")
        try:
            yield archive
        finally:
            archive.close()


def look(archive: Archive, source: Source, terms: Terms, *, links: Sequence[Link] = (), read: bool = True) -> Look:
    """Crawl *source* into *archive*: its listings and pages, or where there are *links* these pages alone.

    Not *read*: nothing becomes an article, and no page is asked for but *links*.
    """
    run_id = f"{utc_now()[:19].replace('-', '').replace(':', '')}-{secrets.token_hex(2)}"
    before = set(_files(archive))
    if before:  # the look before this one has just asked: the hosts' pace goes on across processes
        time.sleep(terms.pace.delay)
    with archive.transaction() as connection:
        ensure_source(connection, source)
        row = {"id": run_id, "kind": "crawl", "started_at": utc_now(), "state": "running", "sources": 1}
        insert(connection, "runs", {**row, "program": SOFTWARE})
    kind = Ingest if read else _Unread
    with kind(archive, Catalogue({source.slug: source}), workers=1) as ingest:  # ten pages
        order = Order(
            plan=_plan(archive, source, terms, links, run_id, read=read), archive=archive.path, log_level=logging.ERROR
        )
        crawled = crawl_and_ingest(archive, ingest, order)
        ingest.finish()
    if crawled.interrupted:
        raise KeyboardInterrupt
    captures = [capture for path in _files(archive) if path not in before for capture in _captures(path)]
    return Look(captures=tuple(captures), report=crawled.reports.get(source.slug, {}), trouble=crawled.trouble)


def _plan(
    archive: Archive, source: Source, terms: Terms, links: Sequence[Link], run_id: str, *, read: bool
) -> CrawlPlan:
    pace = terms.pace if read or links else replace(terms.pace, pages=0)
    return CrawlPlan(
        run=run_id,
        folder=archive.warc_folder,
        sources=(source,),
        contact=terms.contact,
        pace=pace,
        hosts=terms.hosts,
        links=tuple(links),
    )


def _files(archive: Archive) -> list[Path]:
    return sorted(archive.warc_folder.glob("*.warc.gz*"))


def _captures(path: Path) -> Iterator[Capture]:
    for stored in exchanges(path, ours=True):
        if not isinstance(stored, Damage):
            yield capture_of(stored)
