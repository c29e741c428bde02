"""What withheld articles are known by, asked of each capture that comes in: in memory, as of the last decision.

A thousand withdrawals have some ten thousand marks: a few megabytes, and some ten milliseconds to read them anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.identity import canonical, hosts
from crawler.source import Source
from pipelines.sqlite import Connection

Articles = frozenset[str]
_NONE: Articles = frozenset()
_MEMORY = "tombstone marks"


@dataclass(frozen=True, slots=True)
class Marks:
    """*of* are the articles by kind and mark. *version* is SQLite's number of what others had written by then."""

    version: int
    of: Mapping[tuple[str, str], Articles] = field(repr=False)
    own: Mapping[str, str] = field(repr=False)
    paths: frozenset[str] = field(repr=False)

    def articles(self, kind: str, mark: str) -> Articles:
        return self.of.get((kind, mark), _NONE)


def marks(connection: Connection) -> Marks:
    """Read once, and again where a decision was carried out since: by this program (``forget``) or by another."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    kept: Marks | None = connection.memory.get(_MEMORY)
    if kept is None or kept.version != version:
        kept = connection.memory[_MEMORY] = _read(connection, version)
    return kept


def forget(connection: Connection) -> None:
    """They are others now."""
    connection.memory.pop(_MEMORY, None)


def _read(connection: Connection, version: int) -> Marks:
    found: dict[tuple[str, str], set[str]] = {}
    for kind, mark, article in connection.execute("SELECT kind, mark, article FROM tombstone_marks"):
        found.setdefault((kind, mark), set()).add(article)
    return Marks(
        version=version,
        of={name: frozenset(articles) for name, articles in found.items()},
        own={article: mark for (kind, mark), articles in found.items() if kind == "own" for article in articles},
        paths=frozenset(_path(mark) for kind, mark in found if kind in ("address", "spared")),
    )


def _path(address: str) -> str:
    """Of a canonical address."""
    return address.removeprefix("http://").partition("/")[2]


def are_there(connection: Connection) -> bool:
    """Whether anything is withheld: asked of each capture, so it must cost next to nothing."""
    return bool(marks(connection).of)


def by_digest(connection: Connection, digest: str | None) -> str | None:
    """The article of which this is a payload."""
    return min(marks(connection).articles("digest", digest), default=None) if digest else None


def by_identity(
    connection: Connection, source: Source, key: str, urls: Iterable[str], digest: str | None, title: str | None = None
) -> str | None:
    """The withheld article whose identity or address this is, unless it is known to be another one's: by an address,
    its payload's *digest* or the mark of its *title* (attribution.py).
    """
    known = marks(connection)
    addresses, by_address = _at(known, source, urls)
    by_key = known.articles("key", f"{source.slug} {key}")
    if not by_address and not by_key:
        return None
    spared = _spared(known, (*addresses, digest, title))
    return min(by_address - spared, default=None) or min(by_key - spared, default=None)


def home(connection: Connection, source: Source, key: str, urls: Iterable[str], digest: str | None) -> str | None:
    """Of the withheld articles with this *key*, the one that a withheld page of it is of; None: it has other words.

    Titles have no say: of a record whose words were taken out nobody knows the title any more.
    """
    known = marks(connection)
    by_key = known.articles("key", f"{source.slug} {key}")
    if not by_key:
        return None
    addresses, by_address = _at(known, source, urls)
    rest = by_key - _spared(known, (*addresses, digest))
    ranked = (by_key & known.articles("digest", digest or ""), rest & by_address, rest)
    return next((min(articles) for articles in ranked if articles), None)


def _at(known: Marks, source: Source, urls: Iterable[str]) -> tuple[set[str], Articles]:
    """The spellings of *urls* that may be known, and whom they are known to lead to."""
    addresses = {spelling for url in set(urls) for spelling in _known_spellings(known, source, url)}
    return addresses, _NONE.union(*(known.articles("address", each) for each in addresses))


def _spared(known: Marks, names: Iterable[str | None]) -> Articles:
    return _NONE.union(*(known.articles("spared", each) for each in filter(None, names)))


def _known_spellings(known: Marks, source: Source, url: str) -> Iterable[str]:
    """Those of an address whose path no mark has are not looked at: spellings differ in hosts alone."""
    paths = {_path(canonical(url)), *((_path(canonical(url, source)),) if source.ignore_case else ())}
    return () if known.paths.isdisjoint(paths) else spellings(source, url)


def spellings(source: Source, url: str) -> set[str]:
    """Canonical forms of *url* on each host of *source* that shows the same there."""
    found = {canonical(url), canonical(url, source)}
    spaces = hosts(source)
    for name in tuple(found):
        host, slash, path = name.removeprefix("http://").partition("/")
        found |= {f"http://{other}{slash}{path}" for other, shown in spaces.items() if spaces.get(host) == shown}
    return found


def at_key(connection: Connection, source: str, key: str) -> Mapping[str, str]:
    """The withheld articles with this identity, and the own key of each, which nobody else may have."""
    known = marks(connection)
    articles = known.articles("key", f"{source} {key}")
    return {each: known.own[each].removeprefix(f"{source} ") for each in articles if each in known.own}
