"""The links of a page that look like a pager's, by what they say: a number, or "next" in some words. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

# A pager has ten or twenty links; a page of a few hundred has several, one in each of its widgets.
MOST_LINKS = 400
_LONGEST_LABEL = 40
# How far up the box of a pager is, from one of its links: a, li, ul, div.
_NEAR = 4

_NUMBER = re.compile(r"(?:trang |page )?[\[(]?\s*(\d{1,6})\s*[\])]?")
_NEXT = re.compile(
    r"(?:trang )?(?:sau|kế|kế tiếp|tiếp|tiếp theo)|xem (?:thêm|tiếp)(?: tin| bài viết)?|tải thêm"
    r"|(?:(?:bài|tin) )?cũ hơn|next(?: page)?|older(?: posts| entries| news)?|(?:load |see |view |read )?more"
)
# These say "next page" and nothing else; "more" is also what a teaser says.
_SURELY_NEXT = re.compile(r"trang (?:sau|kế|kế tiếp|tiếp|tiếp theo)|(?:(?:bài|tin) )?cũ hơn|next page|older.*")
_MORE = re.compile(r"\.{2,}|…")  # to the next block of numbers, or the one before
_ARROWS = re.compile(r"[\s.…]*[»›>→⟩▶❯][\s»›>→⟩▶❯|]*")
_EDGES = "«»‹›<>←→⟨⟩▶❯|.…:-–[]() \t\n"
_NEXT_CLASS = re.compile(r"(?:^|[-_ ])next(?:$|[-_ ]|page|posts)", re.I)
_CURRENT = re.compile(r"current|active|selected|\bon\b|hien-?tai", re.I)

_PAGER = re.compile(r"pag(?:er|ing|inat|e-?nav|e-?num)|phan-?trang|phân trang|nav-?links|\bpages?\b", re.I)
_ELSEWHERE = re.compile(r"comment|binh-?luan|calendar|date-?picker|\blich\b", re.I)
_ASIDE = re.compile(r"side-?bar|widget|related|lien-?quan|doc-?nhieu|most-?(?:read|view)|footer", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """*number* is what it says, if that is one. *surely*: it says "next page" and cannot mean anything else.

    *rank*: 1 in a pager's box, less in a side column.
    """

    element: HtmlElement = field(repr=False)
    number: int | None = None
    is_next: bool = False
    surely: bool = False
    rank: int = 0


def page_links(elements: Iterable[HtmlElement]) -> list[PageLink]:
    """Those of *elements* that look like a pager's, in their order; not those of comments and calendars."""
    return list(islice((link for element in elements if (link := _link(element))), MOST_LINKS))


def _link(element: HtmlElement) -> PageLink | None:
    label = _words(element.text_content())
    hints = [hint for hint in (label, _words(element.get("aria-label")), _words(element.get("title"))) if hint]
    if len(label) > _LONGEST_LABEL:
        return None
    number = _NUMBER.fullmatch(label)
    is_next = number is None and (_ARROWS.fullmatch(label) is not None or _says(_NEXT, hints) or _is_marked(element))
    rank = _rank(element) if number or is_next or _MORE.fullmatch(label) else None
    if rank is None:
        return None
    surely = is_next and _says(_SURELY_NEXT, hints)
    return PageLink(
        element=element, number=int(number[1]) if number else None, is_next=is_next, surely=surely, rank=rank
    )


def _says(what: re.Pattern[str], hints: list[str]) -> bool:
    return any(what.fullmatch(hint.strip(_EDGES)) for hint in hints)


def _is_marked(element: HtmlElement) -> bool:
    """An icon alone, told by its class or rel."""
    return _NEXT_CLASS.search(f"{element.get('class') or ''} {element.get('rel') or ''}") is not None


def _words(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text[:200]).casefold().split()) if text else ""


def _rank(element: HtmlElement) -> int | None:
    rank = 0
    for distance, box in enumerate([element, *element.iterancestors()]):
        named = f"{box.get('class') or ''} {box.get('id') or ''} {box.get('aria-label') or ''}"[:500]
        if _ELSEWHERE.search(named):
            return None
        if distance <= _NEAR and _PAGER.search(named):
            rank = max(rank, 1)
        if _ASIDE.search(named) or box.tag in ("aside", "footer"):
            rank = min(rank, 0) - 1
    return rank


def current(links: list[PageLink]) -> int | None:
    """The number that stands among *links* without being one: that of the page itself."""
    linked = {link.number for link in links}
    box = _common(links)
    shown = [] if box is None else [each for each in islice(_unlinked(box), MOST_LINKS) if each[0] not in linked]
    marked = [number for number, is_marked in shown if is_marked]
    beside = [number for number, _ in shown if number - 1 in linked or number + 1 in linked]
    return next(iter(marked + beside), None)


def _common(links: list[PageLink]) -> HtmlElement | None:
    """The nearest box that holds all of *links*; of one alone, the row of its box."""
    paths = [[*link.element.iterancestors()][::-1] for link in links]
    if len(paths) == 1:
        return next(iter(paths[0][-2:]), None)
    box = None
    for boxes in zip(*paths, strict=False):
        if len(set(boxes)) > 1:
            break
        box = boxes[0]
    return box


def _unlinked(box: HtmlElement) -> Iterator[tuple[int, bool]]:
    """Each number in *box* outside its links, and whether it is marked as the current one."""
    for element in box.iterdescendants():
        href = element.get("href") if isinstance(element.tag, str) else ""
        if not isinstance(element.tag, str) or len(element) or (href and not href.startswith(("#", "javascript:void"))):
            continue
        found = _NUMBER.fullmatch(_words(element.text or ""))
        if found and not any(each.get("href") for each in element.iterancestors("a")):
            parent = element.getparent()
            named = " ".join(each.get("class") or each.get("aria-current") or "" for each in (element, parent))
            yield int(found[1]), _CURRENT.search(named) is not None
