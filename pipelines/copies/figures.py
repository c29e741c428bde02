"""Two issues of one form (prices, lottery draws, storm warnings, power cuts) told apart from a text and its copy. Pure.

They share their sentences, not their particulars: figures and names. So these are put side by side by the words around
them, each text's words in order, any figure for any other and any name for any other. A reprint has changed none of
them, an edit or an update a few, tomorrow's bulletin many. What only one of the two texts has (a paragraph cut, a
background added) is beside nothing and has no say, nor has another way of writing the same: 1.234,5 and 1,234.5, 6-8
and 06/8/2019, "Nguyễn Văn A" and "A".
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.copies.alignment import align

# Stand for a figure and a name among a text's words.
FIGURE, NAME = 0, 1
# An update changes three figures or four (the day, the dead, the injured, the missing), and may name somebody else.
MANY_FIGURES = 5
# Of the figures side by side. Of 650 pairs of real news draws and storm warnings change 7 and more, .32 to .67 of them;
# other pairs 3 at most.
SHARE = 0.25
# Of figures and names together: notices of one office for other villages have .43 and more, of that real news .22 at
# most. Three where figures are among them, a fourth where only names are.
MANY, MOST = 3, 0.4
# Words of a text that are looked at: a form is short, and the time grows with the square.
LONGEST = 3_000
DAY_MONTH, LEAST_YEAR = 2, 1900

_SEPARATOR = re.compile(r"\D+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """*slots*: a text's words, with one FIGURE or NAME for each of *said*."""

    slots: tuple[int, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many figures, and how many names, stand side by side, and how many of them differ.

    The same two side by side again count once: a toll that was updated, a name put right in six places.
    """

    figures: int = 0
    names: int = 0
    other_figures: int = 0
    other_names: int = 0

    @property
    def is_template(self) -> bool:
        if self.other_figures >= MANY_FIGURES and self.other_figures >= SHARE * self.figures:
            return True
        changed = self.other_figures + self.other_names
        is_notice = self.other_names > 0 and changed >= (MANY if self.other_figures else MANY + 1)
        return is_notice and changed >= MOST * (self.figures + self.names)


def say_other(one: Form, other: Form) -> bool:
    """Whether each says enough that the other doesn't: a reprint says what its original says."""
    said, others = Counter(one.said), Counter(other.said)
    return min((said - others).total(), (others - said).total()) >= MANY


def compare(one: Form, other: Form) -> Compared:
    """Nothing is counted where too little is another for the two to be a template's."""
    said, others = one.said, other.said
    if not say_other(one, other):
        return Compared()
    a, b = one.slots[:LONGEST], other.slots[:LONGEST]
    if (len(a), a) > (len(b), b):  # of several ways to put them side by side the same one, either way round
        a, b, said, others = b, a, others, said
    pairs = align(a, b)
    left, right = _numbered(a), _numbered(b)
    met = {
        (a[i], said[left[i]], others[right[j]])
        for at, (i, j) in enumerate(pairs)
        if a[i] <= NAME and _is_held(pairs, at)
    }
    figures = [says_the_same(this, that) for kind, this, that in met if kind == FIGURE]
    names = [is_named_the_same(this, that) for kind, this, that in met if kind == NAME]
    return Compared(
        figures=len(figures), names=len(names), other_figures=figures.count(False), other_names=names.count(False)
    )


def _is_held(pairs: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether the word before or after is side by side too: figures meet by chance where all else was rewritten."""
    i, j = pairs[at]
    return (i - 1, j - 1) in pairs[max(at - 1, 0) : at] or (i + 1, j + 1) in pairs[at + 1 : at + 2]


def _numbered(words: Sequence[int]) -> dict[int, int]:
    """Which particular of the text stands at a place."""
    return {place: number for number, place in enumerate(at for at, word in enumerate(words) if word <= NAME)}


def says_the_same(one: str, other: str) -> bool:
    """Whether two figures differ in their writing alone, or in the year that one of two dates leaves out."""
    if one == other:
        return True
    if one.isascii() and other.isascii() and one.isdecimal() and other.isdecimal():
        return one.lstrip("0") == other.lstrip("0")
    a, b = ([part for part in _SEPARATOR.split(figure) if part] for figure in (one, other))
    if "".join(a).lstrip("0") == "".join(b).lstrip("0"):
        return True
    shorter, longer = sorted(([int(part) for part in figure] for figure in (a, b)), key=len)
    is_date = len(shorter) == DAY_MONTH and len(longer) == DAY_MONTH + 1 and longer[-1] > LEAST_YEAR
    return shorter == longer or (is_date and shorter == longer[:DAY_MONTH])


def is_named_the_same(one: str, other: str) -> bool:
    """Whether one name has all the words of the other."""
    a, b = set(one.split()), set(other.split())
    return a <= b or b <= a
