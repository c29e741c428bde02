"""``Source`` → the text of its TOML file, as a person would write it: what is a default is left out. Pure.

``parse_source(slug, write_source(source), …)`` is *source* again.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler import catalog
from crawler.keys import REQUIRED, Key
from crawler.source import Source
from crawler.source_keys import EXPECT_KEYS, EXTRACT_KEYS, HOST_KEYS, SOURCE_KEYS

# Pages on the homepage's host are written as paths.
ADDRESSES = frozenset({"feeds", "sitemaps", "sections", "archives"})
TABLES = {"extract": EXTRACT_KEYS, "expect": EXPECT_KEYS}
FIELDS = {"extract": "selectors"}  # the one key whose field has another name


def write_source(source: Source, *, comment: str = "") -> str:
    """The file of *source*; each line of *comment* stands as a comment at its head."""
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + "".join(f"{line}\n" for line in _lines(source))


def _lines(source: Source) -> Iterator[str]:
    inherited = _inherited(source)
    if inherited is None:  # it undoes what its family says, which no file can: everything is written out
        source, inherited = replace(source, family=None), {}
    plain, tables = {}, []
    for key in SOURCE_KEYS:
        value = getattr(source, FIELDS.get(key.name, key.name))
        if key.name in TABLES:
            tables += _table(f"[{key.name}]", TABLES[key.name], value, inherited.get(key.name) or {})
        elif key.name == "hosts":
            tables += [line for host in value for line in _table("[[hosts]]", HOST_KEYS, host, {})]
        elif _plain(value) != _plain(inherited.get(key.name, _default(key))):
            plain[key.name] = _addresses(value, source.homepage) if key.name in ADDRESSES else _plain(value)
    yield from _aligned(plain)
    yield from tables


def _inherited(source: Source) -> Mapping[str, Any] | None:
    """What the family says already; None where *source* has nothing at a key that the family fills."""
    if source.family is None:
        return {}
    says = catalog.family(source.family)
    for name, value in says.items():
        own = getattr(source, FIELDS.get(name, name))
        if isinstance(value, dict):
            empty = any(not getattr(own, key) for key in value)
        else:
            empty = value is not False and not own
        if empty:
            return None
    return {name: tuple(urljoin(source.homepage, each) for each in value) if name in ADDRESSES else value
            for name, value in says.items()}  # fmt: skip


def _table(head: str, keys: Sequence[Key], value: Any, inherited: Mapping[str, Any]) -> list[str]:
    said = {
        key.name: _plain(getattr(value, key.name))
        for key in keys
        if _plain(getattr(value, key.name)) != _plain(inherited.get(key.name, _default(key)))
    }
    return [head, *_aligned(said)] if said else []


def _default(key: Key) -> Any:
    return None if key.default is REQUIRED else key.default


def _plain(value: Any) -> Any:
    """*value* as TOML knows it."""
    if isinstance(value, re.Pattern):
        return value.pattern
    return list(value) if isinstance(value, tuple) else value


def _addresses(urls: Sequence[str], homepage: str) -> list[str]:
    return [_path(url, homepage) for url in urls]


def _path(url: str, homepage: str) -> str:
    parts = urlsplit(url)
    path = url[len(f"{parts.scheme}://{parts.netloc}") :]
    return path if re.fullmatch(r"/(?!/)\S*", path) and urljoin(homepage, path) == url else url


def _aligned(values: Mapping[str, Any]) -> Iterator[str]:
    width = max(map(len, values), default=0)
    yield from (f"{name:<{width}} = {toml(value)}" for name, value in values.items())


def toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value!r}".removesuffix(".0") if abs(value) < 1e15 else repr(value)
    if isinstance(value, str):
        return _string(value)
    return str(value)


def _string(text: str) -> str:
    """Literal where it has backslashes: a regular expression is to be read, not unescaped."""
    if "\\" in text and not re.search(r"['\x00-\x1f\x7f]", text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
