"""The letters of a page, a feed or a header as words are looked for in them, and where each stands. Pure.

Letters and figures alone, folded and small: what is between words, and in what form (NFD, entities, ``\\u`` escapes,
percent signs), makes no difference. With what stands in tags, or as if there were no tags: a word may go through one.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import numpy as np

Codes = np.ndarray[tuple[int], np.dtype[np.uint16]]

_TAG = r"<[^<>]*>"
# Of markup that stands in markup: as feeds have it, as JSON does.
_PACKED_TAG = r"&(?:amp;)*lt;(?:(?!&(?:amp;)*[lg]t;)[^<>])*&(?:amp;)*gt;|\\u003[cC](?:(?!\\u003[cCeE])[^<>])*\\u003[eE]"
TAGS = re.compile(f"{_TAG}|{_PACKED_TAG}")
_CODED = re.compile(
    r"(?P<entity>&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<escape>(?:\\u[0-9a-fA-F]{4})+)|(?P<control>\\[nrtbf])|(?P<percent>(?:%[0-9a-fA-F]{2})+)"
)
# One alternative each that begins with a letter of its own: looked for a hundred times as fast.
_UNIT, _BYTE = r"\\u[0-9a-fA-F]{4}", r"%[0-9a-fA-F]{2}"
_ESCAPES, _CONTROLS, _PERCENT = (
    re.compile(pattern) for pattern in (f"{_UNIT}(?:{_UNIT})*", r"\\[nrtbf]", f"{_BYTE}(?:{_BYTE})*")
)
# Letters outside of the basic plane are none of a language that newspapers are written in.
_OTHER = re.compile("[\\W_\U00010000-\U0010ffff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """*text*, and of each of its letters the place in the source that it was made of: *starts*, *ends*."""

    source: str = field(repr=False)
    text: str
    starts: list[int] = field(repr=False)
    ends: list[int] = field(repr=False)

    def gap(self, place: int) -> str:
        """What stands in the source before letter *place* and behind the one before it."""
        return self.source[self.ends[place - 1] : self.starts[place]] if place else self.source[: self.starts[0]]

    def begins_word(self, place: int) -> bool:
        return place == 0 or self.ends[place - 1] < self.starts[place]

    def ends_word(self, place: int) -> bool:
        """Whether a word ends before letter *place*."""
        return place >= len(self.text) or self.ends[place - 1] < self.starts[place]


def plain(text: str) -> str:
    """The letters of *text*, which is in no code."""
    return _OTHER.sub("", unicodedata.normalize("NFD", text).lower().replace("đ", "d"))


def codes(text: str) -> Codes:
    """``plain``, as numbers."""
    found: Codes = _table()[np.frombuffer(text.encode("utf-16-le", "replace"), dtype="<u2")]
    letters: Codes = found[found != 0]
    return letters


@lru_cache(maxsize=1)
def _table() -> Codes:
    """What each code unit of UTF-16 is as a letter, 0 where it is none. Made in 50 ms."""
    each = (plain(chr(code)) for code in range(0x10000))
    return np.array([ord(letter[0]) if letter else 0 for letter in each], dtype=np.uint16)


def quick(source: str) -> tuple[Codes, Codes]:
    """``letters_of`` without places, with tags and without: at the speed of C, to see whether it is worth more."""
    if "\\" in source:
        source = _CONTROLS.sub(" ", _ESCAPES.sub(_escaped, source))
    if "%" in source:
        source = _PERCENT.sub(_percent, source)
    bare = re.sub(_TAG, "", source)
    once, bare = html.unescape(html.unescape(source)), html.unescape(html.unescape(bare))
    return codes(once), codes(re.sub(_TAG, "", bare))


@lru_cache(maxsize=4)
def letters_of(source: str, *, tags: bool) -> Letters:
    """Of *source* as it is, or (not *tags*) as if there were no tags in it. A page is asked for once an article."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, coded in _pieces(source, tags):
        _add(source, at, start, text, starts, ends)
        for letter in _letters(coded):
            text.append(letter)
            starts.append(start)
            ends.append(end)
        if coded and not _letters(coded) and unicodedata.combining(coded[0]) and ends:
            ends[-1] = end
        at = end
    _add(source, at, len(source), text, starts, ends)
    return Letters(source=source, text="".join(text), starts=starts, ends=ends)


def _pieces(source: str, tags: bool) -> list[tuple[int, int, str]]:
    """(start, end, what it says) of what does not stand for itself, in order."""
    found = [] if tags else [(match.start(), match.end(), "") for match in TAGS.finditer(source)]
    coded: list[tuple[int, int, str]] = []
    for match in _CODED.finditer(source):
        if match["percent"] or match["escape"]:
            coded += _each(match)
        else:
            coded.append((match.start(), match.end(), _said(match)))
    if not found:
        return coded
    return sorted([*found, *_outside(coded, found)])


def _outside(coded: list[tuple[int, int, str]], tags: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept, number = [], 0
    for piece in coded:
        while number < len(tags) and tags[number][1] <= piece[0]:
            number += 1
        if number == len(tags) or piece[1] <= tags[number][0]:
            kept.append(piece)
    return kept


def _each(match: re.Match[str]) -> list[tuple[int, int, str]]:
    """A run of percent signs or escapes, letter by letter: several of them may make one."""
    said, at = _said(match), match.start()
    found = []
    for letter in said:
        size = 3 * len(letter.encode("utf-8", "surrogatepass")) if match["percent"] else 6 * (1 + (letter > "\uffff"))
        found.append((at, min(at + size, match.end()), letter))
        at += size
    return [piece for piece in found if piece[0] < piece[1]]


def _said(match: re.Match[str]) -> str:
    if match["entity"]:
        return html.unescape(re.sub("&(?:amp;)+", "&", match[0]))
    if match["percent"]:
        return _percent(match)
    return " " if match["control"] else _escaped(match)


def _percent(match: re.Match[str]) -> str:
    return unquote_to_bytes(match[0]).decode("utf-8", "replace")


def _escaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "replace")


def _add(source: str, start: int, end: int, text: list[str], starts: list[int], ends: list[int]) -> None:
    """What stands for itself between *start* and *end*."""
    for place in range(start, end):
        letter = source[place]
        if letter == " ":
            continue
        for said in _letters(letter):
            text.append(said)
            starts.append(place)
            ends.append(place + 1)
        if ends and ends[-1] == place and unicodedata.combining(letter):
            ends[-1] = place + 1


@lru_cache(maxsize=8192)
def _letters(text: str) -> str:
    return plain(text)
