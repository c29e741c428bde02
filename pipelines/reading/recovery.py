"""Which blocks of a page are in an encoding of before Unicode, and their texts in the right letters. Pure.

A page is in one such encoding at most. What tells it is a block of a few sentences; then shorter ones that fit are in
it too. Words such as "sù cè" are syllables either way (sự cố): they are what their neighbours are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.reading.legacy import ENCODINGS, Encoding, Weight, is_told, weigh

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
        fitting = [text for text in blocks if _fits(weigh(text, encoding), _FIT_OF_A_MIXED_PAGE)]
        weight = weigh("\n".join(fitting), encoding)
        if is_told(weight) and len(weight.strong) > best[0]:
            best = (len(weight.strong), encoding)
    return best[1]


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
    settled = [unit.is_read for unit in units]
    for at, unit in enumerate(units):
        if unit.is_read is None:
            before = next((known for known in reversed(settled[:at]) if known is not None), None)
            after = next((known for known in settled[at + 1 :] if known is not None), None)
            unit.is_read = not is_mixed or (before is not False and after is not False)
