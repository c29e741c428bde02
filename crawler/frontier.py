"""The articles that a source's listings name: each once, with the best that was said of it, the newest first."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler import identity
from crawler.links import Link, Via
from crawler.source import Source

# Ten times the largest site's year; it bounds the memory that a hostile sitemap takes.
MAX_LINKS = 50_000
# What an hourly crawl takes for news: a month makes good any outage that a person would let stand.
RECENT = timedelta(days=30)


class Frontier:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._links: dict[str, Link] = {}

    def __len__(self) -> int:
        return len(self._links)

    def add(self, links: Iterable[Link]) -> list[tuple[str, Link]]:
        """Take in those of *links* that are articles of the source; these, with their identity keys, in order."""
        entries = []
        for link in links:
            if not identity.is_article(link.url, self._source):
                continue
            key = identity.key(link.url, self._source)
            if key in self._links:
                self._links[key] = _merged(self._links[key], link)
            elif len(self._links) < MAX_LINKS:
                self._links[key] = link
            else:
                continue
            entries.append((key, self._links[key]))
        return entries

    def among(self, keys: Collection[str]) -> dict[str, Link]:
        """Those of *keys*, in the order in which they were found."""
        return {key: link for key, link in self._links.items() if key in keys}


def newest_first(links: Iterable[tuple[str, Link]], now: datetime) -> Iterator[tuple[str, Link]]:
    """What stands undated on a front page is as new as it gets; in a sitemap it may be of any age."""
    yield from sorted(links, key=lambda entry: _age(entry[1], now))


def is_recent(link: Link, now: datetime, *, undated: bool) -> bool:
    """Whether *link* is news by what was said of it; *undated* where nothing was."""
    moment = _moment(link)
    return undated if moment is None else now - moment < RECENT


def _merged(first: Link, second: Link) -> Link:
    """The one that states a date, with the other's title and section where it has none."""
    best, other = (second, first) if second.published_at and not first.published_at else (first, second)
    return replace(best, title=best.title or other.title, section=best.section or other.section)


def _age(link: Link, now: datetime) -> float:
    moment = _moment(link)
    if moment is None:
        return float("inf") if link.via_kind is Via.SITEMAP else 0.0
    return max(0.0, (now - moment).total_seconds())


def _moment(link: Link) -> datetime | None:
    stated = link.published_at or link.changed_at
    if stated is None:
        return None
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
