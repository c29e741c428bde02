"""Which provinces an article is about, from its words alone. Pure.

A name in the title, the sapo or the dateline counts once; in the text it counts in the first paragraph or twice.
The province of the newspaper has no say. Names mean the units of the day: what was Bắc Giang is Bắc Ninh since 2025.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from crawler import provinces
from pipelines.geography import gazetteer
from pipelines.vietnamese import index_form

MENTIONS = 2
DIRECTIONS = frozenset({"bắc", "nam", "đông", "tây", "bac", "dong", "tay"})
# A street, a commune or a person of that name is elsewhere; "thành phố" and "thị xã" are the province's own towns.
_BEFORE = re.compile(
    r"\b(?:(?<!thành )phố|(?<!thị )(?<!tác )xã|(?<!phố )phường|(?<!nông )thôn|ấp|quận|(?<!yêu )(?<!nhu )(?<!toàn )cầu"
    r"|sông|hẻm|ngõ|khách sạn|công viên|xa lộ|đại lộ|(?P<road>đường))[^\S\n]+$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:Thị|Thi|Văn|Van|THỊ|THI|VĂN|VAN)[^\S\n]+$")
_CALLED = re.compile(r"\b(?:chị|bà|cô|anh|ông|em|ms\.?|mrs\.?|mr\.?)[^\S\n]+$", re.IGNORECASE)
_ROUTE = re.compile(r"[^\S\n]*[-–]")  # "đường Bắc Giang - Lạng Sơn" leads from the one to the other
_MARKED = re.compile("[À-ỹ]")
_AFTER = re.compile(r"[^\S\n]+(?:Street|Road|Avenue|River|Bridge|Ward|Commune|Hotel)\b", re.IGNORECASE)
_TOLD = re.compile(r"(?:tỉnh|thành phố|tp\.?|tinh|thanh pho|province|city)[^\S\n]+$", re.IGNORECASE)
# "Trần Thanh Huế" is somebody; "Hue and cry" begins a sentence.
_TWO_WORDS = re.compile(r"\b([^\W\d_]+)[^\S\n]+([^\W\d_]+)[^\S\n]+$")
_SENTENCE_END = re.compile(r"(?:^|[.!?:\n])[\s\"'“]*$")
_CITY = re.compile(r"[^\S\n]+(?:City|Province|Imperial|University)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as far as places go. *day* is the newspaper's own day, None where it is not known."""

    title: str = ""
    summary: str = ""
    dateline: str = ""
    text: str = ""
    language: str = "vi"
    day: date | None = None


def places(story: Story) -> Mapping[str, str]:
    """Province id → how it is known: ``title``, ``summary``, ``dateline`` or ``text``, the first that holds."""
    found: dict[str, str] = {}
    for method in ("title", "summary", "dateline"):
        for place in _mentions(getattr(story, method), story):
            found.setdefault(place, method)
    first, _, rest = story.text.lstrip().partition("\n")
    early = set(_mentions(first, story))
    counted = Counter([*_mentions(first, story), *_mentions(rest, story)])
    for place in sorted(counted):
        if place in early or counted[place] >= MENTIONS:
            found.setdefault(place, "text")
    return found


def _mentions(text: str, story: Story) -> Iterator[str]:
    """The unit of each mention, in the text's order."""
    if not text:
        return
    text = index_form(text)
    names, known = gazetteer.load(), gazetteer.load().units
    plain = story.language != "vi" or not _MARKED.search(text)
    spans = gazetteer.spans(text, names.any if plain else names.marked)
    for start, end in _clear(list(spans), text):
        units = known[gazetteer.name_key(text[start:end])]
        if units and _is_meant(text, start, end, plain):
            yield _in_force(units, story.day)


def _clear(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """The spans that are not part of another name, by runs of names that overlap.

    "Bắc Ninh Bình" is the north of Ninh Bình; other runs ("Quảng Bình Định", or three names) say nothing.
    """
    runs: list[list[tuple[int, int]]] = []
    for span in spans:
        if runs and span[0] < max(end for _, end in runs[-1]):
            runs[-1].append(span)
        else:
            runs.append([span])
    clear = []
    for run in runs:
        longest = max(run, key=lambda span: span[1] - span[0])
        if all(longest[0] <= start and end <= longest[1] for start, end in run):
            clear.append(longest)
        elif len(run) == 2 and text[run[0][0] : run[0][1]].split()[0].lower() in DIRECTIONS:
            clear.append(run[1])
    return clear


def _is_meant(text: str, start: int, end: int, plain: bool) -> bool:
    name, before, after = text[start:end], text[max(0, start - 24) : start], text[end : end + 16]
    part = _BEFORE.search(before)
    if (part and not (part["road"] and _ROUTE.match(after))) or _NAMED.search(before) or _AFTER.match(after):
        return False
    key = gazetteer.name_key(name)
    if key in gazetteer.WORDS and name.isupper():
        return _TOLD.search(before) is not None
    if key == "hue" and not _TOLD.search(before):
        at_start = plain and name.isascii() and _SENTENCE_END.search(before) and not _CITY.match(after)
        words = _TWO_WORDS.search(before)
        somebody = words and words[1].istitle() and words[2].istitle()
        return not (somebody or _CALLED.search(before) or at_start)
    return True


def _in_force(units: tuple[str, ...], day: date | None) -> str:
    """The unit that a name of *units* means on *day*; without one the unit of today, if there is one of that name."""
    known = provinces.load()
    if day is None:
        return next((unit for unit in units if known[unit].valid_to is None), units[0])
    return next((unit for unit in units if known[unit].is_valid(day)), None) or provinces.in_force(units[0], day)
