"""How many words a text has, whatever its script. Pure."""

import re

# Han, kana, Thai, Lao, Myanmar and Khmer put no spaces between words: there a letter counts as one. Vowel signs and
# tone marks are no letters.
_UNSPACED = (
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u1000-\u102a\u1780-\u17b3"
)
# A word of Chinese is two letters on average, one of Thai four: where a limit in words must mean as much text in any
# script, two letters count as one.
_LETTERS_A_WORD = 2
_LETTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}][^\s{_UNSPACED}]*")


def count_words(text: str) -> int:
    """Runs of letters and figures between spaces; a dash alone is none."""
    return len(_WORD.findall(text))


def weigh_words(text: str) -> int:
    """How many words of a script with spaces say as much as *text*."""
    words = count_words(text)
    if text.isascii():
        return words
    letters = len(_LETTER.findall(text))
    return words - letters + -(-letters // _LETTERS_A_WORD)
