"""The passages in which two versions of a paragraph differ, each with its class and the words around it. Pure."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipelines.differing import figures
from pipelines.differing.align import Gap, gaps
from pipelines.differing.paragraphs import Pair, likeness
from pipelines.differing.tokens import Tokens, is_word, tokenize
from pipelines.vietnamese import clean, syllables, unify_tones

# Words of context on each side, within the sentence: enough to see what a figure counts.
CONTEXT = 12
# A slip of the pen leaves most letters of a word as they were, and is not made in every word.
TYPO_LETTERS, MOST_SLIPS = 0.6, 3
# Two paragraphs in one place that have less in common were not edited but exchanged.
EXCHANGED = 0.25
# In a longer passage figures that come in the same number need not be the same figures revised.
MOST_AROUND_FIGURES = 12
# Letters of two paragraphs that are compared word by word: the longest of real ones have a tenth, and hostile ones take
# half a second.
MOST_LETTERS = 50_000
# Letters of all of a field's paragraphs that are: a live blog of a day has as many.
MOST_IN_ALL = 100_000
# Letters of a passage that is looked at more closely than to see that it was rewritten.
MOST_CLASSIFIED = 10_000
_LONGEST_SLIP = 50  # letters: more are compared as one word only by hostile texts
_SENTENCE_ENDS = frozenset(".!?…\n")


class Kind(StrEnum):
    TYPO = "typo"
    NUMBERS = "numbers"
    ADDED = "added"
    REMOVED = "removed"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """*old* in whose place *new* stands; equal where a paragraph was moved. *before*, *after*: of the new version."""

    kind: Kind
    old: str
    new: str
    before: str = ""
    after: str = ""


def passages(found: Iterable[Pair]) -> Iterator[Passage]:
    """Where the new lines of each pair differ from the old ones: at least one passage for each."""
    spent = 0
    for pair in found:
        letters = len(pair.old) + len(pair.new)
        spent += letters
        inner = []
        if pair.old and pair.new and letters <= MOST_LETTERS and spent <= MOST_IN_ALL:
            inner = list(_of_pair(pair))
        # Taken out, put in or moved as a whole; or other blanks and other ends of paragraphs.
        yield from inner or [
            Passage(kind=classify(pair.old, pair.new, is_moved=pair.moved), old=pair.old, new=pair.new)
        ]


def _of_pair(pair: Pair) -> Iterator[Passage]:
    old, new = tokenize(pair.old), tokenize(pair.new)
    first, second = (frozenset(syllables(text[:20_000])) for text in (pair.old, pair.new))
    if likeness(first, second) < EXCHANGED and _plain(pair.old) != _plain(pair.new) and len(first | second) > CONTEXT:
        yield Passage(kind=classify(pair.old, pair.new), old=pair.old, new=pair.new)
        return
    for gap in edited(old, new):
        gone, come = old.slice(gap.old, gap.old_end), new.slice(gap.new, gap.new_end)
        if gone != come:
            before, after = _context(new, gap.new, gap.new_end)
            yield Passage(kind=classify(gone, come), old=gone, new=come, before=before, after=after)


def _context(text: Tokens, first: int, end: int) -> tuple[str, str]:
    """What stands before and after the tokens *first* to *end*, within their sentence."""
    start, words = first, 0
    while start > 0 and words < CONTEXT and not _ends_sentence(text, start - 1):
        start -= 1
        words += is_word(text.tokens[start].text)
    stop, words = end, 0
    while stop < len(text.tokens) and words < CONTEXT:
        stop += 1
        words += is_word(text.tokens[stop - 1].text)
        if _ends_sentence(text, stop - 1):
            break
    return text.slice(start, first), text.slice(end, stop)


def _ends_sentence(text: Tokens, place: int) -> bool:
    """A stop, if a blank follows and then no small letter ("TP. Tân An" is taken for two sentences)."""
    token = text.tokens[place]
    if token.text not in _SENTENCE_ENDS or place + 1 == len(text.tokens):
        return token.text in _SENTENCE_ENDS
    following = text.tokens[place + 1]
    return token.text == "\n" or (following.start > token.end and not following.text[0].islower())


def edited(old: Tokens, new: Tokens) -> list[Gap]:
    """Which tokens differ, as a reader would say it."""
    found = _merged(gaps(old.words(), new.words()), old, new)
    parted = [part for gap in found for part in _at_figures(gap, old, new)]
    return _widened(parted, old, new)


def _merged(found: list[Gap], old: Tokens, new: Tokens) -> list[Gap]:
    """Edits between which fewer words stayed than were exchanged are one; figures stay apart from each other."""
    kept: list[Gap] = []
    for gap in found:
        while kept and _belong_together(kept[-1], gap, old, new):
            last = kept.pop()
            gap = Gap(last.old, gap.old_end, last.new, gap.new_end)
        kept.append(gap)
    return kept


def _belong_together(one: Gap, other: Gap, old: Tokens, new: Tokens) -> bool:
    between = new.tokens[one.new_end : other.new]
    if any(token.text in _SENTENCE_ENDS for token in between) or len(between) > MOST_AROUND_FIGURES:
        return False
    if _is_of_figures(one, old, new) or _is_of_figures(other, old, new):
        return False
    words = sum(is_word(token.text) for token in between)
    sizes = (max(gap.old_end - gap.old, gap.new_end - gap.new) for gap in (one, other))
    return words < min(sizes) or words == 0


def _is_of_figures(gap: Gap, old: Tokens, new: Tokens) -> bool:
    first, second = (
        [token.text for token in text.tokens[start:end]]
        for text, start, end in ((old, gap.old, gap.old_end), (new, gap.new, gap.new_end))
    )
    return bool(first or second) and all(figures.marks(first)) and all(figures.marks(second))


def _at_figures(gap: Gap, old: Tokens, new: Tokens) -> list[Gap]:
    """ "stands at 3" and "rises to 5": parted where figures correspond, so that what was revised stands by itself."""
    ours, theirs = old.words()[gap.old : gap.old_end], new.words()[gap.new : gap.new_end]
    if not (1 < max(len(ours), len(theirs)) <= MOST_AROUND_FIGURES and ours and theirs):
        return [gap]
    first, second = _runs(ours), _runs(theirs)
    if not first or len(first) != len(second) or figures.shape(ours) == figures.shape(theirs):
        return [gap]
    parts: list[Gap] = []
    x = y = 0
    for (a, a_end), (b, b_end) in zip([*first, (len(ours),) * 2], [*second, (len(theirs),) * 2], strict=True):
        parts += [Gap(gap.old + x, gap.old + a, gap.new + y, gap.new + b)]
        parts += [Gap(gap.old + a, gap.old + a_end, gap.new + b, gap.new + b_end)]
        x, y = a_end, b_end
    return [part for part in parts if part.old < part.old_end or part.new < part.new_end]


def _runs(words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where each number in *words* begins and ends."""
    found: list[tuple[int, int]] = []
    is_number = figures.marks(words)
    for place, word in enumerate(words):
        if is_number[place] and found and found[-1][1] == place and figures.joins(words[place - 1], word):
            found[-1] = found[-1][0], place + 1
        elif is_number[place]:
            found.append((place, place + 1))
    return found


def _widened(found: list[Gap], old: Tokens, new: Tokens) -> list[Gap]:
    """A figure is shown whole: "mười hai" and "mười lăm", "12 triệu" and "15 triệu"."""
    ours, theirs = old.words(), new.words()
    first, second = figures.marks(ours), figures.marks(theirs)
    kept: list[Gap] = []
    for at, gap in enumerate(found):
        if not (any(first[gap.old : gap.old_end]) or any(second[gap.new : gap.new_end])):
            kept.append(gap)
            continue
        begin, begin_new = gap.old, gap.new
        least = kept[-1].old_end if kept else 0
        while begin > least and first[begin - 1] and _goes_on(ours, theirs, begin, begin_new, first, second):
            begin, begin_new = begin - 1, begin_new - 1
        end, end_new = gap.old_end, gap.new_end
        most = found[at + 1].old if at + 1 < len(found) else len(ours)
        while end < most and first[end] and _goes_on(ours, theirs, end, end_new, first, second):
            end, end_new = end + 1, end_new + 1
        kept.append(Gap(begin, end, begin_new, end_new))
    return kept


def _goes_on(
    ours: tuple[str, ...], theirs: tuple[str, ...], x: int, y: int, first: list[bool], second: list[bool]
) -> bool:
    """Whether a number runs on over the border before the token *x* of the old text or *y* of the new one."""
    in_old = 0 < x < len(ours) and first[x - 1] and first[x] and figures.joins(ours[x - 1], ours[x])
    in_new = 0 < y < len(theirs) and second[y - 1] and second[y] and figures.joins(theirs[y - 1], theirs[y])
    return in_old or in_new


def classify(old: str, new: str, *, is_moved: bool = False) -> Kind:
    if is_moved or (old and new and len(old) + len(new) > MOST_CLASSIFIED):
        return Kind.REWRITTEN
    if is_word(old) == is_word(new) and _plain(old) == _plain(new):
        return Kind.TYPO
    if not is_word(old):
        return Kind.ADDED
    if not is_word(new):
        return Kind.REMOVED
    first, second = (tuple(t.text for t in tokenize(text).tokens if is_word(t.text)) for text in (old, new))
    ours, theirs = figures.values(first), figures.values(second)
    if ours and figures.shape(first) == figures.shape(second):
        return Kind.NUMBERS if ours != theirs else Kind.TYPO
    return Kind.TYPO if ours == theirs and _is_slip(first, second) else Kind.REWRITTEN


def _plain(text: str) -> str:
    """The letters and figures alone, in one spelling: blanks, quotation marks, tone styles and capitals say nothing."""
    letters = unify_tones(clean(text)).casefold()
    return "".join(token.text for token in tokenize(letters).tokens if is_word(token.text))


def _is_slip(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether a few words, each for itself, are spelt otherwise: no word more, less or elsewhere."""
    differing = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    return len(old) == len(new) and len(differing) <= MOST_SLIPS and all(_is_close(a, b) for a, b in differing)


def _is_close(a: str, b: str) -> bool:
    """Marks are compared for themselves: "tỉnh" and "tinh" differ by one of five."""
    first, second = (unicodedata.normalize("NFD", word.casefold()[:_LONGEST_SLIP]) for word in (a, b))
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= TYPO_LETTERS
