"""What differs between two revisions, field by field, with a class for it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = ("title", "summary", "text", "byline", "credit")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
# A slip of the pen changes a few letters: this share of a short text stays as it was.
TYPO_RATIO = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """*kind* is the record's ``class``: typo, numbers, added, removed or rewritten. *old*, *new*: the lines that differ."""

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
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    gone = [line for _, start, end, _, _ in edits for line in old[start:end]]
    come = [line for _, _, _, start, end in edits for line in new[start:end]]
    return "\n".join(gone), "\n".join(come)


def classify(old: str, new: str) -> str:
    if not old.strip():
        return "added"
    if not new.strip():
        return "removed"
    if _FIGURES.sub("0", old) == _FIGURES.sub("0", new):
        return "numbers"
    close = difflib.SequenceMatcher(None, old, new, autojunk=False).quick_ratio() >= TYPO_RATIO
    return "typo" if close and len(old.split()) == len(new.split()) else "rewritten"
