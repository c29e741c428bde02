"""The title of an article without the name of the site. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.vietnamese import fold

_NO_LETTER = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(r"\s+(?:[|–—»·•:-]|::)\s+|\s*[|»｜_]\s*")
# How Vietnamese papers and portals call themselves: "Báo Sơn Hà điện tử". The marks count, and so do the capitals:
# "Bão số 4…", "Báo động lũ…" and "Báo Sơn Hà đoạt giải…" are headlines.
_KIND = re.compile(
    r"(?:báo|đài phát thanh|đài truyền hình|đài pt-?th|tạp chí|(?:trang|cổng) (?:thông tin|tin|ttđt)|website|portal)"
    r"(?=[\s.,])",
    re.IGNORECASE,
)
_SMALL = frozenset({
    "điện", "tử", "online", "và", "phát", "thanh", "truyền", "hình", "thông", "tin", "của", "tỉnh", "thành", "phố",
    "huyện", "thị", "xã", "ubnd", "cổng", "báo",
})  # fmt: skip
# Shorter is a kicker or a logo rather than a headline.
SHORTEST = 8


@lru_cache(maxsize=1024)
def condense(text: str) -> str:
    """*text* as its folded letters and digits alone: "Báo Bắc Ninh" and "baobacninh" are the same name.

    Cached, as the names of a site and of its sections come again on every page.
    """
    return _NO_LETTER.sub("", fold(text).lower())


@lru_cache(maxsize=1024)
def site_names(*names: str | None, homepage: str = "") -> frozenset[str]:
    """Condensed names of the site: *names* with and without "Báo", and its host without www and ending."""
    found = {condense(name) for name in names if name}
    found |= {condense(re.sub(r"^(?:báo|tạp chí|the)\s+", "", name, flags=re.IGNORECASE)) for name in names if name}
    host = (urlsplit(homepage).hostname or "").removeprefix("www.")
    found |= {condense(host), condense(host.split(".")[0])}
    return frozenset(name for name in found if len(name) > 2)


def strip_site(title: str, names: frozenset[str]) -> str:
    """*title* without leading or trailing parts that are the site's name; empty where there is nothing else."""
    cuts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    start, end = 0, len(title)
    while cuts and _is_site(title[cuts[-1][1] : end], names):
        end = cuts.pop()[0]
    while cuts and _is_site(title[start : cuts[0][0]], names):
        start = cuts.pop(0)[1]
    rest = title[start:end].strip()
    return "" if _is_site(rest, names) else rest


def _is_site(part: str, names: frozenset[str]) -> bool:
    return condense(part) in names or (len(part) <= 60 and _calls_itself(part.strip()))


def _calls_itself(part: str) -> bool:
    kind = _KIND.match(part)
    words = re.findall(r"[^\W_]+", part[kind.end() :]) if kind else []
    return bool(words) and all(word[0].isupper() or word in _SMALL for word in words)


def choose(headline: str | None, others: Sequence[str | None], names: frozenset[str]) -> str | None:
    """The best of what the page gives: the visible *headline*, else the first of *others* (og:title and the like).

    Where another is a part of the headline, that part counts (the rest is a kicker or a date); and mixed case wins
    over the same in capitals. A headline that none of several others knows is a slogan or a logo.
    """
    stated = [title for other in others if other and (title := strip_site(other, names)) and "{" not in title]
    shown = strip_site(headline, names) if headline else ""
    if len(shown) < SHORTEST or (len(stated) > 1 and not _agree(shown, stated)):
        long_enough = [title for title in stated if len(title) >= SHORTEST]
        return next(iter(long_enough or stated), None) or shown or None
    for title in stated:
        is_same = title.casefold() == shown.casefold()
        if (is_same and shown.isupper()) or (not is_same and len(title) >= 15 and title.casefold() in shown.casefold()):
            return title
    return shown


def _agree(shown: str, stated: Iterable[str]) -> bool:
    """Whether more than a third of the words of *shown* come again in one of *stated*."""
    words = set(fold(shown).lower().split())
    return any(3 * len(words & set(fold(title).lower().split())) > len(words) for title in stated)
