"""Listings that have an address a day, a month or a year: ``/tin-ngay/{dd}-{mm}-{yyyy}.html``. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from urllib.parse import urljoin

from crawler.source import Source

NAMES = ("yyyy", "mm", "m", "dd", "d")
ALLOWED = "{yyyy}, where it is a month's also {mm} or {m}, and where it is a day's also {dd} or {d}"

_BRACES = re.compile(r"{([^{}]*)}")


def is_template(address: str) -> bool:
    return "{" in address


def is_sound(template: str) -> bool:
    """Whether its days can be told apart: a day needs its month, a month its year, and nothing else is in braces."""
    names = set(_BRACES.findall(template))
    by_month, by_day = bool(names & {"mm", "m"}), bool(names & {"dd", "d"})
    whole = names <= set(NAMES) and not re.search("[{}]", fill(template, date.min))
    return whole and "yyyy" in names and by_month >= by_day


def fill(template: str, day: date) -> str:
    """The address for *day*; what is in braces and no part of a date stays."""
    values = {
        "yyyy": f"{day.year:04}", "mm": f"{day.month:02}", "m": str(day.month), "dd": f"{day.day:02}", "d": str(day.day)
    }  # fmt: skip
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), template)


def between(template: str, since: date, today: date) -> Iterator[tuple[date, str]]:
    """The addresses of *template* from *today* back to *since*, both included, each once with its last day."""
    last = None
    for ordinal in range(today.toordinal(), since.toordinal() - 1, -1):
        day = date.fromordinal(ordinal)
        address = fill(template, day)
        if address != last:  # a month's is the same for all its days
            last = address
            yield day, address


def recent(named: Iterable[str], today: date) -> Iterator[str]:
    """*named* with templates filled in for *today* and the day before: a day's list is complete when it is over."""
    yesterday = today - timedelta(days=1) if today > date.min else today
    for address in named:
        if is_template(address):
            yield from (filled for _, filled in between(address, yesterday, today))
        else:
            yield address


def todays(source: Source, today: date) -> frozenset[str]:
    """What runs ask for by date: where nothing was published yet, it may not be there, and that is no trouble."""
    named = (*source.feeds, *source.sitemaps, *source.sections, *source.archives)
    return frozenset(urljoin(source.homepage, each) for each in recent(filter(is_template, named), today))
