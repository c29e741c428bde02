"""Which captures that are there a new tombstone reaches: each is asked what it would be asked if it came in now."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.source import Source
from pipelines.article import Outcome
from pipelines.sqlite import Connection
from pipelines.versions.unmodified import Referent, referent_of
from pipelines.withholding.decisions.attribution import is_withheld, title_of, withholder
from pipelines.withholding.decisions.tombstones import Tombstone, plain

# How captures end that had words: pages that were read or refused. What is said of an absence has none.
WORDLESS = ("missing", "redirect", "challenge", "not-modified", f"{Outcome.REJECTED}:soft-404")
_FAILURES = (f"{Outcome.FAILED}:extraction", f"{Outcome.FAILED}:not-kept")
WITH_WORDS = (Outcome.ARTICLE, Outcome.UNCHANGED, Outcome.REJECTED, *_FAILURES, Outcome.WITHHELD)
_RUN = re.compile(r"[a-z0-9]+")
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.I)


def has_words(outcome: str) -> bool:
    return outcome.startswith(WITH_WORDS) and outcome not in WORDLESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A capture of a page: its row, and what its row says. *reading* None: it is not read as an article."""

    row: int
    source: str
    key: str
    asked: str
    url: str
    digest: str | None
    outcome: str
    reading: str | None
    article: str | None
    refers_to: str | None


_COLUMNS = "id, source, key, url, final_url, payload_digest, outcome, reading, article, refers_to"
# The last condition: an address that may be one of the tombstone's, spelt somehow. It looks at all of the source.
_NEAR = f"""
SELECT {_COLUMNS} FROM captures WHERE kind = 'page' AND key IS NOT NULL AND outcome <> '{Outcome.WITHHELD}'
AND (source = ?1 AND key = ?2 OR payload_digest IN (SELECT value FROM json_each(?3))
     OR source = ?1 AND (instr(url || final_url, '%') OR EXISTS
        (SELECT 1 FROM json_each(?4) WHERE instr(lower(url), value) OR instr(lower(final_url), value))))
ORDER BY id
"""


def pages(connection: Connection, source: Source, tomb: Tombstone) -> Iterator[Page]:
    """Those that have words and are withheld from now on, of whatever article they are."""
    for page in _near(connection, tomb):
        is_worded = page.refers_to is None and (page.reading is not None or has_words(page.outcome))
        if is_worded and _is_reached(connection, source, page):
            yield page


def _is_reached(connection: Connection, source: Source, page: Page) -> bool:
    urls = (page.asked, page.url)
    if withholder(connection, source, page.key, urls, page.digest, None) is None:
        return False
    title = title_of(connection, page.article, page.reading) if page.reading else None
    return title is None or withholder(connection, source, page.key, urls, page.digest, title) is not None


def followers(connection: Connection, source: Source, tomb: Tombstone) -> Iterator[Page]:
    """What is read as another capture, and not any more. To be asked when ``pages`` are withheld."""
    for page in _near(connection, tomb):
        if page.refers_to is not None and page.reading is not None and page.source == source.slug:
            referent = referent_of(connection, page.refers_to)
            if is_withheld(connection, source, page.key, (page.asked, page.url), referent):
                yield page


def freed(connection: Connection, source: Source, tomb: Tombstone) -> Iterator[tuple[Page, Referent]]:
    """The other way round: what is not read, for the sake of *tomb* alone, which is lifted, and the page that it stands
    for, which is. That one was never withheld, so that nothing else asks for those that wait for it.
    """
    for page in _near(connection, tomb):
        if page.refers_to is None or page.reading is not None or page.source != source.slug:
            continue
        referent = referent_of(connection, page.refers_to)
        if referent is None or referent.reading is None or referent.source != source.slug:
            continue
        if not is_withheld(connection, source, page.key, (page.asked, page.url), referent):
            yield page, referent


def by_rows(connection: Connection, rows: Sequence[int]) -> list[Page]:
    sql = f"SELECT {_COLUMNS} FROM captures WHERE id IN (SELECT value FROM json_each(?)) AND key IS NOT NULL"
    return [_page(row) for row in connection.execute(sql, (json.dumps(rows),)).fetchall()]


def _near(connection: Connection, tomb: Tombstone) -> list[Page]:
    digests = [mark for kind, mark in tomb.marks if kind == "digest"]
    parts = sorted({_telling(mark) for kind, mark in tomb.marks if kind == "address"})
    values = (tomb.source, plain(tomb.key), json.dumps(digests), json.dumps(parts))
    return [_page(row) for row in connection.execute(_NEAR, values).fetchall()]


def _page(row: Sequence[object]) -> Page:
    return Page(**dict(zip(Page.__slots__, row, strict=True)))  # type: ignore[arg-type]


def _telling(address: str) -> str:
    """The longest run of plain letters and figures behind the host: no spelling of the address is without it."""
    path = address.removeprefix("http://").partition("/")[2]
    return max(_RUN.findall(_ESCAPE.sub("/", path).lower()), key=len, default="")
