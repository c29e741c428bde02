"""News of no real place, composed from the sentence patterns in vi.toml and en.toml.

A pattern says ``[this|that]`` for a choice, ``{place}`` for a slot that keeps its value through an article
(``{place2}`` is another place), ``{~place}`` for one that does not, ``{3-40}`` for a whole number.
"""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(~?)([a-z_]+)(\d*)\}|\{(\d+)-(\d+)\}")


@cache
def patterns(language: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The tables of a language: ``slots``, ``topics`` (by name), ``shared`` sentences, ``notices``, ``daily``."""
    return tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))


class Writer:
    """What one article is written with: *rng* decides everything."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self._rng, self._slots = rng, patterns(language)["slots"]
        self._bound: dict[str, str] = {}

    def say(self, pattern: str) -> str:
        """A sentence."""
        text = self._put(pattern)
        return text[:1].upper() + text[1:]

    def _put(self, pattern: str) -> str:
        while choice := _CHOICE.search(pattern):
            pattern = pattern[: choice.start()] + self._rng.choice(choice[1].split("|")) + pattern[choice.end() :]
        return _SLOT.sub(self._fill, pattern)

    def _fill(self, slot: re.Match[str]) -> str:
        fresh, name, number, low, high = slot.groups()
        if name is None:
            return str(self._rng.randint(int(low), int(high)))
        known = name + number
        if fresh or known not in self._bound:
            taken = self._bound.values()
            values = [value for value in self._slots[name] if value not in taken] or list(self._slots[name])
            found = self._put(self._rng.choice(values))
            if fresh:
                return found
            self._bound[known] = found
        return self._bound[known]


def article(rng: random.Random, language: str, topic: str, words: int) -> tuple[str, ...]:
    """Paragraphs of *words* words or a sentence more: the topic's lead, then its other sentences and shared ones."""
    writer, tables = Writer(rng, language), patterns(language)
    lead, *own = tables["topics"][topic]
    # Two in three are the topic's: what any official says of anything must not make articles alike.
    rest = rng.sample(own, len(own)) + rng.sample(tables["shared"]["sentences"], len(own) // 2)
    rng.shuffle(rest)
    sentences, length = [writer.say(lead)], 0
    for pattern in rest:
        if length >= words:
            break
        sentences.append(writer.say(pattern))
        length += sentences[-1].count(" ") + 1
    paragraphs, at = list[str](), 0
    while at < len(sentences):
        size = rng.randint(2, 3)
        paragraphs.append(" ".join(sentences[at : at + size]))
        at += size
    return tuple(paragraphs)


def topics(language: str) -> tuple[str, ...]:
    return tuple(patterns(language)["topics"])


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """Words to put in an edited text, as often as they stand in the patterns."""
    tables = patterns(language)
    lines = [*tables["shared"]["sentences"], *(line for lines in tables["topics"].values() for line in lines)]
    return tuple(re.findall(r"(?<![\w{~])[^\W\d_]+(?![\w}])", " ".join(lines)))


def lines(rng: random.Random, language: str, table: str, name: str, count: int) -> list[tuple[str, ...]]:
    """*count* texts on a template of *table* (``notices``, ``daily``): other places and figures, no other words."""
    template = patterns(language)[table][name]
    return [tuple(writer.say(line) for line in template) for writer in (Writer(rng, language) for _ in range(count))]
