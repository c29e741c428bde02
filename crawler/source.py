"""A source: one newspaper or portal, as its TOML file describes it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A host that the source had before (*until*: its last day), or an alias it has now (*until* None).

    An alias is the same site under another name. A former host's native ids and paths are one space with the homepage's
    where *same_ids*, else a space of their own. *province* is whose newspaper it was there, before a merger.
    """

    host: str
    until: date | None = None
    same_ids: bool = False
    province: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    articles_per_week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors for awkward markup; empty ones leave the generic rules in force. *drop* is taken out first."""

    title: str | None = None
    summary: str | None = None
    body: str | None = None
    byline: str | None = None
    date: str | None = None
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """*delay* is seconds from one request's start to the next on a host, at least 1 unless the source is on loopback.

    *article* matches the address of an article (``re.search``); its group ``id``, if there is one, is the native id.
    None means: any address of the source's hosts that is no listing. *edition* tells language editions apart.
    Match addresses through crawler.identity: it searches path and query, in the form that identity keys have.
    *key_host* names the source in identity keys: pinned to the former host when the homepage moves, ids outlive that.
    """

    slug: str
    name: str
    homepage: str
    kind: str = "newspaper"  # newspaper, portal, magazine, agency, import
    province: str | None = None
    language: str = "vi"
    edition: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"  # "": not known, so no offset is claimed
    day_first: bool | None = True  # None: not known, so 07/06/2021 is no date
    schedule: str = "hourly"
    article: re.Pattern[str] | None = None
    exclude: re.Pattern[str] | None = None
    hosts: tuple[Host, ...] = ()
    ignore_case: bool = False  # IIS hosts answer the same page whatever the letters' case
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()  # listings by day, month or year: templates of crawler.listings.bydate
    requisites: str = "none"  # what of a page is kept besides it: none, images, page
    keep: tuple[str, ...] = ()  # sections or words, needed where there is no province
    family: str | None = None
    delay: float = 1.0
    legacy_tls: bool = False
    selectors: Selectors = field(default_factory=Selectors)
    expect: Expect = field(default_factory=Expect)
    collection: str | None = None
    reason: str | None = None
    rights: str | None = None
    started: date | None = None  # of the newspaper or portal, as far as known
    ended: date | None = None
    machine_translated: bool = False  # every article is a machine's translation
    key_host: str | None = None

    def day_of(self, moment: datetime) -> date:
        """The day that it is at *moment*, which is aware, where the newspaper is."""
        return moment.astimezone(ZoneInfo(self.timezone or "UTC")).date()
