"""Which article somebody means who has its id or an address of it: a letter gives the newspaper's, or ours."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.errors import UsageError, did_you_mean
from crawler.identity import belongs
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines import store
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.withholding.decisions import marks, tombstones

# Our own pages: /read/ID, /read/ID@TIME, /story/ID, /archive/articles/NUMBER and its other forms.
_READ, _STORY = re.compile(r"/read/([0-9a-z]+)(?:@[^/]*)?$"), re.compile(r"/story/([0-9a-z]+)$")
_ROW = re.compile(r"/articles/(\d+)(?:\.\w+)?$")
# What a letter writes around an address.
_AROUND = " \t\r\n<>\"'“”«»()[].,;"
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article that is meant, and *how* that is known."""

    article: str
    how: str


def the_article(archive: Archive, catalogue: Catalogue, named: str) -> str:
    """The id of the one article that *named* means. Raises UsageError where it means none, or several."""
    found = matches(archive, catalogue, named)
    if len(found) == 1:
        return found[0].article
    if found:
        raise UsageError(f"{named} is of several articles: {_listed(archive, found)}; name one by its id")
    raise UsageError(f"no article has the id or address {named}{_near(archive, catalogue, named)}")


def matches(archive: Archive, catalogue: Catalogue, named: str) -> list[Match]:
    """All that *named* may mean, by the first way of looking that finds any."""
    wanted = named.strip(_AROUND)
    for how, found in (
        ("its id", _by_id(archive, wanted)),
        ("an address that it was seen at", _by_address(archive, wanted)),
        ("its page here", _by_page(archive, wanted)),
        ("another spelling of its address", _by_identity(archive, catalogue, wanted)),
    ):
        if found:
            return [Match(article=article, how=how) for article in sorted(set(found))]
    return []


def _ask(archive: Archive, sql: str, *values: object) -> list[str]:
    return [str(found) for (found,) in archive.connection.execute(sql, values)]


def _by_id(archive: Archive, id_: str) -> list[str]:
    sql = "SELECT id FROM articles WHERE id = ?1 UNION SELECT article FROM tombstones WHERE article = ?1"
    return _ask(archive, sql, id_.lower())


def _by_address(archive: Archive, url: str) -> list[str]:
    return _ask(archive, "SELECT article FROM addresses WHERE url IN (?1, ?2)", url, _absolute(url))


def _by_page(archive: Archive, url: str) -> list[str]:
    path = urlsplit(_absolute(url)).path.rstrip("/") if "/" in url else ""
    if found := _READ.search(path):
        return _by_id(archive, found[1])
    if found := _STORY.search(path):
        return _ask(archive, "SELECT id FROM articles WHERE story = ?", found[1])
    if found := _ROW.search(path):
        return _ask(archive, "SELECT id FROM articles WHERE n = ?", int(found[1]))
    return []


def _by_identity(archive: Archive, catalogue: Catalogue, url: str) -> list[str]:
    """As the crawl would file a page of that address."""
    found: list[str] = []
    for source in _sources_of(archive, catalogue, _absolute(url)):
        key = identity_key(_absolute(url), source)
        found += [each.id for each in store.known(archive.connection, source.slug, key)]
        if held := marks.by_identity(archive.connection, source, key, [_absolute(url)], None):
            found.append(held)
    return [each for each in found if tombstones.of(archive.connection, each) or _by_id(archive, each)]


def _sources_of(archive: Archive, catalogue: Catalogue, url: str) -> list[Source]:
    """Those of the archive on whose hosts the address is. A source file that is wrong finds nothing."""
    rows = archive.connection.execute("SELECT slug, homepage FROM sources ORDER BY slug").fetchall()
    known = (catalogue.source(slug, home) for slug, home in rows if slug not in catalogue.errors)
    return [source for source in known if belongs(url, source)]


def _absolute(url: str) -> str:
    """Letters leave out the scheme."""
    return url if "://" in url else f"http://{url}"


def _listed(archive: Archive, found: Sequence[Match]) -> str:
    sql = (
        "SELECT id || coalesce(' (' || title || ')', '') FROM articles"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
    )
    ids = [each.article for each in found]
    shown = _ask(archive, sql, json.dumps(ids), NAMED)
    more = f" and {len(ids) - len(shown)} more" if len(ids) > len(shown) else ""
    return ", ".join(shown) + more


def _near(archive: Archive, catalogue: Catalogue, named: str) -> str:
    """What can be said of what is no article: how its captures ended; an id that is like it."""
    url = _absolute(named.strip(_AROUND))
    keys = [(source.slug, identity_key(url, source)) for source in _sources_of(archive, catalogue, url)]
    sql = (
        "SELECT outcome FROM captures WHERE url = ?1 AND article IS NULL UNION SELECT c.outcome FROM json_each(?2) j"
        " JOIN captures c ON c.source = j.value ->> 0 AND c.key = j.value ->> 1 WHERE c.article IS NULL ORDER BY 1"
    )
    if outcomes := _ask(archive, sql, url, json.dumps(keys)):
        return f": what was fetched of it is no article ({', '.join(outcomes)})"
    sql = "SELECT id FROM articles WHERE id >= substr(?1, 1, 3) AND id < substr(?1, 1, 3) || '~' LIMIT 1000"
    return f"{did_you_mean(named, _ask(archive, sql, named))}; `newsarchive search --json` shows ids"
