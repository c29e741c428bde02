"""Links to gambling that somebody put into a page which is not theirs: hidden, or a block of its own."""

import re
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.refusing.gambling import has_hints, is_gambling

FLAG = "injected-links"
# One hidden link is enough; where all can see them, three together in a block that is hardly anything else.
_TOGETHER = 3
_MOSTLY = 0.6
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3,}"
    r"|font-size\s*:\s*0|(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)|clip\s*:\s*rect",
    re.IGNORECASE,
)
_LENGTH = XPath("string-length(normalize-space())")
_WHOLE = frozenset({"body", "html", "main", "article"})


def take_out(tree: HtmlElement, url: str) -> int:
    """Remove from *tree* what was put into the page at *url*; how many links those were."""
    if not has_hints(tree):
        return 0
    host = _host(url)
    links = [a for a in tree.iter("a") if a.get("href") and _is_off(a.get("href"), host) and is_gambling(a)]
    taken = 0
    for link in links:
        if not any(True for each in link.iterancestors("body")):
            continue  # gone with a block before it
        block = _block(link, set(links))
        within = sum(each is link or block in each.iterancestors() for each in links)
        if within >= _TOGETHER or _is_hidden(block):
            block.drop_tree()
            taken += max(1, within)
    return taken


def _block(link: HtmlElement, links: set[HtmlElement]) -> HtmlElement:
    """The largest element around *link* that is hidden, or hardly anything but such links."""
    best, node = link, link.getparent()
    while node is not None and node.tag not in _WHOLE:
        length = _LENGTH(node)
        inside = sum(_LENGTH(a) for a in node.iter("a") if a in links)
        if inside < _MOSTLY * length and not (_hides(node) and inside):
            break
        best = node
        node = node.getparent()
    return best


def _is_hidden(element: HtmlElement) -> bool:
    return _hides(element) or any(_hides(above) for above in element.iterancestors())


def _hides(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "") is not None


def _is_off(link: str, host: str) -> bool:
    if not link.startswith(("http", "//", "www.")):
        return False
    there = _host(link)
    return bool(there) and there != host and not there.endswith(f".{host}") and not host.endswith(f".{there}")


def _host(url: str) -> str:
    try:
        return (
            urlsplit(url if "//" in url else f"//{url}" if url.startswith("www.") else url).hostname or ""
        ).removeprefix("www.")
    except ValueError:
        return ""
