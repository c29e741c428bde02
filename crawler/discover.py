"""Where a site lists its articles, when its file doesn't say: robots.txt, <link rel=alternate>, the homepage."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.listing import absolute
from crawler.sections import base_of, parse_html

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")

# Sites advertise a feed per section and a sitemap per month; the first ones are the general and the newest.
MAX_FEEDS = 10
MAX_SITEMAPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def discover(homepage: bytes, url: str, robots_sitemaps: Iterable[str] = (), encoding: str | None = None) -> Found:
    """What *homepage*, fetched from *url*, and the Sitemap lines of robots.txt point to. Never raises."""
    tree = parse_html(homepage, encoding)
    feeds: dict[str, None] = {}
    if tree is not None:
        base = base_of(tree, url)
        for link in tree.iter("link"):
            kind = (link.get("type") or "").split(";")[0].strip().lower()
            if kind in FEED_TYPES and "alternate" in (link.get("rel") or "").lower().split():
                address = absolute(base, link.get("href") or "")
                if address:
                    feeds[address] = None
    sitemaps = dict.fromkeys(a for line in robots_sitemaps if (a := absolute(url, line)))
    return Found(feeds=tuple(feeds)[:MAX_FEEDS], sitemaps=tuple(sitemaps)[:MAX_SITEMAPS])
