"""The sapo of pages that mark it by nothing but its looks: a short first paragraph, wholly emphasised. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipelines import markup
from pipelines.credits import parse_byline, split_caption
from pipelines.head import Head, select
from pipelines.words import count_words

# Shorter is a kicker, a date or a name; longer is a text in bold.
_FEWEST, _MOST, _LONGEST = 10, 120, 1500
# Paragraphs looked at after the headline: what stands between (date, buttons, a picture) is fewer.
_NEAR = 20
_PARAGRAPHS = ("p", "h2", "h3", "h4")
_EMPHASIS = frozenset({"strong", "b", "em", "i"})
_SENTENCE_ENDS = (".", "!", "?", "…", '"', "”", "»", "。", "！", "？")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def lead(head: Head, captions: Iterable[str]) -> str | None:
    """The first paragraph after the headline if it is emphasised and the next one isn't; *captions* are none."""
    known = frozenset(captions)
    found: list[tuple[HtmlElement, str]] = []
    for element in islice(_paragraphs(head), _NEAR):
        text = markup.short_text(element, _LONGEST)
        if text is not None and (count_words(text) < _FEWEST or text in known or parse_byline(text).byline):
            continue
        found.append((element, text or ""))
        if len(found) == 2:
            break
    if len(found) < 2 or not 0 < count_words(found[0][1]) <= _MOST or not _is_emphasised(found[0][0]):
        return None
    (first, text), (second, _) = found
    if not text.endswith(_SENTENCE_ENDS) or _is_emphasised(second) or split_caption(text)[1]:
        return None
    if markup.is_aside(first, head.title):
        return None
    return None if next(first.iter("a"), None) is not None and _is_link(first, text) else text


def _paragraphs(head: Head) -> Iterator[HtmlElement]:
    """Those of the body that the source's file names, else those after the headline."""
    bodies = select(head.page.tree, head.page.source.selectors.body)
    if bodies:
        yield from bodies[0].iter(*_PARAGRAPHS)
        return
    node = head.title
    while node is not None and node.tag != "body":
        for sibling in node.itersiblings("*"):
            yield from sibling.iter(*_PARAGRAPHS)
        node = node.getparent()


def _is_emphasised(element: HtmlElement) -> bool:
    """Whether all that *element* says is bold or italic, or it is a heading."""
    if element.tag != "p":
        return True
    return all(_within_emphasis(node, element) for node, _ in markup.pieces(element))


def _within_emphasis(node: HtmlElement, box: HtmlElement) -> bool:
    while True:
        if node.tag in _EMPHASIS or _BOLD.search(node.get("style") or ""):
            return True
        if node is box:
            return False
        node = node.getparent()


def _is_link(element: HtmlElement, text: str) -> bool:
    """Whether it is a teaser: more than half of it links elsewhere."""
    return 2 * sum(len(markup.text_of(link)) for link in element.iter("a")) > len(text)
