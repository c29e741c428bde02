"""A text as it is compared with others: its words, their runs, its figures and names. Pure.

Spelling that differs from paper to paper does not count: marks, case, composed or decomposed letters, where a tone
stands, i or y (kĩ, kỹ), how a figure is punctuated. Words are kept as 32-bit checksums: in one pair of texts of 500
words in 10,000 two other words pass for the same.
"""

import re
import struct
import zlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from pipelines.copies.figures import FIGURE, NAME, Form
from pipelines.vietnamese import fold, syllables

Hashes = npt.NDArray[np.uint64]

# A figure is one with its separators, and without a unit or currency that nothing parts it from (19h30, VND7,000).
_SLOT = re.compile("[\u3040-\u30ff\u3400-\u9fff]|\\d+(?:[.,:/–-]\\d+)*|[^\\W\\d_\u3040-\u30ff\u3400-\u9fff]+")
_ENDS = (".", "!", "?", ":", ".”", '."', "…")
# The rhyme i is written y after these by some papers and not by others: kĩ, lí, mĩ, quí, tỉ lệ, bác sĩ, hi vọng.
_ONE_LETTER = {f"{onset}y": f"{onset}i" for onset in ("", "h", "k", "l", "m", "qu", "s", "t", "v")}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# With a capital they are of a date: another one is another figure, not another name.
_MONTH = {name: str(number) for number, name in enumerate(_MONTHS, 1)}
# A language that puts spaces between its words has short ones, and few: each is read once.
_LONGEST_KNOWN = 32
_RUN = 5
_RANDOM = np.random.Generator(np.random.PCG64(20250701))
_FACTORS = _RANDOM.integers(1, 2**63, size=_RUN, dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What stands between two spaces: so many words, *packed* in 32 bits each. *name*: it begins with a capital,
    and may be of a name; *opens*, *closes*: no name goes on into it, or beyond it; *ends*: nor the sentence.
    """

    words: int
    packed: bytes
    slots: tuple[int, ...]
    said: tuple[str, ...]
    name: str
    opens: bool
    closes: bool
    ends: bool


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: what only some comparisons need is made for the first one
class Prepared:
    """A text as it is compared: some 40 bytes a word.

    *numbers*: its words, as ``vietnamese.syllables`` splits them; *fives* the hashes of their runs of five, each once,
    in order.
    """

    numbers: Hashes = field(repr=False)
    fives: Hashes = field(repr=False)
    lines: tuple[tuple[Chunk, ...], ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def words(self) -> tuple[int, ...]:
        """*numbers*, as Python compares them quicker."""
        return tuple(self.numbers.tolist())

    @cached_property
    def bag(self) -> Hashes:
        """Each word with the number of its occurrence behind it, so that those of two texts intersect as multisets."""
        ordered = np.sort(self.numbers)
        places = np.arange(len(ordered), dtype=np.uint64)
        first = np.searchsorted(ordered, ordered).astype(np.uint64)
        return (ordered << np.uint64(32)) | (places - first)

    @cached_property
    def form(self) -> Form:
        slots, said = list[int](), list[str]()
        for line in self.lines:
            begins, going = True, False  # a sentence, a name
            for chunk in line:
                if chunk.name and not begins:
                    if going and not chunk.opens:
                        said[-1] += " " + chunk.name
                    else:
                        slots.append(NAME)
                        said.append(chunk.name)
                    going = not chunk.closes
                else:
                    slots += chunk.slots
                    said += chunk.said
                    going = False
                begins = chunk.ends or (begins and not chunk.words)
        return Form(slots=tuple(slots), said=tuple(said))


def prepare(text: str) -> Prepared:
    lines = tuple(_chunks(line.split()) for line in text.split("\n"))
    packed = b"".join([chunk.packed for line in lines for chunk in line])
    numbers = np.frombuffer(packed, dtype="<u4").astype(np.uint64)
    return Prepared(numbers=numbers, fives=_runs(numbers), lines=lines)


def count(text: str) -> int:
    """How many words *text* has, as they are counted in ``Prepared``."""
    return sum([chunk.words for chunk in _chunks(text.split())])


def _read(chunk: str) -> Chunk:
    slots, said = list[int](), list[str]()
    folded = fold(chunk)
    words = syllables(folded)
    first = next(filter(str.isalnum, folded), "")
    for token in _SLOT.findall(folded.lower()):
        if first.isupper():
            token = _MONTH.get(token, token)
        if token[0].isdecimal():
            slots.append(FIGURE)
            said.append(token)
        else:
            slots.append(_checksum(token))
    return Chunk(
        words=len(words),
        packed=struct.pack(f"<{len(words)}I", *map(_checksum, words)),
        slots=tuple(slots),
        said=tuple(said),
        name=" ".join(words) if first.isupper() and not said else "",
        opens=not folded[:1].isalnum(),
        closes=not folded[-1:].isalnum(),
        ends=folded.endswith(_ENDS),
    )


_known = lru_cache(maxsize=16_384)(_read)  # 10 MB


def _chunks(chunks: list[str]) -> tuple[Chunk, ...]:
    if max(map(len, chunks), default=0) <= _LONGEST_KNOWN:
        return tuple(map(_known, chunks))
    return tuple(_known(chunk) if len(chunk) <= _LONGEST_KNOWN else _read(chunk) for chunk in chunks)


def _checksum(word: str) -> int:
    return max(zlib.crc32(_ONE_LETTER.get(word, word).encode()), NAME + 1)


def _runs(words: Hashes) -> Hashes:
    """Hashes of the runs of five words, each once, in order; a shorter text is one run."""
    if len(words) < _RUN:
        return np.array([(words * _FACTORS[: len(words)]).sum()] if len(words) else [], dtype=np.uint64)
    found = _hashes(words)
    found.sort()
    runs: Hashes = found[np.append(found[1:] != found[:-1], True)]  # np.unique takes five times as long
    return runs


def _hashes(words: Hashes) -> Hashes:
    """A hash of each five words, as they follow in the text."""
    count = len(words) - _RUN + 1
    found: Hashes = words[:count] * _FACTORS[0]
    for at in range(1, _RUN):
        found += words[at : at + count] * _FACTORS[at]
    return found


def shared(a: Hashes, b: Hashes) -> int:
    """How many of two texts' runs, or of their words, both have. Both are in order, each value once."""
    if not len(a) or not len(b):
        return 0
    places = np.minimum(np.searchsorted(b, a), len(b) - 1)
    return int((b[places] == a).sum())  # np.intersect1d takes three times as long


def stretch(text: Prepared, other: Prepared) -> int:
    """How many words long the stretch of *text* is in which more words than not stand in runs that *other* has: more,
    if anything, than an alignment finds in one passage, in a tenth of the time.
    """
    if len(text) < _RUN or not len(other.fives):
        return 0
    runs = _hashes(text.numbers)
    places = np.minimum(np.searchsorted(other.fives, runs), len(other.fives) - 1)
    had = other.fives[places] == runs
    stands = np.zeros(len(text), dtype=bool)
    for at in range(_RUN):
        stands[at : at + len(had)] |= had
    score = np.zeros(len(stands) + 1, dtype=np.int64)
    np.cumsum(np.where(stands, 1, -1), out=score[1:])
    least = np.minimum.accumulate(score)
    end = int((score - least).argmax())
    return end - int((score == least[end]).argmax())
