"""What the readers of a page share: its statements, its headline and its telling elements, found in one pass. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml.cssselect import CSSSelector
from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.article import Page
from pipelines.reading.page import markup, slugs

# Classes of the sapo in the families of content systems.
_SAPO = frozenset({
    "sapo", "chappeau", "article__sapo", "alead", "sc-longform-header-sapo", "news_detail_sapo", "news-sapo",
    "detail-sapo", "detail-desc", "hometext", "news-lead", "article-lead", "detail-lead", "tom-tat", "tomtat",
    "article-summary", "abs", "chapeau", "c-detail-head__sapo", "detail__summary", "sapo_detail",
})  # fmt: skip
_CLASSES = {
    "author": re.compile(r"author|byline|tac-?gia", re.IGNORECASE),
    "breadcrumb": re.compile(
        r"bread-?crumb|(?<![\w-])sitemap(?![\w-])|\bcrumbs?\b|(?<![\w-])(?:site-?|nav-?)?path(?![\w-])|duong-?dan|(?<![\w-])chuyen-?muc(?![\w-])"
        r"|(?:detail|article|news|post|entry|head)\w*[-_]+(?:cate|category|cat|chuyen-?muc|section)(?:-?name)?(?![\w-])",
        re.IGNORECASE,
    ),
    "caption": re.compile(r"caption|chu-?thich|img-?desc|photo-?desc|cms-?desc|picture-?desc", re.IGNORECASE),
}
# These are told by the id too.
_CLASSES_AND_IDS = {
    "date": re.compile(r"date|time|publish|posted|ngay-?dang|ngaydang|thoi-?gian", re.IGNORECASE),
    "title": re.compile("title|tieu-?de", re.IGNORECASE),
    "aside": re.compile(
        r"relat|lien-?quan|tin-?khac|bai-?khac|cac-?bai|cung-?(?:chuyen|chu-?de)|(?<![\w-])(?:doc|xem)-?(?:them|tiep|nhieu)"
        r"|same-?(?:zone|news|cate|topic)|news-?same|(?<!\w)ads?(?!\w)|quang-?cao"
        r"|teaser|most-?(?:read|view)|c-box|read-?more|(?<![\w-])(?:comment|cmt|binh-?luan|y-?kien|phan-?hoi)",
        re.IGNORECASE,
    ),
}
# Of elements that are named after a title, those that can only be an article's.
_HEADLINE = re.compile(
    r"(?:detail|news|article|post|entry|cms|tin)\w*[-_]*title|title[-_]*(?:detail|news|article)|tieu-?de-?(?:tin|bai)|lbltitle"
    r"|lbltieude",
    re.IGNORECASE,
)
_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 15, 300
_TAGS = ("title", "meta", "script", "img", "time", "h1", "h2", "h3", "p")
_WITHOUT_TEXT = frozenset({"meta", "link", "script", "style", "html", "head", "body"})
# XPath finds them at the speed of C: three elements of four have none of these, and making lxml's Python object of each
# costs more than all that is asked of them.
_NAMED = XPath("descendant::*[@class or @id or @itemprop or @rel='author']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """*title* is the element that shows the headline, *about* the article's JSON-LD object.

    *tags* has elements by their tag, *marked* by what their class says: ``sapo``, ``author``, ``breadcrumb``,
    ``caption``, ``date``, ``title``, ``aside`` (other articles, comments, advertisements); both in document order.
    """

    page: Page
    metas: Mapping[str, str]
    linked: list[dict[str, Any]]
    about: dict[str, Any]
    title: HtmlElement | None
    tags: Mapping[str, list[HtmlElement]] = field(repr=False)
    marked: Mapping[str, list[HtmlElement]] = field(repr=False)
    above: frozenset[HtmlElement] = field(repr=False)  # what holds the headline
    # What is_aside() has found out so far.
    known: dict[HtmlElement, bool] = field(repr=False)

    @property
    def stated_title(self) -> str:
        """The page's <title>."""
        return markup.squeeze(self.tags["title"][0].text) if self.tags["title"] else ""

    def is_aside(self, element: HtmlElement) -> bool:
        """Whether *element* stands in a part of the page that isn't the article's; what holds the headline is."""
        path: list[HtmlElement] = []
        answer = False
        node: HtmlElement | None = element
        while node is not None:
            if node in self.known:
                answer = self.known[node]
                break
            path.append(node)
            if markup.names_aside(node):
                answer = True
                break
            node = node.getparent()
        self.known.update(dict.fromkeys(path, answer))
        return answer


def head_of(page: Page) -> Head:
    tags: dict[str, list[HtmlElement]] = defaultdict(list)
    marked: dict[str, list[HtmlElement]] = defaultdict(list)
    for element in page.tree.iter(*_TAGS):
        tags[element.tag].append(element)
    for element in _NAMED(page.tree):
        names = (element.get("class"), element.get("id"), element.get("itemprop"), element.get("rel"))
        if (kinds := _kinds(*names)) and element.tag not in _WITHOUT_TEXT:
            for kind in kinds:
                marked[kind].append(element)
    metas = markup.metas(tags["meta"])
    linked = markup.json_ld(tags["script"])
    title = _title(page, metas, tags, marked)
    above = frozenset(title.iterancestors()) if title is not None else frozenset()
    return Head(
        page=page,
        metas=metas,
        linked=linked,
        about=markup.article_of(linked, page.url, _titles(metas, tags, title)),
        title=title,
        tags=tags,
        marked=marked,
        above=above,
        known=dict.fromkeys([*above, *([] if title is None else [title])], False),
    )


def _titles(
    metas: Mapping[str, str], tags: Mapping[str, list[HtmlElement]], title: HtmlElement | None
) -> Iterator[str]:
    yield (tags["title"][0].text or "") if tags["title"] else ""
    yield metas.get("og:title", "")
    if title is not None:
        yield markup.short_text(title, 300) or ""


@lru_cache(maxsize=8192)
def _kinds(classes: str | None, identifier: str | None, itemprop: str | None, rel: str | None) -> tuple[str, ...]:
    """Cached, as a page says the same few classes over and over."""
    said = f"{classes or ''} {itemprop or ''} {rel or ''}"
    found = [kind for kind, pattern in _CLASSES.items() if pattern.search(said)]
    if not _SAPO.isdisjoint((classes or "").split()):
        # "article__sapo cms-desc": a sapo is nothing else
        found = ["sapo"]
    names = f"{classes or ''} {identifier or ''}"
    return (*found, *(kind for kind, pattern in _CLASSES_AND_IDS.items() if pattern.search(names)))


def _title(
    page: Page,
    metas: Mapping[str, str],
    tags: Mapping[str, list[HtmlElement]],
    marked: Mapping[str, list[HtmlElement]],
) -> HtmlElement | None:
    chosen = select(page.tree, page.source.selectors.title)
    if chosen and chosen[0].tag not in _WITHOUT_TEXT:
        return chosen[0]
    known = (markup.squeeze(tags["title"][0].text) if tags["title"] else "", metas.get("og:title", ""))
    lower = [*tags["h2"], *tags["h3"]]
    found = markup.headline(known, tags["h1"], lower, marked["title"])
    shown = markup.text_of(found) if found is not None else ""
    if len(shown) >= _SHORTEST_HEADLINE and any(shown.casefold() in title.casefold() for title in known):
        return found
    for other in (
        slugs.named([*tags["h1"], *lower, *marked["title"]], page.url),
        # A portal's one <h1> may be the name of the box: "Nhà cung cấp nội dung".
        _beginning(known, [*lower, *marked["title"]]),
        _by_name(marked["title"]) if len(shown) < _SHORTEST_HEADLINE else None,
    ):
        if other is not None:
            return other
    return found


def _beginning(known: Iterable[str], elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """The first element that one of *known* begins with."""
    starts = [title.casefold() for title in known]
    for element in elements:
        text = markup.short_text(element, _LONGEST_HEADLINE) or ""
        if len(text) >= _SHORTEST_HEADLINE and any(title.startswith(text.casefold()) for title in starts):
            return element
    return None


def _by_name(elements: list[HtmlElement]) -> HtmlElement | None:
    """The first element whose name says that it is the headline of an article, where nothing repeats it."""
    for element in elements:
        if _HEADLINE.search(f"{element.get('class') or ''} {element.get('id') or ''}") and element.find(".//a") is None:
            text = markup.short_text(element, _LONGEST_HEADLINE) or ""
            if len(text) >= _SHORTEST_HEADLINE and not text.endswith(":") and not markup.names_aside(element):
                return element
    return None


def select(tree: HtmlElement, css: str | None) -> list[HtmlElement]:
    """What a selector of the source's file finds; nothing without one."""
    return list(_selector(css)(tree)) if css else []


@lru_cache(maxsize=256)
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")
