"""For tests of `sources new`, `check` and `snapshot`: the command in this process, with names that lead to loopback."""

import io
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import config
from crawler.capture import Capture, Kind
from crawler.links import Link, Via
from crawler.newsites.probing import read_listings
from crawler.source import Source
from pipelines.archive import Archive, create
from schedules import cli
from schedules.catalogue import site, sources_new, trial
from schedules.catalogue.trial import Look
from schedules.terms import Terms

DELAY = 0.02


@contextmanager
def names(hosts: Mapping[str, str], timeout: float = 3.0) -> Iterator[None]:
    """Let looks find *hosts* on loopback, and hurry there: a polite look at a site takes half a minute."""

    def terms_of(contact: str) -> Terms:
        pace = replace(trial.PACE, delay=DELAY, timeout=timeout, retries=0, max_seconds=60.0)
        return Terms(contact=contact, pace=pace, hosts=hosts, sync_seconds=0.1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "terms_of", terms_of)
        yield


@contextmanager
def fetched(fetch: Callable[[str], bytes | None]) -> Iterator[None]:
    """Let a probe's listings be fetched by *fetch*, one level deep, and read no page: without a crawling process."""

    def look(archive: Archive, source: Source, terms: Terms, *, links: Sequence[Link] = (), read: bool = True) -> Look:
        captures: list[Capture] = []
        named = [(Via.FEED, url) for url in source.feeds] + [(Via.SITEMAP, url) for url in source.sitemaps]
        named += [(Via.SECTION, url) for url in source.sections]
        waiting = [] if links else named or [(Via.SECTION, source.homepage)]
        while waiting:
            via, url = waiting.pop(0)
            body = fetch(url)
            if body is None:
                continue
            captures.append(capture(url, body, via, source))
            seen = read_listings(captures[-1:], source)
            waiting += [(via, more.url) for each in seen for more in each.listing.more if via is Via.SITEMAP]
        return Look(captures=tuple(captures), report={"cause": None}, trouble=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "look", look)
        patch.setattr(sources_new, "look", look)
        yield


def capture(url: str, body: bytes, via: Via, source: Source) -> Capture:
    return Capture(
        record_id=f"urn:test:{url}",
        source=source.slug,
        kind=Kind.LISTING if via is Via.SECTION else Kind.FEED,
        url=url,
        final_url=url,
        fetched_at=datetime.now(UTC),
        status=200,
        body=body,
        link=Link(url=url, via_kind=via),
    )


def archive_in(folder: Path) -> Path:
    path = folder / "archive.db"
    create(path).close()
    (folder / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    return path


def newsarchive(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run(["--archive", str(folder / "archive.db"), "-q", *arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def answer(done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    found: dict[str, object] = json.loads(done.stdout)
    return found
