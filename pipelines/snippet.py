"""The piece of a text around what was searched for. Pure."""

import re
from collections.abc import Sequence

from pipelines.vietnamese import clean, fold, index_form

# About three lines of a page of results, with enough before the match to see whose sentence it is.
WORDS, WORDS_BEFORE = 40, 12

# Words as FTS5's unicode61 sees them: marks that stand alone belong to the letter before them.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_CLOSING = re.compile(r"[^\w\s]*")
_SPACES = re.compile(r"\s+")


def snippet(
    text: str,
    phrases: Sequence[Sequence[str]],
    *,
    folded: bool,
    marks: tuple[str, str] = ("[", "]"),
    words: int = WORDS,
) -> str:
    """About *words* words of *text* from its first match of any of *phrases* (words as in the index), on one line.

    The words of *text* stand as they are; *marks* enclose each match. Without a match (it was in the title) it is the
    beginning of the text.
    """
    text = clean(text)
    spans = [match.span() for match in WORD.finditer(text)]
    matches = _matches(text, phrases, folded, len(spans))
    first = max(0, matches[0][0] - WORDS_BEFORE) if matches else 0
    last = min(len(spans), first + words)
    if first >= last:
        return _one_line(text[:200])
    start, end = spans[first][0] if first else 0, _CLOSING.match(text, spans[last - 1][1]).end()  # type: ignore[union-attr]
    pieces, at = ["… " if first else ""], start
    for begin, stop in _within(matches, first, last):
        pieces += [text[at : spans[begin][0]], marks[0], text[spans[begin][0] : spans[stop - 1][1]], marks[1]]
        at = spans[stop - 1][1]
    pieces += [text[at:end], " …" if last < len(spans) else ""]
    return _one_line("".join(pieces))


def _matches(text: str, phrases: Sequence[Sequence[str]], folded: bool, count: int) -> list[tuple[int, int]]:
    """Where *phrases* stand, as ranges of word numbers, in order. Folding keeps words one to one, hence the numbers."""
    forms = [word.lower() for word in WORD.findall(fold(text) if folded else index_form(text))]
    if len(forms) != count:
        return []
    found = []
    for phrase in phrases:
        wanted = [word.lower() for word in phrase]
        size = len(wanted)
        for number, form in enumerate(forms):
            if form == wanted[0] and forms[number : number + size] == wanted:
                found.append((number, number + size))
    return sorted(found)


def _within(matches: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Those of *matches* inside the window that don't overlap one before them."""
    kept: list[tuple[int, int]] = []
    for begin, stop in matches:
        if begin >= (kept[-1][1] if kept else first) and stop <= last:
            kept.append((begin, stop))
    return kept


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
