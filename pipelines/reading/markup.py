"""What the markup of a page says: meta elements, JSON-LD, where the headline is and what stands beside it. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import Any

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog")
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "option", "select", "textarea", "button", "iframe", "svg"}
)
# Parts of a page that belong to other articles, to readers or to the site.
_ASIDE = re.compile(
    r"relat|lien-?quan|cung-chuyen-muc|tin-khac|tin-moi|moi-nhat|doc-them|xem-them|comment|binh-?luan|phan-?hoi|foot|"
    r"sidebar|side-bar|clock|weather|thoi-tiet|most-?read|popular|trending|hot-?news|readmore|read-more|teaser|widget|"
    r"current-?(?:date|time)|today|login|menu|navbar|topbar|top-bar|c-box",
    re.IGNORECASE,
)
# XPath reads texts without making a Python object of each element that they stand in.
_LENGTH = XPath("string-length(normalize-space())")
_TEXTS = XPath("descendant::text()", smart_strings=False)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside"})
_END_OF_HEAD = re.compile(
    r"^(?:các )?(?:tin|bài)(?: viết)? (?:liên quan|khác|cùng|mới|đọc)|^bình luận|^related|^read more|^comments?\b",
    re.IGNORECASE,
)


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
            if node.tag in _SKIPPED:
                walker.skip_subtree()
            elif node.text and not node.text.isspace():
                yield node, node.text
        elif node is not element and node.tail and not node.tail.isspace():
            yield node.getparent(), node.tail


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


def article_of(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The one of the page's JSON-LD objects that describes the article, or an empty one."""
    return next((item for item in objects if _ARTICLE_TYPES.search(str(item.get("@type")))), {})


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


def lines_after(title: HtmlElement, limit: int = 80) -> Iterator[tuple[HtmlElement, str]]:
    """The head of the article: up to *limit* texts after *title*, as pieces(); ends where related articles begin.

    Three long texts are the sapo and two paragraphs: by then the head is over.
    """
    long_texts = 0
    for count, (element, piece) in enumerate(_following(title)):
        if count == limit or _END_OF_HEAD.search(piece.strip()):
            return
        yield element, piece
        long_texts += len(piece) > 160
        if long_texts == 3:
            return


def _following(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    node = element
    while node is not None and node.tag != "body":
        parent = node.getparent()
        if parent is not None and node.tail and not node.tail.isspace():
            yield parent, node.tail
        for sibling in node.itersiblings():
            yield from pieces(sibling)
            if parent is not None and sibling.tail and not sibling.tail.isspace():
                yield parent, sibling.tail
        node = parent


def lines_before(title: HtmlElement, levels: int = 3, limit: int = 100) -> Iterator[tuple[HtmlElement, str]]:
    """Short neighbours that stand before *title* in the boxes around it, nearest first."""
    node = title
    for _ in range(levels):
        for sibling in node.itersiblings(preceding=True):
            if isinstance(sibling.tag, str) and sibling.tag not in ("header", "head", *_ASIDE_TAGS):
                text = short_text(sibling, limit)
                if text:
                    yield sibling, text
        node = node.getparent()
        if node is None or node.tag in ("body", "html"):
            return
