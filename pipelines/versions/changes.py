"""What differs between two revisions, field by field, with a class for it."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = ("title", "summary", "text", "byline", "credit")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
# A slip of the pen leaves most letters of a word, and most words of a text, as they were.
TYPO_LETTERS, TYPO_WORDS = 0.6, 0.1
# Lines compared each with each: with more of them (hostile pages, since articles have tens) all count as different.
MAX_LINES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """*kind* is the record's ``class`` (typo, numbers, added, removed, rewritten); *old*, *new*: lines that differ."""

    field: str
    kind: str
    old: str
    new: str


def changes(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> tuple[Change, ...]:
    """The fields of ``FIELDS`` that differ, of the two rows of ``revisions``."""
    pairs = ((name, old[name] or "", new[name] or "") for name in FIELDS)
    return tuple(_change(name, before, after) for name, before, after in pairs if before != after)


def _change(name: str, old: str, new: str) -> Change:
    gone, come = _differing(old.split("\n"), new.split("\n"))
    return Change(field=name, kind=classify(gone, come), old=gone, new=come)


def _differing(old: list[str], new: list[str]) -> tuple[str, str]:
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    old, new = old[start:], new[start:]
    if max(len(old), len(new)) > MAX_LINES:
        return "\n".join(old), "\n".join(new)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    gone = [line for _, first, end, _, _ in edits for line in old[first:end]]
    come = [line for _, _, _, first, end in edits for line in new[first:end]]
    return "\n".join(gone), "\n".join(come)


def classify(old: str, new: str) -> str:
    if not old.strip():
        return "added"
    if not new.strip():
        return "removed"
    if _FIGURES.sub("0", old) == _FIGURES.sub("0", new):
        return "numbers"
    return "typo" if _is_slip(old.split(), new.split()) else "rewritten"


def _is_slip(old: list[str], new: list[str]) -> bool:
    """Whether a few words, each for itself, are spelt otherwise: no figure, no word more, less or elsewhere."""
    pairs = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
    if len(old) != len(new) or len(pairs) > max(1, TYPO_WORDS * len(old)):
        return False
    return all(_is_close(a, b) for a, b in pairs)


def _is_close(a: str, b: str) -> bool:
    """Marks are compared for themselves: "tỉnh" and "tinh" differ by one of five."""
    if _FIGURES.findall(a) != _FIGURES.findall(b):
        return False
    first, second = (unicodedata.normalize("NFD", word.casefold()[:50]) for word in (a, b))
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= TYPO_LETTERS
