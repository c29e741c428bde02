"""What a site repeats on its pages, as a pure function of them.

A block is known by its key: letter case, spacing and figures do not count, so a counter, a clock or an exchange rate is
the same block on every page. Only short blocks are ever taken out: frequency alone says nothing about prose, a third of
real Vietnamese articles share whole background paragraphs with one that is no copy. And since a daily bulletin says the
same but for its figures ("the province reported 12 new cases"), a block with figures must stand on much of the site.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipelines.words import weigh_words

# On 512 pages of 54 sites: three articles and 40 words raise F1 from .899 to .909; two articles gain .001 more and cost
# recall on sites with few pages.
MIN_ARTICLES = 3
MAX_WORDS = 40
# A counter or an exchange rate is on every page of its kind, bulletins with one wording are a few of many articles.
SHARE_WITH_FIGURES = 0.3
# Two addresses of one article (or a reprint within the site) are one witness, not two.
SAME_ARTICLE = 0.5
# Only blocks this long tell whether two pages carry the same article: shorter ones are headlines, in lists of what is
# read most as well.
TELLING_WORDS = 12
# Up to so many pages that share a long block are compared each with each; of more, neighbours in the order of ids: most
# share it as boilerplate, and where one article has that many addresses, neighbours are enough to find it.
MAX_GROUP = 20
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Rules:
    """The keys of the blocks to take out at a site; *version* is a digest of them, ``0`` for none."""

    removed: frozenset[int] = frozenset()

    @property
    def version(self) -> str:
        if not self.removed:
            return "0"
        joined = ",".join(map(str, sorted(self.removed)))
        return hashlib.sha256(joined.encode()).hexdigest()[:12]


NO_RULES = Rules()


def normal(text: str) -> str:
    return _FIGURES.sub("0", " ".join(text.lower().split()))


def block_key(text: str) -> int:
    """62 bits of the SHA-256 of the block's normal form, and a last bit that says whether it has figures."""
    form = normal(text)
    digest = int.from_bytes(hashlib.sha256(form.encode("utf-8", "replace")).digest()[:8], "big") >> 1
    return digest & ~1 | ("0" in form)


def has_figures(key: int) -> bool:
    return bool(key & 1)


def removable(text: str) -> bool:
    return weigh_words(text) <= MAX_WORDS


def telling(text: str) -> bool:
    return weigh_words(text) >= TELLING_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlocks:
    """The keys of one article's blocks: those that could be taken out, and those that tell articles apart."""

    removable: frozenset[int]
    telling: frozenset[int]


def page_blocks(texts: Iterable[str]) -> PageBlocks:
    keyed = [(text, block_key(text)) for text in texts]
    return PageBlocks(
        removable=frozenset(key for text, key in keyed if removable(text)),
        telling=frozenset(key for text, key in keyed if telling(text)),
    )


def learn(pages: Mapping[str, PageBlocks]) -> Mapping[int, int]:
    """From the site's articles: every block that is to be taken out, with the number of different articles it stood on.

    Which articles, in which order and in how many runs they came does not matter.
    """
    witness = _merge_copies(pages)
    seen: dict[int, set[str]] = defaultdict(set)
    for article, blocks in pages.items():
        for key in blocks.removable:
            seen[key].add(witness[article])
    with_figures = max(MIN_ARTICLES, SHARE_WITH_FIGURES * len(set(witness.values())))
    return {
        key: len(articles)
        for key, articles in seen.items()
        if len(articles) >= (with_figures if has_figures(key) else MIN_ARTICLES)
    }


def _merge_copies(pages: Mapping[str, PageBlocks]) -> Mapping[str, str]:
    """Each article's representative: the smallest id of those that carry the same text."""
    parent = {article: article for article in pages}

    def root(article: str) -> str:
        while parent[article] != article:
            article = parent[article]
        return article

    for a, b in _suspects(pages):
        if _same(pages[a].telling, pages[b].telling):
            first, second = sorted((root(a), root(b)))
            parent[second] = first
    return {article: root(article) for article in pages}


def _suspects(pages: Mapping[str, PageBlocks]) -> Iterable[tuple[str, str]]:
    sharing: dict[int, list[str]] = defaultdict(list)
    for article in sorted(pages):
        for key in pages[article].telling:
            sharing[key].append(article)
    return {
        pair
        for group in sharing.values()
        for pair in (combinations(group, 2) if len(group) <= MAX_GROUP else pairwise(group))
    }


def _same(a: frozenset[int], b: frozenset[int]) -> bool:
    """By what both have together: one line of the site's under two short articles doesn't make them one."""
    return len(a & b) >= SAME_ARTICLE * len(a | b)


def sample(texts: Iterable[Sequence[str]], keys: Iterable[int]) -> Mapping[int, str]:
    """A printed form of each block in *keys*: the alphabetically first, so that it does not depend on order."""
    wanted = frozenset(keys)
    found: dict[int, str] = {}
    for page in texts:
        for text in page:
            if (key := block_key(text)) in wanted and (key not in found or text < found[key]):
                found[key] = text
    return found
