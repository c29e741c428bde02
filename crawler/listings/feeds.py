"""RSS 2.0, RSS 1.0, Atom and JSON Feed → links, with titles, sections and dates as the feed states them."""

import html
import json
import re
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any

import feedparser

from crawler.links import Link, Via
from crawler.listings.listing import Listing, absolute, one_line
from crawler.listings.stamps import read_stamp
from crawler.listings.xmltext import as_utf8

# Real feeds carry 10-100 entries; this bounds what a hostile one makes us look up.
MAX_ENTRIES = 5000
# Feeds with whole articles and pictures in them reach 2 MB; feedparser takes a second for that, four if it is broken.
MAX_BYTES = 4 * 1024 * 1024
# A category of more is a sentence, or a list.
MAX_SECTION = 80

ENTRY_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")

Entry = dict[str, str | None]


def parse_feed(body: bytes, url: str, timezone: str, now: datetime | None = None) -> Listing:
    """Never raises: *problem* says what could not be read. *timezone* is for dates that state no offset; one that is
    not near the time of *now* or before is none.
    """
    body = body[:MAX_BYTES]
    try:
        is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
        entries = _json_entries(body) if is_json else _xml_entries(body, url)
    except Exception as error:  # feedparser and its SAX drivers raise many kinds on hostile bytes
        return Listing(problem=f"no readable feed: {type(error).__name__}")
    links = tuple(link for entry in entries[:MAX_ENTRIES] if (link := _link(entry, url, timezone, now)))
    return Listing(links=links, problem=None if links else "no entries in the feed")


def _xml_entries(body: bytes, url: str) -> list[Entry]:
    # A file object, never the bytes: feedparser opens a string that names a file.
    feed = feedparser.parse(
        BytesIO(as_utf8(_first(body))),
        # What xml:base is relative to; and a type for which the declaration decides, not HTTP's Latin-1.
        response_headers={"content-location": url, "content-type": "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return [_xml_entry(entry) for entry in feed.entries]


def _first(body: bytes) -> bytes:
    """As much of *body* as is looked at: feedparser reads few thousand entries a second, and the crawl waits for it."""
    end = next((found.end() for found in islice(ENTRY_END.finditer(body), MAX_ENTRIES - 1, None)), None)
    return body[:end]


def _xml_entry(entry: Any) -> Entry:
    named = [tag.get("label") or tag.get("term") for tag in entry.get("tags") or ()]
    return {
        "url": entry.get("feedburner_origlink") or entry.get("link"),
        "title": entry.get("title"),
        "date": entry.get("published") or entry.get("updated") or entry.get("created"),
        "section": _section(named),
    }


def _json_entries(body: bytes) -> list[Entry]:
    feed = json.loads(body.decode("utf-8-sig", "replace").strip())
    items = feed.get("items")
    return [_json_entry(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _json_entry(item: dict[str, Any]) -> Entry:
    tags = item.get("tags")
    found = {
        "url": item.get("url") or item.get("external_url") or _web(item.get("id")),
        "title": item.get("title"),
        "date": item.get("date_published") or item.get("date_modified"),
        "section": _section(tags) if isinstance(tags, list) else None,
    }
    return {name: value if isinstance(value, str) else None for name, value in found.items()}


def _web(identifier: object) -> str | None:
    """An entry's id where it is an address, as it is where an entry has no link."""
    return identifier if isinstance(identifier, str) and identifier.startswith(("http://", "https://")) else None


def _section(names: list[Any]) -> str | None:
    """The first category that is a name."""
    usable = (name for name in names if isinstance(name, str) and "://" not in name)
    return next((name for each in usable if (name := _plain(each)) and len(name) <= MAX_SECTION), None)


def _link(entry: Entry, base: str, timezone: str, now: datetime | None) -> Link | None:
    url = absolute(base, entry["url"]) if entry["url"] else None
    if url is None:
        return None
    return Link(
        url=url,
        title=_plain(entry["title"]),
        published_at=read_stamp(entry["date"], timezone, now),
        section=entry["section"],
        via=base,
        via_kind=Via.FEED,
    )


def _plain(text: str | None) -> str | None:
    """Feeds escape titles once or twice, and some put markup into them."""
    return one_line(html.unescape(TAG.sub("", html.unescape(text)))) if text else None
