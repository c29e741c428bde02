"""What the markup of a page says: meta elements, JSON-LD, where the headline is and what stands beside it. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog")
SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "option", "select", "textarea", "button", "iframe", "svg"}
)
# Parts of a page that belong to other articles, to readers or to the site.
_ASIDE = re.compile(
    r"relat|lien-?quan|cung-chuyen-muc|tin-khac|tin-moi|moi-nhat|doc-them|xem-them|comment|binh-?luan|phan-?hoi|foot|"
    r"sidebar|side-bar|clock|weather|thoi-tiet|most-?read|popular|trending|hot-?news|readmore|read-more|teaser|widget|"
    r"current-?(?:date|time)|today|login|menu|navbar|topbar|top-bar|c-box|same-?(?:zone|news|cate|topic)|news-?same",
    re.IGNORECASE,
)
# XPath reads texts without making a Python object of each element that they stand in.
_LENGTH = XPath("string-length(normalize-space())")
_TEXTS = XPath("descendant::text()", smart_strings=False)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside"})


def squeeze(text: str | None) -> str:
    """*text* on one line, with single spaces."""
    return " ".join(text.split()) if text else ""


def stated(value: object) -> str:
    """A value of meta or JSON-LD as text; some sites escape it twice or leave tags in it. "" if it is no text."""
    if not isinstance(value, str):
        return ""
    return squeeze(
        re.sub(r"</?[a-z]+[^>]*>", " ", unescape(value), flags=re.IGNORECASE) if "&" in value or "<" in value else value
    )


def text_of(element: HtmlElement) -> str:
    """The text of *element* as a reader sees it: no scripts, words of neighbouring elements kept apart."""
    return squeeze(" ".join(piece for _, piece in pieces(element)))


def pieces(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The texts within *element*, each with the element that it stands in directly; scripts and the like left out."""
    if not isinstance(element.tag, str):  # a comment
        return
    walker = iterwalk(element, events=("start", "end", "comment"))
    for event, node in walker:
        if event == "start":
            if node.tag in SKIPPED:
                walker.skip_subtree()
            elif node.text and not node.text.isspace():
                yield node, node.text
        elif node is not element and node.tail and not node.tail.isspace():
            yield node.getparent(), node.tail


def length_of(element: HtmlElement) -> float:
    """How many letters the text of *element* has."""
    return float(_LENGTH(element))


def short_text(element: HtmlElement, limit: int) -> str | None:
    """The text of *element*, or None where it is longer than *limit*. A script within counts: what holds one is a
    container.
    """
    if not isinstance(element.tag, str) or _LENGTH(element) > limit:
        return None if isinstance(element.tag, str) else ""
    text = squeeze(" ".join(_TEXTS(element)))
    return text if len(text) <= limit else None


def metas(elements: Iterable[HtmlElement]) -> dict[str, str]:
    """The first content of each meta element, by its name, property or itemprop in lower case."""
    found: dict[str, str] = {}
    for element in elements:
        content = squeeze(element.get("content"))
        if content:
            for attribute in ("property", "name", "itemprop", "class"):
                for name in (element.get(attribute) or "").lower().split():
                    found.setdefault(name, content)
    return found


def json_ld(scripts: Iterable[HtmlElement]) -> list[dict[str, Any]]:
    """The JSON-LD objects of the page, those nested in lists and graphs included."""
    found: list[dict[str, Any]] = []
    for script in scripts:
        if "ld+json" in (script.get("type") or "") and script.text:
            try:
                found.extend(_objects(json.loads(script.text.strip().rstrip(";"), strict=False)))
            except (ValueError, RecursionError):
                continue
    return found


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
        yield from _objects(value.get("mainEntity"))


def article_of(objects: list[dict[str, Any]], url: str, titles: Iterable[str]) -> dict[str, Any]:
    """The one of the page's JSON-LD objects that describes the article, or an empty one.

    Pages describe their teasers too: an object whose address is the page's, else one whose headline is of the page's
    *titles*, or that states none.
    """
    articles = [item for item in objects if _ARTICLE_TYPES.search(str(item.get("@type")))]
    path = _path_of(url)
    for item in articles:
        if path and path in (_path_of(item.get(name)) for name in ("url", "@id", "mainEntityOfPage")):
            return item
    words = [set(title.casefold().split()) for title in titles if title]
    return next((item for item in articles if _speaks_of(item, words)), {})


def _path_of(address: object) -> str:
    """Of an address that may stand in an object of its own, without host, query and last slash."""
    if isinstance(address, dict):
        address = address.get("@id") or address.get("url")
    try:
        return urlsplit(address).path.rstrip("/") if isinstance(address, str) else ""
    except ValueError:
        return ""


def _speaks_of(item: dict[str, Any], titles: list[set[str]]) -> bool:
    """Whether more than a third of the words of its headline come again in one of the page's titles."""
    said = set(stated(item.get("headline") or item.get("name")).casefold().split())
    return not said or not titles or any(3 * len(said & title) > len(said) for title in titles)


def headline(
    known: Iterable[str], tops: Iterable[HtmlElement], lower: Iterable[HtmlElement], classed: Iterable[HtmlElement]
) -> HtmlElement | None:
    """The element that shows the article's title; *known* are the page's <title> and og:title.

    Usually the one <h1> (*tops*); where that is a logo, or there are several, the one that og:title or <title> repeats;
    where there is none, a *lower* heading or an element of a title class (*classed*) that they repeat.
    """
    titles = [title.casefold() for title in known]
    shown = [element for element in tops if text_of(element)]
    repeated = _repeated(shown, titles)
    if repeated is not None or len(shown) == 1:
        return repeated if repeated is not None else shown[0]
    for others in (lower, classed):
        if (found := _repeated(others, titles)) is not None:
            return found
    return shown[0] if shown else None


def _repeated(elements: Iterable[HtmlElement], titles: list[str]) -> HtmlElement | None:
    """The element with the longest text, of at least 15 characters, that one of *titles* has too."""
    best, longest = None, 14
    for element in elements:
        text = short_text(element, 300)
        if text and len(text) > longest and any(text.casefold() in title for title in titles):
            best, longest = element, len(text)
    return best


def names_aside(element: HtmlElement) -> bool:
    """Whether *element* itself is, by tag, class or id, a part of the page that isn't the article's."""
    if element.tag in ("body", "html"):
        return False
    return element.tag in _ASIDE_TAGS or _names_aside(element.get("class"), element.get("id"))


@lru_cache(maxsize=4096)
def _names_aside(classes: str | None, identifier: str | None) -> bool:
    """Cached, as a page says the same few classes over and over."""
    return _ASIDE.search(f"{classes or ''} {identifier or ''}") is not None
