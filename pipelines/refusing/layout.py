"""Where on a page there are headlines with links, teasers, captions and paragraphs of its own. Pure."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.reading.page import markup
from pipelines.words import weigh_words

_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "ins", "label", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NO_BODY = frozenset({"nav", "footer", "aside", "header", "form"})
_NOT_OWN = re.compile(r"foot|comment|binh-?luan|copyright|bottom-?info|popup|modal|cookie", re.IGNORECASE)
_CAPTION = re.compile(r"caption|chu-?thich|img-?desc|photo-?desc|picture-?desc", re.IGNORECASE)
# Fewer words are a menu's; more are a sentence that happens to be a link.
_HEADLINE, _LONGEST = 5, 40
_PARAGRAPH = 8
# Between a headline and what is told of it: a date, a section's name.
_BETWEEN = 2


@dataclass(slots=True)
class _Block:
    """*link* is where its *last* link leads."""

    element: HtmlElement
    words: int = 0
    linked: int = 0
    link: str = ""
    last: HtmlElement | None = None
    heading: bool = False
    caption: bool = False
    own: bool = True
    texts: list[str] = field(default_factory=list)

    @property
    def is_headline(self) -> bool:
        total = self.words + self.linked
        least = _HEADLINE - 2 if self.heading else _HEADLINE
        return bool(self.link) and least <= self.linked <= _LONGEST and self.linked * 10 >= total * 6

    @property
    def is_prose(self) -> bool:
        return self.words >= _PARAGRAPH and self.words > self.linked and not self.heading and not self.caption

    @property
    def text(self) -> str:
        return markup.squeeze("".join(self.texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """*prose* is the words of the paragraphs in the box that has most of them, those told of a headline left out;
    *words* is what a reader sees in all. *headlines* lead to other pages, each counted once.
    """

    headlines: tuple[str, ...] = field(repr=False)
    teasers: tuple[str, ...] = field(repr=False)
    captions: tuple[str, ...] = field(repr=False)
    prose: int
    words: int


def layout_of(tree: HtmlElement, url: str) -> Layout:
    body = tree.find("body")
    blocks = _blocks(tree if body is None else body)
    headlines: dict[str, str] = {}
    teasers: list[str] = []
    boxes: Counter[HtmlElement] = Counter()
    since = _BETWEEN + 1
    for block in blocks:
        if block.is_headline and not _is_page(block.link, url):
            headlines.setdefault(block.link, block.text)
            since = 0
        elif block.is_prose:
            if since <= _BETWEEN:
                teasers.append(block.text)
            elif block.own:
                for box in _boxes(block.element):
                    boxes[box] += block.words
            since = _BETWEEN + 1
        elif block.heading:  # that leads nowhere: what follows is told of it, not of the link before
            since = _BETWEEN + 1
        else:
            since += 1
    return Layout(
        headlines=tuple(headlines.values()),
        teasers=tuple(teasers),
        captions=tuple(block.text for block in blocks if block.caption),
        prose=max(boxes.values(), default=0),
        words=sum(block.words + block.linked for block in blocks),
    )


def _boxes(element: HtmlElement) -> set[HtmlElement]:
    """What may hold a body: the element itself (a body of line breaks) and the two around it."""
    parent = element.getparent()
    above = parent.getparent() if parent is not None else None
    return {box for box in (element, parent, above) if box is not None and box.tag not in ("body", "html")} or {element}


def _blocks(body: HtmlElement) -> list[_Block]:
    """The page's texts in their order, each with the block element that it stands in."""
    known: dict[HtmlElement, tuple[HtmlElement, HtmlElement | None]] = {}
    traits: dict[HtmlElement, tuple[bool, bool, bool]] = defaultdict()
    blocks: list[_Block] = []
    for element, piece in markup.pieces(body):
        holder, link = _place(element, known)
        if not blocks or blocks[-1].element is not holder or (link is None and _is_line(blocks[-1])):
            heading, caption, own = _traits(holder, traits)
            blocks.append(_Block(holder, heading=heading, caption=caption, own=own))
        block = blocks[-1]
        count = weigh_words(piece)
        if link is None:
            block.words += count
        else:
            block.linked += count
            block.link, block.last = link.get("href") or "", link
        block.texts.append(piece)
    return blocks


def _is_line(block: _Block) -> bool:
    """Whether *block* is a linked headline so far, on a line of its own: <a>…</a><br>."""
    node = block.last
    if node is None or not block.is_headline:
        return False
    while (parent := node.getparent()) is not block.element and parent is not None and node.getnext() is None:
        node = parent
    after = node.getnext()
    return after is not None and after.tag == "br" and not (node.tail or "").strip()


def _place(
    element: HtmlElement, known: dict[HtmlElement, tuple[HtmlElement, HtmlElement | None]]
) -> tuple[HtmlElement, HtmlElement | None]:
    """The block element that *element*'s text stands in, and the link."""
    path: list[HtmlElement] = []
    node, link = element, None
    while node not in known:
        path.append(node)
        if node.tag == "a" and node.get("href"):
            link = node
        parent = node.getparent()
        if parent is None or node.tag not in _INLINE:
            known[node] = (node, link if node.tag == "a" else _link_above(node))
            break
        node = parent
    found, above = known[node]
    for each in reversed(path):
        if each.tag == "a" and each.get("href"):
            above = each
        known[each] = (found, above)
    return known[element]


def _link_above(node: HtmlElement) -> HtmlElement | None:
    """A link around a whole block: <a><h3>…</h3></a>."""
    for _ in range(3):
        node = node.getparent()
        if node is None:
            return None
        if node.tag == "a":
            return node if node.get("href") else None
    return None


def _traits(node: HtmlElement, known: dict[HtmlElement, tuple[bool, bool, bool]]) -> tuple[bool, bool, bool]:
    """Whether *node* stands in a heading, in a caption, and in a part of the page that may be an article's."""
    path: list[HtmlElement] = []
    found = (False, False, True)
    step: HtmlElement | None = node
    while step is not None and step.tag not in ("body", "html"):
        if step in known:
            found = known[step]
            break
        path.append(step)
        step = step.getparent()
    for each in reversed(path):
        heading, caption, own = found
        says, not_own = _says(each.get("class"), each.get("id"))
        found = (
            heading or each.tag in _HEADINGS,
            caption or each.tag == "figcaption" or says,
            own and each.tag not in _NO_BODY and not not_own,
        )
        known[each] = found
    return found


@lru_cache(maxsize=4096)
def _says(classes: str | None, identifier: str | None) -> tuple[bool, bool]:
    names = f"{classes or ''} {identifier or ''}"
    return _CAPTION.search(classes or "") is not None, _NOT_OWN.search(names) is not None


def _is_page(link: str, url: str) -> bool:
    """Whether *link* leads to the page itself, or nowhere."""
    if link.startswith(("#", "javascript:", "mailto:", "tel:")):
        return True
    try:
        there, here = urlsplit(urljoin(url, link)), urlsplit(url)
    except ValueError:
        return True
    return (there.path.rstrip("/"), there.query) == (here.path.rstrip("/"), here.query)
