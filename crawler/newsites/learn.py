"""What an article's address looks like on a site never seen: the pattern that its links have in common. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler import identity
from crawler.identity import FILES
from crawler.links import Link
from crawler.newsites.shapes import Form, Shape, shapes_of, words_of

# A headline has five words or more, and so has its slug; the names of sections have fewer.
HEADLINE = 5
# Links of one kind that are fewer may be a box of services, not a newspaper's articles.
ENOUGH = 3
# A pattern that misses more of the certain articles is none.
GOOD_SHARE = 0.9
# Pages that look like articles and are none, whatever site: topics, tags, searches, further pages.
NO_ARTICLE = re.compile(
    r"/(?:tags?|events?|su-kien|chu-de|chuyen-de|topics?|search|tim-kiem|rss|feed|login|dang-nhap|print|in-bai|author"
    r"|tac-gia|category|chuyen-muc|danh-muc|trang|page|wp-[a-z]+)(?:[/-]\d|[/.?]|$)"
    r"|-(?:event|tag|ptag|topic)\d+\b|/(?:trang|page|p)-?\d{1,4}(?:\.[a-z]+)?/?$|[?&](?:page|trang|p|pageindex)=",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """*article* and *exclude* are as a source file has them. *matched* of *of* addresses of articles fit; *certain*:
    a feed or a news sitemap named those. *strays* are others that fit as well, and should not.
    """

    article: str
    exclude: str | None
    matched: int
    of: int
    certain: bool
    strays: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.matched >= GOOD_SHARE * self.of and not self.strays


def learn(certain: Iterable[Link], possible: Iterable[Link], homepage: str, listings: Iterable[str]) -> Learned | None:
    """The pattern of articles, None where too few links have one form.

    *certain*: entries of feeds and news sitemaps. *possible*: whatever the other listings link to. *listings* are
    addresses known to be none.
    """
    named, others = _own(certain, homepage), _own(possible, homepage)
    sure = [path for path in named if not NO_ARTICLE.search(path)]
    sure = sure if len(sure) * 2 > len(named) else list(named)  # a feed knows better: /su-kien/ may be a section
    articles = sure if len(sure) >= ENOUGH else _headlines(others)
    if len(articles) < ENOUGH:
        return None
    chosen = set(articles)
    wrong = [path for path, title in others.items() if path not in chosen and _is_section(path, title)]
    wrong += [path for url in listings if (path := path_of(url)) not in chosen]
    pattern = _best(articles, list(dict.fromkeys(["", *wrong, *further_pages(wrong)])))
    fits = re.compile(pattern)
    banned = sorted({match[0] for path in others if _fits(fits, path) and (match := NO_ARTICLE.search(path))})
    exclude = _exclude(banned)
    strays = [path for path in wrong if _fits(fits, path) and not NO_ARTICLE.search(path)]
    matched = sum(_fits(fits, path) for path in articles)
    return Learned(
        article=pattern,
        exclude=exclude,
        matched=matched,
        of=len(articles),
        certain=articles is sure,
        strays=tuple(strays),
    )


def path_of(url: str) -> str:
    """Path and query as patterns are searched in them."""
    return identity.canonical(url).removeprefix(f"http://{identity.host_of(url)}")


def _own(links: Iterable[Link], homepage: str) -> dict[str, str | None]:
    """Path → title of the links that are pages of the site, and of its edition where the homepage is one's."""
    host, edition = identity.host_of(homepage), identity.path_of(homepage)
    paths: dict[str, str | None] = {}
    for link in links:
        path = path_of(link.url)
        inside = not edition or path.startswith(f"{edition}/")
        if identity.site_of(link.url) == host and path and inside and not FILES.search(path.partition("?")[0]):
            paths[path] = max(paths.get(path) or "", link.title or "", key=len) or None
    return paths


def is_headline(path: str, title: str | None) -> bool:
    return _slug_words(path) >= HEADLINE or len(re.findall(r"\w+", title or "")) >= HEADLINE


def _is_section(path: str, title: str | None) -> bool:
    """Short in name and address. What has no name at all is a picture's link, of whatever page."""
    return title is not None and not is_headline(path, title)


def _slug_words(path: str) -> int:
    parts = path.partition("?")[0].strip("/").split("/")
    return max(words_of(re.sub(r"[-_][a-z]{0,6}\d+$", "", part.partition(".")[0])) for part in parts)


def _headlines(links: dict[str, str | None]) -> list[str]:
    """The addresses of articles among *links*: those of the forms that most headlines have."""
    paths = [path for path in links if not NO_ARTICLE.search(path)]
    groups: dict[tuple[Form, str], list[str]] = defaultdict(list)
    for path, shape in zip(paths, shapes_of(paths), strict=True):
        if is_headline(path, links[path]):
            groups[shape.group].append(path)
    most = max(map(len, groups.values()), default=0)
    numbered = any(len(group) == most for (form, _), group in groups.items() if form is not Form.SLUG)
    # Sections may have long names; where articles have numbers, what has none is none.
    alike = [
        group for (form, _), group in groups.items() if len(group) * 5 >= most and not (numbered and form is Form.SLUG)
    ]
    return [path for group in alike for path in group]


def further_pages(sections: Iterable[str]) -> Iterator[str]:
    """Next pages as the usual systems name them: a pattern must not take them for articles."""
    for path in sections:
        if "?" not in path and not re.search(r"\.(?:xml|rss|txt|gz)$", path):
            stem = path.removesuffix(".html")
            yield from (f"{stem}/trang-2.html", f"{stem}/page/2", f"{path}?page=2", f"{stem}-p2.html")


def _fits(pattern: re.Pattern[str], path: str) -> bool:
    return (pattern.search(path) or pattern.search(f"{path}/")) is not None


def _best(articles: Sequence[str], wrong: Sequence[str]) -> str:
    """The plainest pattern that fits the *articles* and none of what is *wrong*; else the one that errs least."""
    groups: dict[tuple[Form, str], list[tuple[str, Shape]]] = defaultdict(list)
    for path, shape in zip(articles, shapes_of(articles), strict=True):
        groups[shape.group].append((path, shape))
    ranked = sorted(groups.values(), key=len, reverse=True)
    parts: list[str] = []
    seen = 0
    for group in ranked:
        if seen >= GOOD_SHARE * len(articles) or (parts and len(group) < ENOUGH):
            break
        parts.append(_of_group(group, wrong, ids=not parts))
        seen += len(group)
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _of_group(group: Sequence[tuple[str, Shape]], wrong: Sequence[str], *, ids: bool) -> str:
    paths = [path for path, _ in group]
    best, least = "", len(paths) + len(wrong) + 1
    for pattern in _candidates(group, wrong, ids=ids and _identify(group)):
        fits = re.compile(pattern)
        errors = sum(_fits(fits, path) for path in wrong) + sum(not _fits(fits, path) for path in paths)
        if errors < least:
            best, least = pattern, errors
        if not errors:
            break
    return best


def _identify(group: Sequence[tuple[str, Shape]]) -> bool:
    """Whether the numbers are identities: no number leads to two addresses, and it is no year or query's count."""
    form = group[0][1].form
    if form in (Form.SLUG, Form.QUERY, Form.HEX):
        return False  # a list's ids count from one again; hex codes of a few digits clash
    numbers = [shape.number for _, shape in group]
    dated = all(re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?", number) for number in numbers)
    return len(set(numbers)) == len(numbers) and not dated


def _candidates(group: Sequence[tuple[str, Shape]], wrong: Sequence[str], *, ids: bool) -> Iterator[str]:
    """From the plainest to the strictest: longer numbers, longer slugs, a folder that all lie in, a depth."""
    shapes = [shape for _, shape in group]
    paths = [path for path, _ in group]
    cores = list(_cores(shapes, ids=ids))
    yield from cores
    longest = min(min(shape.words for shape in shapes), HEADLINE)
    for words in range(3, max(longest, 3) + 1):
        yield from _cores(shapes, ids=ids, words=words)
    depth = {path.partition("?")[0].count("/") for path in paths}
    starts = [f"^{start}(?:/.*)?" for start in _beginnings(paths)]
    starts += [rf"^(?:/[^/]+){{{only - 1}}}" for only in depth if len(depth) == 1 and only > 1]
    for start in starts:
        for core in cores:
            yield start + (core if core.startswith("/") else f"/[^/]*{core}")


def _cores(shapes: Sequence[Shape], *, ids: bool, words: int = 0) -> Iterator[str]:
    """Patterns of the last part; at least so many *words* in the slug, where it has one."""
    form = shapes[0].form
    marks, ends = _either({shape.mark for shape in shapes}), _either({shape.ending for shape in shapes})
    shortest = min(len(shape.number) for shape in shapes)
    # A word holds no hyphen: else there are exponentially many ways to take a slug apart.
    slug = rf"[^/?._-]*(?:[-_.][^/?._-]*){{{words - 1},}}" if words > 1 else ""
    if form is Form.SLUG:
        yield rf"/{slug or '[^/?]+'}{ends}$"
    elif form is Form.QUERY:
        yield rf"{ends}\?(?:.*&)?{marks}=\d+"
    elif form is Form.HEX:
        before = "" if "" in {shape.mark for shape in shapes} else f"/{slug}" if slug else ""
        yield rf"{before or ('' if marks else '/')}{marks}[0-9a-f]{{{shortest}}}{ends}/?$"
    else:
        before, after = {
            Form.TAIL: (f"/{slug}{marks}" if slug else marks, f"{ends}$"),
            Form.NUMBER: (f"/{slug}/" if slug else "/", f"{ends}$"),
            Form.FRONT: ("/", f"-{slug or '[^/?]+'}{ends}$"),
            Form.FOLDER: ("/", f"/{slug or '[^/?]+'}{ends}$"),
        }[form]
        for least in dict.fromkeys((min(3, shortest), *range(4, shortest + 1))):
            number = r"\d+" if least < 3 else rf"\d{{{least},}}"
            yield f"{before}(?P<id>{number}){after}" if ids else f"{before}{number}{after}"


def _beginnings(paths: Sequence[str]) -> Iterator[str]:
    """The folders that all of *paths* begin with, one and more deep; months and days as digits."""
    folders = [[_general(part) for part in path.partition("?")[0].split("/")[1:-1]] for path in paths]
    start = ""
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            return
        start += f"/{parts[0]}"
        yield start


def _general(folder: str) -> str:
    return rf"\d{{{len(folder)}}}" if re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{8}", folder) else re.escape(folder)


def _either(texts: set[str]) -> str:
    found = sorted(re.escape(text).replace(r"\-", "-") for text in texts)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def _exclude(banned: Sequence[str]) -> str | None:
    """A pattern for what looked like articles on this site and is none."""
    words = {re.sub(r"\d+", "0", match).strip("/-?&=.0") for match in banned}
    found = sorted(word for word in words if re.fullmatch(r"[a-z-]{2,20}", word, re.I))
    return rf"(?i)[/-](?:{'|'.join(map(re.escape, found))})[/\d-]".replace(r"\-", "-") if found else None
