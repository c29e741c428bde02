"""What the address says of the title: /innovating-for-growth-7140.html is of "Innovating for growth". Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines.reading.page import markup
from pipelines.vietnamese import fold

_WORD = re.compile(r"[a-z0-9]+")
# What follows the words: -7140.html, -post302726.html, -a209980, .1640201.ldo, -5b1d0c7.
_ID = re.compile(r"(?:[-_.~](?:post(?:id)?|a|d|c|n)?\d+)*(?:\.[a-z]{2,5})?/?$|[-_][0-9a-f]{7}/?$", re.IGNORECASE)
# Fewer words name a section, or many articles.
_FEWEST_WORDS = 4
_LONGEST = 300


@lru_cache(maxsize=256)
def words_of(url: str) -> tuple[str, ...]:
    """The words of the address's longest part, folded; empty where it has no telling one."""
    parts = (_ID.sub("", part) for part in unquote(urlsplit(url).path).split("/"))
    slug = max(parts, key=len, default="")
    words = tuple(_WORD.findall(fold(slug).lower()))
    return words if len(words) >= _FEWEST_WORDS else ()


def is_of(title: str, url: str) -> bool:
    """Whether the address was made of *title*; either may be cut short."""
    said, title_words = words_of(url), _WORD.findall(fold(title).lower())
    if not said or len(title_words) < _FEWEST_WORDS:
        return False
    slug, named = "".join(said), "".join(title_words)
    return named.startswith(slug) or slug.startswith(named)


def says_otherwise(title: str, url: str) -> bool:
    """Whether the address has words, and none of them is in *title*: that is then the site's, not the article's."""
    said = {word for word in words_of(url) if len(word) > 3}
    return bool(said) and said.isdisjoint(_WORD.findall(fold(title).lower()))


def named(elements: Iterable[HtmlElement], url: str) -> HtmlElement | None:
    """The first of *elements* that shows what the address was made of."""
    if not words_of(url):
        return None
    texts = ((element, markup.short_text(element, _LONGEST)) for element in elements)
    return next((element for element, text in texts if text and is_of(text, url)), None)
