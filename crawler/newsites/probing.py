"""What to ask a site that nobody has described, and what its answers tell. Pure: captures in, addresses out.

Two rounds: the homepage with what it and robots.txt name (the spider's own discovery); then, where that led to no
articles, the usual addresses, and the sections that the homepage's menu names.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from crawler import identity
from crawler.capture import Capture, Kind
from crawler.challenge import is_challenge
from crawler.links import Link, Via
from crawler.listings.feeds import parse_feed
from crawler.listings.listing import Listing, absolute
from crawler.listings.sections import parse_section
from crawler.listings.sitemaps import parse_sitemap
from crawler.newsites.learn import NO_ARTICLE, is_headline, path_of
from crawler.source import Source

# Seen on Vietnamese newspapers by tools that worked; asked for only where the site names no feed itself.
USUAL_FEEDS = ("/rss/home.rss", "/rss/trang-chu.rss", "/rss.xml", "/rss", "/feed", "/rss/tin-moi-nhat.rss", "/atom.xml")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-news.xml", "/Sitemap.xml")
# Enough to see what articles have in common; a menu has 8 to 15 of them.
MOST_SECTIONS = 8
# A feed or a sitemap costs a request at every run: further ones must name what the others don't.
MOST_LISTINGS = 10

_FEED_LINK = re.compile(r"(?:^|/)(?:rss|feed|atom)(?:/|$)|\.rss$|(?:rss|feed|atom)[^/]*\.(?:xml|aspx|html?)$", re.I)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.I | re.M)
_ANY_HTML = re.compile(rb"<(?:!doctype html|html|head|body|a\s)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A listing that answered. *html*: it was asked for as a feed or sitemap, and is a page."""

    url: str
    via: Via
    listing: Listing
    html: bool = False


def read_listings(captures: Iterable[Capture], source: Source) -> tuple[Seen, ...]:
    """What the listings among *captures* link to, on the source's hosts; a redirect's answer under what was asked."""
    found = [seen for capture in captures if (seen := _read(capture, source))]
    return tuple({seen.url: seen for seen in found}.values())


def _read(capture: Capture, source: Source) -> Seen | None:
    via = capture.link.via_kind if capture.link else Via.SECTION
    answered = capture.status is not None and 200 <= capture.status < 300 and not is_challenge(capture.body)
    if capture.kind not in (Kind.LISTING, Kind.FEED) or not answered:
        return None
    page = parse_section(capture.body, capture.final_url, charset_of(capture))
    if via is Via.SECTION:
        return Seen(url=capture.url, via=via, listing=page)
    parse = parse_feed if via is Via.FEED else parse_sitemap
    listing = parse(capture.body, capture.final_url, source.timezone)
    if not listing.links and not listing.more and _ANY_HTML.search(capture.body[:4096]):
        return Seen(url=capture.url, via=via, listing=page, html=True)
    return Seen(url=capture.url, via=via, listing=listing)


def charset_of(capture: Capture) -> str | None:
    match = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", capture.header("content-type") or "", re.I)
    return match[1] if match else None


def certain_links(seen: Iterable[Seen], source: Source) -> list[Link]:
    """What feeds and news sitemaps name as articles: a plain sitemap also has sections and tags."""
    return [
        link
        for each in seen
        if not each.html and each.via in (Via.FEED, Via.SITEMAP)
        for link in each.listing.links
        if (each.via is Via.FEED or link.published_at) and identity.belongs(link.url, source)
    ]


def possible_links(seen: Iterable[Seen], source: Source) -> list[Link]:
    return [link for each in seen for link in each.listing.links if identity.belongs(link.url, source)]


def second_round(source: Source, seen: Sequence[Seen], robots: str) -> Source:
    """*source* with the listings that are still to be asked for."""
    asked = {each.url for each in seen}
    fed = any(each.listing.links for each in seen if each.via is Via.FEED and not each.html)
    mapped = any(each.listing.links or each.listing.more for each in seen if each.via is Via.SITEMAP and not each.html)
    feeds = [] if fed else [*linked_feeds(seen, source), *_usual(source, USUAL_FEEDS)]
    named = [a for line in _SITEMAP_LINE.findall(robots) if (a := absolute(source.homepage, line))]
    sitemaps = [] if mapped else [*(a for a in named if identity.belongs(a, source)), *_usual(source, USUAL_SITEMAPS)]
    return _listing_source(source, asked, feeds, sitemaps, sections_of(seen, source))


def third_round(source: Source, seen: Sequence[Seen]) -> Source:
    """The feeds that a page of feeds names: ``/rss`` often is one."""
    return _listing_source(
        source, {each.url for each in seen}, linked_feeds([s for s in seen if s.html], source), [], []
    )


def _listing_source(
    source: Source, asked: set[str], feeds: list[str], sitemaps: list[str], sections: list[str]
) -> Source:
    lists = [tuple(dict.fromkeys(url for url in urls if url not in asked)) for urls in (feeds, sitemaps, sections)]
    return replace(source, feeds=lists[0][:MOST_LISTINGS], sitemaps=lists[1], sections=lists[2][:MOST_SECTIONS])


def has_listings(source: Source) -> bool:
    return bool(source.feeds or source.sitemaps or source.sections)


def _usual(source: Source, paths: Iterable[str]) -> list[str]:
    """On an edition's own folder first, where it has one."""
    bases = dict.fromkeys((source.homepage, urljoin(source.homepage, "/")))
    return [urljoin(base, path.lstrip("/")) for base in bases for path in paths]


def linked_feeds(seen: Iterable[Seen], source: Source) -> list[str]:
    """Addresses that look like feeds among the links of pages."""
    links = [link.url for each in seen if each.via is Via.SECTION or each.html for link in each.listing.links]
    return [url for url in dict.fromkeys(links) if identity.belongs(url, source) and _FEED_LINK.search(path_of(url))]


def sections_of(seen: Iterable[Seen], source: Source) -> list[str]:
    """The menu of the homepage: short names, short addresses, the shortest addresses first where there are many."""
    home = identity.path_of(source.homepage)
    found = [
        link.url
        for each in seen
        if each.via is Via.SECTION
        for link in each.listing.links
        if identity.belongs(link.url, source) and _is_menu(link, home)
    ]
    return sorted(dict.fromkeys(found), key=lambda url: path_of(url).count("/"))


def _is_menu(link: Link, home: str) -> bool:
    path = path_of(link.url)
    if not path or path == home or (home and not path.startswith(f"{home}/")) or "?" in path:
        return False
    named = link.title and len(link.title.split()) <= 6 and not re.fullmatch(r"[\d\W]+", link.title)
    looks = not is_headline(path, link.title) and not re.search(r"\d{4,}", path) and path.count("/") <= 3
    other = NO_ARTICLE.search(path) and not re.search(r"/(?:danh-muc|chuyen-muc|category|su-kien)/", path)
    return bool(named and looks and not other and not _FEED_LINK.search(path))


def chosen(seen: Sequence[Seen], source: Source, via: Via, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The listings of one kind that are worth a request at every run: each names articles that those before don't,
    nor are they *known* from listings of another kind. A sitemap that an index names is found through the index.
    """
    own = [each for each in seen if each.via is via and not each.html]
    below = {further.url for each in own for further in each.listing.more} if via is Via.SITEMAP else set()
    found, kept = set(known), []
    for each in own:
        keys = set() if each.url in below else keys_below(each, own, source)
        if keys - found:
            kept.append(each.url)
            found |= keys
    return tuple(kept[:MOST_LISTINGS])


def sections(seen: Sequence[Seen], source: Source) -> tuple[str, ...]:
    """The pages that list articles of their own, besides the box of latest ones that stands on every page."""
    named = {source.homepage, *sections_of(seen, source)}  # not the further pages of a pager
    pages = {each.url: article_keys(each, source) for each in seen if each.via is Via.SECTION and each.url in named}
    everywhere = set.intersection(*pages.values()) if len(pages) > 1 else set()
    kept = [url for url, keys in pages.items() if keys - everywhere]
    return tuple((kept or [url for url, keys in pages.items() if keys][:1])[: MOST_SECTIONS + 1])


def keys_below(seen: Seen, others: Sequence[Seen], source: Source) -> set[str]:
    """The articles that a listing names, or the sitemaps that it is the index of."""
    named = {further.url for further in seen.listing.more} if seen.via is Via.SITEMAP else set()
    return {key for each in (seen, *others) if each is seen or each.url in named for key in article_keys(each, source)}


def article_keys(seen: Seen, source: Source) -> set[str]:
    return {identity.key(link.url, source) for link in seen.listing.links if identity.is_article(link.url, source)}


def covers(seen: Sequence[Seen], source: Source, listings: Iterable[str]) -> bool:
    """Whether half of the articles on the homepage stand in *listings* too: a feed of ten entries misses a busy day."""
    named = set(listings)
    listed = {key for each in seen if each.url in named for key in keys_below(each, seen, source)}
    front = {key for each in seen if each.url == source.homepage for key in article_keys(each, source)}
    return bool(listed) and len(front & listed) * 2 >= len(front)
