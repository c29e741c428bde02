"""A link as discovery found it: the address of a page and what was said of it there."""

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """How an address came to be asked for."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    REVISIT = "revisit"
    OPERATOR = "operator"
    IMPORT = "import"
    ARTICLE = "article"  # what an article shows: its images, attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """*published_at* is ISO 8601 with the offset that the feed or sitemap states, never converted; *changed_at* is a
    sitemap's <lastmod>, likewise: it orders what is asked for, and is no date of publication.
    """

    url: str
    title: str | None = None
    published_at: str | None = None
    changed_at: str | None = None
    section: str | None = None
    via: str | None = None  # the address of the listing, feed or sitemap it stood in
    via_kind: Via = Via.OPERATOR
