"""Page numbers in addresses: which number it may be, and what the pages of one listing share. Pure."""

import re
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from crawler.identity import TRACKING

# The word before a page's number in a path: /page/2/, /trang-4.html, -p2.html, /currentpage/2/Default.aspx.
_WORD = re.compile(
    r"(?:^|[/._-])(trang-so|trang|pageindex|currentpage|paged|page|pg|p)[-_/=]?(\d{1,6})(?=/|$|\.[a-z]{2,5}/?$)", re.I
)
# A number alone at the end: /2.html, /2/, kinh-te-2.html.
_BARE = re.compile(r"[/_-](\d{1,6})(?=/?$|\.[a-z]{2,5}$)", re.I)
_ENDING = re.compile(r"(?:\.[a-z]{2,5})?(?:/(?:index|default|home|trang-chu)(?:\.[a-z]{2,5})?)?/*$")
# What a number behind it is a date of, not a page.
_DATED = re.compile(r"(?:(?:19|20)\d\d(?:[/_-]\d{1,2})?|(?:ngay|thang|nam|tuan|day|month|year|week|date))$")

_PAGE_NAME = re.compile(
    r"(?:.*[_.$-])?(?:cur|paged?|pg|pn|p|trang|trang_?so|tranghientai|page_?(?:index|no|number|num)|current_?page)"
)
_OFFSET_NAME = re.compile(r"(?:.*[_.$-])?(?:start|limitstart|offset|skip|from)")
_DATE_NAME = re.compile(r"[dmy]|.*(?:ngay|thang|nam|tuan|day|month|year|week|date)")
# Liferay needs a dozen; an address is short, but each of its numbers is looked at with all the others.
MOST_PARAMETERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A number in an address that may be a page's.

    *name* is that of the parameter, or the word before it in the path, "" where it stands there alone. *path* and
    *others* (parameters) are the listing's, without it; the address is *before* + number + *after*.
    """

    name: str
    number: int
    path: str
    others: frozenset[tuple[str, str]]
    before: str = field(compare=False)
    after: str = field(compare=False)
    in_path: bool = False

    def at(self, number: int) -> str:
        return f"{self.before}{number}{self.after}"

    @property
    def listing(self) -> tuple[str, str, bool, frozenset[tuple[str, str]]]:
        return self.name, self.path, self.in_path, self.others

    @property
    def is_offset(self) -> bool:
        """Of the first article on the page: ?start=20."""
        return not self.in_path and _OFFSET_NAME.fullmatch(self.name) is not None

    @property
    def is_named(self) -> bool:
        """Whether the address itself says that the number is a page's."""
        known = bool(self.name) if self.in_path else _PAGE_NAME.fullmatch(self.name) is not None
        return known or self.is_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The address that a page was asked for by."""

    path: str
    parameters: frozenset[tuple[str, str]]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, url: str) -> "Here":
        parts = urlsplit(url)
        return cls(path=_listing(parts.path), parameters=_parameters(parts.query), slots=tuple(slots(url)))

    def number(self, slot: Slot) -> int | None:
        """The number of this page among those of *slot*'s listing; 0 if the address has none, None if it isn't one."""
        for own in self.slots:
            if (own.name, own.path, own.in_path) == (slot.name, slot.path, slot.in_path) and own.others <= slot.others:
                return own.number
        return 0 if self.path == slot.path and self.parameters <= slot.others else None


def slots(address: str) -> list[Slot]:
    """Every number of *address* that may be a page's."""
    parts = urlsplit(address)
    path_at = len(parts.scheme) + len("://") + len(parts.netloc)
    query_at = path_at + len(parts.path) + 1
    parameters = _parameters(parts.query)
    found = []
    for word in [*_WORD.finditer(parts.path), *_bare(parts.path)]:
        number = word.group(word.re.groups)
        cut = parts.path[: word.start()] + parts.path[word.end() :]
        found.append(
            Slot(
                name=word[1].lower() if word.re is _WORD else "",
                number=int(number),
                path=_listing(cut),
                others=parameters,
                before=address[: path_at + word.end() - len(number)],
                after=address[path_at + word.end() :],
                in_path=True,
            )
        )
    pairs = re.finditer(r"(?:^|&)([^&=]+)=(\d{1,6})(?=&|$)", parts.query)
    for pair in islice(pairs, MOST_PARAMETERS):
        name = unquote_plus(pair[1]).lower()
        if not _DATE_NAME.fullmatch(name):
            found.append(
                Slot(
                    name=name,
                    number=int(pair[2]),
                    path=_listing(parts.path),
                    others=frozenset(other for other in parameters if other != (name, pair[2])),
                    before=address[: query_at + pair.start(2)],
                    after=address[query_at + pair.end(2) :],
                )
            )
    return found


def _bare(path: str) -> list[re.Match[str]]:
    found = _BARE.search(path)
    if found is None or _WORD.search(path) or _DATED.search(path[: found.start()].lower()):
        return []
    return [] if 1990 <= int(found[1]) <= 2099 else [found]


def _listing(path: str) -> str:
    """*path* as all spellings of one listing share it: /kinh-te.html, /kinh-te/, /Kinh-te/Default.aspx."""
    return _ENDING.sub("", path.lower()).rstrip("/")


def _parameters(query: str) -> frozenset[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)[:MOST_PARAMETERS]
    return frozenset((name.lower(), value) for name, value in pairs if not TRACKING.fullmatch(name))
