"""Vietnamese text: cleaning, folding for search, one placement of tone marks, and how far a query is marked. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

# Raised whenever fold() or index_form() gives another answer for some text: rows of an older version are indexed again.
FOLD_VERSION = 1

# ZWSP, soft hyphen and BOM split and join words, NUL ends a string in SQLite's C API, lone surrogates are no UTF-8.
_INVISIBLE = re.compile("[\u200b\u00ad\ufeff\x00\ud800-\udfff]")

# The marks that FTS5's unicode61 takes as part of a word (sqlite3Fts5UnicodeIsdiacritic), so that taking them out never
# joins or splits words: other marks (Thai vowels, kana voicing) stay. The Vietnamese ones are all among them.
_MARKS = (*range(0x300, 0x305), *range(0x306, 0x30D), 0x30F, 0x311, 0x31B)
_MARKS += (*range(0x323, 0x329), 0x32D, 0x32E, 0x330, 0x331)
# đ has no decomposition. Ð (eth) and Ɖ (African D) look like Đ and stand for it in text that came from legacy fonts.
_D = {ord("đ"): "d", ord("Đ"): "D", ord("ð"): "d", ord("Ð"): "D", ord("ɖ"): "d", ord("Ɖ"): "D"}
_FOLD = str.maketrans(dict.fromkeys(_MARKS, "") | _D)

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_UNTONE = str.maketrans("", "", _TONES)

# An open oa, oe or uy with its tone on the second letter. A letter before it other than a consonant of an onset (q
# above all: quý is qu + y) means that this is no such syllable; "gi" never stands before oa, oe, uy.
_MODERN_TONE = re.compile(r"(?<![^\W\d_bcdđghklmnprstvx])(?:(o)([áàảãạéèẻẽẹ])|(u)([ýỳỷỹỵ]))(?![^\W\d_])", re.IGNORECASE)

_WORD = re.compile(r"[^\W_]+")
# Han and kana are written without spaces: there a character is a word.
_WORD_OR_CHARACTER = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+")
# A language that puts spaces between its words has short ones, and few: they are folded once.
_LONGEST_KNOWN = 32


class Marks(StrEnum):
    """How far a query is marked: NONE and PARTLY ask the folded columns, FULLY the exact ones."""

    NONE = "none"
    PARTLY = "partly"
    FULLY = "fully"


def clean(text: str) -> str:
    """*text* in NFC, without zero-width spaces, soft hyphens, byte order marks, NULs and lone surrogates."""
    if text.isascii() and "\x00" not in text:
        return text
    if not text.isprintable():  # none of them is; found out in a fifth of the time
        text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """*text* with đ as d and no marks; letters keep their case, words stay one to one with those of clean(*text*)."""
    text = clean(text)
    if text.isascii():
        return text
    words = text.split(" ")
    return " ".join([_known(word) if len(word) <= _LONGEST_KNOWN else _folded(word) for word in words])


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_FOLD))


_known = lru_cache(maxsize=16384)(_folded)


def unify_tones(text: str) -> str:
    """*text* (NFC) with hoà, khoẻ, thuỷ as hòa, khỏe, thủy, as most papers write; for the index, not the record."""
    return text if text.isascii() else _MODERN_TONE.sub(_move_tone, text)


def _move_tone(match: re.Match[str]) -> str:
    first, second = (part for part in match.groups() if part)
    letter = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + letter[1]) + letter[0]


def index_form(text: str) -> str:
    """What the exact columns hold and an exact query is turned into."""
    return unify_tones(clean(text))


def syllables(text: str) -> list[str]:
    """The words of *text*, folded and in lower case, for shingling and counting."""
    return _WORD_OR_CHARACTER.findall(fold(text).lower())


def is_marked(word: str) -> bool:
    """Whether *word* carries a tone, a vowel mark or đ."""
    word = clean(word)
    return fold(word) != word


def mark_state(query: str) -> Marks:
    """Whether the person who wrote *query* wrote its marks.

    Many syllables rightly carry none (the Ninh of Bắc Ninh), so a bare one says nothing by itself. A query is *partly*
    marked where a syllable cannot be spelt like that: one that ends in c, ch, p, t has a tone (``băc``, or ``bac``
    beside a marked word), and ie, uo, ue, uan are never written without their mark (``duòng``, ``viet``); or where đ is
    the only mark of all (``đa nang``). Words that are no Vietnamese syllable (GDP, covid) have no say.
    """
    words = _WORD.findall(clean(query).lower())
    marked = [word for word in words if is_marked(word)]
    if not marked:
        return Marks.NONE
    only_d = all(fold(word) == word.translate(_D) for word in marked)
    if only_d or any(_is_missing_marks(word) for word in words):
        return Marks.PARTLY
    return Marks.FULLY


_ONSETS = frozenset(["", *re.findall(r"\w+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")])
# Every rhyme of the language, tones taken off.
_RHYMES = frozenset(
    re.findall(
        r"\w+",
        """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong ooc
    op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn
    uông uôt uơ up ut uy uya uych uynh uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y ych ynh yt yêm yên yêt yêu ak ăk âk ek êk ik ok ôk uk ưk""",
    )
)
_BARE_RHYMES = frozenset(fold(rhyme) for rhyme in _RHYMES)
_STOPS = ("c", "ch", "p", "t", "k")
LONGEST_SYLLABLE = 9  # nghiêng, with two marks of its own
_STOP_TONES = "\u0301\u0323"


def _is_missing_marks(word: str) -> bool:
    """Whether *word* has the shape of a Vietnamese syllable but not the marks that such a syllable must have."""
    if not any(rhyme in _BARE_RHYMES for rhyme in _rhymes_of(fold(word))):
        return False
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_UNTONE))
    if plain != word:
        return not _is_spelt(plain)
    # Đăk Lăk is a spelling of Đắk Lắk, so after k a vowel mark will do in place of a tone.
    needs_tone = plain.endswith(_STOPS) and not (plain.endswith("k") and is_marked(plain))
    return needs_tone or not _is_spelt(plain)


def _is_spelt(plain: str) -> bool:
    return plain == "gi" or any(rhyme in _RHYMES for rhyme in _rhymes_of(plain))


def _rhymes_of(syllable: str) -> Iterator[str]:
    """What follows each onset that *syllable* may have."""
    return (syllable[size:] for size in range(4) if syllable[:size] in _ONSETS)


def is_syllable(word: str) -> bool:
    """Whether *word* can be a Vietnamese syllable, marks and all; in any case. Foreign names hardly ever can."""
    return len(word) <= LONGEST_SYLLABLE and _is_syllable(word)


@lru_cache(maxsize=16_384)
def _is_syllable(word: str) -> bool:
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_UNTONE))
    tones = [mark for mark in unicodedata.normalize("NFD", word) if mark in _TONES]
    if plain.endswith(_STOPS):
        # Đăk Lăk is a spelling of Đắk Lắk
        return _is_spelt(plain) and ((len(tones) == 1 and tones[0] in _STOP_TONES) or (not tones and plain[-1] == "k"))
    return len(tones) <= 1 and _is_spelt(plain)


def is_bare_syllable(word: str) -> bool:
    """Whether *word* can be a Vietnamese syllable whose marks were left out; many short words of others can too."""
    return len(word) <= LONGEST_SYLLABLE and any(rhyme in _BARE_RHYMES for rhyme in _rhymes_of(fold(word).lower()))
