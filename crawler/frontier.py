"""The articles that a source's listings name: each once, with the best that was said of it, the newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from crawler import identity
from crawler.links import Link, Via
from crawler.source import Source

# Ten times the largest site's year; it bounds the memory that a hostile sitemap takes.
MAX_LINKS = 50_000


class Frontier:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._links: dict[str, Link] = {}

    def __len__(self) -> int:
        return len(self._links)

    def add(self, links: Iterable[Link]) -> list[str]:
        """Take in those of *links* that are articles of the source; their identity keys, in order."""
        keys = []
        for link in links:
            if not identity.is_article(link.url, self._source):
                continue
            key = identity.key(link.url, self._source)
            keys.append(key)
            if key in self._links:
                self._links[key] = _merged(self._links[key], link)
            elif len(self._links) < MAX_LINKS:
                self._links[key] = link
        return keys

    def newest_first(self, now: datetime) -> Iterator[tuple[str, Link]]:
        """What stands undated on a front page is as new as it gets; in a sitemap it may be of any age."""
        ranked = ((_age(link, now), key, link) for key, link in self._links.items())
        for _, key, link in sorted(ranked, key=lambda entry: entry[0]):
            yield key, link


def _merged(first: Link, second: Link) -> Link:
    """The one that states a date, with the other's title and section where it has none."""
    best, other = (second, first) if second.published_at and not first.published_at else (first, second)
    return replace(best, title=best.title or other.title, section=best.section or other.section)


def _age(link: Link, now: datetime) -> float:
    if link.published_at is None:
        return float("inf") if link.via_kind is Via.SITEMAP else 0.0
    moment = datetime.fromisoformat(link.published_at)
    return max(0.0, (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds())
