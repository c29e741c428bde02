"""The pictures of an article with their captions and credits. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipelines import markup
from pipelines.article import Image
from pipelines.credits import split_caption

# A caption of a photo; longer is a text that happens to stand in the same box.
_LONGEST = 500
MOST = 60
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|img-?desc|photo-?desc|cms-?desc|picture-?desc", re.IGNORECASE)
_BODY_CLASS = re.compile(
    r"article__body|cms-body|art-body|articlebody|article-?content|content-detail|detail-content|entry|post-content"
    r"|news-details__content|content-fck|b-maincontent|newsdt|journal-content",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"logo|icon|avatar|spacer|blank|pixel|/ads?/|banner|data:image|\.svg|emoji|tracking", re.IGNORECASE
)


def pictures(tree: HtmlElement, title: HtmlElement | None, base: str) -> list[tuple[Image, str | None]]:
    """Pictures with a caption, and those without one that stand in the article's body; each address once.

    With each comes its caption as printed, for taking that out of the text.
    """
    found: dict[str, tuple[Image, str | None]] = {}
    for image in tree.iter("img"):
        address = _address(image)
        if not address or _DECORATION.search(address) or _is_small(image):
            continue
        printed = _caption(image)
        if (printed or _is_in_body(image)) and not markup.is_aside(image, title):
            caption, credit = split_caption(printed) if printed else (None, None)
            url = urljoin(base, address)
            if url not in found or (printed and not found[url][1]):
                found[url] = Image(url=url, caption=caption, credit=credit), printed
        if len(found) == MOST:
            break
    return list(found.values())


def alternative_texts(tree: HtmlElement) -> Iterator[str]:
    """What pictures say in their alt and title: often a list of keywords, which extractors take for text."""
    for image in tree.iter("img"):
        for name in ("alt", "title"):
            if text := markup.squeeze(image.get(name)):
                yield text


def _address(image: HtmlElement) -> str | None:
    """Lazy images keep theirs in data-src; a srcset's first is good enough."""
    names = ("data-src", "data-original", "data-lazy-src", "src")
    return next((value.strip() for name in names if (value := image.get(name)) and not value.startswith("data:")), None)


def _is_small(image: HtmlElement) -> bool:
    sizes = [
        int(size) for name in ("width", "height") if (size := (image.get(name) or "").removesuffix("px")).isdigit()
    ]
    return bool(sizes) and max(sizes) < 100


def _is_in_body(image: HtmlElement) -> bool:
    for node in image.iterancestors():
        if node.tag == "article" or node.get("itemprop") == "articleBody":
            return True
        if _names_body(node.get("class") or ""):
            return True
    return False


@lru_cache(maxsize=4096)
def _names_body(classes: str) -> bool:
    """Cached, as a page says the same few classes over and over."""
    return _BODY_CLASS.search(classes) is not None


def _caption(image: HtmlElement) -> str | None:
    """Of a <figure>; of the table that holds the picture alone; of an element of a caption class beside or below it."""
    for depth, node in enumerate(image.iterancestors()):
        if node.tag == "figure":
            return _first_text(node.iter("figcaption")) or _by_class(node)
        if node.tag == "table":
            return _of_table(node, image)
        if node.tag in ("body", "article", "main") or depth == 4:
            return None
        after = node.getnext()
        if after is not None and isinstance(after.tag, str) and _CAPTION_CLASS.search(after.get("class") or ""):
            return markup.short_text(after, _LONGEST) or None
        if node.tag == "div" and any(_CAPTION_CLASS.search(child.get("class") or "") for child in node):
            return _by_class(node)
    return None


def _by_class(box: HtmlElement) -> str | None:
    return _first_text(node for node in box.iterdescendants() if _CAPTION_CLASS.search(node.get("class") or ""))


def _first_text(nodes: Iterator[HtmlElement]) -> str | None:
    return next((text for node in nodes if (text := markup.short_text(node, _LONGEST))), None)


def _of_table(table: HtmlElement, image: HtmlElement) -> str | None:
    """A table with a picture and one text is a picture with its caption; one with more cells of text is a table."""
    if len(list(table.iter("img"))) == 1 and len(list(table.iter("td"))) <= 3:
        return markup.short_text(table, _LONGEST) or None
    row = next(image.iterancestors("tr"), None)
    below = row.getnext() if row is not None else None
    if below is None or below.find(".//img") is not None or len(below) > 1:
        return None
    return markup.short_text(below, _LONGEST) or None
