"""A section page → every link on it, with its anchor text, and the next page if there is one."""

from lxml import etree, html

from crawler.links import Link, Via
from crawler.listings.listing import Listing, absolute, one_line
from crawler.listings.pagers import find_pager

# Real section pages carry 50-600 links.
MAX_LINKS = 5000


def parse_section(body: bytes, url: str, encoding: str | None = None) -> Listing:
    """Never raises. Links in the page's order, each address once, with the longest of its anchor texts as title."""
    tree = parse_html(body, encoding)
    if tree is None:
        return Listing(problem="no readable page")
    base = base_of(tree, url)
    titles: dict[str, str | None] = {}
    for anchor in tree.iter("a"):
        address = absolute(base, anchor.get("href") or "") if anchor.get("href") else None
        if address is None or (address not in titles and len(titles) >= MAX_LINKS):
            continue
        title = one_line(anchor.text_content()) or one_line(anchor.get("title"))
        if len(title or "") > len(titles.get(address) or "") or address not in titles:
            titles[address] = title
    found = find_pager(tree, base, url)
    links = tuple(
        Link(url=address, title=title, via=url, via_kind=Via.SECTION)
        for address, title in titles.items()
        if address not in found.pages
    )
    more = (found.next,) if found.next else ()
    return Listing(links=links, more=more, problem=None if links else "no links on the page")


def parse_html(body: bytes, encoding: str | None = None) -> html.HtmlElement | None:
    """The tree of *body*, or None where there is none. *encoding* is what HTTP said; else the page's own <meta>."""
    try:
        parser = html.HTMLParser(encoding=encoding, huge_tree=False)
    except LookupError:
        parser = html.HTMLParser(huge_tree=False)
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, html.HtmlElement) else None


def base_of(tree: html.HtmlElement, url: str) -> str:
    """What relative addresses on the page are relative to."""
    base = next((element.get("href") for element in tree.iter("base") if element.get("href")), None)
    return (absolute(url, base) if base else None) or url
