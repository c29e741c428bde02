"""Language editions of a site, as hosts, paths and pages name them. Pure."""

import re

from crawler.identity import host_of, path_of
from crawler.newsites.introduce import EDITIONS

# The first part of a host or path, and codes that pages state for languages though they are countries'.
LABELS = {
    **EDITIONS,
    **dict.fromkeys(("vi", "vn", "vietnamese"), "vi"),
    **dict.fromkeys(("zh", "tw", "chinese"), "zh"),
    **dict.fromkeys(("kh",), "km"),
    **dict.fromkeys(("la",), "lo"),
    **{language: language for language in ("de", "th", "pt", "it", "id")},
}
_CODE = re.compile(r"[a-z]{2,3}")
# A home page's file where the address names it.
_HOME = re.compile(r"(?:index|default|home|trang-?chu)(?:\.\w+)?", re.I)


def language_code(stated: str | None) -> str | None:
    """``en`` of "en-US", ``zh`` of "cn"; None of "x-default", which is no language, and of what is no code."""
    primary = re.split(r"[-_]", (stated or "").strip().lower())[0]
    code = LABELS.get(primary, primary)
    return code if _CODE.fullmatch(code) else None


def site_of_edition(host: str) -> str:
    """The site that *host* is an edition of: ``laodong.vn`` of news.laodong.vn and ja.laodong.vn."""
    label, _, rest = host.partition(".")
    return rest if label in LABELS and "." in rest else host


def is_edition(url: str) -> bool:
    """Whether *url* is of an edition beside the site's main one. A lone /news/ is a section."""
    folder = path_of(url).strip("/").partition("/")[0].lower()
    languages = LABELS.get(host_of(url).partition(".")[0]), LABELS.get(folder) if folder != "news" else None
    return any(language not in (None, "vi") for language in languages)


def may_be_article(path: str) -> bool:
    """Whether *path* (with its query) leads deeper than a home page or a section without number, hyphen or ending."""
    bare, _, query = path.partition("?")
    folders = [folder for folder in bare.split("/") if folder and not _HOME.fullmatch(folder)]
    if not folders:
        return any(letter.isdigit() for letter in query)
    if folders[-1].lower() in LABELS and len(folders) < 3:
        return False
    return any(letter in "-._" or letter.isdigit() for letter in folders[-1] + query)
