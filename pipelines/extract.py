"""A page's body as blocks of text: the source's selectors first, then what the page's own layout says (pipelines/body),
and trafilatura's word where that is not sure. The only place that imports trafilatura.

Measured on real pages (docs/experiments.md). ``include_comments`` is off: with it three readers' comments of four come
out as text.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import numpy as np
from lxml.cssselect import CSSSelector
from lxml.etree import ElementDefaultClassLookup, LxmlError
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction, fromstring
from trafilatura import __version__ as trafilatura_version
from trafilatura import bare_extraction
from trafilatura.utils import load_html, repair_faulty_html

from crawler.source import Selectors
from pipelines.article import Block
from pipelines.body.blocks import blocks_of
from pipelines.body.evidence import PROSE_WORDS, Array
from pipelines.body.finder import Found, find
from pipelines.errors import Unreadable
from pipelines.reading.letters.encoding import decode
from pipelines.reading.page.strayed import bring_back

# Real pages have at most 4,300 elements; trafilatura needs over a minute for 200,000 paragraphs or 100,000 attributes.
MAX_BYTES, MAX_ELEMENTS, MAX_ATTRIBUTES = 5_000_000, 50_000, 200_000
# libxml2 compares each attribute of an element with all before it: 100,000 take it ten minutes. 2,000 are no page's.
MAX_TAG_ATTRIBUTES = 2_000


READER = "body-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to ask trafilatura; its answer is taken where it has *enough* characters."""

    name: str
    precise: bool
    enough: int


_VERSION = f"trafilatura-{trafilatura_version}"
# Under 300 characters the precise mode has usually missed the body (13 of 512 pages of the daniel set).
LADDER = (
    Mode(name=f"{_VERSION}/precision", precise=True, enough=300),
    Mode(name=f"{_VERSION}/default", precise=False, enough=1),
)
# Below this sureness (one page in 15) trafilatura is asked too, and moves each block by so much log odds: on unseen
# sites F1 .967 -> .973 (scrapinghub), .969 -> .970 (big9), .947 either way (daniel). Where hardly a word is found it
# decides.
UNSURE, VOTE = 0.75, 2.0
FEW_WORDS, LONE_VOTE = 25, 5.0
# It has no say where less of what the page's layout names is in its text too.
COMMON = 0.3
# A block of fewer words stands in its text by chance: a section's name, a label.
FEW_TOLD = 5
# What a source's file says is the body is so, but for boxes of other articles within it.
SELECTED = 2.0

NO_SELECTORS = Selectors()

# One class for all elements: lxml.html's own look-up asks Python for each, three times a page, a twentieth of our time.
_PARSER = HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True)
_PARSER.set_element_class_lookup(
    ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity)
)

# A name, then space: in a script "x<n.length&&…" is no tag.
_LONG_TAG = re.compile(rb"<[a-zA-Z][\w.:-]*[\s/][^<>]{8000,}")
_VALUE = re.compile(rb"\"[^\"]*\"|'[^']*'")


def parse(body: bytes, content_type: str | None = None) -> HtmlElement:
    """The page's tree. Raises Unreadable with the outcome's code: ``empty``, ``too-large``, ``not-html``."""
    if len(body) > MAX_BYTES:
        raise Unreadable("too-large")
    if not body.strip():
        raise Unreadable("empty")
    if any(_attributes(tag) > MAX_TAG_ATTRIBUTES for tag in _LONG_TAG.findall(body)):
        raise Unreadable("too-large")
    tree = _tree(decode(body, content_type))
    if tree is None or not len(tree):
        raise Unreadable("not-html")
    if tree.xpath("count(//*)") > MAX_ELEMENTS or tree.xpath("count(//@*)") > MAX_ATTRIBUTES:
        raise Unreadable("too-large")
    bring_back(tree)
    return tree


def _tree(text: str | bytes) -> HtmlElement | None:
    """As trafilatura's ``load_html``, which is asked where this is not enough."""
    if isinstance(text, str):
        try:
            tree = fromstring(repair_faulty_html(text, text[:50].lower()), parser=_PARSER)
        except (ValueError, LxmlError):  # an encoding declared in a string; nothing but comments
            tree = None
        if tree is not None and len(tree) > 1:
            return tree
    return load_html(text)


def _attributes(tag: bytes) -> int:
    """At least as many as *tag* has: its words outside quotation marks."""
    return len(_VALUE.sub(b" ", tag).split())


def extract(tree: HtmlElement, url: str, selectors: Selectors = NO_SELECTORS) -> tuple[str, tuple[Block, ...]]:
    """The extractor's name, and the blocks that may be the body's, none where there are none. *tree* is left as it is.

    The source's *selectors* speak first: what they drop is gone, and the body that they name is all that is read.
    """
    title = tree.findtext(".//title") or ""
    if selectors.drop or selectors.body:
        tree = _selected(tree, selectors)
    found = find(tree, title)
    if found is None:
        return READER, ()
    odds, name = found.odds + (SELECTED if selectors.body else 0.0), READER
    if is_unsure(found):
        mode, votes = second_opinion(found, tree, url)
        odds, name = odds + votes, f"{READER}+{mode}" if mode else READER
    return name, blocks_of(found.layout, odds)


def is_unsure(found: Found) -> bool:
    """Whether trafilatura is to be asked too."""
    return found.sureness < UNSURE or found.kept_words < FEW_WORDS


def second_opinion(found: Found, tree: HtmlElement, url: str) -> tuple[str | None, Array]:
    """The mode of trafilatura that answered, None where it finds nothing either, and what it says of each block."""
    mode, text = _ask(tree, url)
    return (mode, _votes(found, text)) if text else (None, np.zeros(len(found.words)))


def _votes(found: Found, text: str) -> Array:
    """For each block, what trafilatura's *text* (without spaces) says of it, in log odds."""
    page, words = found.layout, found.words
    is_told = np.array(["".join(block.split()) in text for block in page.texts])
    if found.kept_words < FEW_WORDS:
        return np.where(is_told, np.where(words >= FEW_TOLD, LONE_VOTE, VOTE), -LONE_VOTE)
    kept = found.odds >= 0
    if words[kept & is_told].sum() < COMMON * words[kept].sum():
        return np.zeros(len(words))  # it reads quite another part of the page: a short notice and a long list, mostly
    outer = np.array(page.parents)[np.array(page.owners)]
    # It is known to end a text at a table: its silence on what stands beside its own says nothing.
    beside = np.isin(outer, outer[is_told & (words >= PROSE_WORDS)])
    return np.where(is_told, VOTE, np.where(beside, 0.0, -VOTE))


def _ask(tree: HtmlElement, url: str) -> tuple[str, str]:
    """The mode that answered, and its text without spaces; none where it finds nothing either."""
    name, best = LADDER[-1].name, ""
    for mode in LADDER:
        # deduplicate stays off: it counts what the process has seen, so the same page read eight times gave four texts.
        document = bare_extraction(
            tree, url=url, with_metadata=False, include_comments=False, favor_precision=mode.precise, deduplicate=False
        )
        text = document.text if document is not None and not isinstance(document, dict) else None
        if text and len(text) >= mode.enough:
            return mode.name, "".join(text.split())
        if text:
            name, best = mode.name, "".join(text.split())
    return name, best


def _selected(tree: HtmlElement, selectors: Selectors) -> HtmlElement:
    tree = deepcopy(tree)
    for selector in selectors.drop:
        for element in _select(selector)(tree):
            if element.getparent() is not None:
                element.drop_tree()
    bodies = _select(selectors.body)(tree) if selectors.body else []
    root = tree.find("body")
    if root is not None and bodies and any(body.text_content().strip() for body in bodies):
        kept = [body for body in bodies if not any(other in bodies for other in body.iterancestors())]
        root[:] = kept
        root.text = None
    return tree


@cache
def _select(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
