"""What a site's homepage and host say of it: name, kind, province, edition; a slug for it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler import identity, provinces
from crawler.listings.sections import parse_html

# Language editions by the first part of a host or path, as Vietnamese newspapers name them.
EDITIONS = {
    **dict.fromkeys(("en", "eng", "english", "news"), "en"),
    **dict.fromkeys(("zh", "cn"), "zh"),
    **dict.fromkeys(("ja", "jp"), "ja"),
    **dict.fromkeys(("ko", "kr"), "ko"),
    **dict.fromkeys(("km", "khmer"), "km"),
    **{language: language for language in ("fr", "ru", "lo", "es")},
}
# Endings of names that say nothing about whose they are.
_SUFFIXES = frozenset({"vn", "com", "net", "org", "info", "edu", "test", "example"})
_SEPARATOR = re.compile(r"\s+[|–—»·•:-]\s+|\s*[|»]\s*")
_HOME = re.compile(r"^(?:trang chủ|trang nhất|trang chu|home ?page|home|index|tin tức(?: mới nhất)?|welcome)$", re.I)
_GENERIC_HOST = r"(?:bao|dai|ptth|tapchi|congthongtin|portal|ubnd|tinh)?{}(?:tv|online|dientu|news|portal|city)?"
MOST_NAME = 80


def name_of(homepage: bytes, encoding: str | None = None) -> str | None:
    """og:site_name, else the title's part that is a name rather than a slogan."""
    tree = parse_html(homepage, encoding)
    if tree is None:
        return None
    metas = [meta for meta in tree.iter("meta") if (meta.get("property") or meta.get("name")) == "og:site_name"]
    if stated := [name for meta in metas if (name := _tidy(meta.get("content") or ""))]:
        return stated[0]
    title = next(tree.iter("title"), None)
    parts = (
        [_tidy(part) for part in _SEPARATOR.split(" ".join(title.text_content().split()))] if title is not None else []
    )
    named = [part for part in parts if part and not _HOME.match(part)]
    papers = [part for part in named if re.match(r"(?:báo|đài|tạp chí|cổng|trang thông tin)\b", part, re.I)]
    return next(iter(papers or named), None)


def _tidy(text: str) -> str | None:
    text = " ".join(unicodedata.normalize("NFC", text).split()).strip(" -|")
    return text if 2 < len(text) <= MOST_NAME and "{" not in text else None


def kind_of(url: str, name: str) -> str:
    plain = fold(name)
    host = identity.host_of(url)
    if host.endswith(".gov.vn") or re.search(r"\bcong thong tin|ban quan ly|uy ban nhan dan|\bportal\b", plain):
        return "portal"
    if re.search(r"\b(?:tap chi|journal|review|magazine)\b", plain):
        return "magazine"
    if re.search(r"\b(?:truyen hinh|phat thanh|television|radio)\b", plain) and not plain.startswith("bao "):
        return "broadcaster"
    return "newspaper"


def edition_of(url: str) -> str:
    """The language that host or path names, "" for none."""
    parts = urlsplit(url)
    first = (parts.hostname or "").removeprefix("www.").partition(".")[0]
    folder = _edition_folder(parts.path)
    return EDITIONS.get(first) or EDITIONS.get(folder.rpartition("/")[2].lower(), "")


def homepage_of(url: str) -> str:
    """Where the site, or the edition, begins that *url* is a page of."""
    parts = urlsplit(url)
    folder = _edition_folder(parts.path)
    return f"{parts.scheme}://{parts.netloc.lower()}/{f'{folder}/' if folder else ''}"


def _edition_folder(path: str) -> str:
    """``en`` of /en/society/, ``web/english`` of Liferay's; "" for none."""
    folders = path.strip("/").split("/")[:2]
    for depth, folder in enumerate(folders, start=1):
        # A lone /news/ is a section; a host of that name is an edition.
        if folder.lower() in EDITIONS and folder.lower() != "news":
            return "/".join(folders[:depth])
    return ""


def slug_of(url: str) -> str:
    """``baohatinh``, ``hatinh-gov``, ``baobacninhtv-en``: as the catalogue's own are made."""
    labels = [label for label in identity.host_of(url).partition(":")[0].split(".") if label not in _SUFFIXES]
    edition = edition_of(url)
    if labels[1:] and labels[0] in EDITIONS:
        labels = labels[1:]
    name = re.sub(r"[^a-z0-9]+", "-", "-".join([*labels, edition] if edition else labels)).strip("-")
    return name or "source"


def province_of(name: str, url: str) -> tuple[str, str] | None:
    """The id of the province whose name stands in the site's name or host, and where it was found; None for none or
    several. Of a unit that was there before and after the merger it is today's.
    """
    units = provinces.load().values()
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', fold(name)))} "
    by_name = {unit.id: len(said) for unit in units for said in _names(unit) if f" {said} " in plain}
    if found := _one(by_name):
        return found, f'its name, "{name}"'
    host = identity.host_of(url)
    labels = host.split(".")
    by_host = {
        unit.id: len(said)
        for unit in units
        for said in _names(unit)
        for label in labels[:-1]
        if re.fullmatch(_GENERIC_HOST.format(re.escape(said.replace(" ", ""))), label.replace("-", ""))
    }
    found = _one(by_host)
    return (found, f"its host, {host}") if found else None


def _names(unit: provinces.Province) -> Iterable[str]:
    names = (" ".join(re.findall(r"[a-z0-9]+", fold(said))) for said in (unit.name, unit.name_en, *unit.aliases))
    return {name for name in names if len(name) > 2 and name.count(" ") < 4} - {"hn"}


def _one(found: dict[str, int]) -> str | None:
    """The unit with the longest name ("Hà Nam" is no part of "Quảng Hà Nam"'s), today's where it has two eras."""
    longest = max(found.values(), default=0)
    units = [provinces.load()[id_] for id_, length in found.items() if length == longest]
    today = [unit for unit in units if unit.valid_to is None] or units
    return today[0].id if len(today) == 1 else None


def fold(text: str) -> str:
    """In small letters without marks, đ as d."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
