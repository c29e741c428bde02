"""From what was found on a page to the blocks of its reading: kinds told, rows of tables put together. Pure."""

from collections.abc import Iterator, Mapping

import numpy as np

from pipelines.article import Block
from pipelines.body.evidence import Array
from pipelines.body.layout import Layout
from pipelines.boilerplate import HELP

# What is less sure than this no rule of the site brings back: it is none of the reading, which every counter and teaser
# would make a new one at each visit. (With a floor of -3 the site's rules read no better: F1 the same to .001.)
FLOOR = -HELP / 10
# Behind the last block that is the article's there stand names, functions and credits in the same box.
MOST_BEHIND, LONGEST_BEHIND = 4, 120
LONGEST_CELL, MOST_LINES = 40, 2  # words, and blocks: a cell with more is a box of a layout
# What a table amid the article's paragraphs is worth at least; one that is linked more is a menu.
AMID, MOST_LINKED = 0.5, 0.3
_SURE = 99
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("td", "th"))
_NEAR = 3


def blocks_of(page: Layout, odds: Array) -> tuple[Block, ...]:
    """The blocks that may be the article's, in order. *odds*: log odds, one a block of *page*."""
    rows = _rows(page) if "tr" in page.tags else {}
    odds = _whole_tables(page, odds, rows)
    wanted = odds >= FLOOR
    _add_behind(page, odds, wanted)
    found, done = [], set[int]()
    for index in np.flatnonzero(wanted):
        row = rows.get(int(index))
        if row is None:
            found.append(_block(page, int(index), page.texts[index], _kind(page, page.owners[index]), odds[index]))
        elif row not in done:
            done.add(row)
            found.append(_row_block(page, row, odds))
    return tuple(found)


def _block(page: Layout, index: int, text: str, kind: str, odds: float) -> Block:
    sure = int(np.clip(round(10 * float(odds)), -_SURE, _SURE))
    return Block(text=text, kind=kind, sure=sure, path=page.path(index))


def _add_behind(page: Layout, odds: Array, wanted: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> None:
    kept = np.flatnonzero(odds >= 0)
    if not len(kept):
        return
    last = int(kept[-1])
    boxes = (page.owners[last], page.parents[page.owners[last]])
    for index in range(last + 1, min(last + 1 + MOST_BEHIND, len(odds))):
        box = page.owners[index]
        if len(page.texts[index]) > LONGEST_BEHIND:
            break
        if {box, page.parents[box]} & set(boxes):  # what is not may be a box of teasers before the signature
            wanted[index] = True


def _kind(page: Layout, box: int) -> str:
    for _ in range(_NEAR):
        tag = page.tags[box]
        if tag in _HEADINGS:
            return "h"
        if tag == "li":
            return "li"
        if tag == "blockquote":
            return "quote"
        box = page.parents[box]
    return "p"


def _rows(page: Layout) -> dict[int, int]:
    """Of each block that stands in a row of figures, the row's box; layouts put whole articles into cells."""
    cells: dict[int, list[int]] = {}
    for box, tag in enumerate(page.tags):
        if tag in _CELLS and page.tags[page.parents[box]] == "tr":
            cells.setdefault(page.parents[box], []).append(box)
    found: dict[int, int] = {}
    for row, own in cells.items():
        if len(own) > 1 and all(_is_figure(page, cell) for cell in own):
            found.update(dict.fromkeys(range(page.starts[row], page.ends[row]), row))
    return found


def _whole_tables(page: Layout, odds: Array, rows: Mapping[int, int]) -> Array:
    """A table of figures is the article's or not as a whole: its head and its bare names alone look like neither. One
    that stands amid the article's own paragraphs, in their box, is.
    """
    tables: dict[int, list[int]] = {}
    for index, row in rows.items():
        tables.setdefault(_above(page, row, "table"), []).append(index)
    found = odds.copy()
    for table, own in tables.items():
        weights = [len(page.texts[index]) for index in own]
        mean = float(np.average(odds[own], weights=weights))
        is_plain = sum(page.linked[index] for index in own) <= MOST_LINKED * sum(weights)
        found[own] = max(mean, AMID) if is_plain and _is_amid(page, odds, table) else mean
    return found


def _above(page: Layout, box: int, tag: str) -> int:
    while box and page.tags[box] != tag:
        box = page.parents[box]
    return box


def _is_amid(page: Layout, odds: Array, table: int) -> bool:
    """Whether the nearest blocks before and behind *table* that are the article's stand in one box with it."""
    kept = np.flatnonzero(odds >= 0)
    before, behind = kept[kept < page.starts[table]], kept[kept >= page.ends[table]]
    if not len(before) or not len(behind):
        return False
    boxes = [{page.owners[index], page.parents[page.owners[index]]} for index in (before[-1], behind[0])]
    around, box = set(), table
    while box:
        box = page.parents[box]
        around.add(box)
    return bool(boxes[0] & boxes[1] & around - {0})


def _is_figure(page: Layout, cell: int) -> bool:
    texts = page.texts[page.starts[cell] : page.ends[cell]]
    return len(texts) <= MOST_LINES and sum(len(text.split()) for text in texts) <= LONGEST_CELL


def _row_block(page: Layout, row: int, odds: Array) -> Block:
    """The cells' texts, with room for those that are empty, so that figures stay in their columns; as sure as a row's
    words are on the mean.
    """
    start, end = page.starts[row], page.ends[row]
    cells = list(_cells(page, row))
    text = " | ".join(cells) if sum(map(bool, cells)) > 1 else "".join(cells)
    weights = [len(page.texts[index]) for index in range(start, end)]
    return _block(page, start, " ".join(text.split()), "table", float(np.average(odds[start:end], weights=weights)))


def _cells(page: Layout, row: int) -> Iterator[str]:
    for box in range(row + 1, len(page.tags)):
        if page.tags[box] in _CELLS and page.parents[box] == row:
            yield " ".join(page.texts[page.starts[box] : page.ends[box]])
        elif page.starts[box] > page.ends[row]:
            return
