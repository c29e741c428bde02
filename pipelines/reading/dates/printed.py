"""Dates printed in the head of an article, told from those of the page's clock, its widgets and other articles. Pure.

The head is what stands between the headline and the first prose, and shortly after it; what is told apart is told by
where it stands and by what stands beside it, as few sites name such parts in their markup.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.reading.dates import lines
from pipelines.reading.dates.stamp import Stamp
from pipelines.reading.page import markup
from pipelines.reading.page.head import Head

# A link of as many letters is a headline, and what stands beside it is of that article.
_HEADLINE = 24
# A box of one teaser is no longer, nor one of several than the second; and links are this part of it.
_TEASER, _TEASERS, _LINKS = 400, 3000, 0.5
# A sapo has more letters than a label, and less than prose has where the head is over.
_SAPO, _PROSE, _TEXTS = 80, 400, 80
# A page has a few elements of a date; and an article begins within so many elements of its headline.
_DATED, _ELEMENTS = 50, 3000
# Boxes around the headline that its date may stand above it in; and how many links a line of breadcrumbs has.
_LEVELS, _BREADCRUMBS = 3, 5
_WHOLE_PAGES = frozenset({"body", "form", "main", "tr", "table", "tbody"})
_OF_THE_PAGE = frozenset({"header", "nav", "aside", "footer", "form", "head", "link", "meta"})
# Sapos are set in these too.
_BOLD = frozenset({"h2", "h3", "h4", "strong", "b", "em", "i"})
# Whether these are the article's is asked of dates alone.
_INLINE = frozenset({"a", "b", "br", "em", "i", "img", "p", "span", "strong", "time"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})

_LINKED = XPath("descendant::a//text()", smart_strings=False)
_OTHER_BOXES = re.compile(
    r"(?:các |những )?(?:tin|bài|video|ảnh)(?: tức| viết)? "
    r"(?:liên quan|khác|cùng|mới|đọc|nổi bật|nóng|xem|hot|tiêu điểm)"
    r"|(?:đọc|xem|tin) (?:nhiều|thêm)|(?:ý kiến )?bình luận|ý kiến|bạn đọc|related|read (?:more|next)|most read"
    r"|see also|(?:\d+ )?comments?\b|(?:tags?|từ khóa|từ khoá|keywords)\s*:|chia sẻ bài viết",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"^\s*(?:#|javascript:|mailto:|tel:)|//(?:[\w-]+\.)*(?:google|facebook|zalo|twitter|x|t|youtube|tiktok|linkedin)\.",
    re.IGNORECASE,
)
_FOLLOW = re.compile(r"google|^\s*(?:theo dõi|follow)", re.IGNORECASE)
_OF_PUBLICATION = re.compile(
    r"ngay-?dang|publish|posted|pub-?date|(?:article|detail|entry|post|news)[\w-]*(?:date|time)", re.IGNORECASE
)


class Text(NamedTuple):
    """A text after the headline: *prose* is how many letters of prose stand before it, *first* where prose begins."""

    element: HtmlElement
    text: str
    prose: int
    first: HtmlElement | None


def in_head(head: Head, texts: Iterable[Text]) -> list[Stamp]:
    """The dates printed in the head of the article, whose *texts* these are; those after the headline first."""
    if head.title is None:
        return []
    return [*_after(head, head.title, texts), *_before(head, head.title)]


def of_class(head: Head) -> list[Stamp]:
    """The one day that the elements with a class or id of a date agree on, if they do; where there is a headline, of
    those of a date of publication.
    """
    found: list[Stamp] = []
    for element in head.marked["date"][:_DATED]:
        names = f"{element.get('class')} {element.get('id')}"
        if head.title is not None and not _OF_PUBLICATION.search(names):
            continue
        text = markup.short_text(element, lines.LONGEST)
        if text and lines.may_be_date(text) and not head.is_aside(element) and (line := line_of(head, element)):
            found.extend(lines.stamps_of(head.page, line[1], strict=head.title is not None))
    found = [stamp for stamp in found if stamp.day != lines.today(head.page)]
    return found if len({stamp.day for stamp in found}) == 1 else []


def _after(head: Head, title: HtmlElement, texts: Iterable[Text]) -> Iterator[Stamp]:
    seen: set[str] = set()
    for text in texts:
        if not lines.may_be_date(text.text) or head.is_aside(text.element):
            continue
        found = line_of(head, text.element)
        if found is None or found[1] in seen:
            continue
        seen.add(found[1])
        if text.first is not None and not _stands_beside(title, found[0], text):
            continue
        for stamp in _stamps_of(head, text, found[1]):
            if not lines.is_recent(stamp, head.page) or (text.first is None and _is_repeated(head, title)):
                yield stamp


def _stamps_of(head: Head, text: Text, line: str) -> list[Stamp]:
    """Of the whole *line*; where that says more, of what its markup calls a date."""
    strict = text.first is not None
    stamps = lines.stamps_of(head.page, line, strict=strict)
    if stamps or strict or lines.is_of_other_things(line) or text.element not in head.marked["date"]:
        return stamps
    return lines.stamps_of(head.page, markup.short_text(text.element, lines.LONGEST) or "", strict=True)


def is_beside(head: Head, element: HtmlElement, texts: Iterable[Text]) -> bool:
    """Whether *element*, after the first prose, is a line of its own shortly after it."""
    text = next((text for text in texts if text.element is element), None)
    found = line_of(head, element) if text else None
    return (
        found is not None and text is not None and head.title is not None and _stands_beside(head.title, found[0], text)
    )


def _stands_beside(title: HtmlElement, box: HtmlElement, text: Text) -> bool:
    """Whether *box* is a line of its own no further out than one level around headline and first prose."""
    levels = {above: level for level, above in enumerate(title.iterancestors())}
    parent = box.getparent()
    level = levels.get(parent)
    first = text.first if text.first is not None else box
    around = next((levels[above] for above in first.iterancestors() if above in levels), 0)
    if level is None or (level and parent.tag in _WHOLE_PAGES):
        return False
    return level <= around + 1


def is_above(head: Head, element: HtmlElement) -> bool:
    """Whether *element*, before the headline, stands in one of the boxes around it."""
    boxes = [] if head.title is None else list(islice(head.title.iterancestors(), _LEVELS))
    return any(box in boxes and box.tag not in _WHOLE_PAGES for box in element.iterancestors())


def precedes(element: HtmlElement, other: HtmlElement) -> bool:
    """Whether *element* begins before *other* in the document."""
    path = [other, *other.iterancestors()]
    level = {node: number for number, node in enumerate(path)}
    for node in (element, *element.iterancestors()):
        parent = node.getparent()
        if node in level:
            return level[node] > 0  # it holds *other*
        if parent is not None and parent in level:
            return level[parent] > 0 and bool(parent.index(node) < parent.index(path[level[parent] - 1]))
    return False


def _before(head: Head, title: HtmlElement) -> Iterator[Stamp]:
    """A clock of the page stands above the headline too: what a newspaper printed today is no more than that."""
    for element, line in _lines_above(head, title):
        if lines.may_be_date(line) and not head.is_aside(element) and not _has_headline(element):
            for stamp in lines.stamps_of(head.page, line, strict=False):
                if not lines.is_recent(stamp, head.page):
                    yield stamp


def _is_repeated(head: Head, title: HtmlElement) -> bool:
    """Whether the headline is one for sure: some pages have nothing but their site's name in that place."""
    text = (markup.short_text(title, 300) or "").casefold()
    return len(text) > 14 and any(
        text in known.casefold() for known in (head.stated_title, head.metas.get("og:title", ""))
    )


def line_of(head: Head, element: HtmlElement) -> tuple[HtmlElement, str] | None:
    """The whole line that *element* is part of, as its time may stand in another span, with the box that holds it; None
    where it is a teaser's, a heading, or a part of a sentence.
    """
    line, box = markup.short_text(element, lines.LONGEST), element
    for parent in element.iterancestors():
        text = None if parent in head.above else markup.short_text(parent, lines.LONGEST)
        if text is None:
            break
        line, box = text, parent
    if not line or box.tag in ("h1", "h2", "h3", "a", "figcaption") or _has_headline(box) or is_teaser(head, box):
        return None
    return box, line


def is_teaser(head: Head, element: HtmlElement) -> bool:
    """Whether *element* stands beside another article's headline, or in a box of such."""
    outermost, is_small = element, True
    for box in element.iterancestors():
        if box in head.above or box.tag in ("body", "html"):
            break
        outermost = box
        is_small = is_small and markup.length_of(box) <= _TEASER
        if box.tag == "a" or (is_small and _has_headline(box)):
            return True
    if outermost is element or head.title is None:
        return False
    length = 0 if is_small else markup.length_of(outermost)
    if not _TEASER < length <= _TEASERS or len(markup.squeeze(" ".join(_LINKED(outermost)))) <= _LINKS * length:
        return False
    return sum(markup.length_of(link) for link in outermost.iter("a") if _leads_on(link)) > _LINKS * length


def _has_headline(box: HtmlElement) -> bool:
    return any(markup.short_text(link, _HEADLINE) is None and _leads_on(link) for link in box.iter("a"))


def _leads_on(link: HtmlElement) -> bool:
    """Whether it may lead to another article: "follow us on Google News" doesn't."""
    return not _BUTTON.search(link.get("href") or "#") and not _FOLLOW.search(str(link.text_content()))


def texts(head: Head) -> Iterator[Text]:
    """The texts after the headline, until related articles begin, or prose that is more than a sapo and a paragraph."""
    prose, bold, first = 0, False, None
    apart = {*head.marked["sapo"], *head.marked["caption"]}
    if head.title is None:
        return
    for count, (element, printed) in enumerate(_following(head.title)):
        text = markup.squeeze(printed)
        length = len(text)
        if count == _TEXTS or prose > _PROSE or (prose and element.tag in _HEADINGS):
            return
        # A button that leads to the comments may stand above the text.
        if length < _SAPO and _OTHER_BOXES.match(text) and (prose or not _is_in(element, "a")):
            return
        is_prose = (
            length >= _SAPO and not _is_in(element, "a") and apart.isdisjoint((element, *element.iterancestors()))
        )
        if is_prose and element.tag in _BOLD and not bold:
            is_prose, bold = False, True
        first = element if is_prose and first is None else first
        yield Text(element, text, prose, first)
        prose += length * is_prose


def _is_in(element: HtmlElement, tag: str) -> bool:
    return element.tag == tag or (element.getparent() is not None and element.getparent().tag == tag)


def _following(title: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Every text after *title* with the element that it stands in, but those of the parts that belong to others."""
    node, done, seen = title, True, 0
    while node.tag != "body" and seen < _ELEMENTS:
        if done:
            parent, after = node.getparent(), node.getnext()
            if parent is None:
                return
            if node.tail and not node.tail.isspace():
                yield parent, node.tail
            node, done = (parent, True) if after is None else (after, False)
            continue
        done, seen = True, seen + 1
        tag, text = node.tag, node.text
        if not isinstance(tag, str) or tag in markup.SKIPPED or (tag not in _INLINE and markup.names_aside(node)):
            continue
        if text and not text.isspace():
            yield node, text
        child = next(node.iterchildren(), None)
        if child is not None:
            node, done = child, False


def _lines_above(head: Head, title: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Short neighbours that stand before *title* in the boxes around it, nearest first, up to the first that isn't one:
    there the menus of the page begin.
    """
    node = title
    for _ in range(_LEVELS):
        for sibling in node.itersiblings(preceding=True):
            if not isinstance(sibling.tag, str) or sibling.tag in markup.SKIPPED:
                continue
            text = markup.short_text(sibling, lines.LONGEST)
            if text is None or sibling.tag in _OF_THE_PAGE or sum(1 for _ in sibling.iter("a")) > _BREADCRUMBS:
                return
            if text:
                yield sibling, text
        node = node.getparent()
        if node is None or node.tag in ("body", "html"):
            return
