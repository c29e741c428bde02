"""Whether two articles carry the same text. Pure.

Confirmed on 5-shingles of folded syllables, or on what both have in the same order: of scattered edits of one word in
five hardly a run of five is left. Or on one passage: what was cut, given a lead and a credit and then edited too has
lost a little of everything, but what is left stands in one piece. Thresholds: docs/decisions.md. A round-up that
contains three other items must not unite them: what is much longer than what it contains is an ``excerpt`` edge, which
joins no story.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.copies.alignment import align, common, passage
from pipelines.copies.figures import compare, say_other
from pipelines.copies.lines import form_of
from pipelines.copies.prepared import Prepared, prepare, shared, stretch
from pipelines.fingerprint import shingle_set

__all__ = ["COPY_ALIGNED", "TEMPLATE", "Likeness", "Prepared", "contained", "likeness", "prepare"]

COPY_JACCARD = 0.5
COPY_CONTAINMENT = 0.8
COPY_ALIGNED = 0.75
# Of the longer text, that both have in one passage, and of its words in the passage and around it: where nothing is
# edited and both are as long, Jaccard .5.
COPY_PASSAGE = 2 / 3
# Of the longer one's runs of five, that such a passage has left when one word in ten is another: 2/3 of .59.
PASSAGE_RUNS = 0.39
# Of two copies, what both say is at least this share of the longer: an item a third longer than in the round-up that
# has it is more than half as long as that, and shares less than half of it.
LIKE_LENGTH = 0.5
# Words beyond which two texts are not aligned: the time grows with the square.
LONGEST = 5_000
# Words of a text, a caption rather than an article, that five-word runs say nothing of.
SHORT = 25
TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """*jaccard* and *containment* (of the shorter in the longer) of 5-shingles, 0 to 1; *kind* None: no copy.

    *aligned*: the length of the longest common subsequence of words over the longer one's length, so that 1 less it is
    a metric (Bakkelund, "An LCS-based string metric", 2009); None where it was not worth its time. *reason*: why it is
    no copy although the words say so.
    """

    jaccard: float
    containment: float
    aligned: float | None = None
    kind: str | None
    reason: str | None = None


def likeness(one: str | Prepared, other: str | Prepared) -> Likeness:
    a, b = (prepare(text) if isinstance(text, str) else text for text in (one, other))
    shorter, longer = sorted((len(a.fives), len(b.fives)))
    if not shorter:
        return Likeness(jaccard=0.0, containment=0.0, kind=None)
    both = shared(a.fives, b.fives)
    jaccard, containment = both / (shorter + longer - both), both / shorter
    by_runs = jaccard >= COPY_JACCARD or containment >= COPY_CONTAINMENT
    if by_runs:
        aligned, is_in_order = _aligned(a, b, LIKE_LENGTH), False
    else:
        aligned, is_in_order = _in_order(a, b, both / longer)
    kind, reason = None, None
    if by_runs or is_in_order:
        if is_template(a, b):
            reason = TEMPLATE
        else:
            kind = "copy" if max(both / longer, aligned or 0.0) >= LIKE_LENGTH else "excerpt"
    rounded = None if aligned is None else round(aligned, 4)
    return Likeness(
        jaccard=round(jaccard, 4), containment=round(containment, 4), aligned=rounded, kind=kind, reason=reason
    )


def is_template(a: Prepared, b: Prepared) -> bool:
    """Whether they are two issues of one form: see ``figures.compare``."""
    # Lines that both have say the same in both, and of a reprint are nearly all.
    mine, theirs = a.without(b), b.without(a)
    if not mine or not theirs or not say_other(form_of(mine), form_of(theirs)):
        return False
    return compare(a.form, b.form).is_template


def _in_order(a: Prepared, b: Prepared, runs: float) -> tuple[float | None, bool]:
    """``Likeness.aligned``, and whether it makes a copy. *runs*: of the longer one's, that both have."""
    least = COPY_ALIGNED if runs < PASSAGE_RUNS else COPY_PASSAGE
    if (most := _in_any_order(a, b, least)) < least:
        return None, False
    # of several alignments the same one, either way round
    short, long = sorted((a, b), key=lambda text: (len(text), text.words))
    length = len(long)
    if runs < PASSAGE_RUNS or stretch(long, short) < COPY_PASSAGE * length:
        aligned = common(a.words, b.words) / length if most >= COPY_ALIGNED else None
        return aligned, aligned is not None and aligned >= COPY_ALIGNED
    pairs = align(short.words, long.words)
    aligned = len(pairs) / length
    is_passage = aligned >= COPY_PASSAGE and passage(pairs) >= COPY_PASSAGE * length
    return aligned, is_passage or aligned >= COPY_ALIGNED


def _aligned(a: Prepared, b: Prepared, least: float) -> float | None:
    """None where it cannot be *least*, or would take too long to find out."""
    if _in_any_order(a, b, least) < least:
        return None
    return common(a.words, b.words) / max(len(a), len(b))


def _in_any_order(a: Prepared, b: Prepared, least: float) -> float:
    """How many words both have, of the longer one's; 0 where it cannot be *least*, or aligning would take too long."""
    shorter, longer = sorted((len(a), len(b)))
    return shared(a.bag, b.bag) / longer if least * longer <= shorter and longer <= LONGEST else 0.0


def contained(a: Sequence[str], b: Sequence[str]) -> float:
    """How much of the shorter of two texts, given as syllables, is in the longer: 0 to 1.

    In runs of five words, of two where a text is so short that one changed figure would leave no run of five.
    """
    if not a or not b:
        return float(not a and not b)
    size = 5 if min(len(a), len(b)) >= SHORT else 2
    left, right = shingle_set(a, size), shingle_set(b, size)
    return len(left & right) / min(len(left), len(right))
