"""What language a text is in, and whether a machine translated it. What a page declares isn't asked: it lies."""

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.vietnamese import clean, is_bare_syllable, is_syllable

if TYPE_CHECKING:
    from lingua import LanguageDetector

UNKNOWN = "und"
# Fewer letters say nothing reliable in a script that many languages share.
ENOUGH_LETTERS = 20
# Telling languages apart takes no more text: of 1,053 articles in ten languages all are the same from 200 characters as
# from 1,000. Detection takes about 1 ms for 500.
SAMPLE = 500
# How many words are judged, and the share of them that Vietnamese has of syllables, in 1,500 articles 88 % at least;
# English has 10-60 %, "to", "in" and "the" being possible ones. Without their marks nearly all must be.
ENOUGH_WORDS = 100
SYLLABLES, BARE_SYLLABLES = 0.7, 0.9
FEWEST_BARE = 4
# In a line or two, names outweigh the rest.
FEW_LETTERS = 200

_SCRIPTS = (
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),  # first, as the search tries them in turn
    ("kana", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("km", "\u1780-\u17ff"),
    ("my", "\u1000-\u109f"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("cyrillic", "\u0400-\u04ff"),
    ("ar", "\u0600-\u06ff"),
    ("hi", "\u0900-\u097f"),
)
_SCRIPT = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS))
_LATIN = re.compile(f"[{dict(_SCRIPTS)['latin']}]+")
_NOT_LATIN = re.compile(f"[{''.join(letters for name, letters in _SCRIPTS if name != 'latin')}]")
# Marked letters that French, Spanish, Portuguese and Polish do not have. Combining hook, dot and horn for text in NFD.
_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0309\u0323\u031b]")

_TRANSLATED_HOSTS = re.compile(
    r"^(?:news|en|es|ja|jp|fr|ko|kr|zh|cn|th|ru|de)\.laodong\.vn$|^es\.congdoanvietnam\.vn$"
    r"|\.translate\.goog$"
)
_TRANSLATED_PATHS = re.compile(
    r"^(?:www\.)?(?:baonghean\.vn/(?:en|fr|zh|cn|ko|ja|ru|lo|th)/|vietnam\.vn/(?!vi/)[a-z]{2}(?:-[a-z]{2})?/)",
    re.IGNORECASE,
)
# A placeholder that translators leak, and one of them by its name.
_TRANSLATED_TEXT = re.compile(r"\bDNUM_[A-Z]{10}\b|LaoDongAI", re.IGNORECASE)
# What others print under or over a text: a line of its own, since articles are about translation too.
_LABEL = re.compile(
    r"(?:automatic(?:ally)?|machine|AI)[- ]translat(?:ed|ion)|translated (?:automatically|by (?:AI|google|machine))"
    r"|(?:bản )?dịch (?:tự động|bằng AI|máy)|traduci(?:do|da|ón) autom[aá]tica(?:mente)?|tradu(?:it|ction) automatique"
    r"|(?:maschinell|automatisch) übersetzt|автоматический перевод"
    r"|(?:自動|機械)翻訳|(?:机器|機器|自动)翻译|자동 번역|기계 번역",
    re.IGNORECASE,
)
_LONGEST_LABEL = 120
# A slug of so many words that are all Vietnamese syllables: names alone are shorter.
_LONG_SLUG = 6


def language_of(text: str) -> str:
    """The BCP 47 primary tag of the language that *text* (a body rather than a title) is in, or ``und``."""
    sample = clean(text[: 4 * SAMPLE])
    scripts = _letters_by_script(sample)
    if not scripts:
        return UNKNOWN
    if scripts["kana"] and scripts["kana"] + scripts["han"] > scripts["latin"]:
        return "ja" if scripts["kana"] * 10 > scripts["han"] else "zh"  # one kana ornament makes no Japanese
    script, letters = scripts.most_common(1)[0]
    if script == "han":
        return "zh"
    if script not in ("latin", "cyrillic"):
        return script or UNKNOWN
    if script == "latin":
        if _is_vietnamese(sample, letters):
            return "vi"
        sample = _without_names(sample) if letters < FEW_LETTERS else sample
    return _detect(sample[:SAMPLE]) if letters >= ENOUGH_LETTERS else UNKNOWN


def _letters_by_script(text: str) -> Counter[str | None]:
    scripts: Counter[str | None] = Counter()
    if not _NOT_LATIN.search(text):  # as nearly all are: told in a fifth of the time
        if letters := sum(map(len, _LATIN.findall(text))):
            scripts["latin"] = letters
        return scripts
    for match in _SCRIPT.finditer(text):
        scripts[match.lastgroup] += len(match[0])
    return scripts


def _is_vietnamese(text: str, letters: int) -> bool:
    """Whether the words of *text* are Vietnamese syllables, those in small letters above all: others may be names."""
    words = _WORD.findall(text)[:ENOUGH_WORDS]
    if _VIETNAMESE.search(text):
        small = [word for word in words if word[0].islower()]
        judged = small if len(small) > 1 else words
        return sum(map(is_syllable, judged)) >= SYLLABLES * len(judged)
    is_enough = letters >= ENOUGH_LETTERS and len(words) >= FEWEST_BARE
    return is_enough and sum(map(is_bare_syllable, words)) >= BARE_SYLLABLES * len(words)


def _without_names(text: str) -> str:
    """*text* without Vietnamese names and abbreviations, unless hardly anything would be left."""
    rest = _WORD.sub(lambda word: "" if _is_name(word[0]) else word[0], text)
    return rest if sum(map(len, _WORD.findall(rest))) >= ENOUGH_LETTERS // 2 else text


def _is_name(word: str) -> bool:
    return bool(_VIETNAMESE.search(word)) or word.isupper() or (word[0].isupper() and is_bare_syllable(word))


def _detect(text: str) -> str:
    language = _detector().detect_language_of(text)
    return language.iso_code_639_1.name.lower() if language else UNKNOWN


@lru_cache(maxsize=1)
def _detector() -> "LanguageDetector":
    """Built once a process, at its first text in Latin or Cyrillic letters.

    Low accuracy means trigrams alone: 20 MB and 0.2 s against 260 MB and 4 s, and on bodies no worse.
    """
    from lingua import Language, LanguageDetectorBuilder

    names = (
        "VIETNAMESE ENGLISH FRENCH SPANISH PORTUGUESE ITALIAN GERMAN DUTCH POLISH CZECH INDONESIAN RUSSIAN UKRAINIAN"
    )
    languages = [Language.from_str(name) for name in [*names.split(), "BULGARIAN"]]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def machine_translated(page_url: str, text: str, language: str) -> bool:
    """Whether the page is of an edition that is machine-translated, its text shows the traces, or it stands under the
    slug of a Vietnamese article: who translates by hand names the page anew. A text in Vietnamese is the original.
    """
    if language == "vi":
        return False
    parts = urlsplit(page_url)
    host = (parts.hostname or "").lower()
    return bool(
        _TRANSLATED_HOSTS.search(host)
        or _TRANSLATED_PATHS.match(host + parts.path)
        or _TRANSLATED_TEXT.search(text)
        or any(len(line) <= _LONGEST_LABEL and _LABEL.search(line) for line in text.split("\n"))
        or (language != UNKNOWN and has_vietnamese_slug(parts.path))
    )


def has_vietnamese_slug(path: str) -> bool:
    slug = re.sub(r"\.\w+$", "", path.rstrip("/").rpartition("/")[2])
    words = re.findall(r"[a-z]+", re.sub(r"-(?:post(?:id)?|a|c|d|n|id)?\d+.*$", "", slug.lower()))
    return len(words) >= _LONG_SLUG and sum(map(is_bare_syllable, words)) >= BARE_SYLLABLES * len(words)
