"""Which paragraphs of two texts correspond: equal ones, then those that share words, then what was moved. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.differing.align import Gap, gaps
from pipelines.vietnamese import syllables

# Of two versions of a paragraph most words are the same; two paragraphs of one article share a fifth of theirs.
ALIKE = 0.4
# What stands elsewhere is the same paragraph where nearly all of it is.
MOVED = 0.8
# Pairs compared each with each (3 ms); articles have tens of paragraphs, and few of them differ.
MOST_PAIRS = 1_600
# Words of a paragraph that its likeness is judged by.
MOST_WORDS = 2_000
# A line of the old text, and one of the new.
Place = tuple[int, int]


@dataclass(frozen=True)  # no slots: its words are counted only where it has no equal
class Line:
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(syllables(self.text[: MOST_WORDS * 10])[:MOST_WORDS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Lines and what stands in their place, "" where nothing does. *moved*: the same, in another place."""

    old: str
    new: str
    moved: bool = False


def pairs(old: str, new: str) -> list[Pair]:
    """The paragraphs that differ, in the order of the new text; what was taken out where it was."""
    before, after = old.split("\n"), new.split("\n")
    found = [pair for gap in gaps(before, after) for pair in _in_gap(before, after, gap)]
    return _joined_where_moved(found)


def _in_gap(before: Sequence[str], after: Sequence[str], gap: Gap) -> Iterator[Pair]:
    old = [Line(text) for text in before[gap.old : gap.old_end]]
    new = [Line(text) for text in after[gap.new : gap.new_end]]
    if len(old) * len(new) > MOST_PAIRS:
        yield Pair(old="\n".join(line.text for line in old), new="\n".join(line.text for line in new))
        return
    matched = [(0, 0)] if len(old) == len(new) == 1 else _match(old, new)
    done = (0, 0)
    for place, pair in enumerate(matched):
        stop = matched[place + 1] if place + 1 < len(matched) else (len(old), len(new))
        begin, end = _extended(old, new, pair, done, stop)
        yield from _alone(old[done[0] : begin[0]], new[done[1] : begin[1]])
        yield Pair(old=_text(old[begin[0] : end[0]]), new=_text(new[begin[1] : end[1]]))
        done = end
    yield from _alone(old[done[0] :], new[done[1] :])


def _alone(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Pair]:
    yield from (Pair(old=line.text, new="") for line in old if line.text)
    yield from (Pair(old="", new=line.text) for line in new if line.text)


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words that two paragraphs have in common, of both together (Dice)."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def _match(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[int, int]]:
    """The pairs in order whose likenesses add up to most."""
    scores = [[likeness(a.words, b.words) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = scores[i][j] + best[i + 1][j + 1] if scores[i][j] >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i][j] >= ALIKE and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _extended(old: Sequence[Line], new: Sequence[Line], pair: Place, start: Place, stop: Place) -> tuple[Place, Place]:
    """Where the pair's lines begin and end: a neighbour without a partner that makes the two more alike is a part of
    it, since a paragraph was parted or two became one.
    """
    (i, j), (x, y) = pair, (pair[0] + 1, pair[1] + 1)
    one, other = old[i].words, new[j].words
    score = likeness(one, other)

    def is_part(old_words: frozenset[str], new_words: frozenset[str]) -> bool:
        nonlocal one, other, score
        longer = likeness(one | old_words, other | new_words)
        if longer <= score:
            return False
        one, other, score = one | old_words, other | new_words, longer
        return True

    nothing = frozenset[str]()
    while j > start[1] and is_part(nothing, new[j - 1].words):
        j -= 1
    while y < stop[1] and is_part(nothing, new[y].words):
        y += 1
    while i > start[0] and is_part(old[i - 1].words, nothing):
        i -= 1
    while x < stop[0] and is_part(old[x].words, nothing):
        x += 1
    return (i, j), (x, y)


def _joined_where_moved(found: list[Pair]) -> list[Pair]:
    """A paragraph that stands elsewhere was neither taken out nor put in."""
    gone = [place for place, pair in enumerate(found) if not pair.new]
    come = [place for place, pair in enumerate(found) if not pair.old]
    if not gone or not come or len(gone) * len(come) > MOST_PAIRS:
        return found
    words = {place: Line(found[place].old or found[place].new).words for place in (*gone, *come)}
    taken: dict[int, int] = {}
    for there in come:
        scores = [(likeness(words[here], words[there]), -here) for here in gone if here not in taken.values()]
        score, here = max(scores, default=(0.0, 0))
        if score >= MOVED:
            taken[there] = -here
    kept: list[Pair] = []
    for place, pair in enumerate(found):
        if place in taken:
            kept.append(Pair(old=found[taken[place]].old, new=pair.new, moved=True))
        elif place not in taken.values():
            kept.append(pair)
    return kept
