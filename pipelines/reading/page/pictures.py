"""The pictures of an article with their captions and credits. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipelines.article import Image
from pipelines.reading.page import markup
from pipelines.reading.page.captions import split_caption
from pipelines.reading.page.head import Head
from pipelines.words import count_words

# A caption of a photo; longer is a text that happens to stand in the same box.
_LONGEST, _MOST_WORDS = 500, 60
MOST = 60
# Each is looked for in its box, and thousands may share one; real pages have some hundreds.
_MOST_LOOKED_AT = 1000
_PICTURE_CLASS = re.compile(r"img|image|photo|picture|\bpic\b|anh\b|hinh", re.IGNORECASE)
_PHOTO_CREDIT = re.compile(r"(?:\b(?:ảnh|photos?)\s*[:：]|\bphotos?\s+by)\s*[^:.]{2,60}\W*$", re.IGNORECASE)
_BODY_CLASS = re.compile(
    r"article__body|cms-body|art-body|articlebody|article-?content|content-detail|detail-content|entry|post-content"
    r"|news-details__content|content-fck|b-maincontent|newsdt|journal-content",
    re.IGNORECASE,
)
_ADVERTISED = re.compile(r"(?<!\w)ads?(?!\w)|quang-?cao|adsby", re.IGNORECASE)
_DECORATION = re.compile(
    r"logo|icon|avatar|spacer|blank|pixel|/ads?/|banner|data:image|\.svg|emoji|tracking", re.IGNORECASE
)


def pictures(head: Head) -> list[tuple[Image, str | None]]:
    """Pictures with a caption, and those without one that stand in the article's body; each address once.

    With each comes its caption as printed, for taking that out of the text.
    """
    found: dict[str, tuple[Image, str | None]] = {}
    classed = frozenset(head.marked["caption"])
    for image in head.tags["img"][:_MOST_LOOKED_AT]:
        address = _address(image)
        if not address or _DECORATION.search(address) or _is_small(image):
            continue
        if head.is_aside(image) or _is_advertisement(image):
            continue
        printed = _caption(image, classed)
        if printed or _is_in_body(image):
            caption, credit = split_caption(printed) if printed else (None, None)
            url = urljoin(head.page.url, address)
            if url not in found or (printed and not found[url][1]):
                found[url] = Image(url=url, caption=caption, credit=credit), printed
        if len(found) == MOST:
            break
    return list(found.values())


def printed_lines(image: Image, printed: str | None) -> Iterator[str]:
    """The caption as printed, and its two halves where the credit stands in a line of its own."""
    if printed:
        yield printed
        if image.caption and image.credit and printed.startswith(image.caption):
            yield image.caption
            yield printed[len(image.caption) :].strip()


def alternative_texts(head: Head) -> Iterator[str]:
    """What pictures say in their alt and title: often a list of keywords, which extractors take for text."""
    for image in head.tags["img"]:
        for name in ("alt", "title"):
            if text := markup.squeeze(image.get(name)):
                yield text


def _address(image: HtmlElement) -> str | None:
    """Lazy images keep theirs in data-src; a srcset's first is good enough."""
    names = ("data-src", "data-original", "data-lazy-src", "src")
    return next((value.strip() for name in names if (value := image.get(name)) and not value.startswith("data:")), None)


def _is_advertisement(image: HtmlElement) -> bool:
    """By the boxes around it; the line behind such a picture is not its caption."""
    names = (f"{box.get('class') or ''} {box.get('id') or ''}" for box in islice(image.iterancestors(), 3))
    return any(_ADVERTISED.search(name) for name in names)


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


def _caption(image: HtmlElement, classed: frozenset[HtmlElement]) -> str | None:
    """Of a <figure>; of the table that holds the picture alone; of an element of a caption class (*classed*) beside or
    below it; of the line under a paragraph that holds the picture alone.
    """
    is_alone = True
    for depth, node in enumerate(image.iterancestors()):
        if node.tag == "figure":
            return _first_text(node.iter("figcaption")) or _by_class(node, classed)
        if node.tag == "table":
            return _of_table(node, image, classed)
        if node.tag in ("body", "article", "main") or depth == 4:
            return None
        if depth <= 1 and (own := _within(node)):
            return own
        after = next(node.itersiblings("*"), None)
        if after is not None and after in classed:
            return markup.short_text(after, _LONGEST) or None
        if classed and node.tag == "div" and any(child in classed for child in node):
            return _by_class(node, classed)
        is_alone = is_alone and markup.short_text(node, 0) is not None
        if is_alone and after is not None and (line := _line_below(node, after)):
            return line
    return None


def _within(box: HtmlElement) -> str | None:
    """The text beside the picture in *box*, where it is a box for pictures or that text is wholly in italics."""
    text = markup.short_text(box, _LONGEST) if box.tag in ("p", "div", "center") else None
    if not text or count_words(text) > _MOST_WORDS:
        return None
    names = box.get("class")
    if names and _PICTURE_CLASS.search(names):
        return text
    return text if all(_is_italic(node, box) for node, _ in markup.pieces(box)) else None


def _is_italic(node: HtmlElement, box: HtmlElement) -> bool:
    while node is not box:
        if node.tag in ("em", "i"):
            return True
        node = node.getparent()
    return False


def _line_below(box: HtmlElement, after: HtmlElement) -> str | None:
    """The text of *after* where *box* is a paragraph of a picture alone and *after* looks like its caption."""
    if box.tag not in ("p", "div", "center") or after.tag not in ("p", "div"):
        return None
    text = markup.short_text(after, _LONGEST)
    if not text or count_words(text) > _MOST_WORDS or after.find(".//img") is not None:
        return None
    names = box.get("class")
    is_of_picture = bool(names) and names == after.get("class") and _PICTURE_CLASS.search(names) is not None
    return text if is_of_picture or _PHOTO_CREDIT.search(text) or _is_centred_italic(after) else None


def _is_centred_italic(element: HtmlElement) -> bool:
    style = f"{element.get('style') or ''} {element.get('align') or ''}"
    if "center" not in style.lower():
        return False
    children = list(element)
    return len(children) == 1 and children[0].tag in ("em", "i") and not (element.text or "").strip()


def _by_class(box: HtmlElement, classed: frozenset[HtmlElement]) -> str | None:
    return _first_text(node for node in box.iterdescendants("*") if node in classed) if classed else None


def _first_text(nodes: Iterator[HtmlElement]) -> str | None:
    return next((text for node in nodes if (text := markup.short_text(node, _LONGEST))), None)


def _of_table(table: HtmlElement, image: HtmlElement, classed: frozenset[HtmlElement]) -> str | None:
    """A table with a picture and one text is a picture with its caption; one with more cells of text is a table."""
    if len(list(table.iter("img"))) == 1 and len(list(table.iter("td"))) <= 3:
        return _by_class(table, classed) or markup.short_text(table, _LONGEST) or None
    row = next(image.iterancestors("tr"), None)
    below = row.getnext() if row is not None else None
    if below is None or below.find(".//img") is not None or len(below) > 1:
        return None
    return markup.short_text(below, _LONGEST) or None
