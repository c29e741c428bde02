"""UTF-8 read as Latin-1 or windows-1252 and written again, once or more: "Há»™i" for "Hội". Pure."""

import re
from functools import lru_cache

from pipelines.reading.letters.legacy import WESTERN
from pipelines.vietnamese import LONGEST_SYLLABLE, is_syllable

# Templates that were saved wrongly at each of three steps have been seen; more is no accident.
MOST_ROUNDS = 3

_BYTES = {letter: byte for byte, letter in enumerate(WESTERN)} | {chr(byte): byte for byte in range(256)}
_TABLE = str.maketrans({letter: chr(byte) for letter, byte in _BYTES.items()})
_NEXT = "[" + re.escape("".join(letter for letter, byte in _BYTES.items() if 0x80 <= byte < 0xC0)) + "]"
# Of two for Latin, Greek and Cyrillic letters, of three and four for all others.
_SEQUENCE = re.compile(f"[Â-Ó]{_NEXT}|[à-ï]{_NEXT}{{2}}|[ð-ô]{_NEXT}{{3}}")
# à is Ã and a no-break space, which editors turn into a space: "ThÃ nh phá»‘", "lÃ  mot".
_A_GRAVE = re.compile("Ã (?! )([^\\W\\d_]*)|Ã (?= )")
_LETTERS_BEFORE, _LETTERS_AFTER = re.compile(r"[^\W\d_]*$"), re.compile(r"[^\W\d_]*")
_LETTERS = re.compile("[À-ÖØ-öø-ÿ]")
_ALONE = re.compile(f"[a-z][ÂÃÄÅÆ]{_NEXT}|â[€\x80]{_NEXT}|(?<![^\\W\\d_])Â[£©°§±²³½¼¾·]")
# What a closing quotation mark or a space after a capital (AMANHÃ”) also looks like.
_ENDINGS = frozenset("\u00a0»”’“‘…–—™©®·")
# Letters that print nothing and are in pages all the same; of controls those that windows-1252 has no sign for.
_UNSEEN = "\u00a0\u00ad\u200b\u200c\u200d\ufeff\u2028\u3000\x81\x8d\x8f\x90\x9d"


def mend(text: str, *, is_known: bool = False) -> tuple[str, int]:
    """*text* as it was before it was misread, and how many times over that was; 0 if it is as it should be.

    *is_known*: other text of the page was misread, so that a single sequence is one.
    """
    rounds = 0
    while rounds < MOST_ROUNDS and (mended := _mend_once(text, is_known or rounds > 0)) is not None:
        text, rounds = mended, rounds + 1
    return text, rounds


def _mend_once(text: str, is_known: bool) -> str | None:
    found = [match for match in _SEQUENCE.finditer(text) if _decoded(match[0])]
    if not found:
        return None
    others = len(_LETTERS.findall(text)) - sum(len(_LETTERS.findall(match[0])) for match in found)
    # In a text that was misread no other letter stands beside the sequences.
    if others and others > (len(found) if is_known else sum(_is_within_a_word(text, match) for match in found)):
        return None
    if not (is_known or _is_told(text, found)):
        return None
    mended = _SEQUENCE.sub(lambda match: _decoded(match[0]) or match[0], text)
    return _A_GRAVE.sub(_a_grave, mended)


@lru_cache(maxsize=4096)
def _decoded(sequence: str) -> str | None:
    try:
        letter = sequence.translate(_TABLE).encode("latin-1").decode()
    except UnicodeError:
        return None
    return letter if letter.isprintable() or letter in _UNSEEN else None


def _is_told(text: str, found: list[re.Match[str]]) -> bool:
    """Whether sequences can be nothing else: two that differ, of which one at least stands within a word; or one that
    is in no text: a capital after a small letter ("cafÃ©"), the beginning of “ ” ’ – or a sign after Â.
    """
    if _ALONE.search(text):
        return True
    return len({match[0] for match in found}) > 1 and any(_is_within_a_word(text, match) for match in found)


def _is_within_a_word(text: str, match: re.Match[str]) -> bool:
    """Whether no closing mark and no space after a letter looks like *match*, or else it makes a Vietnamese word."""
    if match[0][-1] not in _ENDINGS or match[0][:2] in ("â€", "â\x80"):
        return True
    before, after = (
        _LETTERS_BEFORE.search(text, max(0, match.start() - LONGEST_SYLLABLE), match.start()),
        _LETTERS_AFTER.match(text, match.end()),
    )
    around = (before[0] if before else "") + (_decoded(match[0]) or "") + (after[0] if after else "")
    return len(match[0]) > 2 and is_syllable(around)


def _a_grave(match: re.Match[str]) -> str:
    """The space is the letter's second half, unless that would glue two words together."""
    rest = match[1] or ""
    before = _LETTERS_BEFORE.search(match.string, max(0, match.start() - LONGEST_SYLLABLE), match.start())
    start = before[0] if before else ""
    if rest and not is_syllable(f"{start}à{rest}") and is_syllable(f"{start}à"):
        return f"à {rest}"
    return f"à{rest}"
