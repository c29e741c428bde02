"""What language a text is in, and whether a machine translated it. What a page declares isn't asked: it lies."""

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lingua import LanguageDetector

UNKNOWN = "und"
# Fewer letters say nothing reliable in a script that many languages share.
ENOUGH_LETTERS = 20
# Telling languages apart takes no more text; detection takes about 1 ms for 1,000 characters.
SAMPLE = 1000
# Of 1,500 Vietnamese articles each has 12-27 % of these letters; an English sentence full of Vietnamese names has 8 %.
VIETNAMESE_SHARE = 0.1

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
# Marked letters that French, Spanish, Portuguese and Polish do not have. Combining hook, dot and horn for text in NFD.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0309\u0323\u031b]")

_TRANSLATED_HOSTS = re.compile(r"^(?:news|en|es|ja|jp|fr|ko|kr|zh|cn|th|ru|de)\.laodong\.vn$|^es\.congdoanvietnam\.vn$")
_TRANSLATED_PATHS = re.compile(
    r"^(?:www\.)?(?:baonghean\.vn/(?:en|fr|zh|cn|ko|ja|ru|lo|th)/|vietnam\.vn/(?!vi/)[a-z]{2}(?:-[a-z]{2})?/)",
    re.IGNORECASE,
)
# Placeholders that translators leak, and the label that one of them prints.
_TRANSLATED_TEXT = re.compile(
    r"\bDNUM_[A-Z]{10}\b|LaoDongAI|\b(?:automatically|machine)[- ]translated\b", re.IGNORECASE
)


def language_of(text: str) -> str:
    """The BCP 47 primary tag of the language that *text* (a body rather than a title) is in, or ``und``."""
    sample = text[: 4 * SAMPLE]
    scripts: Counter[str | None] = Counter()
    for match in _SCRIPT.finditer(sample):
        scripts[match.lastgroup] += len(match[0])
    if not scripts:
        return UNKNOWN
    if scripts["kana"] and scripts["kana"] + scripts["han"] > scripts["latin"]:
        return "ja" if scripts["kana"] * 10 > scripts["han"] else "zh"  # one kana ornament makes no Japanese
    script, letters = scripts.most_common(1)[0]
    if script == "han":
        return "zh"
    if script not in ("latin", "cyrillic"):
        return script or UNKNOWN
    if script == "latin" and len(_VIETNAMESE.findall(sample)) > VIETNAMESE_SHARE * letters:
        return "vi"
    return _detect(sample[:SAMPLE]) if letters >= ENOUGH_LETTERS else UNKNOWN


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


def machine_translated(page_url: str, text: str) -> bool:
    """Whether the page is of an edition that is machine-translated, or its text shows the traces."""
    parts = urlsplit(page_url)
    host = (parts.hostname or "").lower()
    return bool(
        _TRANSLATED_HOSTS.match(host) or _TRANSLATED_PATHS.match(host + parts.path) or _TRANSLATED_TEXT.search(text)
    )
