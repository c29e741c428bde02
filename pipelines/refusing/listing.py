"""Pages that only lead to articles: sections, tags, topics, authors, search results, a home page at a dead address.

Each mark has a weight; one alone never refuses. What is dated, titled and has a body is an article whatever stands
around it.
"""

from lxml.etree import XPath

from pipelines.refusing.refusal import Refusal, Suspect

# A body: what has so many words in paragraphs, with a title and a date, is an article.
BODY = 60
# A notice of so many words may be one: there only marks of the whole page count.
NOTICE = 12
# Fewer headlines are a box of related articles.
FEW_HEADLINES = 5
# Together the marks must weigh as much.
ENOUGH = 4
_PAGER = XPath(
    "boolean(//link[@rel='next' or @rel='prev']) or count(//*[contains(@class, 'pagination') or contains(@class,"
    " 'pager') or contains(@class, 'phan-trang')]//a) > 2"
)
_TYPES = {
    "CollectionPage": "listing",
    "ItemList": "listing",
    "SearchResultsPage": "search-results",
    "ProfilePage": "author-page",
}


def refuse(page: Suspect) -> Refusal | None:
    has_body = page.prose >= BODY and page.reading.metadata.title
    if has_body and (page.is_dated or page.prose >= 2 * BODY):
        return None
    stated = stated_type(page)
    kind = page.address or stated
    is_thin = page.address is not None and page.prose < NOTICE and not page.is_dated
    if len(page.layout.headlines) < FEW_HEADLINES and not is_thin:
        return None
    if not kind and (page.is_dated or page.claims) and max(page.prose, page.own) >= NOTICE:
        return None  # a short notice, with much around it
    marks = _marks(page, stated)
    if sum(marks.values()) < ENOUGH or len(marks) < 2:
        return None
    return Refusal(kind or "listing", ", ".join([_measure(page), *marks]))


def stated_type(page: Suspect) -> str | None:
    """The code of what JSON-LD calls the page, where it does not speak of an article too."""
    if page.head.about:
        return None
    types = (str(item.get("@type")) for item in page.head.linked)
    return next((code for stated in types for name, code in _TYPES.items() if name in stated), None)


def _marks(page: Suspect, stated: str | None) -> dict[str, int]:
    """What speaks for a listing, and how much."""
    kind = page.head.metas.get("og:type", "").lower()
    found = {
        f"the address is a {page.address}'s": 2 if page.address else 0,
        "JSON-LD says so": 2 if stated else 0,
        f"og:type is {kind}": int(bool(kind) and "article" not in kind),
        "numbered pages": int(bool(_PAGER(page.head.page.tree))),
        "undated": int(not page.is_dated),
        "the text is theirs": 2 if page.words and page.teased * 10 >= page.words * 6 else 0,
        "no body": int(page.prose < NOTICE),
        "called an article": -int(page.claims),
    }
    return {mark: weight for mark, weight in found.items() if weight}


def _measure(page: Suspect) -> str:
    share = page.prose / page.layout.words if page.layout.words else 0.0
    return f"{len(page.layout.headlines)} headlines with links, {share:.0%} of the words are prose"
