"""What an article may be called by from outside: its addresses, the last part of them, its number. Pure.

The editions of a newspaper often share an article's number (``…-1643133.ldo`` on laodong.vn, news.laodong.vn and
ja.laodong.vn), and machine translations its slug too. A handle is ``http://…`` (crawler.identity.canonical), or
``slug`` or ``id`` with the site and what stands there: two articles of a site with one such handle may be one in two
languages. Whether they are: pipelines/versions/kinship.py.
"""

import re
from collections.abc import Iterable, Iterator

from crawler import identity
from crawler.source import Source
from pipelines.reading.page.editions import site_of_edition

# Four words: "tin-tuc" and "gia-vang" name sections and columns.
_SLUG = re.compile(r"(?=.*[a-z])[^-]+(?:-[^-]+){3,}", re.I)
_ENDING = re.compile(r"\.[a-z]{2,5}$", re.I)
# Where nobody has said which part of an address is the number: four digits or more at the end of the last part, or five
# or more that are the part before it. Years, months and days are none, nor are seven hex digits.
_DATE = r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?$"
_NUMBER = re.compile(rf"(?<![0-9a-f])(?:post|postid|art|news|id|a)?(?!{_DATE})(\d{{4,}})$", re.I)
_FOLDER = re.compile(rf"(?!{_DATE})\d{{5,}}")
_KEY = re.compile(r"id:[^:]*:([^:]*):([^#]*)")


def handles(source: Source, key: str, addresses: Iterable[str]) -> frozenset[str]:
    """All handles of the article of *source* with this identity *key* and these addresses, as fetched."""
    found: set[str] = set()
    for address in addresses:
        found |= {*_spellings(source, address)}
        host, path = _parts(identity.canonical(address, source))
        site = site_of_edition(host)
        if slug := _slug(path):
            found.add(f"slug {site} {slug}")
        if not key.startswith("id:") and (number := _number(path)):
            found.add(f"id {site} {number}")
    if number_space := space(key):
        host, number = number_space
        found.add(f"id {site_of_edition(host)} {number}")
    return frozenset(found)


def space(key: str) -> tuple[str, str] | None:
    """The host and the number of a key that has them, whatever the edition. The source's file says that it is one."""
    match = _KEY.match(key)
    return (match[1].replace("%3A", ":"), match[2]) if match else None


def _spellings(source: Source, address: str) -> Iterator[str]:
    """*address* on each host of the source that shows the same there: a page of 2024 names the host of then."""
    name = identity.canonical(address)
    yield name
    host, path = _parts(name)
    spaces = identity.hosts(source)
    for other, shown in spaces.items():
        if host in spaces and other != host and shown == spaces[host]:
            yield f"http://{other}{path}"


def _parts(name: str) -> tuple[str, str]:
    """Host and path with query of a canonical address."""
    host, slash, path = name.removeprefix("http://").partition("/")
    return host, f"{slash}{path}"


def _slug(path: str) -> str | None:
    """With the number, where it has one: so nothing else has it."""
    last = _ENDING.sub("", path.rpartition("/")[2])
    return last if "?" not in path and _SLUG.fullmatch(last) else None


def _number(path: str) -> str | None:
    *folders, last = path.partition("?")[0].split("/")
    if match := _NUMBER.search(_ENDING.sub("", last)):
        return match[1]
    return folders[-1] if folders and _FOLDER.fullmatch(folders[-1]) else None
