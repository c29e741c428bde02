"""What differs between two revisions, field by field and passage by passage, with a class for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.differing.paragraphs import pairs
from pipelines.differing.passages import Kind, Passage, passages
from pipelines.versions.dating import is_moved

FIELDS = ("title", "summary", "text", "byline", "credit", "captions")
Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """*kind* is the record's ``class``; *old*, *new*: the lines that differ; *edits*: the passages in them."""

    field: str
    kind: Kind
    old: str
    new: str
    edits: tuple[Passage, ...]


def changes(old: Row, new: Row) -> tuple[Change, ...]:
    """The fields of ``FIELDS`` that differ, of the two rows of ``revisions``, and the date that their pages state."""
    fields = ((name, old[name] or "", new[name] or "") for name in FIELDS)
    found = [_change(name, before, after) for name, before, after in fields if before != after]
    before, after = old["stated_at"], new["stated_at"]
    if is_moved(before, after):
        found.append(_change("published_at", before or "", after or ""))
    return tuple(change for change in found if change)


def _change(name: str, old: str, new: str) -> Change | None:
    if name == "captions" and sorted(old.split("\n")) == sorted(new.split("\n")):
        return None  # pictures in another order
    parts = pairs(old, new)
    edits = tuple(passages(parts))
    if not edits:
        return None  # empty lines
    gone, come = ("\n".join(filter(None, lines)) for lines in ([p.old for p in parts], [p.new for p in parts]))
    return Change(field=name, kind=_kind(old, new, edits), old=gone, new=come, edits=edits)


def _kind(old: str, new: str, edits: tuple[Passage, ...]) -> Kind:
    """What all passages are, but for slips that were put right beside."""
    if not old.strip():
        return Kind.ADDED
    if not new.strip():
        return Kind.REMOVED
    kinds = {passage.kind for passage in edits}
    told = kinds - {Kind.TYPO} or kinds
    return told.pop() if len(told) == 1 else Kind.REWRITTEN


def is_silent(old: str | None, new: str | None) -> bool:
    """Whether the page's own "updated" did not move with the edit; where it has none, nothing told of it."""
    return new is None or (old is not None and not is_moved(old, new))
