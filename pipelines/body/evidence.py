"""What speaks for and against each block of a page being the article's: a matrix, a row a block, a column a kind of it.

Nothing here knows a language or a site: lengths, links, marks at the ends of sentences, the names and kinds of the
boxes around, the place between the headline and the end of the densest box, and the neighbours. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from pipelines.body.layout import TELLING, Layout
from pipelines.body.letters import Array as Array
from pipelines.body.letters import Letters, Whole
from pipelines.body.names import Named

# A block of prose has this many words, and less than this share of it is linked.
PROSE_WORDS, PROSE_LINKED, STRONG_WORDS = 10, 0.35, 15
_PARAGRAPHS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "blockquote", "pre", "dd", "dt", "td"))
_TAGS = ("p", "div", "td", "li", "h1", "h2", "h3", "h4", "figcaption", "blockquote")
# Rows, cells and paragraphs stand in rows by nature; other boxes that do are teasers.
_NOT_REPEATED = frozenset(("p", "h2", "h3", "tr", "td"))
_TITLE_WORDS = 3
# Of a <title> that goes on for longer no block shows the whole; it would be looked through for each of them.
_LONGEST_TITLE = 2_000
_TAG_NAMES, _BOX_NAMES = [f"is_{tag}" for tag in _TAGS], [f"in_{tag}" for tag in TELLING]
_FLAGS = np.array([flag.value for flag in Named])
_FLAG_NAMES = [f"{what}_{flag.name}" for flag in Named for what in ("named", "around", "between")]


class Evidence:
    """*names* and *matrix* (blocks × names); *words*: a block's; *titles*: where the page's title stands."""

    def __init__(self, layout: Layout, title: str) -> None:
        self.layout = layout
        self.names: list[str] = []
        self._columns: list[Array] = []
        self.read = Letters(layout.texts)
        self.words, self.letters = self.read.words, self.read.letters
        self.owners = np.array(layout.owners, dtype=np.int64)
        self.parents = np.array(layout.parents, dtype=np.int64)
        self.paths = np.array(layout.paths, dtype=np.int64)[self.owners]
        self.linked = np.array(layout.linked, dtype=np.float64) / np.maximum(self.letters, 1)
        self.is_prose = (self.words >= PROSE_WORDS) & (self.linked < PROSE_LINKED)
        self.prose = np.where(self.is_prose, np.minimum(self.words, 100) * (1 - self.linked), 0.0)
        self.all_prose = max(float(self.prose.sum()), 1.0)
        self._add_text()
        self._add_boxes()
        self._add_containers()
        self._add_place(title)
        self._add_neighbours()
        self.matrix = np.array(self._columns).T

    def add(self, name: str, values: Iterable[float] | Array) -> None:
        self.names.append(name)
        self._columns.append(np.asarray(values, dtype=np.float64))

    def add_all(self, names: Sequence[str], rows: Array) -> None:
        """*rows*: names × blocks."""
        self.names += names
        self._columns += list(rows)

    def column(self, name: str) -> Array:
        return self._columns[self.names.index(name)]

    def _add_text(self) -> None:
        read, words = self.read, self.words
        self.add("words", np.log1p(words))
        self.add("letters", np.log1p(self.letters))
        self.add("linked", self.linked)
        self.add("links", np.log1p(np.array(self.layout.links, dtype=np.float64)))
        self.add("capitals", read.capitals)
        self.add("figures", read.figures / self.letters)
        self.add("ends", read.ends)
        self.add("sentences", np.log1p(read.sentences))
        self.add("commas", read.commas / np.maximum(words, 1))
        self.add("word_length", self.letters / np.maximum(words, 1))
        counts = Counter(self.layout.texts)
        self.add("twice", [counts[text] > 1 for text in self.layout.texts])

    def _add_boxes(self) -> None:
        """The boxes around a block, up to three of them, by what they hold; and the densest box of the page."""
        layout, owners, parents = self.layout, self.owners, self.parents
        starts, ends = np.array(layout.starts), np.array(layout.ends)

        def held(values: Array) -> Array:
            sums = np.concatenate(([0.0], np.cumsum(values)))
            found: Array = sums[ends] - sums[starts]
            return found

        letters, linked = held(self.letters), held(self.linked * self.letters)
        blocks, prose = held(np.ones(len(self.words))), held(self.prose)
        share = linked / np.maximum(letters, 1)
        box = owners
        for name in ("box", "parent", "outer", "outmost"):
            self.add(f"{name}_linked", share[box])
            self.add(f"{name}_prose", prose[box] / self.all_prose)
            self.add(f"{name}_blocks", np.log1p(blocks[box]))
            self.add(f"{name}_mean", np.log1p(letters[box] / np.maximum(blocks[box], 1)))
            box = parents[box]
        is_paragraph = np.array([tag in _PARAGRAPHS for tag in layout.tags])
        self.containers = np.where(is_paragraph[owners], parents[owners], owners)
        size = len(layout.tags)
        # Readability's idea: a paragraph speaks for its parent, half for its grandparent.
        score = np.bincount(self.containers, self.prose, size)
        score += np.bincount(parents[self.containers], self.prose / 2, size)
        score += np.bincount(parents[parents[self.containers]], self.prose / 6, size)
        self._add_distance(int(np.argmax(score * (1 - share))))
        bodies = np.array(layout.bodies)[owners]
        self.add("body_prose", np.where(bodies >= 0, prose[bodies] / self.all_prose, -1))
        self.add("body_linked", np.where(bodies >= 0, share[bodies], -1))

    def _add_distance(self, densest: int) -> None:
        """How far it is from a block's box up and down to the densest one; and what is named in between."""
        layout = self.layout
        above: dict[int, int] = {}
        box, steps = densest, 0
        while True:
            above[box] = steps
            if box == 0:
                break
            box, steps = layout.parents[box], steps + 1
        up, down, between = list[int](), list[int](), list[int]()
        for box, (parent, own) in enumerate(zip(layout.parents, layout.own, strict=True)):
            is_above = box in above
            up.append(above[box] if is_above else up[parent])
            down.append(0 if is_above else down[parent] + 1)
            between.append(0 if is_above else between[parent] | own)
        owners = self.owners
        self.up = np.array(up, dtype=np.float64)[owners]
        self.add("up", self.up)
        self.add("down", np.array(down, dtype=np.float64)[owners])
        said = np.array(layout.own)
        near = said[owners] | said[self.parents[owners]]
        names = np.stack((near, np.array(layout.around)[owners], np.array(between)[owners]))
        named = (names & _FLAGS[:, None, None]) > 0
        self.add_all(_FLAG_NAMES, named.reshape(len(_FLAG_NAMES), -1).astype(np.float64))
        numbers = {tag: place for place, tag in enumerate(_TAGS)}
        tags = np.array([numbers.get(tag, -1) for tag in layout.tags])[owners]
        self.add_all(_TAG_NAMES, (tags == np.arange(len(_TAGS))[:, None]).astype(np.float64))
        within = np.array(layout.within)[owners] >> np.arange(len(TELLING))[:, None]
        self.add_all(_BOX_NAMES, (within & 1).astype(np.float64))

    def _add_containers(self) -> None:
        """What stands beside a block in the box that holds its paragraph, and boxes that stand in rows."""
        size, held = len(self.layout.tags), self.containers
        count = np.bincount(held, minlength=size)[held]
        prose = np.bincount(held, self.is_prose, size)[held]
        words = np.bincount(held, self.words, size)
        plain = np.bincount(held, self.words * (1 - self.linked), size)
        self.add("beside", np.log1p(count))
        self.add("beside_prose", np.log1p(prose))
        self.add("beside_prose_share", prose / count)
        self.add("beside_words", np.log1p(words[held]))
        self.add("beside_words_share", words[held] / max(float(self.words.sum()), 1.0))
        self.add("beside_linked", 1 - plain[held] / np.maximum(words[held], 1))
        self.add("beside_rank", plain[held] / max(float(plain.max()), 1.0))
        layout = self.layout
        # Of one parent, the boxes on one path are those whose step is the same.
        _, kinds, alike = np.unique(
            self.parents * (max(layout.paths) + 1) + layout.paths, return_inverse=True, return_counts=True
        )
        row = np.where([tag in _NOT_REPEATED for tag in layout.tags], 1, alike[kinds])
        most, box = row[self.owners], self.owners
        for _ in range(4):
            box = self.parents[box]
            most = np.maximum(most, row[box])
        self.add("in_row", np.log1p(most))
        on_path = np.bincount(self.paths)
        self.add("path_prose", np.bincount(self.paths, self.prose)[self.paths] / self.all_prose)
        self.add("path_blocks", np.log1p(on_path[self.paths]))
        self.add("path_linked", np.bincount(self.paths, self.linked)[self.paths] / on_path[self.paths])

    def _add_place(self, title: str) -> None:
        count = len(self.words)
        place = np.arange(count)
        self.add("place_share", place / count)
        self.add("place", np.log1p(place))
        self.titles = self._titles(title)
        headline = self._headline()
        after = place - headline if headline is not None else np.zeros(count)
        self.add("has_headline", np.full(count, headline is not None))
        self.add("after_headline", _signed_log(after))
        self.add("is_title", self.titles)
        strong = np.flatnonzero((self.words >= STRONG_WORDS) & (self.linked < 0.3) & (self.up == 0))
        first, last = (int(strong[0]), int(strong[-1])) if len(strong) else (0, count)
        self.add("after_first", _signed_log(place - first))
        self.add("after_last", _signed_log(place - last))
        self.add("between", (place >= first) & (place <= last))
        mass = np.cumsum(np.where(self.is_prose & (self.up == 0), self.words, 0))
        whole = max(float(mass[-1]), 1.0)
        self.add("mass_before", mass / whole)
        self.add("mass", np.full(count, np.log1p(whole)))
        self.add("blocks", np.full(count, np.log1p(count)))
        self.add("all_prose", np.full(count, np.log1p(self.all_prose)))

    def _titles(self, title: str) -> Array:
        """Which blocks are found in *title*, spaces and case left aside."""
        whole = "".join(title[:_LONGEST_TITLE].split()).lower()
        found = np.zeros(len(self.words))
        short = np.flatnonzero((self.words >= _TITLE_WORDS) & (self.letters <= len(title) + 20))
        texts = "\n".join([self.layout.texts[block] for block in short]).replace(" ", "").lower().split("\n")
        found[short] = [text in whole for text in texts[: len(short)]]
        return found

    def _headline(self) -> int | None:
        """The block that shows the page's title in a heading near the body, else any that does, else the first h1."""
        shown = [i for i in np.flatnonzero(self.titles) if self.letters[i] > 12 and self.linked[i] < 0.9]
        headings = [i for i in shown if self.layout.tags[self.owners[i]] in ("h1", "h2", "h3") and self.up[i] <= 4]
        for found in (headings, shown):
            if found:
                return int(found[0])
        return next((i for i, owner in enumerate(self.owners) if self.layout.tags[owner] == "h1"), None)

    def _add_neighbours(self) -> None:
        words = np.log1p(self.words)
        for steps in (1, 2, -1, -2):
            self.add(f"words{steps:+}", shifted(words, steps, 0))
            self.add(f"linked{steps:+}", shifted(self.linked, steps, 1))
            self.add(f"up{steps:+}", shifted(self.up, steps, 9))
            self.add(f"same_path{steps:+}", shifted(self.paths.astype(np.float64), steps, -1) == self.paths)


def shifted(values: Array, steps: int, fill: float) -> Array:
    """Each block's value *steps* blocks before it; *fill* where there is none."""
    found = np.full(len(values), float(fill))
    if steps > 0:
        found[steps:] = values[:-steps]
    elif steps < 0:
        found[:steps] = values[-steps:]
    return found


def _signed_log(values: Whole | Array) -> Array:
    signed: Array = np.sign(values) * np.log1p(np.abs(values))
    return signed
