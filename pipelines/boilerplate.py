"""What a site repeats on its pages, and which places of them hold articles, as a pure function of them.

A block is known by its key: letter case, spacing and figures do not count, so a counter, a clock or an exchange rate is
the same block on every page. Frequency alone says nothing about prose, a third of real Vietnamese articles share whole
background paragraphs with one that is no copy: so only blocks of few words are ever taken out, and the more a block
looks like the article's (a sentence or more, or sure of itself on its own page) the more of the site must have it. And
since a daily bulletin says the same but for its figures ("the province reported 12 new cases"), a block with figures
must stand on much of the site.

A place is a class path. Where most of what stands there on the site's articles is surely theirs, a block that is nearly
sure is helped over the line, and held back where most is not.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import fsum

from pipelines.article import Block
from pipelines.vietnamese import clean as clean_text
from pipelines.words import weigh_words

# On 512 pages of 54 sites: three articles and 40 words raise F1 from .899 to .909; two articles gain .001 more and cost
# recall on sites with few pages.
MIN_ARTICLES = 3
MAX_WORDS = 40
# A counter or an exchange rate is on every page of its kind, bulletins with one wording are a few of many articles; and
# a footer's sentence is on all of a site's pages where a background sentence is on one in twenty.
SHARE_OF_MANY = 0.3
# "Kết quả cuộc thi": headings that look like the article's own come again on a site with thousands of them.
SHARE_OF_SURE, SURE = 0.05, 20
# Two addresses of one article (or a reprint within the site) are one witness, not two.
SAME_ARTICLE = 0.5
# Only blocks this long tell whether two pages carry the same article: shorter ones are headlines, in lists of what is
# read most as well.
TELLING_WORDS = 12
# Without long ones, so many short ones that surely are the article's tell.
FEW_OWN = 4
# Up to so many pages that share a long block are compared each with each; of more, neighbours in the order of ids: most
# share it as boilerplate, and where one article has that many addresses, neighbours are enough to find it.
MAX_GROUP = 20
# A place is trusted where three quarters of its words are the article's, doubted where a quarter are (.15 and .85 gain
# .001 less on daniel). It moves a block by so many tenths of log odds: 25 lose what a page had right (big9 -.003).
TRUSTED, DOUBTED, HELP = 0.75, 0.25, 8
# A long paragraph says no more of its place than one of sixty words.
_MOST_WORDS = 60
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Rules:
    """*removed*: keys of the blocks to take out at a site; *trusted* and *doubted*: keys of places; *kept*: keys of
    blocks that the operator keeps, whatever is said of them. Of places, *kept* and *removed* are those that the
    operator trusts and doubts. *version* is a digest of all, ``0`` for none.
    """

    removed: frozenset[int] = frozenset()
    trusted: frozenset[int] = frozenset()
    doubted: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()

    @property
    def parts(self) -> tuple[frozenset[int], ...]:
        return self.removed, self.trusted, self.doubted, self.kept

    @property
    def version(self) -> str:
        if not any(self.parts):
            return "0"
        joined = ";".join(",".join(map(str, sorted(part))) for part in self.parts)
        return hashlib.sha256(joined.encode()).hexdigest()[:12]

    def keeps(self, block: Block) -> bool:
        """Whether *block* is the article's."""
        if self.removed or self.kept:
            key = block_key(block.text)
            if key in self.removed or key in self.kept:
                return key in self.kept
        if abs(block.sure) > HELP:
            return block.sure >= 0
        place = place_key(block.path)
        is_trusted = place in self.trusted or place in self.kept
        is_doubted = place in self.doubted or place in self.removed
        return block.sure + HELP * is_trusted - HELP * is_doubted >= 0


NO_RULES = Rules()


def normal(text: str) -> str:
    return _FIGURES.sub("0", " ".join(clean_text(text).lower().split()))


def block_key(text: str) -> int:
    """62 bits of the SHA-256 of the block's normal form, and a last bit that says whether it has figures."""
    form = normal(text)
    return _hash(form) & ~1 | ("0" in form)


def place_key(path: str) -> int:
    return _hash(f"\0{path}")


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big") >> 1


def has_figures(key: int) -> bool:
    return bool(key & 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlocks:
    """An article's blocks by key: those that could be taken out, those that tell articles apart, those that looked like
    its own; and of each place (by key) the words that are the article's, all words, and whether a rule could say
    otherwise of one of its blocks.
    """

    removable: frozenset[int]
    telling: frozenset[int]
    sure: frozenset[int] = frozenset()
    places: Mapping[int, tuple[int, int, bool]] = field(default_factory=dict)


def page_blocks(blocks: Iterable[Block]) -> PageBlocks:
    weighed = [(block, block_key(block.text), weigh_words(block.text)) for block in blocks]
    keys = {path: place_key(path) for path in {block.path for block, *_ in weighed} if path}
    places: dict[int, tuple[int, int, bool]] = {}
    for block, _, count in weighed:
        if block.path:
            place = keys[block.path]
            kept, words, is_open = places.get(place, (0, 0, False))
            weight = min(count, _MOST_WORDS) + 1
            kept += weight * (block.sure >= 0)
            places[place] = (kept, words + weight, is_open or -HELP <= block.sure < HELP)
    return PageBlocks(
        removable=frozenset(key for _, key, count in weighed if count <= MAX_WORDS),
        telling=frozenset(key for _, key, count in weighed if count >= TELLING_WORDS),
        sure=frozenset(key for block, key, _ in weighed if block.sure >= SURE),
        places=places,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """*removed*: each block that is to be taken out, with the number of different articles that it stood on. *places*:
    each place that is trusted or doubted, with the share of its words that are the articles'. Of *articles* in all.
    """

    removed: Mapping[int, int] = field(default_factory=dict)
    places: Mapping[int, float] = field(default_factory=dict)
    articles: int = 0


def learn(pages: Mapping[str, PageBlocks]) -> Learned:
    """From the site's articles. Which of them came first, in which order and in how many runs does not matter."""
    witness = _merge_copies(pages)
    everyone = len(set(witness.values()))
    return Learned(removed=_repeated(pages, witness, everyone), places=_places(pages, witness), articles=everyone)


def _repeated(pages: Mapping[str, PageBlocks], witness: Mapping[str, str], everyone: int) -> dict[int, int]:
    seen: dict[int, set[str]] = defaultdict(set)
    sure: dict[int, set[str]] = defaultdict(set)
    long: set[int] = set()
    for article, blocks in pages.items():
        for key in blocks.removable:
            seen[key].add(witness[article])
        for key in blocks.sure & blocks.removable:
            sure[key].add(witness[article])
        long |= blocks.telling

    def needed(key: int) -> float:
        if has_figures(key) or key in long:
            return max(MIN_ARTICLES, SHARE_OF_MANY * everyone)
        is_sure = 2 * len(sure[key]) >= len(seen[key])
        return max(MIN_ARTICLES, SHARE_OF_SURE * everyone if is_sure else 0)

    return {key: len(articles) for key, articles in seen.items() if len(articles) >= needed(key)}


def _places(pages: Mapping[str, PageBlocks], witness: Mapping[str, str]) -> dict[int, float]:
    """The mean over articles, so that a long one says no more than a short one."""
    told: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for article, blocks in pages.items():
        for place, (kept, words, _) in blocks.places.items():
            sums = told[place][witness[article]]
            sums[0], sums[1] = sums[0] + kept, sums[1] + words
    found = {}
    for place, articles in told.items():
        if len(articles) >= MIN_ARTICLES:
            share = fsum(kept / words for kept, words in articles.values()) / len(articles)  # exact in any order
            if share >= TRUSTED or share <= DOUBTED:
                found[place] = share
    return found


def _merge_copies(pages: Mapping[str, PageBlocks]) -> Mapping[str, str]:
    """Each article's representative: the smallest id of those that carry the same text."""
    parent = {article: article for article in pages}

    def root(article: str) -> str:
        while parent[article] != article:
            article = parent[article]
        return article

    own = {article: _own(blocks) for article, blocks in pages.items()}
    for a, b in _suspects(own):
        if _same(own[a], own[b]):
            first, second = sorted((root(a), root(b)))
            parent[second] = first
    return {article: root(article) for article in pages}


def _own(blocks: PageBlocks) -> frozenset[int]:
    """By what an article is known: its own long blocks, for teasers beside it change from address to address; where it
    has none (verse, a price list) its own short ones, if they are a few: a heading alone comes again.
    """
    own = blocks.telling & blocks.sure
    return own or (blocks.sure if len(blocks.sure) >= FEW_OWN else blocks.telling)


def _suspects(own: Mapping[str, frozenset[int]]) -> Iterable[tuple[str, str]]:
    sharing: dict[int, list[str]] = defaultdict(list)
    for article in sorted(own):
        for key in own[article]:
            sharing[key].append(article)
    return {
        pair
        for group in sharing.values()
        for pair in (combinations(group, 2) if len(group) <= MAX_GROUP else pairwise(group))
    }


def _same(a: frozenset[int], b: frozenset[int]) -> bool:
    """By what both have together: one line of the site's under two short articles doesn't make them one."""
    return len(a & b) >= SAME_ARTICLE * len(a | b)


def sample(blocks: Iterable[Block], keys: Iterable[int]) -> Mapping[int, str]:
    """A printed form of each block and place in *keys*: the alphabetically first, so that order does not matter."""
    wanted = frozenset(keys)
    found: dict[int, str] = {}
    for block in blocks:
        for key, text in ((block_key(block.text), block.text), (place_key(block.path), block.path)):
            if key in wanted and (key not in found or text < found[key]):
                found[key] = text
    return found
