"""Where a site lists its articles, when its file doesn't say: robots.txt, the homepage, pages that list feeds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from lxml.html import HtmlElement

from crawler import identity
from crawler.listings.listing import Further, absolute, one_line
from crawler.listings.sections import base_of, parse_html

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")

# Sites advertise a feed per section and a sitemap per month; the first ones are the general and the newest.
MAX_FEEDS = 10
MAX_SITEMAPS = 5
# Vietnamese newspapers have a page of feeds with one for each section: 15 to 40 of them.
MAX_LISTED = 50

# .../home.rss, /rss/kinh-te, /feed/, /rss-home.xml, /listfeed.aspx; not /tin/rss-la-gi-123.html
_PATH = re.compile(
    r"\.(?:rss|rdf|atom)$|/(?:rss|feeds?|atom|rdf)(?:/|$)|/(?:rss|feed|atom)[^/]*\.(?:xml|php|as[ph]x|json)$"
    r"|(?:rss|feed)\.(?:xml|php|as[ph]x)$"
)
_QUERY = re.compile(r"(?:^|&)(?:rss|feed)(?:=|&|$)|=(?:rss2?|atom|feed)(?:&|$)")
_NAME = re.compile(r"(?:kênh |trang |nguồn )?rss(?: feeds?)?(?: 2\.0)?", re.I)
_OTHER = re.compile(r"comment|sitemap|binh-?luan")
_GENERAL = re.compile(r"/(?:home|trang-?chu|index|tin-?moi[^/]*|latest[^/]*|tat-?ca|all|rss|feed)(?:\.\w+)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """*feeds* may be pages that list feeds: only their answer tells (``listed_feeds``)."""

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def discover(homepage: bytes, url: str, robots_sitemaps: Iterable[str] = (), encoding: str | None = None) -> Found:
    """What *homepage*, fetched from *url*, and the Sitemap lines of robots.txt point to. Never raises."""
    tree = parse_html(homepage, encoding)
    feeds = [] if tree is None else _feeds(tree, url)
    sitemaps = dict.fromkeys(a for line in robots_sitemaps if (a := absolute(url, line)))
    return Found(feeds=tuple(feeds)[:MAX_FEEDS], sitemaps=tuple(sitemaps)[:MAX_SITEMAPS])


def listed_feeds(body: bytes, url: str, encoding: str | None = None) -> tuple[Further, ...]:
    """The feeds of the site that a page, which was taken for a feed, lists: ``/rss`` is such a page. Never raises."""
    tree = parse_html(body, encoding)
    site = identity.site_of(url)
    feeds = [] if tree is None else _feeds(tree, url)
    return tuple(Further(url=feed) for feed in feeds if identity.site_of(feed) == site)[:MAX_LISTED]


def _feeds(tree: HtmlElement, url: str) -> list[str]:
    """Those that <link> declares, then those that anchors look like; the general ones before those of sections."""
    base = base_of(tree, url)
    declared = [link for link in tree.iter("link") if _is_declared(link)]
    shown = [anchor for anchor in tree.iter("a") if anchor.get("href") and _looks_like_one(anchor)]
    found = dict.fromkeys(a for element in (*declared, *shown) if (a := absolute(base, element.get("href") or "")))
    here = identity.canonical(url)
    own = [feed for feed in found if identity.canonical(feed) != here and not _OTHER.search(urlsplit(feed).path)]
    return sorted(own, key=lambda feed: _GENERAL.search(urlsplit(feed).path.lower()) is None)


def _is_declared(link: HtmlElement) -> bool:
    kind = (link.get("type") or "").split(";")[0].strip().lower()
    return kind in FEED_TYPES and "alternate" in (link.get("rel") or "").lower().split()


def _looks_like_one(anchor: HtmlElement) -> bool:
    path, _, query = (anchor.get("href") or "").strip().lower().partition("#")[0].partition("?")
    if _PATH.search(path) or _QUERY.search(unquote_plus(query)):
        return True
    hints = (anchor.text_content(), anchor.get("title"), *(image.get("alt") for image in anchor.iter("img")))
    return any(_NAME.fullmatch(one_line(hint) or "") for hint in hints if hint)
