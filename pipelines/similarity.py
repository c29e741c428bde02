"""Whether two articles carry the same text, confirmed on 5-shingles of folded syllables.

Thresholds: docs/decisions.md. A round-up that contains three other items must not unite them: what is much longer than
what it contains is an ``excerpt`` edge, which joins no story.
"""

from dataclasses import dataclass

from pipelines.fingerprint import shingle_set
from pipelines.vietnamese import syllables

COPY_JACCARD = 0.5
COPY_CONTAINMENT = 0.8
# Two copies are of like length: the shorter at least this share of the longer.
LIKE_LENGTH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """*jaccard* and *containment* (of the shorter in the longer) of 5-shingles, 0 to 1; *kind* None: no copy."""

    jaccard: float
    containment: float
    kind: str | None


def likeness(a: str, b: str) -> Likeness:
    left, right = (shingle_set(syllables(text), 5) for text in (a, b))
    if not left or not right:
        return Likeness(jaccard=0.0, containment=0.0, kind=None)
    shared = len(left & right)
    shorter, longer = sorted((len(left), len(right)))
    jaccard, containment = shared / (len(left) + len(right) - shared), shared / shorter
    if jaccard < COPY_JACCARD and containment < COPY_CONTAINMENT:
        kind = None
    else:
        kind = "copy" if shorter >= LIKE_LENGTH * longer else "excerpt"
    return Likeness(jaccard=round(jaccard, 4), containment=round(containment, 4), kind=kind)
