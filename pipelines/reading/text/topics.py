"""Whether a page has one of the sections or words that a national outlet is kept for. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from pipelines.article import Reading
from pipelines.geography import gazetteer
from pipelines.vietnamese import fold, index_form, is_marked

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[ \t\xa0_-]{1,3}"


def is_wanted(reading: Reading, url: str, keep: Sequence[str]) -> bool:
    """Whether one of *keep* stands in a page's words or its address. Nothing to keep it for: everything is wanted.

    A word with marks means just these, or none at all ("Bắc Ninh" is in "Bac Ninh", not in "Bạc Ninh"); one without
    marks means them all. A name of two syllables or more has its capitals: "phía bắc Ninh Bình" has no Bắc Ninh.
    """
    if not keep:
        return True
    metadata = reading.metadata
    said = (metadata.title, metadata.summary, metadata.section, *metadata.keywords, *(b.text for b in reading.body))
    text = index_form("\n".join(filter(None, said)))
    folded, path = fold(text), fold(unquote(urlsplit(url).path)).lower()
    for word in map(index_form, keep):
        if _stands(_in_text(word), text if is_marked(word) else folded) or _stands(_in_path(word), path):
            return True
    return False


def _stands(pattern: re.Pattern[str], text: str) -> bool:
    """Whether *pattern* stands in *text* other than as the beginning of "Bắc Ninh Bình"."""
    return any(not _runs_on(match, text) for match in pattern.finditer(text))


def _runs_on(match: re.Match[str], text: str) -> bool:
    """Whether the last word and the next are the name of a province, so that the first says where in it."""
    last, after = _WORD.findall(match[0])[-1:], re.match(rf"{_BETWEEN}([^\W_]+)", text[match.end() : match.end() + 12])
    return bool(last and after and gazetteer.load().units.get(gazetteer.name_key(f"{last[0]} {after[1]}")))


@lru_cache(maxsize=512)
def _in_text(word: str) -> re.Pattern[str]:
    syllables = _WORD.findall(word)
    named = len(syllables) > 1 and all(syllable[0].isupper() for syllable in syllables)
    parts = (f"(?:{'|'.join(sorted(_forms(syllable, word, named)))})" for syllable in syllables)
    return _whole(parts, 0 if named else re.IGNORECASE)


def _forms(syllable: str, word: str, named: bool) -> Iterator[str]:
    for form in {syllable, fold(syllable)} if is_marked(word) else {fold(syllable)}:
        yield form
        if named:
            yield form.upper()


@lru_cache(maxsize=512)
def _in_path(word: str) -> re.Pattern[str]:
    return _whole(_WORD.findall(fold(word).lower()), 0)


def _whole(parts: Sequence[str] | Iterator[str], flags: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(parts) or '(?!)'}(?![^\W_])", flags)
