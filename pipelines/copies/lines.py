"""A line of a text as it is compared: its words as numbers, its figures and names. Pure.

Spelling that differs from paper to paper does not count: marks, case, composed or decomposed letters, where a tone
stands, i or y (kĩ, kỹ), how a figure is punctuated. Words are kept as 32-bit checksums: in one pair of texts of 500
words in 10,000 two other words pass for the same.
"""

import re
import struct
import zlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import chain
from string import digits
from typing import NamedTuple

from pipelines.copies.figures import FIGURE, NAME, Form
from pipelines.vietnamese import fold, syllables

# A figure is one with its separators, and without a unit or currency that nothing parts it from (19h30, VND7,000).
_SLOT = re.compile("[\u3040-\u30ff\u3400-\u9fff]|\\d+(?:[.,:/–-]\\d+)*|[^\\W\\d_\u3040-\u30ff\u3400-\u9fff]+")
_PLAIN = re.compile("([0-9]+(?:[.,:/-][0-9]+)*)([.,:;)?!]?)")
_ENDS = (".", "!", "?", ":", ".”", '."', "…")
# The rhyme i is written y after these by some papers and not by others: kĩ, lí, mĩ, quí, tỉ lệ, bác sĩ, hi vọng.
_ONE_LETTER = {f"{onset}y": f"{onset}i" for onset in ("", "h", "k", "l", "m", "qu", "s", "t", "v")}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# With a capital they are of a date: another one is another figure, not another name.
_MONTH = {name: str(number) for number, name in enumerate(_MONTHS, 1)}
# A language that puts spaces between its words has short ones, and few: each is kept.
_LONGEST_KNOWN, _MOST_KNOWN = 32, 16_384  # characters, chunks
WORD_BYTES = 4
# A reprint has most of its lines from what it repeats, which mostly was read for it a moment before: 8 MB of them. A
# longer one is read each time.
_LINES, _LONGEST_LINE = 4_096, 1_500  # lines; characters


class Line:
    """One object for all texts that have it, mostly: equal ones are the same or nothing is known."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.packed = b"".join([_words[chunk] for chunk in text.split()])

    def __len__(self) -> int:
        """In words."""
        return len(self.packed) // WORD_BYTES

    @cached_property
    def form(self) -> Form:
        slots, said = list[int](), list[str]()
        begins, going = True, False  # a sentence, a name
        for chunk in map(_particulars, self._text.split()):
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
            begins = chunk.ends or (begins and not chunk.is_word)
        return Form(slots=tuple(slots), said=tuple(said))


def line_of(text: str) -> Line:
    return _kept(text) if len(text) <= _LONGEST_LINE else Line(text)


def form_of(lines: Sequence[Line]) -> Form:
    forms = [line.form for line in lines]
    slots = tuple(chain.from_iterable(form.slots for form in forms))
    return Form(slots=slots, said=tuple(chain.from_iterable(form.said for form in forms)))


_kept = lru_cache(maxsize=_LINES)(Line)


class _Words(dict[str, bytes]):
    """The words of what stands between two spaces, in 32 bits each, as long as there is room: 3 MB. It is asked for
    each word of a text, and bytes are nothing for a garbage collection to look at.
    """

    def __missing__(self, chunk: str) -> bytes:
        plain = chunk.rstrip(".,:;")
        if plain.isascii() and plain.isdecimal():  # a figure, of which there are too many to be kept
            return struct.pack("<I", _checksum(plain))
        words = syllables(fold(chunk))
        packed = struct.pack(f"<{len(words)}I", *map(_checksum, words))
        if len(chunk) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[chunk] = packed
        return packed


_words = _Words()


class _Particulars(NamedTuple):
    """Of what stands between two spaces. *name*: it begins with a capital, and may be of a name; *opens*, *closes*: no
    name goes on into it, or beyond it; *ends*: nor the sentence.
    """

    is_word: bool
    slots: tuple[int, ...]
    said: tuple[str, ...]
    name: str
    opens: bool
    closes: bool
    ends: bool


def _particulars(chunk: str) -> _Particulars:
    if chunk[0] in digits and (found := _PLAIN.fullmatch(chunk)):
        return _figure(*found.groups())
    return _known(chunk) if len(chunk) <= _LONGEST_KNOWN else _read(chunk)


def _figure(figure: str, end: str) -> _Particulars:
    """``_read`` of a figure and what follows it, in a tenth of the time: each issue of a form has others."""
    return _Particulars(
        is_word=True, slots=(FIGURE,), said=(figure,), name="", opens=False, closes=bool(end), ends=end in _ENDS
    )


def _read(chunk: str) -> _Particulars:
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
    return _Particulars(
        is_word=bool(words),
        slots=tuple(slots),
        said=tuple(said),
        name=" ".join(words) if first.isupper() and not said else "",
        opens=not folded[:1].isalnum(),
        closes=not folded[-1:].isalnum(),
        ends=folded.endswith(_ENDS),
    )


_known = lru_cache(maxsize=8_192)(_read)  # 5 MB


def _checksum(word: str) -> int:
    return max(zlib.crc32(_ONE_LETTER.get(word, word).encode()), NAME + 1)
