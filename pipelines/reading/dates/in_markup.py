"""Dates of publication that the source's selector finds and that markup states: JSON-LD, meta, <time>. Pure."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from pipelines.article import Page
from pipelines.reading.dates import lines, printed
from pipelines.reading.dates.stamp import Stamp, is_plausible, parse_machine
from pipelines.reading.dates.text import parse_text
from pipelines.reading.page import markup
from pipelines.reading.page.head import Head, select

_METAS = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "cms-date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "originalpublicationdate",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
# Of the article as a rule, of the page's template now and then.
_LOOSE_METAS = (
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_UPDATED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified")
_IN_BODY = frozenset({"datepublished", "cms-date"})
# What a page has at most before it is one of teasers alone.
_METAS_AT_MOST = 200
_TIMES = 20


def machine(page: Page, value: object) -> Stamp | None:
    """A value of an attribute; where a site prints its own format there, that is read too."""
    if not isinstance(value, str) or not value.strip():
        return None
    source = page.source
    stamp = parse_machine(value, timezone=source.timezone)
    stamp = stamp or parse_text(value, day_first=source.day_first, timezone=source.timezone, now=page.fetched_at)
    return stamp if stamp and is_plausible(stamp, page.fetched_at) else None


def selected(head: Head) -> Stamp | None:
    """What the source's selector finds; in the page's own header, where clocks stand, only if it finds nothing else."""
    page = head.page
    for element in sorted(select(page.tree, page.source.selectors.date), key=lambda e: _is_of_the_site(head, e)):
        for value in (element.get("datetime"), element.get("content"), markup.text_of(element)):
            stamp = machine(page, value)
            if stamp and not (_is_of_the_site(head, element) and lines.is_recent(stamp, head.page)):
                return stamp
    return None


def linked(head: Head) -> Stamp | None:
    """Of the article's JSON-LD."""
    return machine(head.page, head.about.get("datePublished") or head.about.get("dateCreated"))


def metas(head: Head) -> Stamp | None:
    return _first(head, _METAS)


def loose_metas(head: Head) -> Stamp | None:
    return _first(head, _LOOSE_METAS)


def updated(head: Head) -> Stamp | None:
    values = (head.about.get("dateModified"), *(head.metas.get(name) for name in _UPDATED_METAS))
    return next((stamp for value in values if (stamp := machine(head.page, value))), None)


def _first(head: Head, names: tuple[str, ...]) -> Stamp | None:
    for name in names:
        values = [head.metas[name]] if name in head.metas else []
        for value in _of_this_article(head, name) if values and name in _IN_BODY else values:
            if stamp := machine(head.page, value):
                return stamp
    return None


def _of_this_article(head: Head, name: str) -> Iterator[str]:
    """Microdata: the teasers of a page have such too."""
    for element in head.tags["meta"][:_METAS_AT_MOST]:
        names = f"{element.get('itemprop')} {element.get('class')} {element.get('name')}".lower().split()
        if name not in names:
            continue
        if element.getparent().tag == "head" or not (head.is_aside(element) or printed.is_teaser(head, element)):
            yield element.get("content") or ""


def of_time(head: Head, texts: list[printed.Text]) -> Stamp | None:
    """The <time> marked as the publication's, else the first of the article's head."""
    near = {text.element for text in texts}
    times = sorted(head.tags["time"], key=lambda time: (not _is_marked(time), time not in near))
    for time in times[:_TIMES]:
        if not _is_the_articles(head, time, texts):
            continue
        stamp = machine(head.page, time.get("datetime")) or machine(head.page, markup.text_of(time))
        is_clock = stamp and not _is_marked(time) and lines.is_recent(stamp, head.page)
        if stamp and stamp.label != "updated" and not (is_clock and _may_be_clock(head, time, texts)):
            # Without a headline nobody can say which one it is.
            return stamp if head.title is not None or len(times) == 1 else None
    return None


def _is_the_articles(head: Head, time: HtmlElement, texts: list[printed.Text]) -> bool:
    if "modified" in f"{time.get('itemprop')} {time.get('class')}".lower() or head.is_aside(time):
        return False
    if _is_of_the_site(head, time) or printed.is_teaser(head, time):
        return False
    # One without text shows what a script puts there.
    if len(time) == 0 and time.text and printed.line_of(head, time) is None:
        return False
    if _is_marked(time) and (not texts or texts[-1].first is None or _is_in_scope(head, time)):
        return True  # also where the head ended at another box before any prose
    if head.title is not None and printed.precedes(time, head.title):
        return printed.is_above(head, time) or _is_marked(time)
    return not _is_late(head, time, texts) or printed.is_beside(head, time, texts)


def _is_in_scope(head: Head, time: HtmlElement) -> bool:
    """Whether the item that microdata says this of holds the headline too."""
    scope = next((box for box in time.iterancestors() if box.get("itemscope") is not None), None)
    return scope is not None and scope in head.above


def _is_marked(time: HtmlElement) -> bool:
    return time.get("pubdate") is not None or "datePublished" in (time.get("itemprop") or "")


def _is_late(head: Head, time: HtmlElement, texts: list[printed.Text]) -> bool:
    """Whether *time* stands after the first prose, or after all of the article's head."""
    if not texts:
        return False
    end = texts[-1].element if texts[-1].first is None else texts[-1].first
    return end is not time and not printed.precedes(time, end)


def _may_be_clock(head: Head, time: HtmlElement, texts: list[printed.Text]) -> bool:
    return not texts or head.title is None or printed.precedes(time, head.title) or _is_late(head, time, texts)


def _is_of_the_site(head: Head, element: HtmlElement) -> bool:
    header = next(element.iterancestors("header"), None)
    return head.is_aside(element) or (header is not None and head.title is not None and header not in head.above)
