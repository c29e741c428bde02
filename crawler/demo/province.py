"""A fictional province on loopback: its newspapers, each a real HTTP server, and what an archive of them should find.

with Province() as province:
    province.hosts      # {"baosonha.test": "127.0.0.1:40123", "www.baosonha.test": …}: for the crawler's resolver
    province.pass_two() # news, an edit, a withdrawal, a reprint, a soft 404, a bot challenge, a site that hangs
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Self

from crawler.catalog import parse_source
from crawler.demo.expected import Expected, Truth, expected, truth
from crawler.demo.pages import CHALLENGE, Moment, Pages, Reply, environment
from crawler.demo.server import NewspaperServer
from crawler.demo.world import HERE, Site, World, load_world
from crawler.source import Source

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """*time* is ``time.monotonic()`` at its arrival, in seconds."""

    host: str
    path: str
    time: float


@dataclass(slots=True, kw_only=True)
class Newspaper:
    """One site in operation; *switched* is when the second pass began, if it has."""

    site: Site
    pages: Pages
    started: datetime
    switched: datetime | None = None
    count: int = 0

    def moment(self) -> Moment:
        # a second per request: the page clock differs between any two pages, however fast they are asked for
        now = datetime.now(VIETNAM) + timedelta(seconds=self.count)
        return Moment(second=self.switched is not None, count=self.count, now=now)

    def stable_since(self, path: str, reply: Reply) -> datetime:
        if self.switched is None:
            return self.started
        before = self.pages.answer(path, Moment(second=False, count=0, now=self.started))
        return self.started if before.body == reply.body else self.switched


class Province:
    def __init__(self) -> None:
        self.world: World = load_world()
        templates = environment()
        # a day ago, so that what changes with the second pass has a later Last-Modified (its unit is a second)
        started = datetime.now(VIETNAM) - timedelta(days=1)
        self._papers = {
            slug: Newspaper(site=site, pages=Pages(site, self.world, templates), started=started)
            for slug, site in self.world.sites.items()
        }
        self._servers: dict[str, NewspaperServer] = {}
        self._stack = ExitStack()
        self._requests: list[Request] = []
        self._second = False
        self.sources: tuple[Source, ...] = load_sources()
        self.expected: Expected = expected(self.world)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for slug, paper in self._papers.items():
                server = NewspaperServer(Answerer(paper, self.world, self._requests))
                stack.callback(server.stop)
                server.start()
                self._servers[slug] = server
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def hosts(self) -> Mapping[str, str]:
        """host → ``127.0.0.1:port``, with and without www."""
        return {host: self._servers[slug].address for slug, paper in self._papers.items() for host in paper.site.hosts}

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked for so far, in order of arrival."""
        return tuple(self._requests)

    @property
    def truth(self) -> Mapping[str, Truth]:
        """What every live article says now, by its address without www."""
        return truth(self.world, self._second)

    def pass_two(self) -> None:
        """Let the time between two visits pass (script.toml)."""
        self._second = True
        for paper in self._papers.values():
            paper.switched = datetime.now(VIETNAM)


@dataclass(frozen=True, slots=True)
class Answerer:
    paper: Newspaper
    world: World
    log: list[Request]

    def __call__(self, host: str, path: str) -> tuple[Reply, datetime] | None:
        paper, site, script = self.paper, self.paper.site, self.world.script
        self.log.append(Request(host=host, path=path, time=time.monotonic()))
        paper.count += 1
        moment = paper.moment()
        if moment.second and site.slug == script.hangs:
            return None
        if host not in (*site.hosts, "127.0.0.1"):
            return Reply(status=421, content_type="text/plain", body=b"No such newspaper on this port.\n"), moment.now
        if moment.second and site.slug == script.challenge:
            return Reply(content_type="text/html", body=CHALLENGE), moment.now
        if site.redirect_www and host.startswith("www."):
            return Reply(status=301, location=f"http://{site.host}{path}"), moment.now
        reply = paper.pages.answer(path, moment)
        return reply, paper.stable_since(path, reply) if reply.stable else moment.now


def load_sources() -> tuple[Source, ...]:
    """The province's source files, as a real operator would write them."""
    paths = sorted((HERE / "sources").glob("*.toml"))
    return tuple(parse_source(path.stem, path.read_text(encoding="utf-8"), where=str(path)) for path in paths)
