"""What belongs to a page and may be kept besides it: which addresses, how many, and how large each may be. Pure.

Pages name them however they like; ``address`` is the one form in which they are listed, asked for and found again.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.hosts import is_literal
from crawler.listings.listing import MAX_URL, absolute
from crawler.listings.sections import base_of

# Of 681 real news pages one in a hundred shows more images than this in its article; what has more is a gallery.
MOST_IMAGES = 40
# Of the same pages one in twenty has more images in all, or more stylesheets. Attachments: a decree has its annexes.
MOST_ON_PAGE, MOST_STYLES, MOST_ATTACHMENTS = 80, 16, 10
# A photo of 24 megapixels straight from the camera takes 5 MB and is never shown; scanned decrees take up to 20, which
# is also what a record is unpacked to (crawler.records.exchanges.MAX_BODY).
MAX_FILE, MAX_ATTACHMENT = 5 * 1024 * 1024, 20 * 1024 * 1024

_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf)$", re.I)
# Counters and advertisements: they show nothing of the article, and asking for them counts as a visit.
_TRACKERS = re.compile(
    r"(?:^|\.)(?:google-analytics|googletagmanager|googlesyndication|googleadservices|doubleclick|scorecardresearch"
    r"|quantserve|adnxs|criteo|taboola|facebook|admicro|eclick|adtima|histats|statcounter)\.(?:com|net|vn)$",
    re.I,
)
_PIXEL = re.compile(r"/(?:pixel|spacer|blank|beacon|collect|counter|1x1)(?:\.(?:gif|png|php|aspx|ashx))?$|/ads?/", re.I)
_LAZY = ("data-src", "data-original", "data-lazy-src", "src")
# Quoted once, an address stays as it is however often it is quoted; Scrapy's own way of asking leaves it alone too.
_SAFE = "!#$%&'()*+,/:;=?@~-._"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def address(url: str, base: str = "") -> str | None:
    """*url* as it is asked for, or None where nothing of the kind may be: another scheme, an IP address, a tracker."""
    found = absolute(base, url) if base or url else None
    if found is None:
        return None
    parts = urlsplit(found)
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return None
    if not may_ask(found) or not re.fullmatch(r"[a-z0-9._-]+", host) or _TRACKERS.search(host):
        return None
    if _PIXEL.search(parts.path):
        return None
    rest = urlunsplit(("", "", _quoted(parts.path) or "/", _quoted(parts.query).replace("'", "%27"), ""))
    asked = f"{parts.scheme}://{host}{port}{rest}"
    return asked if len(asked) <= MAX_URL else None


def may_ask(url: str) -> bool:
    """Whether a page may have us ask for *url*: any host by its name, without a password. The resolver sees to it that
    the name leads to no inner address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and bool(host) and not is_literal(host) and "@" not in parts.netloc


def is_attachment(url: str) -> bool:
    return _ATTACHMENT.search(urlsplit(url).path) is not None


def most_bytes(url: str) -> int:
    """What is longer is not kept."""
    return MAX_ATTACHMENT if is_attachment(url) else MAX_FILE


def images(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses of an article's own images, in their order."""
    return _first(MOST_IMAGES, (address(url) for url in urls))


def find(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """What the page at *url* links to or shows: attachments first, then stylesheets, then images."""
    base = base_of(tree, url)
    named = (
        _first(MOST_ATTACHMENTS, (address(each, base) for each in _attachments(tree))),
        _first(MOST_STYLES, (address(each, base) for each in _styles(tree))),
        _first(MOST_ON_PAGE, (address(each, base) for each in _shown(tree))),
    )
    return tuple(dict.fromkeys(found for kind in named for found in kind))


def _quoted(text: str) -> str:
    return quote(_BAD_PERCENT.sub("%25", text), safe=_SAFE, errors="replace")


def _first(most: int, found: Iterator[str | None]) -> tuple[str, ...]:
    each: dict[str, None] = {}
    for one in found:
        if one is not None:
            each[one] = None
        if len(each) == most:
            break
    return tuple(each)


def _attachments(tree: HtmlElement) -> Iterator[str]:
    """Linked or embedded, but not from what frames every page."""
    for element in tree.iter("a", "embed", "object", "iframe"):
        named = element.get("href") or element.get("src") or element.get("data") or ""
        frame = (each.tag in ("nav", "header", "footer", "aside") for each in element.iterancestors())
        if _ATTACHMENT.search(named.partition("?")[0].partition("#")[0].strip()) and not any(frame):
            yield named


def _styles(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        if "stylesheet" in relations and "alternate" not in relations:
            yield element.get("href") or ""


def _shown(tree: HtmlElement) -> Iterator[str]:
    """Each image as a script would show it, else as it stands; of a choice of sizes the first."""
    for element in tree.iter("img", "source"):
        if element.get("width") in ("0", "1") or element.get("height") in ("0", "1"):
            continue
        if element.tag == "img":
            yield from (named for name in _LAZY if (named := element.get(name)))
        chosen = (element.get("data-srcset") or element.get("srcset") or "").strip()
        if chosen and (element.tag == "source" or not element.get("src")):
            yield chosen.split()[0].rstrip(",")
