"""One crawling run as a value: what to crawl, how fast, and on whose behalf."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import ConfigError
from crawler.links import Link
from crawler.source import Source

# One request a second is what Vietnamese government hosts bear; a shorter timeout gives up on slow but honest ones.
MIN_DELAY = 1.0
MIN_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds and counts. The defaults are polite; anything faster is refused off loopback (``CrawlPlan.check``)."""

    delay: float = (
        1.0  # start to start on one host; RFC-less custom, 1-1.5 s seen to work on Vietnamese government hosts
    )
    timeout: float = 30.0
    retries: int = 2
    confirm_after: float = 3600.0  # a page found missing is looked at again no sooner; up to *wait*, in the same pass
    wait: float = 30.0
    revisits: int = 200  # a source's revisits in one run, at the most
    pages: int = 1000  # a source's new pages in one run, at the most
    # A source's images and the like in one run, at the most: five minutes of an hour, and 7,200 a day are ten times
    # what a provincial newspaper prints.
    requisites: int = 300
    backfill: int = 600  # a source's requests for the past in one run: ten minutes, the hour has room for them
    max_body: int = 10 * 1024 * 1024
    max_seconds: float = 3300.0  # a run must be over before the next hour's


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """*hosts* maps a name to ``ip:port`` for names that only this run's resolver knows (the demo's ``*.test``).

    *links*: these pages are asked for and no listing is, for a look at pages rather than a crawl. *all_due*: listings
    are asked for whether their poll interval has passed or not.
    """

    run: str
    folder: Path  # the WARC folder
    sources: tuple[Source, ...]
    contact: str
    pace: Pace = field(default_factory=Pace)
    hosts: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    all_due: bool = True

    @property
    def hurried(self) -> bool:
        """Whether it is faster than a public site may be asked."""
        fastest = min((max(self.pace.delay, source.delay) for source in self.sources), default=self.pace.delay)
        return fastest < MIN_DELAY or self.pace.timeout < MIN_TIMEOUT

    def check(self) -> None:
        """Raise ``ConfigError`` where *hosts* is malformed, or the pace is hurried and a host is not on loopback."""
        for name, address in self.hosts.items():
            if _endpoint(address) is None:
                raise ConfigError(f'hosts: "{name}" is "{address}", but must be "ip:port"')
        if not self.hurried:
            return
        for source in self.sources:
            for host in hosts_of(source):
                endpoint = _endpoint(self.hosts.get(host, ""))
                if endpoint is None or not endpoint[0].is_loopback:
                    raise ConfigError(
                        f"{source.slug}: a delay under {MIN_DELAY:g} s or a timeout under {MIN_TIMEOUT:g} s"
                        f' is allowed on loopback only, and "{host}" is not there'
                    )


def _endpoint(address: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int] | None:
    ip, _, port = address.rpartition(":")
    try:
        return ipaddress.ip_address(ip.strip("[]")), int(port)
    except ValueError:
        return None


def hosts_of(source: Source) -> Iterator[str]:
    """Every host that the source's file names."""
    for url in (source.homepage, *source.feeds, *source.sitemaps, *source.sections):
        host = urlsplit(url).hostname
        if host:  # feeds and sections may be relative to the homepage
            yield host
    yield from (host.host for host in source.hosts)
