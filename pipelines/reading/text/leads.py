"""The sapo of pages that mark it by nothing but its looks: a short first paragraph, wholly emphasised. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipelines.reading.page import markup
from pipelines.reading.page.captions import split_caption
from pipelines.reading.page.head import Head, select
from pipelines.reading.people.credits import parse_byline
from pipelines.words import count_words

# Shorter is a kicker, a date or a name; longer is a text in bold.
_FEWEST, _MOST, _LONGEST = 10, 120, 1500
# A div with more is text, with less a caption or a button.
_LONG = 200
# Paragraphs looked at after the headline: what stands between (date, buttons, a picture) is fewer.
_NEAR = 20
_PARAGRAPHS = ("p", "h2", "h3", "h4")
_EMPHASIS = frozenset({"strong", "b", "em", "i"})
_SENTENCE_ENDS = (".", "!", "?", "…", '"', "”", "»", "。", "！", "？")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def lead(head: Head, captions: Iterable[str]) -> str | None:
    """The first paragraph after the headline if it is emphasised and the next one isn't; *captions* are none."""
    paragraphs = _of_some_length(head, frozenset(captions))
    first, text = next(paragraphs, (None, ""))
    if first is None or not text.endswith(_SENTENCE_ENDS) or not _is_emphasised(first):
        return None
    if count_words(text) > _MOST or split_caption(text)[1] or _is_link(first, text) or head.is_aside(first):
        return None
    second, line = next(paragraphs, (None, ""))
    if second is None:
        return text if _is_followed(first) else None
    # The first question of an interview is in bold as well.
    return text if not _is_emphasised(second) or line.endswith("?") else None


def _is_followed(element: HtmlElement) -> bool:
    """Whether a text that is no paragraph comes next: old pages part theirs by line breaks."""
    after = next(element.itersiblings("*"), None)
    return after is not None and after.tag == "div" and markup.short_text(after, _LONG) is None


def _of_some_length(head: Head, captions: frozenset[str]) -> Iterator[tuple[HtmlElement, str]]:
    """Paragraphs that say more than a name or a date, with their text: empty where that is too long."""
    for element in islice(_paragraphs(head), _NEAR):
        text = markup.short_text(element, _LONGEST)
        if text is None:
            yield element, ""
        elif count_words(text) >= _FEWEST and text not in captions and not parse_byline(text).byline:
            yield element, text


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
