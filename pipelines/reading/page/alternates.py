"""Where a page says that its article stands in another language: hreflang, JSON-LD, a link such as "Read in English".

Whether there is such an article, and whether it is one page that all others name, the archive alone can say
(pipelines/versions/translations.py). Pure.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.identity import canonical, host_of, site_of
from pipelines.reading.page import markup
from pipelines.reading.page.editions import language_code, may_be_article
from pipelines.reading.page.head import Head
from pipelines.vietnamese import clean

Stated = tuple[str, str, str]
# No newspaper has as many languages; pages that state more list other things.
MOST = 24
LONGEST_LABEL = 48

_LINKS = XPath("descendant::link[@hreflang and @href]")
# A page has hundreds of links, and one of a thousand pages a telling one: their texts come from C at once, and only the
# links that hold the very word which names a language are looked at.
_LABELS = XPath("descendant::a/descendant::text() | descendant::a/@title | descendant::a/img/@alt", smart_strings=False)
_ANCHORS = XPath(
    "descendant::a[@href and (descendant::text()[contains(., $word)] or contains(@title, $word)"
    " or img[contains(@alt, $word)])]"
)
_TEXT = XPath("normalize-space()", smart_strings=False)
_LANGUAGES = {
    "english": "en", "vietnamese": "vi", "chinese": "zh", "中文": "zh", "japanese": "ja", "日本語": "ja",
    "korean": "ko", "한국어": "ko", "french": "fr", "français": "fr", "russian": "ru", "русский": "ru",
    "spanish": "es", "español": "es", "german": "de", "deutsch": "de", "lao": "lo", "ລາວ": "lo",
    "khmer": "km", "ខ្មែរ": "km", "thai": "th", "ไทย": "th",
}  # fmt: skip
# After "tiếng" alone: "Anh" is a brother and a country as well.
_TONGUES = {
    "anh": "en", "việt": "vi", "trung": "zh", "hoa": "zh", "nhật": "ja", "hàn": "ko", "pháp": "fr", "nga": "ru",
    "đức": "de", "lào": "lo", "khmer": "km", "thái": "th",
}  # fmt: skip
_NAMES_A_LANGUAGE = re.compile("|".join([*_LANGUAGES, f"tiếng (?:{'|'.join(_TONGUES)})"]))
_FILLERS = frozenset({
    "read", "view", "see", "this", "the", "a", "article", "story", "page", "news", "in", "version", "edition",
    "original", "translation", "available", "also", "click", "here", "to", "for", "of", "full", "text", "language",
    "đọc", "xem", "bản", "bài", "phiên", "gốc", "này", "bằng", "dịch", "sang", "chuyển", "ngôn", "ngữ", "tin", "viết",
    "quốc", "tại", "đây", "bấm", "vào", "để",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def alternates(head: Head) -> tuple[Stated, ...]:
    """(language, absolute address, what said so), each address once, hreflang first; the page's own is left out."""
    url = head.page.url
    seen, found = {canonical(url)}, list[Stated]()
    for language, address, method in _stated(head):
        try:
            whole = urljoin(url, address.strip())
        except ValueError:
            continue
        name = canonical(whole)
        if site_of(whole) and name not in seen and may_be_article(name.removeprefix(f"http://{host_of(whole)}")):
            seen.add(name)
            found.append((language, whole, method))
    return tuple(found[:MOST])


def _stated(head: Head) -> Iterator[Stated]:
    for element in _LINKS(head.page.tree):
        language = language_code(element.get("hreflang"))
        is_feed = re.search("xml|rss|json", element.get("type") or "")
        if language and not is_feed and "alternate" in (element.get("rel") or "").lower().split():
            yield language, element.get("href") or "", "hreflang"
    for name in ("translationOfWork", "workTranslation"):
        works = head.about.get(name)
        for work in works if isinstance(works, list) else [works]:
            if isinstance(work, dict) and (address := markup.stated(work.get("url") or work.get("@id"))):
                yield language_code(markup.stated(work.get("inLanguage"))) or "", address, "json-ld"
    for word in _telling_words(head.page.tree):
        for element in _ANCHORS(head.page.tree, word=word):
            if language := _language_of(element):
                yield language, element.get("href") or "", "link"


def _telling_words(tree: HtmlElement) -> list[str]:
    """The words, as they stand there, that name languages in links which say no more than that."""
    texts = "\n".join(_LABELS(tree))
    lower = texts.lower()
    if len(lower) != len(texts):  # of one letter, İ: as good as never
        texts = lower
    words: dict[str, None] = {}
    for match in _NAMES_A_LANGUAGE.finditer(lower):
        start, end = texts.rfind("\n", 0, match.start()) + 1, texts.find("\n", match.end())
        if language_named(texts[start : end if end >= 0 else None]):
            words[texts[match.start() : match.end()]] = None
    return list(words)


def _language_of(link: HtmlElement) -> str | None:
    labels = (_TEXT(link), link.get("title") or "", *(image.get("alt") or "" for image in link.findall("img")))
    return next((language for label in labels if (language := language_named(label))), None)


def language_named(label: str) -> str | None:
    """``en`` of "Read this article in English" and of "Đọc bản tiếng Anh"; None where *label* says anything else."""
    label = clean(label).casefold().strip() if 1 < len(label) <= LONGEST_LABEL else ""
    if not _NAMES_A_LANGUAGE.search(label):
        return None
    if label in _LANGUAGES:  # Khmer has letters that are no word characters
        return _LANGUAGES[label]
    words = _WORD.findall(label)
    found = list[str]()
    for before, word in zip(["", *words], words, strict=False):
        if language := _TONGUES.get(word) if before == "tiếng" else _LANGUAGES.get(word):
            found.append(language)
        elif word != "tiếng" and word not in _FILLERS:
            return None
    return found[0] if len(found) == 1 else None
