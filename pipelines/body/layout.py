"""A page as blocks of text in boxes: every run of text that no block-level element or line break parts. Pure."""

import re
from dataclasses import dataclass, field

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipelines.body.names import LONGEST_STEP, Named, described

INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
))  # fmt: skip
# Never text that a reader reads as the article's.
SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "iframe", "head", "object", "embed", "map", "select", "option",
    "textarea", "input", "canvas", "audio", "video", "math", "button",
))  # fmt: skip
BREAKS = frozenset(("br", "hr"))
_NO_BOXES = BREAKS | SKIPPED
# Boxes whose kind says something of all that is within.
TELLING = (
    "article", "main", "nav", "aside", "footer", "header", "form", "table", "ul", "figure", "blockquote", "section",
    "dl", "li", "td",
)  # fmt: skip
_TELLING = {tag: 1 << place for place, tag in enumerate(TELLING)}
_HIDDEN, _BODY = Named.HIDDEN.value, Named.BODY.value  # plain integers: an enum's members are slow to ask
_OUTSIDE = ("", 0, 0, 0, 0, -1, "", -1, 0)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SOME_LETTER = re.compile(r"\w")
# How many steps of a class path tell one place of a site from another: fewer mix bodies and teasers, and with more each
# article's own classes ("category-sports") make a place of its own. Measured (docs/experiments.md).
PATH_STEPS = 4


@dataclass(slots=True)
class Layout:
    """Parallel lists. A block: *texts*, *owners* (its box), *linked* (letters within links), *links*. A box, in
    document order: its *tags*, *parents* (the root is its own), *own* names, names *around* it, kinds of boxes around
    it (*within*), *steps* and *paths* (numbers of the place it has in the page), the blocks from *starts* to *ends*.
    """

    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    around: list[int] = field(default_factory=list)
    within: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)  # the nearest box that is named as a body, itself included; or -1
    steps: list[str] = field(default_factory=list)
    paths: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def path(self, block: int) -> str:
        """The class path of a block's box: its last steps."""
        found: list[str] = []
        box = self.owners[block]
        while len(found) < PATH_STEPS and box:
            found.append(self.steps[box])
            box = self.parents[box]
        return "/".join(reversed(found))


def layout_of(tree: HtmlElement) -> Layout:
    body = tree.find("body")
    return _Walk().run(tree if body is None else body)


# What a row of a box holds, in this order.
_COLUMNS = ("tags", "parents", "own", "around", "within", "bodies", "steps", "paths", "starts")


class _Walk:
    """A box's values are put down as one row, and made columns at the end: a page has hundreds, and this is a third of
    the time that reading its body takes.
    """

    def __init__(self) -> None:
        self.layout = Layout()
        self.rows: list[tuple[str, int, int, int, int, int, str, int, int]] = []
        self.ends: list[int] = []
        self.places: dict[tuple[int, str], int] = {}
        self.text: list[str] = []
        self.linked = self.links = self.in_links = 0
        self.box = 0

    def run(self, body: HtmlElement) -> Layout:
        self._open(body, body.tag)
        self._add(body.text)
        walker = iterwalk(body, events=("start", "end", "comment", "pi"))
        next(walker)
        for event, node in walker:
            if event == "start":
                tag = node.tag
                if tag in SKIPPED:
                    walker.skip_subtree()
                    continue
                self._enter(node, tag)
                text = node.text
            elif node is body:
                break
            else:
                if event == "end":
                    self._leave(node.tag)
                text = node.tail
            if text:
                self._add(text)
        self._flush()
        return self._columns()

    def _columns(self) -> Layout:
        page = self.layout
        self.ends[0] = len(page.texts)
        for name, column in zip(_COLUMNS, zip(*self.rows, strict=True), strict=True):
            setattr(page, name, list(column))
        page.ends = self.ends
        return page

    def _enter(self, node: HtmlElement, tag: str) -> None:
        if tag in INLINE:
            if tag == "a":
                self.in_links += 1
                self.links += 1
        else:
            if self.text or self.links:
                self._flush()
            if tag not in BREAKS:
                self._open(node, tag)

    def _leave(self, tag: str) -> None:
        if tag in INLINE:
            if tag == "a":
                self.in_links -= 1
        elif tag not in _NO_BOXES:
            if self.text or self.links:
                self._flush()
            self.ends[self.box] = len(self.layout.texts)
            self.box = self.rows[self.box][1]

    def _add(self, text: str | None) -> None:
        if text:
            self.text.append(text)
            if self.in_links:
                self.linked += len(text.strip())

    def _flush(self) -> None:
        if self.text:
            text = " ".join("".join(self.text).split())
            if text and (text[0].isalnum() or _SOME_LETTER.search(text)):
                page = self.layout
                page.texts.append(text)
                page.owners.append(self.box)
                page.linked.append(min(self.linked, len(text)))
                page.links.append(self.links)
            self.text.clear()
        self.linked = self.links = 0

    def _open(self, node: HtmlElement, tag: str) -> None:
        parent, box = self.box, len(self.rows)
        names = node.keys()  # asked first, since most paragraphs have none
        if names:
            get = node.get
            own, here = described(tag, get("class"), get("id"), get("itemprop") if "itemprop" in names else None)
            if ("style" in names and _UNSEEN.search(get("style"))) or "hidden" in names:
                own |= _HIDDEN
        else:
            own, here = 0, tag[:LONGEST_STEP]
        _, _, _, above, within, body, _, path, _ = self.rows[parent] if box else _OUTSIDE
        place = self.places.setdefault((path, here), len(self.places))
        if own & _BODY:
            body = box
        within |= _TELLING.get(tag, 0)
        self.rows.append((tag, parent, own, own | above, within, body, here, place, len(self.layout.texts)))
        self.ends.append(0)
        self.box = box
