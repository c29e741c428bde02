"""A text parted into words (syllables, in Vietnamese), figures and punctuation. Pure."""

import re
from dataclasses import dataclass
from typing import NamedTuple

# Han and kana put no spaces between words: there a character is a word. Marks that NFC leaves apart are their letter's.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:[^\W_{_UNSPACED}]|[\u0300-\u036f])"
# What has a digit is one token with what clings to it: 1.234,5 or 54-NQ/TW or 19h30 or 12%; a stop or comma only
# between digits, and a sign only where a figure begins.
_CLUSTER = rf"(?:(?<!\S)[+−-](?=\d))?{_LETTER}+(?:(?:(?<=\d)[.,:](?=\d)|[/–-]){_LETTER}+)*[%‰°]?"
_CLUSTERS = re.compile(rf"(?P<cluster>{_CLUSTER})|(?P<line>\n)|\S")
_WORD = re.compile(rf"{_LETTER}+|\S")
_DIGIT = re.compile(r"\d")


class Token(NamedTuple):
    """*start* and *end* are places in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of *text*. A line's end is a token too, so that a paragraph that was parted can be seen."""

    text: str
    tokens: tuple[Token, ...]

    def words(self) -> tuple[str, ...]:
        return tuple(token.text for token in self.tokens)

    def slice(self, first: int, end: int) -> str:
        """What stands between two tokens, as it is written."""
        if first >= end:
            return ""
        return self.text[self.tokens[first].start : self.tokens[end - 1].end].strip()


def tokenize(text: str) -> Tokens:
    found: list[Token] = []
    for match in _CLUSTERS.finditer(text):
        start, end = match.span()
        if match["cluster"] is None or _DIGIT.search(match[0]):
            found.append(Token(match[0], start, end))
        else:
            found += (Token(w[0], start + w.start(), start + w.end()) for w in _WORD.finditer(match[0]))
    return Tokens(text, tuple(found))


def is_word(text: str) -> bool:
    return any(character.isalnum() for character in text)
