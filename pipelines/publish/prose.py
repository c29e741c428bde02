"""Markdown of an article as blocks to be shown: the little that articles use. Pure; escaping is the template's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK_LINES = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"-\s+")
_RULE = re.compile(r"\|(?: --- \|)+")


@dataclass(frozen=True, slots=True)
class Block:
    """*kind* is ``p``, ``h``, ``ul``, ``quote`` or ``table``; *lines* its text or items; *rows* those of a table."""

    kind: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def paragraphs(text: str) -> list[Block]:
    """Plain text: every line is a paragraph."""
    return [Block("p", (line.strip(),)) for line in text.splitlines() if line.strip()]


def blocks(markdown: str) -> list[Block]:
    """Blocks of *markdown*; what is no heading, list, quotation or table is paragraphs. No word is lost."""
    found: list[Block] = []
    for chunk in _BLANK_LINES.split(markdown):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        found.extend(_chunk(lines) if lines else ())
    return found


def _chunk(lines: list[str]) -> Iterator[Block]:
    if all(line.startswith("|") for line in lines):
        rows = tuple(_cells(line) for line in lines if not _RULE.fullmatch(line))
        yield Block("table", rows=rows)
    elif all(_ITEM.match(line) for line in lines):
        yield Block("ul", tuple(_ITEM.sub("", line, count=1) for line in lines))
    elif all(line.startswith(">") for line in lines):
        yield Block("quote", tuple(line.removeprefix(">").strip() for line in lines))
    else:
        for line in lines:
            heading = _HEADING.match(line)
            yield Block("h" if heading else "p", (line[heading.end() :] if heading else line,))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | "))
