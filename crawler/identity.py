"""Which article an address leads to. Pure; never raises, whatever text it is given as an address.

For keys only: the address as fetched stays verbatim everywhere else. ``rel=canonical`` has no say here: on some portals
the duplicate names itself.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from crawler.source import Source

# Click identifiers of Facebook, Zalo, Google, Microsoft, Mailchimp, Yandex, Instagram; "amp" is another rendering.
TRACKING = re.compile(r"utm_.*|fbclid|gidzl|zarsrc|_ga(_.*)?|_gl|gclid|dclid|msclkid|mc_[ce]id|yclid|igshid|amp", re.I)
# Other front ends of the same site.
FRONT_ENDS = re.compile(r"(?:www|m|mobile|amp|newfe|beta)\.(?=[^.]+\..)")
# Other renderings of the same page: NukeViet's downloads, print views, AMP.
RENDERINGS = frozenset({"savefile", "print", "amp"})
FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|zip|rar|mp[34]|m3u8|xml|rss)$", re.I)

_PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.I)
_PLAIN_HOST = re.compile(r"[a-z0-9._:\[\]-]*")
_PORT = re.compile(r"(?:\.|:(?:80|443)?)+$")  # default ports whatever the scheme: "http://…:443/" is seen
_ESCAPABLE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SESSION = re.compile(r";jsessionid=[^/]*", re.I)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def canonical(url: str, source: Source | None = None) -> str:
    """One spelling for all addresses of a page: always ``http://``, so that it stays an address that can be read."""
    host, path = _address(url, source)
    return f"http://{host}{path}"


def key(url: str, source: Source) -> str:
    """``id:<edition>:<id space>:<native id>`` where the address of an article shows its id, else ``url:<canonical>``.

    The id space is the name of a host: the homepage's, or that of a former host with ids of its own.
    """
    host, path = _address(url, source)
    match = _search(source.article, path)
    native = match.groupdict().get("id") if match else None
    if native:
        return f"id:{source.edition}:{host.replace(':', '%3A')}:{native}"
    return f"url:http://{host}{path}"


def article_id(source_slug: str, key: str) -> str:
    """Ten characters of Crockford's base 32, the same at every rebuild. 50 bits: 0.04 % for a clash in a million."""
    digest = hashlib.sha256(f"{source_slug}\0{key}".encode("utf-8", "surrogatepass")).digest()
    bits = int.from_bytes(digest[:7]) >> 6
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(45, -1, -5))


def belongs(url: str, source: Source) -> bool:
    """Whether *url* is on one of the source's hosts. User names, backslashes and other ports are somebody else's."""
    host = site_of(url)
    return host is not None and host in hosts(source)


def is_article(url: str, source: Source) -> bool:
    """Whether *url* looks like an article of the source. No word on what is there."""
    if not belongs(url, source):
        return False
    address = _address(url, source)
    path = address[1]
    if _search(source.exclude, path):
        return False
    if source.article:
        return _search(source.article, path) is not None
    return path != "" and not FILES.search(path) and address not in _listings(source)


def host_of(url: str) -> str:
    """The host that an address or a bare host name means: lower case, no default port, no ``www.`` and the like."""
    return _host(_split(url)[0])


def site_of(url: str) -> str | None:
    """``host_of`` where *url* is an address on the web that cannot be mistaken for another host's, else None."""
    if not re.match(r"\s*https?://", url, re.I):
        return None
    authority = _split(url)[0]
    return None if re.search(r"[@\\]", authority) else _host(authority)


def path_of(url: str) -> str:
    """The path as it stands in keys, "" for the root."""
    return _address(url, None)[1].partition("?")[0]


def _split(url: str) -> tuple[str, str, str]:
    """Authority, path and query; what has no ``//`` begins with its authority."""
    text = re.sub(r"[\t\r\n]", "", url.strip())
    match = _PARTS.match(text) or _PARTS.match(f"//{text}")
    return (match[1], match[2], match[3] or "") if match else ("", "", "")


def _address(url: str, source: Source | None) -> tuple[str, str]:
    """Host as it stands in keys, and path with query."""
    authority, path, query = _split(url)
    host = _host(authority)
    path, query = _path(_escaped(path)), _query(_escaped(query))
    if source is not None:
        host = hosts(source).get(host, host)
        if source.ignore_case:
            path, query = _path(_escaped(path.lower())), _query(_escaped(query.lower()))
    return host, f"{path}?{query}" if query else path


def _host(authority: str) -> str:
    host = authority.rpartition("@")[2].lower()
    if not host.isascii():
        host = _idna(host) or host
    if not _PLAIN_HOST.fullmatch(host):
        host = _escaped(_escaped(host).lower())
    host = _PORT.sub("", host)
    while match := FRONT_ENDS.match(host):
        host = host[match.end() :]
    return host


def _idna(host: str) -> str | None:
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if _PLAIN_HOST.fullmatch(name) else None  # compatibility forms decompose into "/" and the like


def _path(path: str) -> str:
    """Without session ids, other renderings and trailing slashes; "" for the root."""
    parts = [part for part in _SESSION.sub("", path).split("/") if part.lower() not in RENDERINGS]
    while len(parts) > 1 and parts[1].lower() == "mobile":  # at the front only: elsewhere it is a section on telephones
        del parts[1]
    kept = "/".join(parts).rstrip("/")
    return kept if not kept or kept.startswith("/") else f"/{kept}"


def _query(query: str) -> str:
    pairs = (pair for pair in query.split("&") if pair and not TRACKING.fullmatch(pair.partition("=")[0]))
    return "&".join(sorted(pairs))


def _escaped(text: str) -> str:
    """Percent-encoded where it must be and nowhere else (RFC 3986, 6.2.2), in upper case."""
    return _ESCAPABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    token = match[0]
    if len(token) == 1:
        return "".join(f"%{byte:02X}" for byte in token.encode("utf-8", "surrogatepass"))
    character = chr(int(token[1:], 16))
    return character if _UNRESERVED.fullmatch(character) else token.upper()


def _search(pattern: re.Pattern[str] | None, path: str) -> re.Match[str] | None:
    """*path* has lost its trailing slash, which a pattern may ask for."""
    return (pattern.search(path) or pattern.search(f"{path}/")) if pattern else None


@lru_cache(maxsize=4096)
def hosts(source: Source) -> Mapping[str, str]:
    """Each host of the source → the host that stands for it in keys."""
    home = host_of(source.homepage)
    shared = host_of(source.key_host) if source.key_host else home
    spaces = {}
    for host in source.hosts:
        name = host_of(host.host)
        spaces[name] = shared if host.until is None or host.same_ids else name
    return MappingProxyType(spaces | {home: shared})


@lru_cache(maxsize=4096)
def _listings(source: Source) -> frozenset[tuple[str, str]]:
    addresses = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
    return frozenset(_address(address, source) for address in addresses)
