"""Which article an address leads to. Pure; never raises, whatever text it is given as an address.

For keys only: the address as fetched stays verbatim everywhere else. ``rel=canonical`` has no say, neither here nor
where two articles turn out to share a key (pipelines/versions/conflicts.py): on some portals the duplicate names
itself, on others every page names one. What it would rightly unite is found by its text, as copies within one story.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from crawler.source import Source

# Click identifiers of Facebook, Zalo, Google, Microsoft, Mailchimp, Yandex, Instagram, TikTok, X; session ids of PHP
# and ASP; "amp" and "print" are other renderings.
TRACKING = re.compile(
    r"utm_.*|fbclid|mibextid|gidzl|zarsrc|_ga(_.*)?|_gl|[gdwt]clid|[gw]braid|gad_source|srsltid|msclkid|mc_[ce]id|yclid"
    r"|igshid|igsh|t[tw]clid|phpsessid|jsessionid|aspsessionid.*|amp|print",
    re.I,
)
# Where a reader of a Liferay page came from: each list links to its articles with its own.
LIFERAY = re.compile(r"(?:inherit)?redirect|p_l_back_url|_[^=]*_redirect", re.I)
# Other front ends of the same site.
FRONT_ENDS = re.compile(r"(?:www|m|mobile|amp|newfe|beta)\.(?=[^.]+\..)")
# Other renderings of the same page: NukeViet's downloads, print views, AMP.
RENDERINGS = frozenset({"savefile", "print", "amp"})
FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|zip|rar|mp[34]|m3u8|xml|rss)$", re.I)

_BREAKS = re.compile(r"[\t\r\n]+")
_PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.I)
_PLAIN_HOST = re.compile(r"[a-z0-9._:\[\]-]*")
_PORT = re.compile(r"(?:\.|:(?:80|443)?)+$")  # default ports whatever the scheme: "http://…:443/" is seen
_ESCAPABLE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")
# Reserved letters that part nothing where they stand, so that escaped they mean the same: "urile=wcm%3apath%3a/x".
_PLAIN_IN_PATH = _UNRESERVED | frozenset("!$'()*,:@&=+")
_PLAIN_IN_QUERY = _UNRESERVED | frozenset("!$'()*,:@/?")
# Java's, and ASP.NET's "/(S(4f2a…))/".
_SESSION = re.compile(r";jsessionid=[^/]*|(?<=/)\((?:[A-Z]\([^()/]*\))+\)/", re.I)
# A slug's last word rather than an id: "…-bai-1.html", "…-nam-2025.html".
_NO_ID = re.compile(r"\d{1,3}|(?:19|20)\d\d")
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
    if native := _native_id(source, path):
        return f"id:{source.edition}:{host.replace(':', '%3A')}:{native}"
    return f"url:http://{host}{path}"


def _native_id(source: Source, path: str) -> str | None:
    match = _search(source.article, path)
    native = match.groupdict().get("id") if match else None
    if match and native and path[match.start("id") - 1] == "-" and _NO_ID.fullmatch(native):
        return None  # the whole address is the identity: articles that did have so small a number lose nothing
    return native


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
    text = _BREAKS.sub("", url.strip())
    match = _PARTS.match(text) or _PARTS.match(f"//{text}")
    return (match[1], match[2], match[3] or "") if match else ("", "", "")


@lru_cache(maxsize=8)  # of a link is asked whether it is an article, then for its key; addresses may be long
def _address(url: str, source: Source | None) -> tuple[str, str]:
    """Host as it stands in keys, and path with query."""
    authority, path, query = _split(url)
    host = _host(authority)
    if source is not None:
        host = hosts(source).get(host, host)
    path, query = _escaped(path, _PLAIN_IN_PATH), _escaped(query, _PLAIN_IN_QUERY)
    if source is not None and source.ignore_case:
        path, query = _escaped(path.lower(), _PLAIN_IN_PATH), _escaped(query.lower(), _PLAIN_IN_QUERY)
    path = _path(path)
    query = _query(query, is_liferay="/-/" in path) if query else ""
    return host, f"{path}?{query}" if query else path


@lru_cache(maxsize=4096)
def _host(authority: str) -> str:
    host = authority.rpartition("@")[2].lower()
    if not host.isascii():
        host = _idna(host) or host
    if not _PLAIN_HOST.fullmatch(host):
        host = _escaped(_escaped(host, _UNRESERVED).lower(), _UNRESERVED)
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
    if ";" in path or "(" in path:
        path = _SESSION.sub("", path)
    parts = [part for part in path.split("/") if part.lower() not in RENDERINGS]
    while len(parts) > 1 and parts[1].lower() == "mobile":  # at the front only: elsewhere it is a section on telephones
        del parts[1]
    kept = "/".join(parts).rstrip("/")
    return kept if not kept or kept.startswith("/") else f"/{kept}"


def _query(query: str, *, is_liferay: bool) -> str:
    pairs = [pair for pair in query.split("&") if pair and not TRACKING.fullmatch(pair.partition("=")[0])]
    if is_liferay:
        pairs = [pair for pair in pairs if not LIFERAY.fullmatch(pair.partition("=")[0])]
    return "&".join(sorted(pairs))


def _escaped(text: str, plain: frozenset[str]) -> str:
    """Percent-encoded where it must be, and not where it may be one of *plain* (RFC 3986, 6.2.2), in upper case."""
    return _ESCAPABLE.sub(lambda match: _escape(match[0], plain), text)


def _escape(token: str, plain: frozenset[str]) -> str:
    if len(token) == 1:
        return "".join(f"%{byte:02X}" for byte in token.encode("utf-8", "surrogatepass"))
    character = chr(int(token[1:], 16))
    return character if character in plain else token.upper()


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
