"""The pager of a listing: from page n to page n + 1. Pure.

By rel=next; by numbered links and "next" that differ from the page's own address in a page number; by ASP.NET's
postbacks; by "next page" alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler import identity
from crawler.listings.listing import Further, absolute
from crawler.listings.pagelinks import PageLink, current, page_links
from crawler.listings.pagenumbers import Here, Slot, slots
from crawler.listings.postbacks import postback

# More than any page links; what a hostile one has beyond is not looked at.
MOST_ANCHORS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """*pages* are the addresses of the listing's other pages, which are no articles."""

    next: Further | None = None
    pages: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Group:
    """Links to pages of one listing: by the number that they show, and those that say "next"."""

    numbered: dict[int, Slot] = field(default_factory=dict)
    unnumbered: list[Slot] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)

    @property
    def slots(self) -> list[Slot]:
        return [*self.numbered.values(), *self.unnumbered]

    @property
    def rank(self) -> int:
        return max(link.rank for link in self.links)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a page's number n stands in its address: as *step* * (n - 1) + *start*."""

    step: int
    start: int

    def of(self, page: int) -> int:
        return self.step * (page - 1) + self.start

    def page(self, number: int) -> int:
        return max(1, (number - self.start) // self.step + 1)


def pager(tree: HtmlElement, base: str, url: str) -> Further | None:
    """The page after the one at *url*; never that page itself, an earlier one, or one on another site."""
    return find_pager(tree, base, url).next


def find_pager(tree: HtmlElement, base: str, url: str) -> Pager:
    """*base* is what relative addresses on the page are relative to."""
    here = Here.of(url)
    anchors = list(islice(tree.iter("a"), MOST_ANCHORS))
    links = page_links(anchors)
    groups = _groups(links, base, here)
    pages = frozenset(address for group in groups for address in group.addresses)
    stated = _stated(tree, anchors, base, url, here)
    numbered = next((_next(group, here) for group in groups), None)
    counted = stated and any(here.number(slot) is not None for slot in slots(stated))
    if stated and counted:
        return Pager(next=Further(url=stated), pages=pages | {stated})
    if numbered and _is_other(numbered, url):
        return Pager(next=Further(url=numbered), pages=pages | {numbered})
    if stated:  # between articles, rel=next leads to the next article
        return Pager(next=Further(url=stated), pages=pages)
    if groups:  # and this is the last page
        return Pager(pages=pages)
    if posted := postback(tree, base, url):
        return Pager(next=posted if identity.site_of(posted.url) == identity.site_of(url) else None)
    last = _unnumbered(links, base, url, here)
    return Pager(next=Further(url=last), pages=frozenset({last})) if last else Pager()


def _is_other(address: str, url: str) -> bool:
    """Whether *address* is another one of *url*'s site."""
    same_site = identity.site_of(address) is not None and identity.site_of(address) == identity.site_of(url)
    return same_site and identity.canonical(address) != identity.canonical(url)


def _is_back(address: str, here: Here) -> bool:
    """Whether *address* is that of an earlier page of this listing, or of this one."""
    numbers = [
        (slot.number, own) for slot in slots(address) if slot.is_named and (own := here.number(slot)) is not None
    ]
    return any(number <= own for number, own in numbers)


def _stated(tree: HtmlElement, anchors: list[HtmlElement], base: str, url: str, here: Here) -> str | None:
    """What rel=next says: on the lists of some systems, that is the pager."""
    for element in [*islice(tree.iter("link"), MOST_ANCHORS), *anchors]:
        if "next" in (element.get("rel") or "").lower().split():
            address = absolute(base, element.get("href") or "")
            if address and _is_other(address, url) and not _is_back(address, here):
                return address
    return None


def _groups(links: list[PageLink], base: str, here: Here) -> list[_Group]:
    """The pagers of this listing, the likeliest first."""
    found: dict[object, _Group] = defaultdict(_Group)
    for link in links:
        address = absolute(base, link.element.get("href") or "") if link.element.get("href") else None
        for slot in slots(address) if address and "comment" not in urlsplit(address).query.lower() else ():
            if here.number(slot) is None:
                continue
            group = found[slot.listing]
            group.links.append(link)
            group.addresses.add(address or "")
            if link.number is None:
                group.unnumbered.append(slot)
            else:
                group.numbered.setdefault(link.number, slot)
    believed = [group for group in found.values() if _is_pager(group, here)]
    return sorted(believed, key=lambda g: (-g.rank, not g.slots[0].is_named, len(g.slots[0].others), -len(g.links)))


def _scale(group: _Group) -> _Scale | None:
    """The one that most of the numbered links agree with, if any does."""
    pairs = {page: slot.number for page, slot in group.numbered.items()}
    scales = [_Scale(1, 1)]
    if group.slots[0].is_named:
        scales.append(_Scale(1, 0))
    if group.slots[0].is_offset:
        steps = {number // (page - 1) for page, number in pairs.items() if page > 1 and number >= page - 1}
        scales += [_Scale(step, 0) for step in sorted(steps)]
    agreed, scale = max(
        ((sum(scale.of(page) == number for page, number in pairs.items()), scale) for scale in scales),
        key=lambda counted: counted[0],
    )
    return scale if agreed else None


def _is_pager(group: _Group, here: Here) -> bool:
    """A number that isn't called a page's must be shown to be one."""
    scale, first = _scale(group), group.slots[0]
    if first.is_named and group.unnumbered:
        return True
    if scale is None:
        following = (here.number(first) or 1) + 1
        return group.rank > 0 and any(slot.number == following for slot in group.unnumbered)
    agreed = sum(scale.of(page) == slot.number for page, slot in group.numbered.items())
    return first.is_named or agreed > 1 or group.rank > 0 or bool(here.number(first))


def _next(group: _Group, here: Here) -> str | None:
    """The address of the page after this one; made from another's where only later ones are linked."""
    first, own = group.slots[0], here.number(group.slots[0]) or 0
    scale = _scale(group) or _guessed(group, own)
    page = scale.page(own) if own else current(group.links) or 1
    wanted = max(scale.of(page + 1), own + 1)
    ahead = [slot for slot in group.slots if slot.number >= wanted]
    exact = next((slot for slot in ahead if slot.number == wanted), None)
    if exact:
        return exact.at(wanted)
    return ahead[0].at(wanted) if ahead and first.is_named else None


def _guessed(group: _Group, own: int) -> _Scale:
    """From "next" alone, which leads to the second page from the first, to one more from any other."""
    nearest = min((slot.number for slot in group.unnumbered if slot.number > own), default=own + 1)
    if group.slots[0].is_offset:
        return _Scale(max(1, nearest - own), 0)
    return _Scale(1, 0) if nearest == 1 and not own else _Scale(1, 1)


def _unnumbered(links: list[PageLink], base: str, url: str, here: Here) -> str | None:
    """A link that says "next page" and has no page number: blogs count by dates or by the last article shown."""
    for link in links:
        address = absolute(base, link.element.get("href") or "") if link.surely and link.element.get("href") else None
        if not address or not _is_other(address, url) or _is_back(address, here):
            continue
        if urlsplit(address).query and Here.of(address).path == here.path:
            return address
    return None
