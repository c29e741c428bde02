"""What a feed, a sitemap or a section page says: links to pages, and the addresses of further listings."""

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.links import Link

# Longer addresses are junk (calendar traps, session ids); 2,083 is what old browsers and most caches take.
MAX_URL = 2083
# A title is a line; what is longer is a teaser or a whole page inside one anchor.
MAX_TITLE = 500

SPACE = re.compile(r"\s+")
# Nothing in it to resolve, to cut or to refuse: nearly all addresses in sitemaps, of which there are 50,000 in one.
WHOLE = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[!\"$-:=@-~?&]*(?<!\?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A listing that another one names: a pager's next page, a sitemap of an index.

    *form* are the fields to post (ASP.NET's pagers); empty: it is asked for with GET. *stated* is the date of last
    change that an index gives for it, verbatim.
    """

    url: str
    form: tuple[tuple[str, str], ...] = ()
    stated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """*more* are further listings to read, best first. *problem* says in words what could not be read, if anything."""

    links: tuple[Link, ...] = ()
    more: tuple[Further, ...] = ()
    problem: str | None = None


def absolute(base: str, href: str) -> str | None:
    """*href* as an absolute http(s) address without fragment, or None where it is not one."""
    if len(href) <= MAX_URL and WHOLE.fullmatch(href):
        return href
    try:
        url = urldefrag(urljoin(base, SPACE.sub("", href) if "\n" in href else href.strip())).url
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        url.encode()  # JSON may escape half a character, which no request takes
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and len(url) <= MAX_URL else None


def one_line(text: str | None) -> str | None:
    """*text* on one line and fit for UTF-8, or None where nothing is left."""
    line = SPACE.sub(" ", (text or "").replace("\0", "")).strip()[:MAX_TITLE].rstrip()
    return line.encode("utf-8", "replace").decode() or None
