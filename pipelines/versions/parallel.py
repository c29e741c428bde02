"""Whether two texts in different languages may say the same: by the figures and the names that stand in both. Pure.

A translation keeps them: "1.250 ha" is "1,250 ha", "Bến Vọng" is "Ben Vong". Of 1,260 pairs of an article in Vietnamese
and another one in English from one province, .99 share .3 of these marks at most, and half of them none.
"""

import re
from itertools import pairwise

from pipelines.vietnamese import fold

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
FEWEST, SHARE = 4, 0.4
# So many marks without one in common are of two articles.
MANY = 6


def marks(text: str) -> frozenset[str]:
    """Its figures without points and commas, years left out, and its names, folded, in pairs of words: single words
    with a capital begin sentences.
    """
    figures = (re.sub("[.,]", "", figure) for figure in _FIGURE.findall(text))
    found = {figure for figure in figures if len(figure) > 1 and not _YEAR.fullmatch(figure)}
    for run in _WORDS.findall(text):
        for first, second in pairwise(run.split(" ")):
            if first[0].isupper() and second[0].isupper():
                found.add(fold(f"{first} {second}").casefold())
    return frozenset(found)


def alike(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether texts with these marks may be translations; None where there are too few marks to tell."""
    common, smaller = len(one & other), min(len(one), len(other))
    if common >= FEWEST and common >= SHARE * smaller:
        return True
    return False if smaller >= MANY and not common else None
