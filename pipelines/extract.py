"""A page's body as blocks of text: the only place that imports trafilatura.

Measured on real pages (docs/experiments.md): favour-precision reads best, its fast mode as well where it finds a long
text, and the default mode where the others find next to nothing. ``include_comments`` is off: with it three readers'
comments of four come out as text.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

from lxml.cssselect import CSSSelector
from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import __version__ as trafilatura_version
from trafilatura import bare_extraction
from trafilatura.utils import load_html

from crawler.source import Selectors
from pipelines.article import Block
from pipelines.errors import Unreadable
from pipelines.reading.encoding import decode

# Real pages have at most 4,300 elements; trafilatura needs over a minute for 200,000 paragraphs or 100,000 attributes.
MAX_BYTES, MAX_ELEMENTS, MAX_ATTRIBUTES = 5_000_000, 50_000, 200_000
# libxml2 compares each attribute of an element with all before it: 100,000 take it ten minutes. 2,000 are no page's.
MAX_TAG_ATTRIBUTES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to ask trafilatura; its answer is taken where it has *enough* characters."""

    name: str
    precise: bool
    fast: bool
    enough: int


_VERSION = f"trafilatura-{trafilatura_version}"
# Each mode is asked in turn until one finds this many characters. The fast one compares no candidates, which is two
# thirds of the work: on texts of 700 characters it reads as well (daniel F1 -.003, scrapinghub +.002, CPU -24 and
# -40 %). Under 300 characters the precise mode has usually missed the body (13 of 512 pages of the daniel set).
LADDER = (
    Mode(name=f"{_VERSION}/fast", precise=True, fast=True, enough=700),
    Mode(name=f"{_VERSION}/precision", precise=True, fast=False, enough=300),
    Mode(name=f"{_VERSION}/default", precise=False, fast=False, enough=1),
)

NO_SELECTORS = Selectors()

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
    tree = load_html(decode(body, content_type))
    if tree is None or not len(tree):
        raise Unreadable("not-html")
    if tree.xpath("count(//*)") > MAX_ELEMENTS or tree.xpath("count(//@*)") > MAX_ATTRIBUTES:
        raise Unreadable("too-large")
    return tree


def _attributes(tag: bytes) -> int:
    """At least as many as *tag* has: its words outside quotation marks."""
    return len(_VALUE.sub(b" ", tag).split())


def extract(tree: HtmlElement, url: str, selectors: Selectors = NO_SELECTORS) -> tuple[str, tuple[Block, ...]]:
    """The extractor's name and the body's blocks, none where it finds no body. *tree* is left as it is.

    The source's *selectors* speak first: what they drop is gone, and the body that they name is all that is read.
    """
    if selectors.drop or selectors.body:
        tree = _selected(tree, selectors)
    best: tuple[str, tuple[Block, ...]] = (LADDER[-1].name, ())
    for mode in LADDER:
        blocks = _run(tree, url, mode)
        if sum(len(block.text) for block in blocks) >= mode.enough:
            return mode.name, blocks
        best = (mode.name, blocks) if blocks else best
    return best


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


def _run(tree: HtmlElement, url: str, mode: Mode) -> tuple[Block, ...]:
    # deduplicate stays off: it counts what the process has seen, so the same page read eight times gave four texts.
    document = bare_extraction(
        tree,
        url=url,
        with_metadata=False,
        include_comments=False,
        favor_precision=mode.precise,
        fast=mode.fast,
        deduplicate=False,
    )
    if document is None or isinstance(document, dict) or document.body is None:
        return ()
    return tuple(_blocks(document.body))


LONGEST_CELL = 40  # words
_KINDS = {"head": "h", "quote": "quote", "item": "li"}


def _blocks(element: _Element, kind: str = "p") -> Iterator[Block]:
    for child in element:
        if child.tag == "row" and _is_of_figures(child):
            yield from _lines(_row(child), "table")
        elif child.tag in ("list", "table", "row", "div", "quote") or (child.tag in ("item", "cell") and len(child)):
            yield from _lines(child.text, _KINDS.get(child.tag, kind))
            yield from _blocks(child, _KINDS.get(child.tag, kind))
        elif isinstance(child.tag, str):
            yield from _lines(_text(child), _KINDS.get(child.tag, kind))
        yield from _lines(child.tail, kind)


def _is_of_figures(row: _Element) -> bool:
    """Whether *row* is of a table; word processors put a paragraph into each cell, layouts put the article into one."""
    if not any(cell.find("p") is not None or cell.find("head") is not None for cell in row):
        return True
    return len(row) > 1 and all(len(cell) <= 2 and len(_cell(cell).split()) <= LONGEST_CELL for cell in row)


def _row(row: _Element) -> str:
    """The cells' texts, with room for those that are empty, so that figures stay in their columns."""
    cells = [_cell(cell) for cell in row]
    return " | ".join(cells) if sum(map(bool, cells)) > 1 else "".join(cells)


def _cell(cell: _Element) -> str:
    parts = [cell.text or "", *(f"{_text(child)}{child.tail or ''}" for child in cell if isinstance(child.tag, str))]
    return " ".join((" " if cell.find("p") is not None else "").join(parts).replace("\n", " ").split())


def _text(element: _Element) -> str:
    parts: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts += ["\n", child.tail or ""] if child.tag == "lb" else [_text(child), child.tail or ""]
    return "".join(parts)


def _lines(text: str | None, kind: str) -> Iterator[Block]:
    for line in (text or "").split("\n"):
        if words := line.split():
            yield Block(text=" ".join(words), kind=kind)
