"""What each method found, by kind: how many of the copies, and how many of what are none."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from labelled.sets import ROUND_UP, UNRELATED, Label, Text, label

# Edges of a text to one that is several times as long: they unite nothing, and are counted apart from copies.
EXCERPTS = ("first two paragraphs", ROUND_UP)


@dataclass(frozen=True, slots=True)
class Truth:
    """*labels* of every pair that is not ``nothing in common``; *unrelated* counts those."""

    labels: Mapping[tuple[int, int], Label] = field(repr=False)
    unrelated: int


def truth(texts: Sequence[Text]) -> Truth:
    together = defaultdict[str, list[int]](list)
    for n, text in enumerate(texts):
        for group in {text.family, text.event, text.template, text.background, *text.parts} - {""}:
            together[group].append(n)
    pairs = {pair for group in together.values() for pair in combinations(group, 2)}
    known = {(a, b): label(texts[a], texts[b]) for a, b in sorted(pairs)}
    return Truth(known, len(texts) * (len(texts) - 1) // 2 - len(known))


@dataclass(frozen=True, slots=True)
class Score:
    """*copies* and *others*: of each kind, (found, all of them). *wrong* are the false pairs themselves."""

    copies: Mapping[str, tuple[int, int]]
    others: Mapping[str, tuple[int, int]]
    missed: Sequence[tuple[int, int]]
    wrong: Sequence[tuple[int, int]]

    @property
    def recall(self) -> float:
        """Of all copies but excerpts."""
        return self._share([count for kind, count in self.copies.items() if kind not in EXCERPTS])

    @property
    def recall_of_all(self) -> float:
        return self._share(self.copies.values())

    @staticmethod
    def _share(counts: Collection[tuple[int, int]]) -> float:
        return sum(found for found, _ in counts) / sum(every for _, every in counts)

    @property
    def precision(self) -> float:
        right = sum(found for found, _ in self.copies.values())
        return right / (right + len(self.wrong)) if right else 0.0


def score(known: Truth, pairs: Collection[tuple[int, int]]) -> Score:
    found = set(pairs)
    every, hits = Counter[Label](), Counter[Label]()
    missed, wrong = list[tuple[int, int]](), sorted(found - known.labels.keys())
    unrelated = len(wrong)
    for pair, each in known.labels.items():
        every[each] += 1
        hits[each] += pair in found
        if each.copy and pair not in found:
            missed.append(pair)
        elif each.copy is False and pair in found:
            wrong.append(pair)
    copies = {each.kind: (hits[each], every[each]) for each in every if each.copy}
    others = {each.kind: (hits[each], every[each]) for each in every if each.copy is False}
    return Score(copies, {**others, UNRELATED: (unrelated, known.unrelated)}, missed, wrong)
