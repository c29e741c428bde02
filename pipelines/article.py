"""The records that flow through the chain: Page → Article → Fingerprint → Outcome. Frozen, slotted, keyword-only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lxml.html import HtmlElement

from crawler.links import Link
from crawler.source import Source


class Outcome(StrEnum):
    """How a capture ended: exactly one each. ``rejected`` and ``failed`` carry a code: ``rejected:too-short``."""

    ARTICLE = "article"
    UNCHANGED = "unchanged"
    LISTING = "listing"
    FEED = "feed"
    ROBOTS = "robots"
    REQUISITE = "requisite"
    REDIRECT = "redirect"
    NOT_MODIFIED = "not-modified"
    MISSING = "missing"
    CHALLENGE = "challenge"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page ready to be read: *tree* is its lxml document, which readers must not change. *fetched_at*: aware UTC."""

    url: str
    fetched_at: datetime
    source: Source
    tree: HtmlElement = field(repr=False)
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When the newspaper says it published. *at* is ISO 8601 with the page's own offset (else the source's) or None.

    *at* is as long as *precision* (``second``, ``minute``, ``day``, ``month``, ``year``) allows:
    ``2021-06-07T09:55+07:00`` or ``2021-06-07``. *raw* is the string it was read from. *method* names the rule:
    ``selector``, ``json-ld``, ``meta``, ``time``, ``feed``, ``sitemap``, ``text``, ``url``, ``image-path`` (an
    estimate: not before that month); with ``relative`` for "2 giờ trước".
    *conflict*: two methods differ by more than two days. *updated_at* is the page's own "updated", like *at*.
    """

    at: str | None = None
    raw: str | None = None
    precision: str | None = None
    method: str | None = None
    conflict: bool = False
    updated_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article, apart from body and dates.

    *byline* is people ("Mai Thương; Trần Tuấn"), never an agency; *credit* is the agency line as printed ("Theo
    TTXVN"), *agency* its normal name ("TTXVN"); *dateline* is the desk code that opened the text ("BAC GIANG"). *noise*
    are lines that belong to none of the text (keyword lists from alt texts, captions, the byline as printed), to be
    dropped from it.
    """

    title: str | None = None
    summary: str | None = None
    byline: str | None = None
    byline_role: str | None = None
    agency: str | None = None
    credit: str | None = None
    dateline: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    noise: tuple[str, ...] = ()
    declared_language: str | None = None
    # (language, absolute address, ``hreflang``, ``json-ld`` or ``link``) of the same article in another language.
    alternates: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a page as the extractor read it: *kind* is ``p``, ``h``, ``li``, ``quote`` or ``table``.

    *sure*: ten times the log odds, -99 to 99, that it is the article's on the evidence of its page alone; from 0 up it
    is. *path*: its place, the class path of the boxes around it, which other pages of the site have too.
    """

    text: str
    kind: str = "p"
    sure: int = 99
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page as the extractor read it, before the site's boilerplate is taken out: re-cleaning starts from it.

    *blocks* are all that may be the article's, in the page's order; ``body`` is what is, by this page alone.
    *repaired* names the wrong encoding that its letters were recovered from (``tcvn3``, ``windows-1258``,
    ``utf-8-as-latin-1``); *flags* are marks of quality (``placeholder``), sorted.
    """

    extractor: str
    metadata: Metadata
    published: Published
    language: str
    machine_translated: bool
    blocks: tuple[Block, ...] = field(repr=False)
    repaired: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def body(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.sure >= 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned reading: what goes into the record. *rules* names the version of the site's rules that cleaned it.

    *reading* is as it was read; *metadata* is its metadata with what the ends of the text said (byline, dateline).
    """

    source: str
    key: str
    url: str
    reading: Reading
    metadata: Metadata
    rules: str
    text: str = field(repr=False)
    markdown: str = field(repr=False)
    word_count: int
    sha256: str

    @property
    def compared(self) -> str:
        """The words that it is compared by with other articles."""
        return compared(self.metadata.title, self.metadata.summary, self.text)


def compared(title: str | None, summary: str | None, text: str | None) -> str:
    """All words of an article, each once. One paper prints the sapo within the body, another beside it; and notices of
    one form differ in their titles.
    """
    body = text or ""
    opening = (summary or "").rstrip(" .…")
    parts = (title, summary if opening and opening not in body else None, body)
    return "\n".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """*signature* is 96 minima of 32 bits, little-endian; *bands* are 32 keys of 63 bits (pipelines/fingerprint.py).

    *figures* are 24 such minima of a text's figures; None where it has few. *words* are its words' numbers, and *runs*
    how many different runs of five it has (pipelines/copies/prepared.py); None where it is long.
    """

    signature: bytes = field(repr=False)
    bands: tuple[int, ...] = field(repr=False)
    shingles: int
    figures: bytes | None = field(default=None, repr=False)
    words: bytes | None = field(default=None, repr=False)
    runs: int | None = None
