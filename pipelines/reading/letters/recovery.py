"""Which blocks of a page are in an encoding of before Unicode, and their texts in the right letters. Pure.

A page is in one such encoding at most. What tells it is a block of a few sentences; then shorter ones that fit are in
it too. Words such as "sù cè" are syllables either way (sự cố): they are what their neighbours are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.reading.letters.legacy import ENCODINGS, MOST_WORDS, PLENTY, Encoding, Weight, is_told, weigh

# Parts of a line that come from different hands: "Héi nghÞ - Báo Hà Tĩnh".
_SEPARATORS = re.compile(r"(\s[-–|»:•]+\s|[:|\n“”\"])")
# How many of a unit's words must be syllables once the encoding is known: names of places and people often are none.
# Where the page also has Vietnamese as it should be, a unit must fit better.
_FIT, _FIT_OF_A_MIXED_PAGE = 0.4, 0.7


@dataclass(slots=True, kw_only=True)
class _Unit:
    """Text that is in the old encoding as a whole or not at all; *is_read* None: its words could be either."""

    text: str = field(repr=False)
    weight: Weight
    is_read: bool | None = None


def recover(blocks: Sequence[Sequence[str]]) -> tuple[str | None, list[list[str]]]:
    """The encoding's name, if there is one, and the texts of each block: changed where they were in it.

    A block is the texts that stand in it, between tags.
    """
    encoding = _encoding_of(["\n".join(texts) for texts in blocks])
    if encoding is None:
        return None, [list(texts) for texts in blocks]
    rows = [_parts(texts, encoding) for texts in blocks]
    units = list({id(unit): unit for texts in rows for parts in texts for _, unit in parts}.values())
    _settle(units)
    recovered = [
        ["".join(encoding.read(part) if unit.is_read else part for part, unit in parts) for parts in texts]
        for texts in rows
    ]
    return encoding.name, recovered


def _encoding_of(blocks: list[str]) -> Encoding | None:
    """The encoding that the words of those blocks tell that may be in it."""
    best: tuple[int, Encoding | None] = (0, None)
    for encoding in ENCODINGS:
        fitting = "\n".join(_fitting(blocks, encoding))
        weight = weigh(fitting, encoding, MOST_WORDS)
        if is_told(weight) and len(weight.strong) > best[0]:
            best = (len(weight.strong), encoding)
        if best[0] >= PLENTY:
            break
    return best[1]


def _fitting(blocks: list[str], encoding: Encoding) -> Iterator[str]:
    words = 0
    for text in blocks:
        weight = weigh(text, encoding, MOST_WORDS)
        if _fits(weight, _FIT_OF_A_MIXED_PAGE):
            yield text
            words += weight.words
            if words > MOST_WORDS:
                return


def _fits(weight: Weight, share: float) -> bool:
    return bool(weight.strong) and weight.good >= share * weight.words


def _parts(texts: Sequence[str], encoding: Encoding) -> list[list[tuple[str, _Unit]]]:
    """Each text in parts, each with the unit that it belongs to: the block, or where that is mixed the part itself."""
    whole = _unit("\n".join(texts), encoding)
    if not (whole.weight.proper and whole.weight.strong):
        return [[(text, whole)] for text in texts]
    return [[(part, _unit(part, encoding)) for part in _SEPARATORS.split(text)] for text in texts]


def _unit(text: str, encoding: Encoding) -> _Unit:
    return _Unit(text=text, weight=weigh(text, encoding))


def _settle(units: list[_Unit]) -> None:
    """First by their own words, then by their neighbours'; a page that is all in the encoding has no other."""
    is_mixed = any(unit.weight.proper for unit in units)
    for unit in units:
        weight = unit.weight
        if weight.strong or weight.proper or weight.good < weight.words:
            unit.is_read = not weight.proper and _fits(weight, _FIT_OF_A_MIXED_PAGE if is_mixed else _FIT)
    before = _carried([unit.is_read for unit in units])
    after = reversed(_carried([unit.is_read for unit in reversed(units)]))
    for unit, one, other in zip(units, before, after, strict=True):
        if unit.is_read is None:
            unit.is_read = not is_mixed or (one is not False and other is not False)


def _carried(answers: Iterable[bool | None]) -> list[bool | None]:
    """For each the last answer up to it that is known."""
    known: bool | None = None
    return [known := answer if answer is not None else known for answer in answers]
