"""What the readers of a page share: its statements, its headline and its telling elements, found in one pass. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipelines import markup
from pipelines.article import Page

# Classes of the sapo in the families of content systems.
_SAPO = frozenset({
    "sapo", "chappeau", "article__sapo", "alead", "sc-longform-header-sapo", "news_detail_sapo", "news-sapo",
    "detail-sapo", "article-summary", "abs", "chapeau", "c-detail-head__sapo", "detail__summary", "sapo_detail",
})  # fmt: skip
_CLASSES = {
    "author": re.compile(r"author|byline|tac-?gia", re.IGNORECASE),
    "breadcrumb": re.compile("breadcrumb", re.IGNORECASE),
    "caption": re.compile(r"caption|chu-?thich|img-?desc|photo-?desc|cms-?desc|picture-?desc", re.IGNORECASE),
}
# These are told by the id too.
_CLASSES_AND_IDS = {
    "date": re.compile(r"date|time|publish|posted|ngay-?dang|ngaydang|thoi-?gian", re.IGNORECASE),
    "title": re.compile("title", re.IGNORECASE),
}
_TAGS = frozenset({"meta", "script", "img", "time", "h1", "h2", "h3", "p"})
_WITHOUT_TEXT = frozenset({"meta", "link", "script", "style", "html", "head", "body"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """*title* is the element that shows the headline, *about* the article's JSON-LD object.

    *tags* has elements by their tag, *marked* by what their class says: ``sapo``, ``author``, ``breadcrumb``,
    ``caption``, ``date``, ``title``; both in document order.
    """

    page: Page
    metas: Mapping[str, str]
    linked: list[dict[str, Any]]
    about: dict[str, Any]
    title: HtmlElement | None
    tags: Mapping[str, list[HtmlElement]] = field(repr=False)
    marked: Mapping[str, list[HtmlElement]] = field(repr=False)
    # lxml makes an element's Python object anew whenever the last is gone, at the price of all that is asked of it.
    elements: list[HtmlElement] = field(repr=False)


def head_of(page: Page) -> Head:
    elements = list(page.tree.iter("*"))
    tags: dict[str, list[HtmlElement]] = defaultdict(list)
    marked: dict[str, list[HtmlElement]] = defaultdict(list)
    for element in elements:
        tag = element.tag
        if tag in _TAGS:
            tags[tag].append(element)
        classes, identifier = element.get("class"), element.get("id")
        itemprop, rel = element.get("itemprop"), element.get("rel")
        if (classes or identifier or itemprop or rel) and tag not in _WITHOUT_TEXT:
            for kind in _kinds(classes, identifier, itemprop, rel):
                marked[kind].append(element)
    metas = markup.metas(tags["meta"])
    linked = markup.json_ld(tags["script"])
    return Head(
        page=page,
        metas=metas,
        linked=linked,
        about=markup.article_of(linked),
        title=_title(page, metas, tags, marked),
        tags=tags,
        marked=marked,
        elements=elements,
    )


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
    known = (markup.squeeze(page.tree.findtext(".//title")), metas.get("og:title", ""))
    lower = [*tags["h2"], *tags["h3"]]
    return markup.headline(known, tags["h1"], lower, marked["title"])


def select(tree: HtmlElement, css: str | None) -> list[HtmlElement]:
    """What a selector of the source's file finds; nothing without one."""
    return list(_selector(css)(tree)) if css else []


@lru_cache(maxsize=256)
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")
