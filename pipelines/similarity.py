"""Whether two articles carry the same text, confirmed on 5-shingles of folded syllables.

Thresholds: docs/decisions.md. A round-up that contains three other items must not unite them: what is much longer than
what it contains is an ``excerpt`` edge, which joins no story.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.fingerprint import shingle_set
from pipelines.vietnamese import syllables

COPY_JACCARD = 0.5
COPY_CONTAINMENT = 0.8
# Two copies are of like length: the shorter at least this share of the longer.
LIKE_LENGTH = 0.5
# Words of a text, a caption rather than an article, that five-word runs say nothing of.
SHORT = 25
# Daily prices and lottery draws share their sentences, not their figures: with so many of these in both, a copy has at
# least this share of the shorter one's in common.
FIGURES, COMMON_FIGURES = 5, 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A text as it is compared. Worth keeping: it takes longer to make than to compare."""

    words: tuple[str, ...] = field(repr=False)
    shingles: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """*jaccard* and *containment* (of the shorter in the longer) of 5-shingles, 0 to 1; *kind* None: no copy.

    *aligned*, where the pair was worth it: the share of the shorter one's words that the longer has in the same order.
    *reason*: why it is none although the words say so ("template").
    """

    jaccard: float
    containment: float
    aligned: float | None = None
    kind: str | None
    reason: str | None = None


def prepare(text: str) -> Prepared:
    words = tuple(syllables(text))
    return Prepared(words=words, shingles=shingle_set(words, 5))


def likeness(one: str | Prepared, other: str | Prepared) -> Likeness:
    a, b = (prepare(text) if isinstance(text, str) else text for text in (one, other))
    left, right = a.shingles, b.shingles
    if not left or not right:
        return Likeness(jaccard=0.0, containment=0.0, kind=None)
    shared = len(left & right)
    shorter, longer = sorted((len(left), len(right)))
    jaccard, containment = shared / (len(left) + len(right) - shared), shared / shorter
    kind, reason = None, None
    if jaccard >= COPY_JACCARD or containment >= COPY_CONTAINMENT:
        if _is_template(a.words, b.words):
            reason = "template"
        else:
            kind = "copy" if shorter >= LIKE_LENGTH * longer else "excerpt"
    return Likeness(jaccard=round(jaccard, 4), containment=round(containment, 4), kind=kind, reason=reason)


def contained(a: Sequence[str], b: Sequence[str]) -> float:
    """How much of the shorter of two texts, given as syllables, is in the longer: 0 to 1.

    In runs of five words, of two where a text is so short that one changed figure would leave no run of five.
    """
    if not a or not b:
        return float(not a and not b)
    size = 5 if min(len(a), len(b)) >= SHORT else 2
    left, right = shingle_set(a, size), shingle_set(b, size)
    return len(left & right) / min(len(left), len(right))


def _is_template(a: Sequence[str], b: Sequence[str]) -> bool:
    left, right = ({word for word in words if word.isdigit()} for words in (a, b))
    fewer = min(len(left), len(right))
    return fewer >= FIGURES and len(left & right) < COMMON_FIGURES * fewer
