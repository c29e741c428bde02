"""Is a page an article? Decided on the evidence of the page alone, so that the order of pages never matters."""

from collections import Counter
from collections.abc import Callable

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.capture import Capture, Kind
from crawler.challenge import is_challenge
from pipelines.article import Outcome, Reading
from pipelines.belongings import requisite_answer
from pipelines.reading.head import Head
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
# A page that calls itself an article, and has so many words of its own, is looked at no further.
ENOUGH_WORDS = 100
_LINKS = XPath("descendant::a[string-length() > 24]")
# Paragraphs beside each other, none of which tells of the headline before it.
_PARAGRAPHS = XPath("//p[string-length() > 100 and not(a) and not(preceding-sibling::*[1]/descendant-or-self::a)]")
# So many letters of them in one box are 150 words, more than twice what listing.BODY asks for.
BODY_LETTERS = 1000
_HTML = ("text/html", "application/xhtml+xml", "text/plain", "application/xml")


def refuse_answer(capture: Capture) -> str | None:
    """The outcome of an answer that needs no reading (errors, redirects, feeds, challenges); None: read the page."""
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
    if page.words < ENOUGH_WORDS or not page.reading.metadata.title:
        return False
    if _has_body(page.head.page.tree):
        return True
    if page.address or stated_type(page) or not (page.claims and page.is_dated):
        return False
    links = {" ".join(link.text_content().split()) for link in _LINKS(page.head.page.tree)}
    return sum(block.text in links for block in page.reading.blocks) < FEW_HEADLINES


def _has_body(tree: HtmlElement) -> bool:
    boxes: Counter[HtmlElement] = Counter()
    for paragraph in _PARAGRAPHS(tree):
        boxes[paragraph.getparent()] += len(paragraph.text_content())
    return max(boxes.values(), default=0) >= BODY_LETTERS
