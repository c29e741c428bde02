"""Vietnamese in an encoding of before Unicode, read as if it were Western European: "Hµ Néi" for "Hà Nội". Pure.

Each encoding is told by its words: those that are no Vietnamese syllables as they stand, and are when read in it. The
tables are TCVN 5712:1993 (VN3, the .Vn fonts), RFC 1456 and the VNI fonts for Windows; windows-1258 is Python's.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pipelines.vietnamese import LONGEST_SYLLABLE, is_syllable

# In letters with marks of their own it may be twice as long.
LONGEST_WORD = 2 * LONGEST_SYLLABLE

# Windows-1252 as browsers read it: the five bytes that have no letter are control characters.
WESTERN = "".join(
    bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in range(256)
)
_BYTES = {letter: byte for byte, letter in enumerate(WESTERN)}

_TCVN3 = "ĂÂÊÔƠƯĐăâêôơưđ······àảãáạ·ằẳẵắ·······ặầẩẫấậè·ẻẽéẹềểễếệìỉ···ĩíịò·ỏõóọồổỗốộờởỡớợù·ủũúụừửữứựỳỷỹýỵ·"  # from 0xA1
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉ"
    "đựòóôõỏọụùúũủýợỮ"  # from 0x80
)
_FROM_TCVN3 = {ord(WESTERN[0xA1 + at]): letter for at, letter in enumerate(_TCVN3) if letter != "·"}
_FROM_VISCII = {ord(WESTERN[0x80 + at]): letter for at, letter in enumerate(_VISCII)}


def _vni() -> dict[str, str]:
    """A vowel and the letter that stands for its marks, or a letter alone: "oä" is ộ, "ö" ư, "ñ" đ."""
    acute, grave, hook, tilde, dot = "\u0301\u0300\u0309\u0303\u0323"
    tones = {"ù": acute, "ø": grave, "û": hook, "õ": tilde, "ï": dot}
    circumflex = {"â": "", "á": acute, "à": grave, "å": hook, "ã": tilde, "ä": dot}
    breve = {"ê": "", "é": acute, "è": grave, "ú": hook, "ü": tilde, "ë": dot}
    table = {"ñ": "đ", "ö": "ư", "ô": "ơ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
    table |= {vowel + mark: vowel + tone for vowel in "aeouy" for mark, tone in tones.items()}
    table |= {vowel + mark: vowel + "\u0302" + tone for vowel in "aeo" for mark, tone in circumflex.items()}
    table |= {"a" + mark: "a\u0306" + tone for mark, tone in breve.items()}
    table |= {"ö" + mark: "ư" + tone for mark, tone in tones.items()}
    table |= {"ô" + mark: "ơ" + tone for mark, tone in tones.items()}
    table |= {key.upper(): value.upper() for key, value in table.items()}
    table |= {key[0].upper() + key[1:]: value[0].upper() + value[1:] for key, value in table.items() if len(key) > 1}
    return {key: unicodedata.normalize("NFC", value) for key, value in table.items()}


_FROM_VNI = _vni()
_VNI = re.compile("|".join(sorted(_FROM_VNI, key=len, reverse=True)))

# What a word is made of, in fonts that put letters where Western European has signs: any but marks of punctuation.
_WORD = re.compile(r"(?:[^\W_]|[\u0080-\u009f\u00a1-\u00bf\u00d7\u00f7\u0300-\u036f])+")
_WORD_OF_FEW = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_WORD_OF_MANY = re.compile(r"(?:[^\W_]|[\u0080-\u00bf\u00d7\u00f7\u0300-\u036f\u2010-\u203a\u20ac\u2122\u02c6\u02dc])+")


def _read_1258(text: str) -> str:
    """Letters that the code page lacks stay: they came from elsewhere."""
    read = "".join(bytes([_BYTES[c]]).decode("cp1258", "ignore") or c if c in _BYTES else c for c in text)
    return unicodedata.normalize("NFC", read)


def _read_tcvn3(text: str) -> str:
    return _with_capitals(_WORD.sub(lambda match: _tcvn3_word(match, text), text))


def _tcvn3_word(match: re.Match[str], text: str) -> str:
    """A sign alone is that sign (© 2004, § 5, 3 × 4) unless it is a word of one letter; ® after a number is đồng."""
    word = match[0]
    read = word.translate(_FROM_TCVN3)
    if word in ("©", "§", "×", "÷", "·") or (word in "«»" and len(word) == 1 and read != "ô"):
        return word
    if word == "®":
        return read if text[max(0, match.start() - 2) : match.start()].rstrip()[-1:].isdigit() else word
    return read


def _with_capitals(text: str) -> str:
    """The fonts have no capitals with tones; .VnTimeH shows small ones as capitals, and then "HéI NGHÞ" is typed.

    A word of two capitals and no small letter of the ASCII ones is capitals all through; one with a single capital is
    what its neighbour is ("Hµ NéI").
    """
    words = list(_WORD.finditer(text))
    is_sure = [not match[0].isascii() and _is_capitals(match[0], 2) for match in words]
    out, end = [], 0
    for at, match in enumerate(words):
        near = is_sure[at] or any(is_sure[max(0, at - 1) : at + 2])
        upper = is_sure[at] or (near and _is_capitals(match[0], 1))
        out += [text[end : match.start()], match[0].upper() if upper else match[0]]
        end = match.end()
    return "".join(out) + text[end:]


def _is_capitals(word: str, least: int) -> bool:
    return sum(letter in _CAPITALS for letter in word) >= least and not any(letter in _SMALL for letter in word)


_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZĂÂÊÔƠƯĐ")
_SMALL = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoding:
    """*read* puts text right that was read as Western European; *word* matches a word of such text."""

    name: str
    read: Callable[[str], str]
    word: re.Pattern[str]


ENCODINGS = (
    Encoding(name="tcvn3", read=_read_tcvn3, word=_WORD),
    Encoding(name="windows-1258", read=_read_1258, word=_WORD_OF_FEW),
    Encoding(name="vni", read=lambda text: _VNI.sub(lambda match: _FROM_VNI[match[0]], text), word=_WORD_OF_FEW),
    Encoding(name="viscii", read=lambda text: text.translate(_FROM_VISCII), word=_WORD_OF_MANY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Of a text's words with letters beyond ASCII: how many there are, how many are syllables when read in an encoding,
    which of them are none as they stand, and how many have letters that Western European lacks.
    """

    words: int
    good: int
    strong: frozenset[str]
    strong_words: int
    proper: int


def weigh(text: str, encoding: Encoding, most: int | None = None) -> Weight:
    """*most*: no more words than that are looked at."""
    words = good = proper = strong_words = 0
    strong: set[str] = set()
    text = " ".join(part for part in text.split() if not part.isascii())  # splitting is quicker than matching
    for word in islice((match[0] for match in encoding.word.finditer(text) if not match[0].isascii()), most):
        is_proper, is_word, is_good, is_strong = _judge(encoding, word) if len(word) <= LONGEST_WORD else _NO_SYLLABLE
        words += is_word
        good += is_good
        proper += is_proper
        if is_strong:
            strong.add(word)
            strong_words += 1
    return Weight(words=words, good=good, strong=frozenset(strong), strong_words=strong_words, proper=proper)


_NO_SYLLABLE = (False, True, False, False)


@lru_cache(maxsize=32_768)
def _judge(encoding: Encoding, word: str) -> tuple[bool, bool, bool, bool]:
    """Whether *word* is proper, whether it counts, and then whether it is good and strong, as Weight has them."""
    if not any(letter.isascii() and letter.isalpha() for letter in word):
        return False, False, False, False  # a sign alone says nothing: ½, ©, ×
    if any(letter not in _BYTES for letter in word):
        return True, False, False, False
    is_good = is_syllable(encoding.read(word))
    return False, True, is_good, is_good and not is_syllable(word)


# So many words that only one encoding explains are no accident.
ENOUGH = 3
# What these do not tell more would not; and where one encoding explains so many different words, no other does better.
MOST_WORDS, PLENTY = 2000, 20


def told(text: str) -> Encoding | None:
    """The encoding that the whole of *text* was misread in, if its words tell."""
    weights = [(weigh(text, encoding, MOST_WORDS), encoding) for encoding in ENCODINGS]
    weight, encoding = max(weights, key=lambda pair: (len(pair[0].strong), pair[0].good))
    return encoding if is_told(weight) else None


def is_told(weight: Weight) -> bool:
    """Foreign names and lost soft hyphens spoil some words; other languages make syllables of a few at most."""
    return (
        len(weight.strong) >= ENOUGH and weight.good >= 0.8 * weight.words and 4 * weight.strong_words >= weight.words
    )
