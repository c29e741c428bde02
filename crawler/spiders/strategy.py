"""How a source lists its articles. A strategy is pure: it names the listings to ask for, and reads their answers.

``feed``, ``sitemap`` and ``section`` do for nearly all; a hard site has a module of its slug's name here, with dashes
as underscores, whose ``STRATEGY`` is asked instead of them.
"""

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from urllib.parse import urljoin

from crawler.capture import Kind
from crawler.links import Via
from crawler.listings.bydate import recent
from crawler.listings.listing import Listing
from crawler.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A listing as it came. *body* is decoded of content codings; *encoding* is the text's, if known.

    *at* is when it came: dates far after it are none.
    """

    url: str
    body: bytes = field(repr=False)
    encoding: str | None = None
    at: datetime | None = None


class Strategy(Protocol):
    """*most* bounds the further listings that one run asks for, pagers and sitemap indexes alike."""

    via: Via
    kind: Kind
    most: int

    def requests(self, source: Source, today: date) -> Iterable[str]:
        """Addresses of the listings that the source's file names; of those by date, *today*'s and yesterday's."""

    def parse(self, answer: Answer, source: Source) -> Listing: ...


def addresses(source: Source, named: Iterable[str], today: date) -> list[str]:
    """*named*, which may be relative to the homepage, each once."""
    return list(dict.fromkeys(urljoin(source.homepage, address) for address in recent(named, today)))


def own_strategy(slug: str) -> Strategy | None:
    """The strategy of the module named for *slug*, if there is one."""
    name = f"crawler.spiders.{slug.replace('-', '_')}"
    if importlib.util.find_spec(name) is None:
        return None
    strategy: Strategy | None = getattr(importlib.import_module(name), "STRATEGY", None)
    return strategy
