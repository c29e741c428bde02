"""Is a page an article? Decided on the evidence of the page alone, so that the order of pages never matters."""

import re

from lxml.html import HtmlElement

from crawler.capture import Capture, Kind
from crawler.challenge import is_challenge
from pipelines.article import Outcome, Reading
from pipelines.belongings.requisite_answer import judge
from pipelines.vietnamese import fold
from pipelines.words import count_words

# In folded letters, and always of a page: "khong tim thay" alone is what search parties report, "da bi xoa" what became
# of a false account, 404 the number of a road.
_WHAT = r"(?:trang|bai viet|bai bao|noi dung|duong dan|lien ket|tin bai|chuyen muc|du lieu)"
_NOT_FOUND = re.compile(
    rf"khong tim thay {_WHAT}"
    rf"|{_WHAT}\b.{{0,30}}(?:khong ton tai|khong tim thay|khong duoc tim thay|(?:da )?bi xoa|da bi go)"
    r"|(?:page|article|content|url|resource)\b"
    r".{0,40}(?:not found|not be found|no longer (?:available|exists)|does not exist)"
    r"|^\W*404\b|\b(?:error|loi|http) 404\b|\b404 (?:not found|error)|^\W*not found\b"
)
NOT_FOUND_WORDS = 80
# "Kính mời" notices of a dozen words are real; what is shorter and undated is a stub.
FEW_WORDS = 12
_SHELL = re.compile(r"enable javascript|bat javascript|javascript is required", re.I)
_SHELL_ROOTS = "//body//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt']"
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
        return judge(capture)
    media = (capture.header("content-type") or "text/html").partition(";")[0].strip().lower()
    return None if media in _HTML else f"{Outcome.REJECTED}:not-html"


def is_not_found(head: str) -> bool:
    """Whether a title and first lines say that the page is not there."""
    return _NOT_FOUND.search(fold(head).lower()) is not None


def refuse_page(reading: Reading, tree: HtmlElement) -> str | None:
    """The code of a page that is no article, None for one that is. Judged before the site's rules are applied."""
    words = sum(count_words(block.text) for block in reading.blocks)
    head = " ".join(filter(None, (reading.metadata.title, *(block.text for block in reading.blocks[:2]))))
    if words < NOT_FOUND_WORDS and is_not_found(head):
        return "soft-404"
    if words < FEW_WORDS and (tree.xpath(_SHELL_ROOTS) or _SHELL.search(fold(tree.text_content()[:2000]))):
        return "javascript-shell"
    if not words:
        return "no-text"
    if words < FEW_WORDS and reading.published.at is None:
        return "too-short"
    return None
