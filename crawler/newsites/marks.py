"""Which CMS family a site belongs to, by marks in its pages and the form of its addresses. Pure.

What the families say is in families.toml; what they look like is here, read from public configurations.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler import catalog
from crawler.newsites.learn import GOOD_SHARE, further_pages, path_of

# A page's marks stand in its first half megabyte, or it is no page of a newspaper.
WINDOW = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """*html* finds what only this system writes; *address* fits its articles and hardly any other system's."""

    family: str
    html: re.Pattern[bytes] | None = None
    address: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """*pattern*: the family's own pattern fits the articles, so that the file need not say one."""

    family: str
    seen: str
    pattern: bool


# The plainest marks last: ASP.NET's view state says nothing about whose system it is.
MARKS = (
    Mark(family="izabacninh", address=re.compile(r"/xem-tin-tuc/article-\d+/")),
    Mark(family="bbg", address=re.compile(r"\.bbg$"), html=re.compile(rb"news-details__content|news_detail_sapo")),
    Mark(family="yyyymm-hex", address=re.compile(r"/\d{6}/[^/]+-[0-9a-f]{7}$")),
    Mark(
        family="cms-body",
        address=re.compile(r"-post\d+\.(?:html|vnp)$"),
        html=re.compile(rb"class=[\"'][^\"']*\b(?:cms-body|cms-link|cms-title|cms-author)\b"),
    ),
    Mark(
        family="b-grid",
        html=re.compile(rb"\b(?:b-grid__title|b-maincontent|sc-longform-header|c-detail-head__title)\b"),
    ),
    Mark(family="a-id", address=re.compile(r"-a\d+\.html$")),
    Mark(family="nukeviet", html=re.compile(rb"content=[\"']NukeViet|\bnv_(?:base_siteurl|lang_data)\b", re.I)),
    Mark(
        family="liferay",
        html=re.compile(rb"\bLiferay\.(?:ThemeDisplay|AUI|Portlet)|p_p_id=|/asset_publisher/|journal-content-article"),
    ),
    Mark(
        family="sharepoint",
        html=re.compile(rb"_spPageContextInfo|_spBodyOnLoad|content=[\"']Microsoft SharePoint|/_layouts/15/", re.I),
    ),
    Mark(family="webforms", html=re.compile(rb"id=[\"'][^\"']*_lblNgayDang")),
)


def recognise(pages: Sequence[bytes], articles: Sequence[str], others: Sequence[str] = ()) -> Recognised | None:
    """The family of a site with these *pages* and addresses of *articles*; *others* are addresses of none."""
    paths, listings = [path_of(url) for url in articles], [path_of(url) for url in others]
    wrong = [*listings, *further_pages(listings)]
    for mark in MARKS:
        fits = mark.address is not None and bool(paths) and _share(mark.address, paths) >= GOOD_SHARE
        found = next((match for page in pages if mark.html and (match := mark.html.search(page[:WINDOW]))), None)
        if not fits and not found:
            continue
        seen = found[0].decode("ascii", "replace") if found else f"addresses such as {paths[0]}"
        return Recognised(family=mark.family, seen=seen, pattern=_family_fits(mark.family, paths, wrong))
    return None


def _family_fits(family: str, paths: Sequence[str], wrong: Sequence[str]) -> bool:
    said = catalog.family(family).get("article")
    if not said or not paths:
        return bool(said)
    flags = re.IGNORECASE if catalog.family(family).get("ignore_case") else 0
    pattern = re.compile(said, flags)
    return _share(pattern, paths) >= GOOD_SHARE and not any(map(pattern.search, wrong))


def _share(pattern: re.Pattern[str], paths: Sequence[str]) -> float:
    return sum((pattern.search(path) or pattern.search(f"{path}/")) is not None for path in paths) / len(paths)
