"""Every cause of trouble: what it means, what shows it, what a person could do. docs/operating.md prints this table."""

from dataclasses import dataclass

from crawler.failure import Failure

CHALLENGE = "challenge"
EMPTY = "empty-listing"
SOFT_404 = "soft-404"
SHELL = "javascript-shell"
TEMPLATE = "template-changed"
NO_ARTICLES = "no-articles"
NOTHING_NEW = "nothing-new"
FEW_NEW = "few-new"


@dataclass(frozen=True, slots=True)
class Remedy:
    means: str
    shows: str
    do: str


# From the most to the least explaining: of a source's troubles in a run the first in this order is its cause. Those of
# its listings come before those of its pages.
REMEDIES: dict[str, Remedy] = {
    CHALLENGE: Remedy(
        "it asks for a browser, even under HTTP 200; nothing more was asked of its host in this run",
        "the page, and whose check it is",
        "ask the publisher to let the archive through, or record it by hand and import the WARC",
    ),
    Failure.DNS: Remedy(
        "its name leads to no server",
        "the address",
        "see whether the domain moved; a new one goes into [[hosts]] of the source's file",
    ),
    Failure.REFUSED: Remedy(
        "the server takes no connection",
        "the address",
        "see whether a browser gets an answer; if it stays so, pause the source",
    ),
    Failure.TLS: Remedy(
        "its certificate is not valid, or it speaks no TLS of today",
        "the address, and what is wrong: expired, of another name, self-signed, of an unknown issuer",
        "if it stays so, set legacy_tls = true in the source's file",
    ),
    Failure.TIMEOUT: Remedy(
        "no answer came in time",
        "the address",
        "the server is slow or blocks us; see whether a browser gets an answer, raise its delay",
    ),
    Failure.LOST: Remedy(
        "the server ends the connection in the middle",
        "the address",
        "raise the source's delay; if it stays so, ask the publisher",
    ),
    "401": Remedy("it wants a login", "the address", "retire the source"),
    "403": Remedy(
        "it refuses us",
        "the address",
        "see whether a browser abroad gets an answer: some serve Vietnam alone; ask the publisher",
    ),
    "404": Remedy(
        "a listing is gone, or most of the pages asked for are",
        "the address, and how many pages",
        "correct feeds, sitemaps or sections in the source's file; see whether the site moved or renumbered its pages",
    ),
    "410": Remedy(
        "as 404, and the server says that it is for good",
        "the address, and how many pages",
        "correct feeds, sitemaps or sections in the source's file; see whether the site moved or renumbered its pages",
    ),
    "429": Remedy("it finds us too fast", "the address", "raise the source's delay"),
    "500": Remedy("the server has a fault", "the address", "wait; if it stays so, write to the publisher"),
    "502": Remedy("as 500", "the address", "wait; if it stays so, write to the publisher"),
    "503": Remedy("the server is overloaded, or closed for work", "the address", "wait; then raise the source's delay"),
    "504": Remedy("as 500", "the address", "wait; if it stays so, write to the publisher"),
    Failure.ROBOTS: Remedy(
        "robots.txt forbids it, or can't be read, which means no (RFC 9309)",
        "robots.txt, and what it forbids or how it answered",
        "ask the publisher, or retire the source",
    ),
    Failure.OFFSITE: Remedy(
        "it sends us to a host that is not the source's",
        "the address, and where it leads",
        "if the site moved there, make it the homepage and give the old one in [[hosts]]",
    ),
    Failure.REDIRECTS: Remedy(
        "it sends us from address to address without end",
        "the address",
        "look at it in a browser: some want a cookie; correct the address in the source's file",
    ),
    Failure.GIVEN_UP: Remedy(
        "its host failed too often in a row, or told us to come back much later, and was left alone",
        "the last failure, which may be another source's on that host",
        "look at that failure; a Retry-After of hours is a request for a longer delay",
    ),
    Failure.TOO_LARGE: Remedy(
        "an answer over the limit of 10 MiB",
        "the address",
        "see whether the address is right; a huge sitemap has an index with smaller ones",
    ),
    Failure.OTHER: Remedy(
        "something that has no name yet",
        "the address, and the program's own word for it",
        "look at the address in a browser and at the log; if the page is in order, it is a bug of ours",
    ),
    EMPTY: Remedy(
        "no article was found in its listings, or one that used to name articles names none",
        "the listing",
        "look at it in a browser: did feeds, sections or the addresses of articles (the article pattern) change?",
    ),
    Failure.HOME: Remedy(
        "most of the pages asked for lead to the homepage",
        "one of the pages, and how many",
        "see whether the site moved or renumbered its pages: the old addresses may be gone for good",
    ),
    SOFT_404: Remedy(
        "most of the pages say that they are not there, under HTTP 200",
        "one of the pages, and how many",
        "see whether the site moved or renumbered its pages; correct what lists them",
    ),
    SHELL: Remedy(
        "most of the pages are empty until a browser runs their scripts",
        "one of the pages, and how many",
        "look for a feed or a print version with the text; else record it by hand and import the WARC",
    ),
    TEMPLATE: Remedy(
        "the pages come, but read worse than before: no text, no title, no date, or a fraction of the length",
        "one of the pages, and how it was before",
        "look at it in a browser; correct [extract] in the source's file, then newsarchive reextract",
    ),
    NO_ARTICLES: Remedy(
        "most of the pages hold no article, and that is nothing new",
        "one of the pages, and how many",
        "narrow the article pattern or set exclude, so that other pages are not asked for; or correct [extract]",
    ),
    NOTHING_NEW: Remedy(
        "all answers, but nothing new for much longer than ever in three months, or than [expect] allows",
        "the day of the last article, and the longest pause before",
        "look at the site in a browser: holidays? a new address for news? does it still publish?",
    ),
    FEW_NEW: Remedy(
        "fewer than half of the articles that [expect] promises",
        "how many there were in seven days",
        "look at the site for sections that are not in the source's file; else correct [expect]",
    ),
    Failure.STOPPED: Remedy(
        "the run had to end before the source was done", "an address that waits", "nothing: the next run goes on"
    ),
}
SUGGESTIONS = {str(code): remedy.do for code, remedy in REMEDIES.items()}
ANYTHING_ELSE = "look at the address in a browser; if it stays so, pause the source"


def advice(code: str) -> str:
    return SUGGESTIONS.get(code, SUGGESTIONS["500"] if code.startswith("5") else ANYTHING_ELSE)


def table() -> str:
    """The table of docs/operating.md."""
    rows = [f"| `{code}` | {remedy.means} | {remedy.shows} | {remedy.do} |" for code, remedy in REMEDIES.items()]
    return "\n".join(("| cause | what it means | what shows it | what to do |", "|---|---|---|---|", *rows))
