"""What a new reading changes in what the record shows of a capture, and whether that is for the better. Pure.

There is no truth to compare with, so evidence has to do: what the site repeats on other articles is no loss, nor is
what now stands in a field or a caption; prose that stood on this page alone is one, and so is a date.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.vietnamese import fold
from pipelines.words import count_words

# Fewer words are a headline, a name, a label: whether it belonged to the article, nobody can say of it alone.
PROSE_WORDS = 8
# Runs of words in which a paragraph is looked for when it was parted or joined otherwise, and how many must be there.
RUN, FOUND = 3, 0.8
# Two paragraphs with half of their words in common are one, spelt otherwise or cut at its ends.
ALIKE = 0.5
# Lines compared each with each: with more of them (hostile pages, articles have tens) none is taken for edited.
MOST_LINES = 200


class Verdict(StrEnum):
    """What a difference amounts to, the worst first."""

    LOST_PROSE = "lost prose"
    LOST_DATE = "lost its date"
    OTHER_DATE = "has another date"
    LOST_FIELD = "lost a title, summary, byline or credit"
    FLAGGED = "has a new flag"
    GAINED_REPEATED = "gained what the site repeats"
    LOST_LINES = "lost short lines"
    EDITED = "says it otherwise"
    GAINED_PROSE = "gained paragraphs"
    GAINED_DATE = "gained a date"
    GAINED_FIELD = "gained a title, summary, byline or credit"
    DROPPED = "lost only what the site repeats or a field says"
    LAYOUT = "the same words, other particulars"


RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
WORSE = frozenset(list(Verdict)[: RANK[Verdict.LOST_LINES]])
_NAMED = ("title", "summary", "byline", "credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the record says of a capture. *fields* has no text; a missing name is not compared. *told* are words that
    stand elsewhere than in the text: captions, desk codes.
    """

    text: str = field(repr=False)
    fields: Mapping[str, object]
    told: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """*verdicts*: all that hold, the worst first. *lost*, *gained*: lines; *fields*: (old, new) by name."""

    verdicts: tuple[Verdict, ...]
    fields: Mapping[str, tuple[object, object]]
    words: tuple[int, int]
    lost: tuple[str, ...] = field(default=(), repr=False)
    gained: tuple[str, ...] = field(default=(), repr=False)
    texts: tuple[str, str] = field(default=("", ""), repr=False)

    @property
    def worst(self) -> Verdict:
        return self.verdicts[0]

    @property
    def badness(self) -> tuple[int, int]:
        """Orders differences: larger is worse."""
        return -RANK[self.worst], sum(count_words(line) for line in self.lost)


def compare(old: Shown, new: Shown, repeated: Callable[[str], bool]) -> Difference | None:
    """None where the record would show the same. *repeated*: whether a line stands on other articles of the site."""
    fields = {
        name: (before, new.fields[name])
        for name, before in old.fields.items()
        if name in new.fields and before != new.fields[name]
    }
    if not fields and old.text == new.text:
        return None
    before, after = _lines(old.text), _lines(new.text)
    gone, come = before - after, after - before
    fate_of_old = _fates(gone, come, new, repeated)
    fate_of_new = _fates(come, gone, old, repeated)
    found = set(_of_fields(fields)) | set(_of_lines(fate_of_old, fate_of_new))
    return Difference(
        verdicts=tuple(sorted(found or {Verdict.LAYOUT}, key=RANK.__getitem__)),
        fields=fields,
        words=(count_words(old.text), count_words(new.text)),
        lost=tuple(line for line, fate in fate_of_old if fate in (_Fate.PROSE, _Fate.LINE)),
        gained=tuple(line for line, fate in fate_of_new if fate in (_Fate.PROSE, _Fate.LINE)),
        texts=(old.text, new.text),
    )


class _Fate(StrEnum):
    """What became of a line that stands on one side alone."""

    REPEATED = "repeated"
    TOLD = "told"
    RECUT = "recut"
    EDITED = "edited"
    LINE = "line"
    PROSE = "prose"


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())


def _fates(
    lines: Counter[str], others: Counter[str], other: Shown, repeated: Callable[[str], bool]
) -> list[tuple[str, _Fate]]:
    if not lines:
        return []
    told = [fold(str(value)).lower() for value in (*_said(other.fields), *other.told)]
    runs = _runs(_words(other.text))
    rivals = [Counter(_words(line)) for line in others] if max(len(lines), len(others)) <= MOST_LINES else []
    return [(line, _fate(line, told, runs, rivals, repeated)) for line in lines.elements()]


def _fate(
    line: str,
    told: Sequence[str],
    runs: Collection[tuple[str, ...]],
    rivals: Sequence[Counter[str]],
    repeated: Callable[[str], bool],
) -> _Fate:
    words = _words(line)
    if repeated(line):
        return _Fate.REPEATED
    if any(fold(line).lower().strip(" .;:,-–()") in text for text in told):
        return _Fate.TOLD
    own = _runs(words)
    if own and sum(run in runs for run in own) >= FOUND * len(own):
        return _Fate.RECUT
    bag = Counter(words)
    if any((bag & rival).total() >= ALIKE * max(bag.total(), rival.total()) for rival in rivals):
        return _Fate.EDITED
    return _Fate.PROSE if len(words) >= PROSE_WORDS else _Fate.LINE


def _said(fields: Mapping[str, object]) -> Iterable[object]:
    return (fields[name] for name in (*_NAMED, "agency", "dateline") if fields.get(name))


def _words(text: str) -> list[str]:
    return [word for token in fold(text).lower().split() if (word := token.strip("\"'“”‘’.,;:!?()[]…-–"))]


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    size = min(RUN, len(words))
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)} if size else set()


def _of_fields(fields: Mapping[str, tuple[object, object]]) -> Iterable[Verdict]:
    if "published_at" in fields:
        before, after = fields["published_at"]
        yield Verdict.GAINED_DATE if not before else Verdict.OTHER_DATE if after else Verdict.LOST_DATE
    for name in _NAMED:
        if name in fields:
            before, after = fields[name]
            yield Verdict.GAINED_FIELD if not before else Verdict.EDITED if after else Verdict.LOST_FIELD
    if "flags" in fields:
        before, after = (set(str(value or "").split()) for value in fields["flags"])
        yield Verdict.FLAGGED if after - before else Verdict.LAYOUT


def _of_lines(old: Sequence[tuple[str, _Fate]], new: Sequence[tuple[str, _Fate]]) -> Iterable[Verdict]:
    lost, gained = {fate for _, fate in old}, {fate for _, fate in new}
    pairs = {_Fate.PROSE: Verdict.LOST_PROSE, _Fate.LINE: Verdict.LOST_LINES}
    pairs |= {_Fate.REPEATED: Verdict.DROPPED, _Fate.TOLD: Verdict.DROPPED}
    yield from (pairs[fate] for fate in lost if fate in pairs)
    if _Fate.REPEATED in gained:
        yield Verdict.GAINED_REPEATED
    if gained & {_Fate.PROSE, _Fate.LINE, _Fate.TOLD}:
        yield Verdict.GAINED_PROSE
    if (lost | gained) & {_Fate.EDITED, _Fate.RECUT}:
        yield Verdict.EDITED
