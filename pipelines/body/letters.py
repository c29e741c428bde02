"""What the letters of a page's blocks say, counted for all blocks at once: one look at each letter. Pure."""

import re
import sys
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# A Chinese or Japanese letter is a word, as the score of the measurements has it.
_ALONE = "\u3040-\u30ff\u3400-\u9fff"
_WORD, _LONE, _FIGURE, _CAPITAL, _ENDING, _MARK, _FULL_MARK, _CLOSING = (1 << place for place in range(8))
_RUNS = {_WORD: re.compile(f"[^\\W{_ALONE}]+"), _LONE: re.compile(f"[{_ALONE}]+"), _FIGURE: re.compile(r"\d+")}
# A sentence ends with a mark behind which, past what closes quotations, there is room; some marks need none.
_SETS = {_ENDING: '.!?…:;。！？"”»’)]', _MARK: ".!?…。！？;:", _FULL_MARK: "。！？", _CLOSING: "'\"”»’)]"}
_CAPITAL_SAMPLE = 160  # letters of a block that say how much of it is in capitals
# Letters behind these (rare Chinese ones, private ones) are on hardly any page, and a table with them takes 0.4 s.
_USUAL, _ALL = 0x20000, sys.maxunicode + 1


class Letters:
    """Of each of *texts* (none empty, single spaces between words): how many *letters*, *words*, *figures*, *commas*
    and *sentences* that end in it; the share of *capitals* at its beginning; whether it *ends* as they do.
    """

    def __init__(self, texts: list[str]) -> None:
        joined = "\n".join(texts)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        kinds = _kinds(_USUAL if codes.max(initial=0) < _USUAL else _ALL).take(codes)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ends = np.cumsum(lengths + 1) - 1
        self._starts = ends - lengths
        self._blocks = np.repeat(np.arange(len(texts)), lengths + 1)  # of each letter
        self.letters = lengths.astype(np.float64)
        is_word = (kinds & _WORD) > 0
        is_word[1:] &= (kinds[:-1] & _WORD) == 0  # where one begins
        self.words = self._count(is_word | ((kinds & _LONE) > 0))
        self.figures = self._count((kinds & _FIGURE) > 0)
        self.commas = self._count(codes == ord(","))
        self.ends = (kinds[ends - 1] & _ENDING) > 0
        self.capitals = self._count((kinds & _CAPITAL) > 0, _CAPITAL_SAMPLE) / np.minimum(lengths, _CAPITAL_SAMPLE)
        self.sentences = self._count(_ends_of_sentences(codes, kinds))

    def _count(self, marked: NDArray[np.bool_], sample: int | None = None) -> Array:
        """How many letters of each block are *marked*, of its first *sample* ones."""
        places = np.flatnonzero(marked)
        blocks = self._blocks[places]
        if sample is not None:
            blocks = blocks[places - self._starts[blocks] < sample]
        return np.bincount(blocks, minlength=len(self._starts)).astype(np.float64)


@cache
def _kinds(size: int) -> NDArray[np.uint8]:
    """What the first *size* letters of all are, by the very classes that ``re`` and ``str`` have."""
    every = "".join(map(chr, range(size)))
    found = np.zeros(size, dtype=np.uint8)
    for kind, pattern in _RUNS.items():
        for run in pattern.finditer(every):
            found[run.start() : run.end()] |= kind
    found[np.fromiter(map(str.isupper, every), np.bool_, size)] |= _CAPITAL
    for kind, letters in _SETS.items():
        found[[ord(letter) for letter in letters]] |= kind
    return found


def _ends_of_sentences(codes: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    last = len(codes)
    # Of each place, the next at which nothing is closed; there must be room, which is behind the last letter too.
    opens = np.where((kinds & _CLOSING) == 0, np.arange(last), last)
    following = np.append(np.minimum.accumulate(opens[::-1])[::-1], last)[1:]
    is_room = np.append((codes == ord(" ")) | (codes == ord("\n")), True)
    found: NDArray[np.bool_] = ((kinds & _MARK) > 0) & is_room[following] | ((kinds & _FULL_MARK) > 0)
    return found
