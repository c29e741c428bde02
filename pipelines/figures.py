"""Two issues of one bulletin (prices, lottery draws, storm warnings) told apart from a text and its copy. Pure.

They share their sentences, not their figures. So the figures are put side by side by the words around them, each text's
words in order and any figure for any other; a reprint has changed none of them, an edit or an update a few, tomorrow's
bulletin many. What only one of the two texts has (a paragraph cut, a background added) is beside nothing and has no
say, nor has another way of writing the same: 1.234,5 and 1,234.5, 6-8 and 06/8/2019.
"""

import re
from collections.abc import Sequence

from pipelines.alignment import align

# Stands for a figure among a text's words.
FIGURE = 0
# An update changes three figures or four (the day, the dead, the injured, the missing).
CHANGED = 5
# Of all that stand side by side: of 644 pairs of real news .27 to .71 of draws and storm warnings, else .15 at most.
SHARE = 0.25
# Words of a text that are looked at: a bulletin is short, and the time grows with the square.
LONGEST = 3_000

DAY_MONTH, LEAST_YEAR = 2, 1900

_SEPARATOR = re.compile(r"\D+")


def is_template(one: Sequence[int], other: Sequence[int], figures: Sequence[str], others: Sequence[str]) -> bool:
    """Whether many of the figures that two texts have in the same places differ.

    *one* and *other*: the words, FIGURE for each figure; *figures* and *others*: those, in order.
    """
    if min(len(figures), len(others)) < CHANGED:
        return False
    same, changed = compared(one, other, figures, others)
    return changed >= CHANGED and changed >= SHARE * (same + changed)


def compared(
    one: Sequence[int], other: Sequence[int], figures: Sequence[str], others: Sequence[str]
) -> tuple[int, int]:
    """How many of the figures that stand side by side say the same, and how many do not."""
    a, b = one[:LONGEST], other[:LONGEST]
    if (len(a), a) > (
        len(b),
        b,
    ):  # of several ways to put them side by side the same one, either way round
        a, b, figures, others = b, a, others, figures
    pairs = align(a, b)
    left, right = _counted(a), _counted(b)
    same = changed = 0
    for at, (i, j) in enumerate(pairs):
        if a[i] == FIGURE and _is_held(pairs, at):
            if says_the_same(figures[left[i]], others[right[j]]):
                same += 1
            else:
                changed += 1
    return same, changed


def _is_held(pairs: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether the word before or after is side by side too: figures meet by chance where all else was rewritten."""
    i, j = pairs[at]
    return (i - 1, j - 1) in pairs[max(at - 1, 0) : at] or (i + 1, j + 1) in pairs[at + 1 : at + 2]


def _counted(words: Sequence[int]) -> dict[int, int]:
    """Which figure of the text stands at a place."""
    return {place: number for number, place in enumerate(at for at, word in enumerate(words) if word == FIGURE)}


def says_the_same(one: str, other: str) -> bool:
    """Whether two figures differ in their writing alone, or in the year that one of two dates leaves out."""
    a, b = ([part for part in _SEPARATOR.split(figure) if part] for figure in (one, other))
    if "".join(a).lstrip("0") == "".join(b).lstrip("0"):
        return True
    shorter, longer = sorted(([int(part) for part in figure] for figure in (a, b)), key=len)
    is_date = len(shorter) == DAY_MONTH and len(longer) == DAY_MONTH + 1 and longer[-1] > LEAST_YEAR
    return shorter == longer or (is_date and shorter == longer[:DAY_MONTH])
