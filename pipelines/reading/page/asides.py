"""Lines of a page that are none of its article, though they may be taken for its text: told by where they stand. Pure.

These are what comes before the headline, the sapo where it stands outside the body, and what boxes hold that name
themselves after other articles or readers' comments.
"""

from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.reading.page import markup
from pipelines.reading.page.head import Head

_TEXTS = XPath("descendant::text()", smart_strings=False)
_LINKED = XPath("descendant-or-self::a[@href]//text()", smart_strings=False)
# Lines of several pieces: a name in bold and what it says, a headline and its day.
_OF_PIECES = XPath(
    "descendant-or-self::*[self::p or self::li or self::div or self::td or self::a][*/text()[normalize-space()]]"
)
# A box of teasers or comments is shorter; one that is longer may be the article's after all, whatever its class says.
_LONGEST_BOX, _LONGEST_LINE = 4000, 500
_MOST_BOXES, _MOST_LINES = 25, 80
_MOST_SAPOS = 5
_DEEPEST = 8  # boxes within a box
# Of what such a box says links say this much; an article's body links less.
_LINKED_SHARE = 0.15
_FEWEST = 3  # letters
# More of the page's paragraphs before the headline, and it is no headline.
_SHARE_BEFORE = 0.3


def lines(head: Head) -> Iterator[str]:
    yield from _before(head)
    done: set[HtmlElement] = set()
    for box in islice(head.marked["aside"], _MOST_BOXES):
        if box in head.above or any(outer in done for outer in islice(box.iterancestors(), _DEEPEST)):
            continue
        if _is_aside(box):
            done.add(box)
            yield from _within(box)


def _before(head: Head) -> Iterator[str]:
    """What stands before the headline: menus, counters, procedures."""
    if head.title is None:
        return
    before: list[HtmlElement] = []
    for element in head.page.tree.iter("p", head.title.tag):
        if element is head.title:
            break
        before.append(element)
    shown = [element for element in before if element.tag == "p"]
    if shown and len(shown) <= _SHARE_BEFORE * len(head.tags["p"]):
        for element in shown:
            yield from _within(element)


def _is_aside(box: HtmlElement) -> bool:
    text = markup.short_text(box, _LONGEST_BOX)
    if not text:
        return False
    linked = sum(len(" ".join(piece.split())) for piece in _LINKED(box))
    return linked >= _LINKED_SHARE * len(text) or _names_comments(box)


def _names_comments(box: HtmlElement) -> bool:
    names = f"{box.get('class') or ''} {box.get('id') or ''}".lower()
    return any(word in names for word in ("comment", "cmt", "binh-luan", "binhluan", "ykien", "y-kien", "phanhoi"))


def _within(box: HtmlElement) -> Iterator[str]:
    """Each line of *box*: whole where it is one, and the pieces that line breaks part."""
    for piece in islice(_TEXTS(box), _MOST_LINES):
        if len(line := " ".join(piece.split())) >= _FEWEST:
            yield line
    for element in islice(_OF_PIECES(box), _MOST_LINES):
        text = markup.short_text(element, _LONGEST_LINE)
        if text and len(text) >= _FEWEST:
            yield text


def sapo_outside(head: Head) -> Iterator[str]:
    """The sapo as printed where no paragraph stands beside it: there it goes with the headline, not with the body."""
    for element in head.marked["sapo"][:_MOST_SAPOS]:
        box = element
        parent = box.getparent()
        # A wrapper of the sapo alone is the sapo.
        while parent is not None and parent not in head.above and len(parent) == 1:
            box, parent = parent, parent.getparent()
        beside = [] if parent is None else [node for node in parent if node is not box and node.tag == "p"]
        if not any(markup.short_text(node, 40) is None for node in beside):
            yield from _within(element)
