"""The longest common subsequence of two sequences of words, and the passage that two texts both have. Pure."""

from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

# In a passage a word that one text alone has weighs as much as so many that both have: one in five is the most.
FOREIGN = 4


def common(a: Sequence[int], b: Sequence[int]) -> int:
    """The length of the longest common subsequence."""
    return LCSseq.similarity(a, b)


def align(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """The places of *a* and *b* that a longest common subsequence puts side by side, in order."""
    blocks = LCSseq.opcodes(a, b).as_matching_blocks()
    return [(block.a + at, block.b + at) for block in blocks for at in range(block.size)]


def passage(pairs: Sequence[tuple[int, int]]) -> int:
    """How many words long the passage is that two texts both have but for scattered words: of what an alignment
    (*pairs*) puts side by side, and of what stands between, the stretch that scores most.

    As a local alignment is scored (Smith and Waterman, 1981), along one alignment instead of over all: a word of both
    texts counts 1, one that the other has not, or has another for, -FOREIGN.
    """
    most = longest = score = length = 0
    i = j = -1
    for x, y in pairs:
        between = max(x - i, y - j) - 1
        if score > FOREIGN * between:
            score, length = score + 1 - FOREIGN * between, length + 1 + between
        else:
            score = length = 1
        if score > most:
            most, longest = score, length
        i, j = x, y
    return longest
