"""RSS 2.0, RSS 1.0, Atom and JSON Feed → links, with titles, sections and dates as the feed states them."""

import html
import json
import re
from io import BytesIO
from typing import Any

import feedparser

from crawler.links import Link, Via
from crawler.listing import Listing, absolute, one_line
from crawler.stamps import read_stamp

# Real feeds carry 10-100 entries; this bounds what a hostile one makes us look up.
MAX_ENTRIES = 5000

TAG = re.compile(r"<[^<>]*>")


def parse_feed(body: bytes, url: str, timezone: str) -> Listing:
    """Never raises: *problem* says what could not be read. *timezone* is for dates that state no offset."""
    try:
        entries = _json_entries(body) if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else _xml_entries(body)
    except Exception as error:  # feedparser and its SAX drivers raise many kinds on hostile bytes
        return Listing(problem=f"no readable feed: {type(error).__name__}")
    links = tuple(link for entry in entries[:MAX_ENTRIES] if (link := _link(entry, url, timezone)))
    return Listing(links=links, problem=None if links else "no entries in the feed")


def _xml_entries(body: bytes) -> list[dict[str, str | None]]:
    # A file object, never the bytes: feedparser opens a string that names a file.
    feed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    return [
        {
            "url": entry.get("link"),
            "title": entry.get("title"),
            "date": entry.get("published") or entry.get("updated") or entry.get("created"),
            "section": next((tag.get("term") for tag in entry.get("tags") or ()), None),
        }
        for entry in feed.entries
    ]


def _json_entries(body: bytes) -> list[dict[str, str | None]]:
    feed = json.loads(body.decode("utf-8-sig", "replace"))
    items = feed.get("items")
    return [_json_entry(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _json_entry(item: dict[str, Any]) -> dict[str, str | None]:
    tags = item.get("tags")
    found = {
        "url": item.get("url") or item.get("external_url") or item.get("id"),
        "title": item.get("title"),
        "date": item.get("date_published") or item.get("date_modified"),
        "section": tags[0] if isinstance(tags, list) and tags else None,
    }
    return {name: value if isinstance(value, str) else None for name, value in found.items()}


def _link(entry: dict[str, str | None], base: str, timezone: str) -> Link | None:
    url = absolute(base, entry["url"] or "") if entry["url"] else None
    if url is None:
        return None
    return Link(
        url=url,
        title=_plain(entry["title"]),
        published_at=read_stamp(entry["date"], timezone),
        section=_plain(entry["section"]),
        via=base,
        via_kind=Via.FEED,
    )


def _plain(text: str | None) -> str | None:
    """Feeds escape titles once or twice, and some put markup into them."""
    return one_line(html.unescape(TAG.sub("", html.unescape(text)))) if text else None
