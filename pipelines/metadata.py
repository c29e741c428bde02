"""What a page says of its article, apart from body and dates. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.links import Link, Via
from pipelines.article import Metadata
from pipelines.reading.page import asides, markup, pictures, slugs, titles
from pipelines.reading.page.alternates import alternates
from pipelines.reading.page.head import Head, select
from pipelines.reading.people.credits import Credits, parse_byline
from pipelines.reading.text import leads
from pipelines.reading.text.datelines import strip_dateline
from pipelines.vietnamese import clean

_KEYWORD_METAS = ("news_keywords", "keywords", "og:keywords", "article:tag")
_HOME = re.compile(r"^(?:trang chủ|trang nhất|home|homepage|tin tức|news|start|»|>|/)$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\w+\}")
# A description shorter than this is a slogan; a sapo has a sentence or two.
_SHORTEST_SUMMARY, _LONGEST_SUMMARY = 30, 1500
# How much of a description's words must stand on the page for it to be the article's and not the site's; that its
# beginning does is quicker to find out.
_OWN_WORDS, _BEGINNING = 0.6, 60
_LONGEST_BYLINE = 100
_LONGEST_TRAIL, _MOST_TRAILS = 300, 20
_MOST_LABELLED, _LARGEST_BOX = 20, 50
# What NukeViet prints under its articles.
_LABELLED = XPath(
    "descendant::p[starts-with(normalize-space(), 'Nguồn tin:') or starts-with(normalize-space(), 'Tác giả:')]"
)
MOST_KEYWORDS = 30


def read(head: Head) -> Metadata:
    """Title, sapo, people, agency, section, keywords, pictures; and the lines that belong to none of the text."""
    names = _site_names(head)
    title = _title(head, names)
    shown = pictures.pictures(head)
    captions = [line for image, printed in shown for line in pictures.printed_lines(image, printed)]
    summary = _summary(head, title, captions, names)
    dateline, summary = strip_dateline(summary) if summary else (None, None)
    printed = list(_printed_bylines(head))
    credits = _credits(printed, list(_stated_authors(head)), names)
    keywords = _keywords(head)
    lines = [*pictures.alternative_texts(head), *captions, *printed]
    lines += [", ".join(keywords), *keywords]
    return Metadata(
        title=title,
        summary=summary,
        byline=credits.byline,
        byline_role=credits.byline_role,
        agency=credits.agency,
        credit=credits.credit,
        dateline=dateline,
        section=_section(head, title, names),
        keywords=keywords,
        images=tuple(image for image, _ in shown),
        noise=_noise([*lines, *asides.lines(head)], keep=(title, summary), drop=asides.sapo_outside(head)),
        declared_language=_declared_language(head),
        alternates=alternates(head),
    )


def _site_names(head: Head) -> frozenset[str]:
    source = head.page.source
    names = titles.site_names(head.metas.get("og:site_name"), source.name, homepage=source.homepage)
    return names | titles.site_names(homepage=head.page.url)


def _selected(head: Head, css: str | None) -> list[str]:
    elements = select(head.page.tree, css)
    return [text for element in elements if (text := element.get("content") or markup.text_of(element))]


def _title(head: Head, names: frozenset[str]) -> str | None:
    page = head.page
    for chosen in _selected(head, page.source.selectors.title):
        if stripped := titles.strip_site(clean(chosen), names):
            return stripped
    shown = clean(markup.text_of(head.title)) if head.title is not None else None
    stated = (head.metas.get("og:title"), head.about.get("headline"), head.stated_title)
    listed = clean(page.link.title) if page.link and page.link.title else None
    if shown and slugs.is_of(shown, page.url) and (named := titles.strip_site(shown, names)):
        return named
    best = titles.choose(shown, [clean(markup.stated(value)) for value in stated], names)
    if head.title is None and not (stated[0] or stated[1]) and best and slugs.says_otherwise(best, page.url):
        best = None
    if best and listed and page.link and _is_the_sections(best, page.link, listed):
        return listed
    return best or listed


def _is_the_sections(title: str, link: Link, listed: str) -> bool:
    """Whether *title* is what every page of the section says ("Tin tức"), where a feed or sitemap has the article's."""
    if link.via_kind not in (Via.FEED, Via.SITEMAP) or len(listed) < titles.SHORTEST:
        return False
    named = titles.condense(title)
    return named == titles.condense(link.section or "") or _HOME.match(title) is not None


def _summary(head: Head, title: str | None, captions: list[str], names: frozenset[str]) -> str | None:
    """The sapo as marked, else a first paragraph in bold, else the description in the page's meta elements."""
    for text in _selected(head, head.page.source.selectors.summary):
        if text and len(text) <= _LONGEST_SUMMARY:
            return clean(text)
    for element in head.marked["sapo"]:
        text = markup.short_text(element, _LONGEST_SUMMARY) or ""
        if len(text) >= _SHORTEST_SUMMARY and text != title and not head.is_aside(element):
            return clean(text)
    lead, description = clean(leads.lead(head, captions) or ""), _description(head, title, names)
    if lead and (description is None or _share(description, lead) >= _OWN_WORDS):
        return lead
    return description


def _description(head: Head, title: str | None, names: frozenset[str]) -> str | None:
    for value in (head.about.get("description"), head.metas.get("og:description"), head.metas.get("description")):
        text = clean(markup.stated(value))
        if _SHORTEST_SUMMARY <= len(text) <= _LONGEST_SUMMARY and text != title and _is_of_the_article(text, head):
            return None if titles.strip_site(text, names) != text else text
    return None


def _is_of_the_article(description: str, head: Head) -> bool:
    """Sites put one description of themselves on every page: its words don't stand in the article."""
    shown = " ".join(node.text_content() for tag in ("p", "h1", "h2") for node in head.tags[tag])
    return description[:_BEGINNING] in shown or _share(description, shown) >= _OWN_WORDS


def _share(part: str, whole: str) -> float:
    """How many of the words of *part* stand in *whole* too, from 0 to 1."""
    words = {word for word in part.casefold().split() if len(word) > 2}
    text = clean(whole).casefold()
    return sum(word in text for word in words) / len(words) if words else 0.0


def _printed_bylines(head: Head) -> Iterator[str]:
    yield from (clean(line) for line in _selected(head, head.page.source.selectors.byline))
    for element in head.marked["author"]:
        text = markup.short_text(_name_within(element), _LONGEST_BYLINE)
        if text and not head.is_aside(element):
            yield clean(text)

    for element in islice(_LABELLED(head.page.tree), _MOST_LABELLED):
        text = markup.short_text(element, _LONGEST_BYLINE)
        if text and not head.is_aside(element):
            yield clean(text.partition(":")[2])


def _name_within(element: HtmlElement) -> HtmlElement:
    """Of a box about the author, with picture, life and all other articles: the name."""
    within = islice(element.iterdescendants("*"), _LARGEST_BOX)
    named = [node for node in within if "name" in (node.get("itemprop"), node.get("class"))]
    return named[0] if len(named) == 1 else element


def _stated_authors(head: Head) -> Iterator[str]:
    authors = head.about.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        name = author.get("name") if isinstance(author, dict) else author
        for value in name if isinstance(name, list) else [name]:
            yield clean(markup.stated(value))
    for name in ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"):
        if "/" not in head.metas.get(name, "/"):
            yield clean(markup.stated(head.metas[name]))


def _credits(printed: list[str], stated: list[str], names: frozenset[str]) -> Credits:
    """The first line that names people gives them, the first that names an agency gives that.

    A single word is a pen name only where it is stated to be the author: elements of a class "author" hold much else.
    """
    found = [parse_byline(line) for line in printed if titles.condense(line) not in names]
    found += [parse_byline(line, pen_names=True) for line in stated if titles.condense(line) not in names]
    people = next((line for line in found if line.byline), Credits())
    source = people if people.credit else next((line for line in found if line.credit), Credits())
    return Credits(byline=people.byline, byline_role=people.byline_role, agency=source.agency, credit=source.credit)


def _section(head: Head, title: str | None, names: frozenset[str]) -> str | None:
    stated = head.about.get("articleSection")
    candidates = [head.metas.get("article:section"), stated[0] if isinstance(stated, list) and stated else stated]
    candidates += _crumbs(head.linked)[:1]
    candidates += [name for trail in head.marked["breadcrumb"][:_MOST_TRAILS] for name in _trail(head, trail)]
    candidates.append(head.page.link.section if head.page.link else None)
    for value in candidates:
        text = clean(markup.stated(value))
        if text and len(text) <= 60 and text != title and not _HOME.match(text) and titles.condense(text) not in names:
            return text
    return None


def _trail(head: Head, element: HtmlElement) -> list[str]:
    """The names in a trail, the home page and the article itself among them; of a menu that is called one, nothing."""
    # A <nav> of its own is no part of the menu.
    nav = next((node for node in (element, *element.iterancestors()) if node.tag == "nav"), element)
    outside = nav.getparent()
    if (outside is not None and head.is_aside(outside)) or markup.short_text(element, _LONGEST_TRAIL) is None:
        return []
    links = [element] if element.tag == "a" else list(element.iter("a"))
    return [markup.text_of(link) for link in links] if links else [markup.text_of(element)]


def _crumbs(linked: list[dict[str, Any]]) -> list[str]:
    """Names of a BreadcrumbList, the home page left out."""
    found: list[str] = []
    for item in linked:
        elements = item.get("itemListElement") if item.get("@type") == "BreadcrumbList" else None
        for element in elements if isinstance(elements, list) else []:
            target = element.get("item") if isinstance(element, dict) else None
            name = element.get("name") or (target.get("name") if isinstance(target, dict) else None) if target else None
            if isinstance(name, str) and not _HOME.match(name.strip()):
                found.append(name)
    return found


def _keywords(head: Head) -> tuple[str, ...]:
    """Each once, as it is first written, whatever its case."""
    stated = head.about.get("keywords")
    values = [markup.stated(value) for value in (stated if isinstance(stated, list) else [stated])]
    for element in head.tags["meta"]:
        if (element.get("name") or element.get("property") or "").lower() in _KEYWORD_METAS:
            values.append(markup.stated(element.get("content")))
    kept: dict[str, str] = {}
    for value in values:
        for word in (clean(part.strip()) for part in re.split(r"[,;]", value)):
            if 1 < len(word) <= 60 and not word.startswith("@") and not _PLACEHOLDER.search(word):
                kept.setdefault(word.casefold(), word)
    return tuple(kept.values())[:MOST_KEYWORDS]


def _noise(lines: list[str], *, keep: tuple[str | None, ...], drop: Iterable[str]) -> tuple[str, ...]:
    """Lines that an extractor may take for text: alt texts, captions, bylines, keywords; placeholders always."""
    found = dict.fromkeys(line for text in lines if len(line := clean(text)) > 2 and line not in keep)
    found |= dict.fromkeys(clean(text) for text in (*drop, "{keywords}"))
    return tuple(found)


def _declared_language(head: Head) -> str | None:
    root = head.page.tree.getroottree().getroot()
    stated = (
        root.get("lang") or root.get("xml:lang") or head.metas.get("og:locale") or head.metas.get("content-language")
    )
    return stated.strip().replace("_", "-") if stated and stated.strip() else None
