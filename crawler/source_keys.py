"""The keys of a source file and of a family."""

import re
import zoneinfo
from dataclasses import MISSING, fields
from typing import Any

from cssselect import SelectorError
from cssselect import parse as parse_selector

from crawler import provinces
from crawler.errors import did_you_mean
from crawler.keys import (
    REQUIRED,
    Key,
    Reader,
    count,
    day,
    flag,
    matching,
    number,
    one_of,
    table,
    tables,
    text,
    texts,
    url,
)
from crawler.keys import wrong as _wrong
from crawler.listings import bydate
from crawler.source import Expect, Host, Selectors, Source

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
REQUISITES = ("none", "images", "page")
KINDS = ("newspaper", "portal", "magazine", "agency", "broadcaster", "import")


def province(value: Any, spot: str) -> str:
    units = provinces.load()
    if not isinstance(value, str) or value not in units:
        hint = did_you_mean(str(value), units)
        raise _wrong(spot, value, f'an id of provinces.toml, such as "ha-tinh" or "bac-ninh-2025"{hint}')
    return value


def timezone(value: Any, spot: str) -> str:
    zones = zoneinfo.available_timezones()
    if not isinstance(value, str) or value not in zones:
        raise _wrong(spot, value, f'a time zone such as "Asia/Ho_Chi_Minh"{did_you_mean(str(value), zones)}')
    return value


def pattern(value: Any, spot: str) -> str:
    """A regular expression; "://" in one would never match, since it is searched in path and query."""
    source = text(value, spot)
    try:
        groups = re.compile(source).groupindex
    except (re.error, OverflowError) as error:
        raise _wrong(spot, value, f"a regular expression ({error})") from error
    if "://" in source:
        raise _wrong(spot, value, "a pattern of the path and query alone, without scheme and host")
    for name in groups.keys() - {"id"}:
        raise _wrong(spot, value, f'a pattern whose only named group is "id", not "{name}"')
    return source


def selector(value: Any, spot: str) -> str:
    try:
        parse_selector(text(value, spot))
    except SelectorError as error:
        raise _wrong(spot, value, f"a CSS selector ({error})") from error
    return str(value)


def selectors(value: Any, spot: str) -> tuple[str, ...]:
    return tuple(selector(item, f"{spot}[{n}]") for n, item in enumerate(texts(value, spot), start=1))


def addresses(value: Any, spot: str) -> tuple[str, ...]:
    """Addresses, or paths on the homepage's host, of one page or of one for each day, month or year."""
    items = texts(value, spot)
    for n, item in enumerate(items, start=1):
        at = f"{spot}[{n}]"
        if not re.match(r"/(?!/)\S*$", item):
            url(item, at)
        if bydate.is_template(item) and not bydate.is_sound(item):
            raise _wrong(at, item, f"an address, or one with {bydate.ALLOWED}")
    return items


def templates(value: Any, spot: str) -> tuple[str, ...]:
    items = addresses(value, spot)
    for n, item in enumerate(items, start=1):
        if not bydate.is_template(item):
            raise _wrong(f"{spot}[{n}]", item, f"an address with {bydate.ALLOWED}")
    return items


host = matching(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?", 'a host in small letters, such as "baobacgiang.vn"')
edition = matching(r"[a-z0-9-]*", 'a short name in small letters, such as "en"')
language = matching(r"[a-z]{2,3}", 'a language code such as "vi", "en", or "und"')
name_of_schedule = matching(SLUG, 'the name of a schedule, such as "hourly"')


def _keys(cls: type, *rows: tuple[str, Reader, str]) -> tuple[Key, ...]:
    """Keys whose defaults are those of *cls*."""
    defaults = {item.name: item.default for item in fields(cls) if item.default_factory is MISSING}
    return tuple(
        Key(name=name, read=read, default=REQUIRED if default is MISSING else default, help=help)
        for name, read, help in rows
        for default in [defaults.get(name)]
    )


HOST_KEYS = _keys(
    Host,
    ("host", host, "a name that the source had, or also has"),
    ("until", day, "its last day; without it, the host is another name of today's site"),
    ("same_ids", flag, "the ids and paths there mean the same articles as on the homepage's host"),
    ("province", province, "whose newspaper it was there, before a merger"),
)
EXPECT_KEYS = _keys(Expect, ("articles_per_week", count, "fewer than half of it is a reason to look"))
EXTRACT_KEYS = _keys(
    Selectors,
    ("title", selector, "CSS selector of the title"),
    ("summary", selector, "of the sapo"),
    ("body", selector, "of the article's text"),
    ("byline", selector, "of the author's name"),
    ("date", selector, "of the day of publication"),
    ("drop", selectors, "of what is no part of the article"),
)
# What sites on one system share.
_SHARED: tuple[tuple[str, Reader, str], ...] = (
    ("article", pattern, "regular expression of an article's path and query; its group id is the native id"),
    ("exclude", pattern, "regular expression of paths that are no articles, though they look like one"),
    ("ignore_case", flag, "the server takes capital and small letters in an address for the same (IIS)"),
    ("feeds", addresses, "RSS, Atom, JSON Feed; found by probing where not given"),
    ("sitemaps", addresses, "found from robots.txt where not given; by day: /sitemap-{yyyy}-{mm}-{dd}.xml"),
    ("sections", addresses, "pages that list articles"),
    (
        "archives",
        templates,
        "listings by day, month or year: /tin-ngay/{dd}-{mm}-{yyyy}.html; {m} and {d} without leading 0",
    ),
    ("legacy_tls", flag, "take old protocols and certificates that are not valid; each capture says what its was"),
    ("extract", table(EXTRACT_KEYS), "CSS selectors for awkward markup"),
)
FAMILY_KEYS = _keys(Source, *_SHARED)
SOURCE_KEYS = _keys(
    Source,
    ("name", text, "as the newspaper writes itself"),
    ("homepage", url, "where the site, or the edition, begins"),
    ("kind", one_of(KINDS, "one of"), f"one of {', '.join(KINDS)}"),
    ("province", province, "id of the province; a national outlet has none, and needs keep"),
    ("language", language, "of its articles, ISO 639"),
    ("edition", edition, "tells language editions of one site apart; part of every key"),
    ("timezone", timezone, "of dates without an offset"),
    ("day_first", flag, "07/06 is 7 June"),
    ("schedule", name_of_schedule, "how often it is looked at"),
    ("family", text, "the CMS family that it takes its defaults from"),
    *_SHARED,
    ("hosts", tables(HOST_KEYS), "other names of the site, now or before"),
    ("key_host", host, "the host that keys name instead of the homepage's; pin it when the homepage moves"),
    ("keep", texts, "sections or words: only articles with one of them are kept"),
    ("delay", number(0), "seconds from one request's start to the next, at least 1"),
    ("requisites", one_of(REQUISITES, "one of"), "what of a page is kept besides it: none, images, page"),
    ("expect", table(EXPECT_KEYS), "what is usual"),
    ("machine_translated", flag, "every article is a machine's translation"),
    ("collection", text, "the collection it belongs to"),
    ("reason", text, "why it is archived"),
    ("rights", text, "what may be done with its texts"),
    ("started", day, "the first day of the newspaper or portal"),
    ("ended", day, "its last day"),
)
