"""What a withdrawal decides on: the article, all that it is known by, and what else in the archive is the same page."""

import json
from collections.abc import Iterable
from datetime import datetime

from crawler.identity import canonical
from pipelines.decisions import Decision, Kind, Verdict
from pipelines.sqlite import Connection
from pipelines.withholding.decisions.attribution import title_marks
from pipelines.withholding.decisions.tombstones import DARK, Tombstone, plain


def decision_on(
    connection: Connection,
    article: str,
    *,
    reason: str,
    at: datetime,
    reference: str = "",
    bytes_: str = DARK,
    before: Tombstone | None = None,
    quoting: Iterable[str] = (),
) -> Decision:
    """That *article* is withdrawn, with what a tombstone needs to stand alone. *before*: as it is. *quoting*: payloads
    of feeds and other pages that print its text (records/quoting.py).
    """
    if before:
        return _again(before, reason=reason, at=at, reference=reference, bytes_=bytes_)
    sql = "SELECT source, key, url, published_at, language, province FROM articles WHERE id = ?"
    source, key, url, published_at, language, province = connection.execute(sql, (article,)).fetchone()
    addresses = _column(connection, "SELECT url FROM addresses WHERE article = ? ORDER BY url", article)
    digests = {*_page_digests(connection, article), *_image_digests(connection, article), *quoting}
    return Decision(
        kind=Kind.ARTICLE,
        source=source,
        object=key,
        verdict=Verdict.WITHDRAW,
        at=at,
        note=reason,
        reference=reference,
        article=article,
        url=url,
        published_at=published_at or "",
        language=language or "",
        province=province or "",
        bytes=bytes_,
        addresses=tuple(addresses),
        digests=tuple(sorted(digests)),
        spared=_spared(connection, source, key, article, {canonical(each) for each in addresses}, digests),
    )


def _again(tomb: Tombstone, *, reason: str, at: datetime, reference: str, bytes_: str) -> Decision:
    """Of a withdrawn article, whose rows say less than what it was once known by."""
    marks = {kind: tuple(sorted(mark for other, mark in tomb.marks if other == kind)) for kind, _ in tomb.marks}
    return Decision(
        kind=Kind.ARTICLE,
        source=tomb.source,
        object=tomb.key,
        verdict=Verdict.WITHDRAW,
        at=at,
        note=reason,
        reference=reference or tomb.reference or "",
        article=tomb.article,
        url=tomb.url,
        published_at=tomb.published_at or "",
        language=tomb.language or "",
        province=tomb.province or "",
        bytes=bytes_,
        addresses=marks.get("address", ()),
        digests=marks.get("digest", ()),
        spared=marks.get("spared", ()),
    )


def _page_digests(connection: Connection, article: str) -> Iterable[str]:
    """Of the pages that were read as the article: an error page's is many's."""
    sql = (
        "SELECT DISTINCT payload_digest FROM captures WHERE article = ? AND kind = 'page'"
        " AND payload_digest IS NOT NULL AND (reading IS NOT NULL OR outcome = 'withheld')"
    )
    return _column(connection, sql, article)


def _image_digests(connection: Connection, article: str) -> Iterable[str]:
    """Of the images that no other article shows: neither at the same address nor with the same bytes."""
    mine = (
        "SELECT r.url FROM requisites r WHERE r.article = ?1 AND r.kind = 'image' AND NOT EXISTS"
        " (SELECT 1 FROM requisites o WHERE o.url = r.url AND o.article <> ?1)"
    )
    sql = (
        f"SELECT DISTINCT payload_digest FROM captures c WHERE kind = 'requisite' AND url IN ({mine})"
        " AND outcome IN ('requisite', 'withheld') AND payload_digest IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM captures o WHERE o.kind = 'requisite' AND o.payload_digest = c.payload_digest"
        f" AND o.url NOT IN ({mine}))"
    )
    return _column(connection, sql, article)


def _spared(
    connection: Connection, source: str, key: str, article: str, own: set[str], digests: set[str]
) -> tuple[str, ...]:
    """By what other articles with this identity, or at its addresses, are told apart from it."""
    sql = "SELECT o.article FROM addresses m JOIN addresses o ON o.url = m.url AND o.article <> m.article"
    others = {*siblings(connection, source, key, article), *_column(connection, f"{sql} WHERE m.article = ?", article)}
    found: set[str] = set()
    for other in others:
        urls = {canonical(url) for url in _column(connection, "SELECT url FROM addresses WHERE article = ?", other)}
        found |= urls - own
        found |= {*_page_digests(connection, other)} - digests
        found |= title_marks(connection, other) - title_marks(connection, article)
    return tuple(sorted(found))


def siblings(connection: Connection, source: str, key: str, article: str) -> list[str]:
    """The other articles with the same identity (versions/conflicts.py)."""
    base = plain(key)
    sql = (
        "SELECT id FROM articles WHERE source = ?1 AND id <> ?3"
        " AND (key = ?2 OR (key > ?2 || '#' AND key < ?2 || '$')) ORDER BY id"
    )
    return [other for (other,) in connection.execute(sql, (source, base, article))]


def twins(connection: Connection, article: str) -> list[str]:
    """Articles that were read from the same bytes, at other addresses: they cannot stay where it goes."""
    digests = json.dumps(list(_page_digests(connection, article)))
    sql = (
        "SELECT DISTINCT article FROM captures WHERE article <> ?2 AND reading IS NOT NULL AND"
        " (payload_digest IN (SELECT value FROM json_each(?1))"
        " OR refers_to IN (SELECT record_id FROM captures WHERE article = ?2)"
        " OR record_id IN (SELECT refers_to FROM captures WHERE article = ?2)) ORDER BY article"
    )
    return [twin for (twin,) in connection.execute(sql, (digests, article))]


def with_twins(connection: Connection, article: str) -> list[str]:
    """*article*, and whatever was read from its bytes, or from theirs."""
    found, ahead = [article], [article]
    while ahead:
        new = [twin for twin in twins(connection, ahead.pop()) if twin not in found]
        found += new
        ahead += new
    return found


def _column(connection: Connection, sql: str, value: str) -> list[str]:
    return [row[0] for row in connection.execute(sql, (value,))]
