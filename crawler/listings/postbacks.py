"""Pagers of ASP.NET: a link posts the page's form back with the name of what was clicked. Pure."""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from lxml.html import FormElement, HtmlElement

from crawler.listings.listing import Further, absolute
from crawler.listings.pagelinks import PageLink, current, page_links

# Real __VIEWSTATEs have up to some 200 KB.
MAX_FORM = 2_000_000
MOST_FIELDS = 500

_CALL = re.compile(r"__doPostBack\(\s*['\"]([^'\"]{1,300})['\"]\s*,\s*['\"]([^'\"]{0,100})['\"]")
_PAGE = re.compile(r"(?:page\$)?(\d{1,6})", re.I)
_NEXT_PAGE = re.compile(r"page\$next|next", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """*page* is the number that is posted, or that the link shows where none is; None for "next"."""

    link: PageLink
    target: str
    argument: str
    page: int | None


def postback(tree: HtmlElement, base: str, url: str) -> Further | None:
    """What to post for the page after this one, which shows its number: its address doesn't tell."""
    groups: dict[str, list[_Call]] = defaultdict(list)
    for call in _calls(tree):
        groups[re.sub(r"\d+", "#", call.target)].append(call)
    pagers = [calls for calls in groups.values() if any(call.page for call in calls) or _is_next(calls[0])]
    for calls in sorted(pagers, key=lambda calls: (-max(call.link.rank for call in calls), -len(calls))):
        chosen = _next(calls)
        form = _form(chosen.link.element) if chosen else None
        if chosen and form is not None:
            return _further(form, chosen, base, url)
    return None


def _calls(tree: HtmlElement) -> list[_Call]:
    found = []
    clickable = (a for a in tree.iter("a") if "__doPostBack" in f"{a.get('href')} {a.get('onclick')}")
    for link in page_links(clickable):
        call = _CALL.search(f"{link.element.get('href')} {link.element.get('onclick')}")
        if call is None:
            continue
        stated = _PAGE.fullmatch(call[2])
        posted = int(stated[1]) if stated else None
        if posted is not None and link.number is not None and posted not in (link.number, link.number - 1):
            continue  # a calendar posts the days since 2000
        page = link.number if link.number is not None else posted
        found.append(_Call(link=link, target=call[1], argument=call[2], page=page))
    return found


def _is_next(call: _Call) -> bool:
    """Whether it leads from any page to the next: by its argument, or in a pager's box by its words."""
    if call.page is not None or not call.link.is_next:
        return False
    return _NEXT_PAGE.fullmatch(call.argument) is not None or (not call.argument and call.link.rank > 0)


def _next(calls: list[_Call]) -> _Call | None:
    pages = {call.page: call for call in reversed(calls) if call.page is not None}
    own = current([call.link for call in calls])
    if own is None:  # the number that is missing between those linked
        own = next((page - 1 for page in sorted(pages) if page > 1 and page - 1 not in pages), None)
    following = pages.get(own + 1) if own is not None else None
    return following or next((call for call in calls if _is_next(call)), None)


def _form(element: HtmlElement) -> FormElement | None:
    return next((form for form in element.iterancestors("form") if isinstance(form, FormElement)), None)


def _further(form: FormElement, call: _Call, base: str, url: str) -> Further | None:
    """None where the form is not one of ASP.NET's, or is larger than any of them."""
    action = absolute(base, form.get("action") or "") if form.get("action") else url
    fields = dict(islice(_values(form), MOST_FIELDS))
    fields |= {"__EVENTTARGET": call.target, "__EVENTARGUMENT": call.argument}
    size = sum(len(name) + len(value) for name, value in fields.items())
    if action is None or "__VIEWSTATE" not in fields or size > MAX_FORM:
        return None
    return Further(url=action, form=tuple(fields.items()))


def _values(form: FormElement) -> list[tuple[str, str]]:
    try:
        return [(str(name), str(value)) for name, value in form.form_values()]
    except (KeyError, ValueError, AssertionError):  # what is no valid form
        return []
