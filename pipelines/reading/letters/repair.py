"""A page's wrong letters put right in its tree, part by part: a template may be as it should be and the text not.

Parts are blocks of text, titles, statements in meta elements and JSON-LD. Addresses are left alone.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipelines.reading.letters import mojibake
from pipelines.reading.letters.recovery import recover

# What a page with wrong letters has somewhere in its bytes, if it is valid UTF-8: signs in the place of letters (TCVN3,
# VISCII), a vowel and a tone of windows-1258, a vowel and a mark of VNI, a sequence of UTF-8 that was misread; and
# combining marks. Each begins with one byte, which is found ten times as fast as one of two.
_SUSPECT = (
    re.compile(
        rb"\xc2(?:[\xa8-\xaa\xac-\xae\xb5-\xb9\xbc-\xbe](?=[a-z\xc2\xc3])|(?<=[a-zA-Z]\xc2)[\xb5\xb6\xb8\xbb-\xbe])"
    ),
    re.compile(
        rb"\xc3(?:[\xa2\xaa\xb4\xa3\xb5\xbd]\xc3[\xac\xb2\x8c\x92\x9e]|(?<=[aeouyAEOUY]\xc3)[\xb8\x98\xa4\x84]"
        rb"|[\x82-\x9f](?:\xc2[\x80-\xbf]|\xe2[\x80-\x84]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c])"
        rb"|[\xa0-\xb4](?:\xc2.|\xe2[\x80-\x84].|\xc5.|\xc6\x92|\xcb.)(?:\xc2|\xe2[\x80-\x84]|\xc5|\xc6\x92|\xcb))"
    ),
    re.compile(rb"\xcc[\x80-\xb1]"),
)
# The same without ASCII between, which nearly no page has: it takes a tenth of the time. Signs that correct pages have
# (©, «, ») are left out, since no sentence has these alone.
_ASCII = bytes(range(128))
_SUSPECT_IN_BRIEF = re.compile(
    rb"\xc2[\x80-\x9f\xa8\xaa\xac\xad\xb5\xb6\xb8\xb9\xbc\xbe]|\xc3[\xa2\xaa\xb4\xa3\xb5\xbd]\xc3[\xac\xb2\x8c\x92\x9e]"
    rb"|\xc3[\xb8\x98\xa4\x84]|\xc3[\x82-\xb4](?:\xc2|\xe2[\x80-\x84]|\xc5|\xc6\x92|\xcb)|\xcc[\x80-\xb1]"
)
# The same in entities; and "[email protected]", which costs nothing more.
_SUSPECT_ENTITY = re.compile(
    rb"&(?:micro|cedil|frac34|Atilde|#181|#184|#190|#195|#7(?:68|69|71|77);|#803;|#xb5|#xc3|"
    rb"[aeo]circ;&[io]grave|aacute;&(?:raquo|ordm)|#225;&#18|#160;protected)"
)
_INLINE = frozenset(re.findall(r"\w+", "a abbr b big em font i ins mark s small span strike strong sub sup u"))
_ESCAPE = re.compile(r"\\u(?!00[0-7]|[dD][89a-fA-F])([0-9a-fA-F]{4})")
# .VnTimeH and its like show small letters as capitals.
_CAPITALS_FONT = re.compile(r"\.vn\w*h\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A text in the tree: of *element*, behind it (``tail``) or in an attribute of it. *holder* is its block."""

    element: HtmlElement
    where: str
    text: str = field(repr=False)
    holder: HtmlElement

    @property
    def at(self) -> HtmlElement:
        """The element that the text stands in."""
        return self.element.getparent() if self.where == "tail" else self.element

    def put(self, text: str) -> None:
        self.text = text
        if self.where in ("text", "tail"):
            setattr(self.element, self.where, text)
        else:
            self.element.set(self.where, text)


def repair(tree: HtmlElement, body: bytes) -> str | None:
    """Puts *tree* right, which was parsed from *body*; the names of the wrong encodings, or None.

    ``tcvn3``, ``windows-1258``, ``vni``, ``viscii``, ``utf-8-as-latin-1``; the last with ``-twice`` or more behind it.
    """
    if not is_suspect(body):
        return None
    _reveal(tree)
    pieces = list(_pieces(tree))
    names = {_mend(pieces), _recover(pieces)} - {None}
    return " ".join(sorted(filter(None, names))) or None


def is_suspect(body: bytes) -> bool:
    """Whether *body* may hold wrong letters. That most pages do not is found out in a quarter of a millisecond."""
    if _SUSPECT_ENTITY.search(body):
        return True
    letters = body.translate(None, _ASCII)
    try:
        letters.decode()
    except UnicodeError:
        return True
    return _SUSPECT_IN_BRIEF.search(letters) is not None and any(pattern.search(body) for pattern in _SUSPECT)


def _pieces(tree: HtmlElement) -> Iterator[_Piece]:
    """Those that are not ASCII, in the order of the page."""
    for element in tree.iter():
        tag = element.tag
        if isinstance(tag, str):
            is_linked = tag == "script" and "ld+json" in (element.get("type") or "")
            if element.text and (is_linked or tag not in ("script", "style")):
                if is_linked:
                    element.text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), element.text)
                if not element.text.isascii():
                    yield _Piece(element=element, where="text", text=element.text, holder=_holder(element))
            for name in ("content", "alt", "title"):
                value = element.get(name)
                if value and not value.isascii() and " " in value.strip():
                    yield _Piece(element=element, where=name, text=value, holder=element)
        if element.tail and not element.tail.isascii():
            yield _Piece(element=element, where="tail", text=element.tail, holder=_holder(element.getparent()))


def _holder(element: HtmlElement) -> HtmlElement:
    """The block that *element* is a part of."""
    while (element.tag in _INLINE or ":" in str(element.tag)) and element.getparent() is not None:
        element = element.getparent()
    return element


def _reveal(tree: HtmlElement) -> None:
    """E-mail addresses that Cloudflare hides: each byte is exclusive-or'd with the first. Readers see them."""
    for element in tree.iter():
        hidden = element.get("data-cfemail") if isinstance(element.tag, str) else None
        if hidden and re.fullmatch("(?:[0-9a-fA-F]{2}){4,}", hidden):
            key, *letters = bytes.fromhex(hidden)
            address = bytes(letter ^ key for letter in letters).decode("utf-8", "replace")
            if "@" in address and address.isprintable():
                element.text = address


def _mend(pieces: list[_Piece]) -> str | None:
    """UTF-8 that was misread, first where it is certain by itself, then in what is short; and one form of letters."""
    most = 0
    for is_known in (False, True):
        for piece in pieces:
            text, rounds = mojibake.mend(piece.text, is_known=is_known)
            text = unicodedata.normalize("NFC", text)
            if text != piece.text:
                piece.put(text)
            most = max(most, rounds)
        if not most:
            return None
    return "utf-8-as-latin-1" + ("", "", "-twice", "-thrice")[most]


def _recover(pieces: list[_Piece]) -> str | None:
    """Vietnamese in an encoding of before Unicode, in those blocks that are in it."""
    blocks: dict[tuple[HtmlElement, bool], list[_Piece]] = defaultdict(list)
    for piece in pieces:
        blocks[piece.holder, piece.where in ("text", "tail")].append(piece)
    name, texts = recover([[piece.text for piece in block] for block in blocks.values()])
    for block, recovered in zip(blocks.values(), texts, strict=True):
        for piece, text in zip(block, recovered, strict=True):
            if text != piece.text:
                piece.put(text.upper() if name == "tcvn3" and _shows_capitals(piece.at) else text)
    return name


def _shows_capitals(element: HtmlElement | None) -> bool:
    """Whether the font that *element* names, or the nearest around it that names one, has capitals alone."""
    while element is not None:
        style = element.get("style") or ""
        font = element.get("face") or (style if "font-family" in style else None)
        if font:
            return _CAPITALS_FONT.search(font) is not None
        element = element.getparent()
    return False
