"""What a page, a feed or a sitemap says right where it names an article's address: the words of its link, the title and
text of its item. Whatever they are, they are that article's. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pipelines.withholding.words.letters import plain
from pipelines.withholding.words.spans import Span

# Shorter labels of a link ("Xem thêm", "12 bình luận") are no words of the article.
LEAST_WORDS = 4
_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"<a\b[^<>]*>(?:(?!</?a\b).){0,20000}?</a\s*>", re.IGNORECASE | re.DOTALL)
_OPENED = re.compile(r"<a\b[^<>]*>", re.IGNORECASE)
_TEXT = re.compile(r">([^<>]+)<")
_SPOKEN = re.compile(r"""\s(?:title|alt|aria-label|data-title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# Of RSS, Atom, sitemaps and their namespaces: an item, and what of it says something.
_ITEM = re.compile(r"<(item|entry|url)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(
    r"<((?:\w+:)?(?:title|description|summary|content|encoded|subtitle|text|keywords|caption|credit|name|author|creator"
    r"|category|tags?))\b(?:[^<>]*[^<>/])?>(.*?)</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*?)\]\]>\s*", re.DOTALL)
# JSON: of an object that names the address, the strings under these keys.
_JSON_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
_SAYS = re.compile(
    r"title|headline|name|summary|sapo|lead|teaser|excerpt|descri|content|body|text|caption|author|byline|keyword|tag"
)


def paths_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """By which part an address is known in whatever way it is written: without scheme and host."""
    found = set()
    for address in addresses:
        parts = urlsplit(address)
        path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
        if len(plain(path)) >= 4:  # a front page is no article's address
            found.add(path)
    return tuple(sorted(found))


def spans(source: str, paths: Iterable[str], media: str) -> Iterator[Span]:
    """Where *source* (of the media type *media*) says what stands at one of *paths*."""
    forms = [form for path in paths for form in {path, path.replace("&", "&amp;"), path.replace("/", "\\/")}]
    if not any(form in source for form in forms):
        return
    named = re.compile("|".join(f"{re.escape(form)}/?(?![\\w/-])" for form in forms))
    if "json" in media or source.lstrip()[:1] in ("{", "["):
        yield from _in_json(source, named)
    for match in _ITEM.finditer(source) if "<item" in source or "<entry" in source or "<url" in source else ():
        if named.search(match[0]):
            yield from _in_item(source, match.start(), match.end())
    for match in _LINK.finditer(source):
        opened = _OPENED.match(source, match.start())
        if opened and named.search(opened[0]):
            yield from _in_link(source, match.start(), match.end())


def _in_link(source: str, start: int, end: int) -> Iterator[Span]:
    for match in _TEXT.finditer(source, start, end):
        if len(_WORD.findall(match[1])) >= LEAST_WORDS:
            yield _trimmed(source, match.start(1), match.end(1))
    for match in _SPOKEN.finditer(source, start, end):
        group = 1 if match[1] is not None else 2
        if len(_WORD.findall(match[group])) >= LEAST_WORDS:
            yield match.span(group)


def _in_item(source: str, start: int, end: int) -> Iterator[Span]:
    for match in _ELEMENT.finditer(source, start, end):
        inner = _CDATA.fullmatch(match[2])
        first, last = (match.start(2) + inner.start(1), match.start(2) + inner.end(1)) if inner else match.span(2)
        if plain(source[first:last]):
            yield first, last


def _in_json(source: str, named: re.Pattern[str]) -> Iterator[Span]:
    """Innermost objects first: one that holds another does not say what that one is about."""
    ahead: list[list[tuple[str, int, int]]] = [[]]
    is_about = [False]
    for match in _JSON_PIECE.finditer(source):
        piece = match[0]
        if piece == "{":
            ahead.append([])
            is_about.append(False)
        elif piece == "}":
            if len(ahead) > 1:
                strings, about = ahead.pop(), is_about.pop()
                if about:
                    yield from _said(source, strings)
        else:
            ahead[-1].append((piece, match.start(), match.end()))
            is_about[-1] = is_about[-1] or bool(named.search(piece))


def _said(source: str, strings: list[tuple[str, int, int]]) -> Iterator[Span]:
    key = ""
    for piece, start, end in strings:
        if source[end : end + 20].lstrip().startswith(":"):
            key = piece.strip('"').lower()
        elif _SAYS.search(key) and plain(piece) and "://" not in piece:
            yield start + 1, end - 1


def _trimmed(source: str, start: int, end: int) -> Span:
    text = source[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
