"""Captures that print an article's text and are no article: feeds with whole texts, listings, pages that were refused.

A teaser is not the text: what prints less than half of its paragraphs stays as it is.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from crawler.errors import ArchiveError
from crawler.records.exchanges import capture_of
from pipelines.archive import Archive, stamp
from pipelines.withholding.records import cutting

# Shorter lines are headings and labels, which stand on many pages.
PARAGRAPH_LETTERS = 40
# Of a paragraph this much is looked for: a feed may cut its end off.
LOOKED_FOR = 80
LEAST_SHARE = 0.5
# A feed has what the crawl finds there: nothing prints an article long before it was first seen.
EARLIER = timedelta(days=2)
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def payloads_with_text(
    archive: Archive, article: str, watch: Callable[[int, int], None] = lambda done, total: None
) -> tuple[str, ...]:
    """The payload digests of ``captures_with_text``."""
    rows = captures_with_text(archive, article, watch)
    sql = (
        "SELECT DISTINCT payload_digest FROM captures WHERE id IN (SELECT value FROM json_each(?))"
        " AND payload_digest IS NOT NULL ORDER BY payload_digest"
    )
    return tuple(digest for (digest,) in archive.connection.execute(sql, (json.dumps(rows),)))


def captures_with_text(
    archive: Archive, article: str, watch: Callable[[int, int], None] = lambda done, total: None
) -> list[int]:
    """Rows of captures of the article's source that print its text (that of any version) and are not its own pages.

    Asked before the rows are emptied. Each such capture since shortly before the article was seen is read: 5 ms each.
    """
    texts = _texts(archive, article)
    rows = _candidates(archive, article) if texts else []
    found: list[int] = []
    for number, (row, file, offset) in enumerate(rows):
        page = _page(archive, file, offset)
        if any(_prints(page, text) for text in texts):
            found.append(row)
        watch(number + 1, len(rows))
    return found


def _texts(archive: Archive, article: str) -> list[list[str]]:
    """The paragraphs of each version."""
    sql = (
        "SELECT text FROM revisions WHERE article = ?1 AND text IS NOT NULL"
        " UNION SELECT text FROM articles WHERE id = ?1 AND text IS NOT NULL"
    )
    texts = archive.connection.execute(sql, (article,)).fetchall()
    split = ([_plain(line)[:LOOKED_FOR] for line in text.split("\n")] for (text,) in texts)
    return [kept for lines in split if (kept := [line for line in lines if len(line) >= PARAGRAPH_LETTERS])]


def _candidates(archive: Archive, article: str) -> Sequence[tuple[int, str, int]]:
    sql = "SELECT source, first_seen_at FROM articles WHERE id = ?"
    source, first_seen_at = archive.connection.execute(sql, (article,)).fetchone()
    since = stamp(datetime.fromisoformat(first_seen_at) - EARLIER)
    sql = (
        "SELECT id, warc_file, warc_offset FROM captures WHERE source = ? AND fetched_at >= ? AND refers_to IS NULL"
        " AND reading IS NULL AND bytes IS NULL AND kind IN ('page', 'listing', 'feed') AND sha256 IS NOT NULL"
        " AND (article IS NULL OR article <> ?) ORDER BY warc_file, warc_offset"
    )
    return list(archive.connection.execute(sql, (source, since, article)))


def _page(archive: Archive, file: str, offset: int) -> str:
    """What can be read of a capture, without tags and escapes; "" where it cannot be read."""
    try:
        body = capture_of(cutting.exchange_at(cutting.sealed(archive.warc_folder, file), offset)).body
    except (ArchiveError, ValueError):
        return ""
    return " ".join(_readings(body.decode("utf-8", "replace")))


def _readings(text: str) -> Iterator[str]:
    """A feed holds a page in a page: escaped or as CDATA; an answer in JSON escapes letters."""
    letters = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    once = html.unescape(_TAG.sub("", letters))
    yield _plain(once)
    yield _plain(html.unescape(_TAG.sub("", once)))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _prints(page: str, paragraphs: Sequence[str]) -> bool:
    return sum(paragraph in page for paragraph in paragraphs) >= LEAST_SHARE * len(paragraphs)
