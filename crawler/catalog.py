"""Source files: TOML in, ``Source`` out. One bad file never hides the others.

Shipped files (crawler/sources) are overridden by name by the operator's own. The file's name is the slug.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler import identity
from crawler.errors import ConfigError, UsageError, did_you_mean
from crawler.keys import parse_toml, read_table
from crawler.source import Expect, Host, Selectors, Source
from crawler.source_keys import FAMILY_KEYS, SLUG, SOURCE_KEYS

# Names that never leave this machine (RFC 6761).
_RESERVED = re.compile(r"(?:^|\.)(?:test|localhost)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Sources and, for files that are no good, errors; both by slug, in its order. A slug is in one of them."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    errors: Mapping[str, ConfigError] = field(default_factory=dict)

    def get(self, slug: str) -> Source:
        if slug in self.errors:
            raise self.errors[slug]
        if slug not in self.sources:
            hint = did_you_mean(slug, self.sources) or "; `newsarchive sources list` names them all"
            raise UsageError(f'no source "{slug}" in the catalogue{hint}')
        return self.sources[slug]


def load(own: Path | None) -> Catalog:
    """The shipped catalogue and the folder *own*, which may not exist."""
    sources: dict[str, Source] = {}
    errors: dict[str, ConfigError] = {}
    for slug, where, file in _files(own):
        sources.pop(slug, None)  # a bad file of the operator's is an error, not a return to the shipped one
        try:
            sources[slug] = parse_source(slug, _read(file, where), where=where)
        except ConfigError as error:
            errors[slug] = error
    return Catalog(sources=dict(sorted(sources.items())), errors=dict(sorted(errors.items())))


def parse_source(slug: str, text: str, *, where: str) -> Source:
    """*where* is the file's name, for errors."""
    if not re.fullmatch(SLUG, slug):
        raise ConfigError(f'{where}: "{slug}" cannot name a source: small letters, digits and single hyphens can')
    data = parse_toml(text, where)
    merged = _with_family(data, where)
    values = read_table(merged, SOURCE_KEYS, f"{where}: ")
    _check(values, where)
    return _source(slug, values)


def source_for_host(host: str) -> Source:
    """A source for pages that somebody else recorded: what nothing is known of is found page by page.

    Always the same for a host. Hosts that differ in "-" against "." share a slug; their keys still differ.
    """
    name = identity.host_of(host)
    slug = re.sub(r"[^a-z0-9]+", "-", name).strip("-") or "unknown"
    # Nothing is claimed of zone and day order here: the page's language says what can be said of them.
    return Source(
        slug=slug, name=name, homepage=f"http://{name}/", kind="import", language="und", timezone="", day_first=None
    )


def source_for_url(url: str, sources: Iterable[Source]) -> Source | None:
    """The source on whose hosts *url* is.

    Of several on one host: the one with the longest matching path in its homepage (``/en/``), the one that knows it as
    an article, the one that has the host now, the first by slug.
    """
    host, path = identity.site_of(url), f"{identity.path_of(url)}/"

    def rank(source: Source) -> tuple[int, bool, bool, str]:
        home = identity.path_of(source.homepage)
        depth = len(home) if path.startswith(f"{home}/") else -1
        return -depth, not identity.is_article(url, source), host != identity.host_of(source.homepage), source.slug

    return min((source for source in sources if host in identity.hosts(source)), key=rank, default=None)


def _files(own: Path | None) -> Iterator[tuple[str, str, Traversable | Path]]:
    """Slug, name for errors and file: the shipped ones first."""
    for file in sorted(files("crawler").joinpath("sources").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), f"crawler/sources/{file.name}", file
    if own is not None and own.is_dir():
        for path in sorted(own.glob("[!.]*.toml")):
            yield path.stem, str(path), path


def _read(file: Traversable | Path, where: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # Windows' editors put a mark first
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: cannot be read as UTF-8 text: {error}") from error


def family(name: str) -> Mapping[str, Any]:
    """What family *name* says, as a source file would; [extract] is a dict."""
    return _families()[name]


def of_family(name: str) -> Source:
    """A source of which nothing is known but its family, to be filled in."""
    return parse_source("any", f'name = "any"\nhomepage = "http://any.test/"\nfamily = "{name}"\n', where="any")


@cache
def _families() -> Mapping[str, dict[str, Any]]:
    """Families as a source file would say them, checked."""
    data = parse_toml(files("crawler").joinpath("families.toml").read_text(encoding="utf-8"), "crawler/families.toml")
    for name, defaults in data.items():
        read_table(defaults, FAMILY_KEYS, f"crawler/families.toml: {name}.")
    return data


def _with_family(data: dict[str, Any], where: str) -> dict[str, Any]:
    """*data* over what its family says; [extract] is merged key by key."""
    name = data.get("family")
    if name is None:
        return data
    families = _families()
    if not isinstance(name, str) or name not in families:
        hint = did_you_mean(str(name), families)
        raise ConfigError(f'{where}: family = "{name}": must be one of {", ".join(families)}{hint}')
    merged = families[name] | data
    extract = merged.get("extract")
    if isinstance(extract, dict):  # what is no table is said to be wrong later
        merged["extract"] = families[name].get("extract", {}) | extract
    return merged


def _check(values: dict[str, Any], where: str) -> None:
    """What no key can say alone."""
    reserved = _is_reserved(urlsplit(values["homepage"]).hostname or "")
    if values["delay"] < 1 and not reserved:
        raise ConfigError(f"{where}: delay = {values['delay']:g}: must be at least 1 second off this machine")
    if not (values["province"] or values["keep"] or reserved or values["kind"] == "import"):
        raise ConfigError(f'{where}: province or keep: one is needed; without a province, keep = ["words or sections"]')
    hosts = [values["homepage"], *(host["host"] for host in values["hosts"])]
    if values["key_host"] and identity.host_of(values["key_host"]) not in map(identity.host_of, hosts):
        raise ConfigError(
            f'{where}: key_host = "{values["key_host"]}": must be the homepage\'s host or one of [[hosts]]'
        )


def _is_reserved(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return _RESERVED.search(host) is not None


def _source(slug: str, values: dict[str, Any]) -> Source:
    homepage = values["homepage"]
    flags = re.IGNORECASE if values["ignore_case"] else 0
    made: dict[str, Any] = {name: values[name] and re.compile(values[name], flags) for name in ("article", "exclude")}
    for name in ("feeds", "sitemaps", "sections", "archives"):
        made[name] = tuple(urljoin(homepage, address) for address in values[name])
    made["hosts"] = tuple(Host(**host) for host in values["hosts"])
    made["selectors"] = Selectors(**values.pop("extract") or {})
    made["expect"] = Expect(**values["expect"] or {})
    return Source(slug=slug, **(values | made))
