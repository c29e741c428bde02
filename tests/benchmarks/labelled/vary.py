"""What becomes of a text on its way through newsrooms: each function makes paragraphs of paragraphs."""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from labelled.grammar import Writer, article, patterns, topics, vocabulary

Paragraphs = tuple[str, ...]
Variation = Callable[[random.Random, str, Paragraphs], Paragraphs]

# Of a hundred words that an editor touches: replaced, taken out, put in before.
REPLACED, TAKEN_OUT = 60, 20


def words_of(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def edited(share: float) -> Variation:
    """*share* of the words, at random places, replaced, taken out or with another before them; one at least."""

    def edit(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
        split, known = [paragraph.split() for paragraph in paragraphs], vocabulary(language)
        places = [(row, column) for row, words in enumerate(split) for column in range(len(words))]
        for row, column in rng.sample(places, max(1, round(share * len(places)))):
            old, new, act = split[row][column], rng.choice(known), rng.randrange(100)
            split[row][column] = new if act < REPLACED else "" if act < REPLACED + TAKEN_OUT else f"{new} {old}"
        return tuple(" ".join(filter(None, words)) for words in split)

    return edit


def shortened(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """The first 70 % of the words, to the end of a sentence where one is near, as a sub-editor cuts."""
    left, kept = round(0.7 * words_of(paragraphs)), []
    for paragraph in paragraphs:
        if left <= 0:
            break
        words = paragraph.split()[:left]
        kept.append(" ".join(words))
        left -= len(words)
    return tuple(kept)


def brief(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    return paragraphs[:2]


def extended(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """A third more words of the paper's own, behind."""
    own = article(rng, language, rng.choice(topics(language)), 400)
    wanted, added = words_of(paragraphs) / 3, []
    for paragraph in own:
        if words_of(added) >= wanted:
            break
        added.append(paragraph)
    return (*paragraphs, *added)


def syndicated(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """A lead and a credit of the paper's own, and no last paragraph."""
    lead = Writer(rng, language).say(rng.choice(patterns(language)["desk"]["leads"]))
    return (lead, *credited(rng, language, paragraphs[:-1]))


def credited(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    return (*paragraphs, Writer(rng, language).say(rng.choice(patterns(language)["desk"]["credits"])))


def syndicated_and_edited(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    return edited(0.05)(rng, language, syndicated(rng, language, paragraphs))


def figures_revised(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """Up to three figures are others: an updated toll. The case that researchers ask for, and still the same text."""
    text = "\n".join(paragraphs)
    found = list(re.finditer(r"\d+", text))
    for figure in sorted(rng.sample(found, min(3, len(found))), key=re.Match.start, reverse=True):
        text = f"{text[: figure.start()]}{int(figure[0]) + rng.randint(1, 9)}{text[figure.end() :]}"
    return tuple(text.split("\n"))


def decomposed(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    return tuple(unicodedata.normalize("NFD", paragraph) for paragraph in paragraphs)


_TONED_FIRST = re.compile(r"(?<![qQ])([òóỏõọ](?=[aeAE])|[ùúủũụ](?=[yY]))([aeyAEY])(?![^\W\d_])", re.IGNORECASE)
_I_OR_Y = re.compile(r"\b([hklmst])([iíìỉĩịyýỳỷỹỵ])\b", re.IGNORECASE)
_OTHER = str.maketrans("iíìỉĩịyýỳỷỹỵ", "yýỳỷỹỵiíìỉĩị")


def old_spelling(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """hòa, khỏe, thủy as hoà, khoẻ, thuỷ; kĩ sư, lí do, hi vọng as kỹ sư, lý do, hy vọng, or the other way round."""
    moved = (_TONED_FIRST.sub(_tone_last, paragraph) for paragraph in paragraphs)
    return tuple(_I_OR_Y.sub(lambda found: found[1] + found[2].translate(_OTHER), text) for text in moved)


def _tone_last(syllable: re.Match[str]) -> str:
    vowel, tone = unicodedata.normalize("NFD", syllable[1])
    return vowel + unicodedata.normalize("NFC", syllable[2] + tone)


def unmarked(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """Without diacritics, as old feeds and text messages have it."""
    bare = (unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")) for text in paragraphs)
    return tuple("".join(letter for letter in text if not unicodedata.combining(letter)) for text in bare)


_HOUSE = {"percent": "per cent", "kilometres": "km", "metres": "meters", "organis": "organiz", "centre": "center"}


def house_style(rng: random.Random, language: str, paragraphs: Paragraphs) -> Paragraphs:
    """Another house's quotation marks, dashes and spelling."""
    text = re.sub(r'"([^"]*)"', "“\\1”", "\n".join(paragraphs)).replace("'", "’").replace(" - ", " – ")
    for old, new in _HOUSE.items():
        text = text.replace(old, new)
    return tuple(text.split("\n"))


BOTH: Mapping[str, Variation] = {
    "edits of 1 %": edited(0.01),
    "edits of 5 %": edited(0.05),
    "edits of 20 %": edited(0.2),
    "three figures revised": figures_revised,
    "cut to 70 %": shortened,
    "a third longer": extended,
    "new lead and credit, last paragraph off": syndicated,
    "the same, and edits of 5 %": syndicated_and_edited,
    "first two paragraphs": brief,
}
VARIATIONS: Mapping[str, Mapping[str, Variation]] = {
    "vi": {**BOTH, "NFD": decomposed, "old tones, i for y": old_spelling, "no diacritics": unmarked},
    "en": {**BOTH, "another house's style": house_style},
}
