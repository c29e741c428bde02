"""Edits lists of texts in a TOML file and leaves the rest as it is, comments included. Pure.

tomllib only reads. A comment behind an item goes where the item goes; one on a line of its own stays.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<line>\n)|(?P<comment>\#[^\r\n]*)|(?P<comma>,)|(?P<end>\])
    |(?P<item>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""",
    re.VERBOSE,
)
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
_COMMENTS_BEFORE = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)
WIDTH = 100  # a list without comments stays on one line up to here


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item, a comment, or an item with the comment behind it."""

    value: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """*start* and *end* enclose the brackets."""

    start: int
    end: int
    entries: tuple[Entry, ...]


def move(text: str, values: Sequence[str], *, to: str, lists: Sequence[str]) -> str:
    """*text* with *values* in the list *to* and in no other of *lists*; ValueError where that cannot be done."""
    data = tomllib.loads(text)
    found = {name: _find(text, name) for name in lists}
    if any(_values(old.entries) != data.get(name) for name, old in found.items() if old):
        raise ValueError("the lists are written in a way that cannot be edited")
    entries = {name: list(found_list.entries) if found_list else [] for name, found_list in found.items()}
    for value in dict.fromkeys(values):
        comments = [_take(entries[name], value) for name in lists if name != to]
        if not any(entry.value == value for entry in entries[to]):
            entries[to].append(Entry(value=value, comment=next(filter(None, comments), None)))
    edited = _put(text, found, {name: tuple(kept) for name, kept in entries.items()})
    wanted = data | {name: _values(kept) for name, kept in entries.items() if kept or found[name]}
    if tomllib.loads(edited) != wanted:
        raise ValueError("the lists are written in a way that cannot be edited")
    return edited


def _take(entries: list[Entry], value: str) -> str | None:
    """Remove *value*; the comment that stood behind it."""
    taken = [entry for entry in entries if entry.value == value]
    entries[:] = [entry for entry in entries if entry.value != value]
    return next((entry.comment for entry in taken if entry.comment), None)


def _values(entries: Sequence[Entry]) -> list[str]:
    return [entry.value for entry in entries if entry.value is not None]


def _find(text: str, name: str) -> _List | None:
    """The list that the top-level key *name* has."""
    header = _HEADER.search(text)
    key = rf"""^[ \t]*(?:{name}|"{name}"|'{name}')[ \t]*=[ \t]*(?=\[)"""
    match = re.compile(key, re.MULTILINE).search(text, 0, header.start() + 1 if header else len(text))
    return _parse(text, match.end()) if match else None


def _parse(text: str, start: int) -> _List:
    entries: list[Entry] = []
    position, behind_item = start + 1, False
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token.lastgroup == "end":
            return _List(start=start, end=position, entries=tuple(entries))
        if token.lastgroup == "line":
            behind_item = False
        elif token.lastgroup == "item":
            entries.append(Entry(value=tomllib.loads(f"x = {token[0]}")["x"]))
            behind_item = True
        elif token.lastgroup == "comment" and behind_item:
            entries[-1] = Entry(value=entries[-1].value, comment=token[0])
        elif token.lastgroup == "comment":
            entries.append(Entry(comment=token[0]))
    raise ValueError(f"no list of texts at character {start}")


def _put(text: str, found: Mapping[str, _List | None], entries: Mapping[str, tuple[Entry, ...]]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    new = ""
    for name, kept in entries.items():
        if kept and found[name] is None:
            new += f"{name} = {_render(name, kept, newline)}{newline}"
    changes = [(old, entries[name]) for name, old in found.items() if old and old.entries != entries[name]]
    lists = {old.start: name for name, old in found.items() if old}
    for old, kept in sorted(
        changes, key=lambda change: -change[0].start
    ):  # from the end: positions before it stay true
        text = f"{text[: old.start]}{_render(lists[old.start], kept, newline)}{text[old.end :]}"
    return _insert(text, new, newline) if new else text


def _insert(text: str, new: str, newline: str) -> str:
    """At the end of the top level: before the first table and the comments that introduce it."""
    header = _HEADER.search(text)
    top, rest = (text[: header.start()], text[header.start() :]) if header else (text, "")
    if rest and (comments := _COMMENTS_BEFORE.search(top)):
        top, rest = top[: comments.start()], top[comments.start() :] + rest
    if top and not top.endswith("\n"):
        top += newline
    return f"{top}{new}{newline if rest else ''}{rest}"


def _render(name: str, entries: Sequence[Entry], newline: str) -> str:
    line = ", ".join(json.dumps(value, ensure_ascii=False) for value in _values(entries))
    if not any(entry.comment for entry in entries) and len(f"{name} = [{line}]") <= WIDTH:
        return f"[{line}]"
    lines = []
    for entry in entries:
        item = [] if entry.value is None else [f"{json.dumps(entry.value, ensure_ascii=False)},"]
        lines.append("    " + "  ".join(item + ([entry.comment] if entry.comment else [])))
    return newline.join(["[", *lines, "]"])
