"""Names in what is no reading: listings, feeds, headers, in whatever form they stand there. As redacting.py has it: two
words or more go in any spelling, a single word only as it was given; an address that spells the name stays. Pure.
"""

import html
import re
from collections.abc import Iterable, Iterator

from pipelines.vietnamese import clean, unify_tones
from pipelines.withholding.words.letters import TAGS, Codes, Letters, codes, letters_of, plain, quick
from pipelines.withholding.words.redacting import GLUED
from pipelines.withholding.words.spans import Span

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"(?:[\s_+‐-―\-·.]|%20){0,3}")
_IN_ADDRESS = re.compile(r"[-_.]")
_TOKEN_ENDS = " \t\r\n\"'<>()"


def is_several(name: str) -> bool:
    """Whether *name* has two words or more."""
    return len(_WORD.findall(clean(name))) > 1


def are_there(names: Iterable[str], source: str) -> bool:
    """Whether one of *names*, which have several words, may stand in *source*; where not, it does not."""
    texts = [said(found) for found in quick(source)]
    return any(form(name) in text for name in names for text in texts)


def spans(names: Iterable[str], source: str) -> Iterator[Span]:
    for tags in (True, False):
        letters = letters_of(source, tags=tags)
        text = letters.text.replace("y", "i")
        for name in names:
            yield from _occurrences(name, letters, text)


def form(text: str) -> str:
    return said(codes(text))


def said(letters: Codes) -> str:
    """*letters* as names are looked for in them."""
    return letters.tobytes().decode("utf-16-le").replace("y", "i")


def _occurrences(name: str, letters: Letters, text: str) -> Iterator[Span]:
    words = _WORD.findall(clean(name))
    needle = "".join(map(form, words))
    at = text.find(needle) if needle else -1
    while at >= 0:
        if letters.begins_word(at) and letters.ends_word(at + len(needle)) and _is_it(words, letters, at):
            yield letters.starts[at], letters.ends[at + len(needle) - 1]
        at = text.find(needle, at + 1)


def _is_it(words: list[str], letters: Letters, at: int) -> bool:
    places = [at]
    for word in words:
        places.append(places[-1] + len(plain(word)))
    if len(words) == 1:
        return _is_as_given(words[0], letters, at, places[-1])
    gaps = [letters.gap(place) for place in places[1:-1]]
    if not all(_BETWEEN.fullmatch(html.unescape(TAGS.sub("", gap))) for gap in gaps):
        return False
    if any(not gap for gap in gaps) and places[-1] - at < GLUED:
        return False
    initials = [place for word, place in zip(words, places, strict=False) if len(word) == 1 and word.isupper()]
    if len(words) == 2 and initials and not _said(letters, initials[0], initials[0] + 1).isupper():
        return False
    return not (all(_IN_ADDRESS.fullmatch(gap) for gap in gaps) and _is_in_address(letters, at))


def _is_as_given(word: str, letters: Letters, at: int, end: int) -> bool:
    said = _said(letters, at, end)
    is_alike = unify_tones(said).casefold() == unify_tones(word).casefold()
    return is_alike and (said[:1].isupper() or not word[:1].isupper())


def _said(letters: Letters, at: int, end: int) -> str:
    return clean(html.unescape(TAGS.sub("", letters.source[letters.starts[at] : letters.ends[end - 1]])))


def _is_in_address(letters: Letters, at: int) -> bool:
    """Whether it stands behind a slash, with nothing between that ends an address."""
    start = letters.starts[at]
    before = letters.source[max(0, start - 200) : start]
    place = max(before.rfind(end) for end in _TOKEN_ENDS)
    return "/" in before[place + 1 :]
