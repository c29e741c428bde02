"""Is a page an article? Decided on the evidence of the page alone, so that the order of pages never matters."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.capture import Capture, Kind
from crawler.challenge import is_challenge
from pipelines.article import Outcome, Reading
from pipelines.belongings import requisite_answer
from pipelines.reading.page.head import Head
from pipelines.refusing import gambling, listing, media, stubs
from pipelines.refusing.listing import FEW_HEADLINES, stated_type
from pipelines.refusing.refusal import Refusal, Suspect

# In this order: a page that says it is not there may show a listing too, a login wall may be all of a gallery.
JUDGES: tuple[Callable[[Suspect], Refusal | None], ...] = (
    stubs.soft_404,
    stubs.javascript_shell,
    stubs.login_wall,
    listing.refuse,
    media.refuse,
)

# "Kính mời" notices of a dozen words are real; what is shorter and undated is a stub.
FEW_WORDS = 12
# A page that calls itself an article, and has so much to say (100 words), is looked at no further.
ENOUGH_LETTERS = 500
# No teaser is as long (60 words): portals print the first 200 letters of an article, papers a sapo of 20 to 45 words.
LONG = 300
_LINKS = XPath("descendant::a[string-length() > 24]")
_TEXTS = XPath(
    "descendant::text()[string-length() > 60 and not(parent::a or parent::script or parent::style or parent::noscript)]"
)
# So many letters of them in one box are 150 words, more than twice what listing.BODY asks for.
BODY_LETTERS = 1000
# Where words are longer on average, none are spaced; a letter then says as much as three.
_LONGEST_WORD, _UNSPACED = 12, 3
_INLINE = frozenset({"b", "em", "font", "i", "span", "strong", "u"})
_HTML = ("text/html", "application/xhtml+xml", "text/plain", "application/xml")


def refuse_answer(capture: Capture) -> str | None:
    """The outcome of an answer that needs no reading (errors, redirects, feeds, challenges); None: read the page."""
    if capture.withheld is not None:
        return Outcome.WITHHELD
    if capture.status is None:
        return f"{Outcome.FAILED}:{(capture.error or 'no-answer').split()[0]}"
    if is_challenge(capture.body):
        return Outcome.CHALLENGE
    has_prior = capture.refers_to is not None and capture.kind is not Kind.REQUISITE  # of those, what was found is said
    if capture.status == 304 or (has_prior and 200 <= capture.status < 300):
        return Outcome.NOT_MODIFIED
    if capture.kind is Kind.ROBOTS:
        return Outcome.ROBOTS
    if 300 <= capture.status < 400:
        return Outcome.REDIRECT
    if capture.status in (404, 410):
        return Outcome.MISSING
    if not 200 <= capture.status < 300:
        return f"{Outcome.FAILED}:http-{capture.status}"
    if capture.kind is Kind.FEED:
        return Outcome.FEED
    if capture.kind is Kind.LISTING:
        return Outcome.LISTING
    if capture.error:
        return f"{Outcome.FAILED}:{capture.error.split()[0]}"
    if capture.kind is Kind.REQUISITE:
        return requisite_answer.judge(capture)
    media = (capture.header("content-type") or "text/html").partition(";")[0].strip().lower()
    return None if media in _HTML else f"{Outcome.REJECTED}:not-html"


def refuse_page(reading: Reading, head: Head) -> Refusal | None:
    """Why a page is no article, None for one that is. Judged before the site's rules are applied."""
    page = Suspect(reading=reading, head=head)
    if found := gambling.refuse(page):
        return found
    if _is_plain(page):
        return None
    for judge in JUDGES:
        if found := judge(page):
            return found
    if not page.words:
        return Refusal("no-text", "nothing to read was found")
    if page.words < FEW_WORDS and not page.is_dated:
        return Refusal("too-short", f"{page.words} words, undated")
    return None


def _is_plain(page: Suspect) -> bool:
    """An article beyond doubt, as most pages are: they cost no look at their layout."""
    texts = [block.text for block in page.reading.body]
    if not page.reading.metadata.title or sum(map(_letters, texts)) < ENOUGH_LETTERS:
        return False
    if sum(_letters(text) for text in texts if len(text) > LONG) >= BODY_LETTERS or _has_body(page.head.page.tree):
        return True
    if page.address or stated_type(page) or not (page.claims and page.is_dated):
        return False
    links = {" ".join(link.text_content().split()) for link in _LINKS(page.head.page.tree)}
    return sum(text in links for text in texts) < FEW_HEADLINES


def _has_body(tree: HtmlElement) -> bool:
    """Whether some box of the page holds long texts beside each other, none of which tells of a headline before it."""
    boxes: Counter[HtmlElement] = Counter()
    for text in _TEXTS(tree):
        box = _box(text)
        if box is not None:
            boxes[box] += _letters(text.strip())
            if boxes[box] >= BODY_LETTERS and not _is_footer(box):
                return True
    return False


def _letters(text: str) -> int:
    """As many as a text of a script with spaces would have."""
    return len(text) if text.count(" ") * _LONGEST_WORD > len(text) else _UNSPACED * len(text)


def _box(text: Any) -> HtmlElement | None:
    """What holds *text*, or the paragraph that it is part of; None where it follows a headline with a link."""
    element = text.getparent()
    if text.is_tail:
        before = element.getprevious() if element.tag == "br" else element
        if element.tag == "br" and before is not None and before.tag == "a":
            return None
        element = element.getparent()
    while element is not None and element.tag in _INLINE:
        element = element.getparent()
    if element is None or element.tag != "p":
        return element
    before = element.getprevious()
    return None if before is not None and next(before.iter("a"), None) is not None else element.getparent()


def _is_footer(box: HtmlElement) -> bool:
    return any(each.tag == "footer" or "foot" in (each.get("class") or "") for each in (box, *box.iterancestors()))
