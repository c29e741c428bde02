"""Equal identity keys that lead to different articles: Liferay gives one number to many. Pure.

Of two readings under one key the title or the text must be the other's, or they are of two articles: their titles
differ, and less than 0.2 of the shorter text is in the longer. So a live blog stays one article while it keeps its
title, and under a new one as long as a fifth of its words outlives each look at it. A title says nothing where one of
the two is in Vietnamese and the other is not: a translation is an article of its own. Where the same address shows
other words under another title (a number used again, a page that always shows the latest issue) nothing speaks for an
edit: two histories in one article would be beyond repair, while two articles that were one are listed as
``identity-conflict``. Neither the address nor ``rel=canonical`` links anything: both are what has just turned out to be
wrong. Where a page's title cannot be read its text alone decides.

What is linked through a third reading is one article too, so the parts are a function of the set of readings.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipelines.article import Reading
from pipelines.clean import put_in_order
from pipelines.copies.similarity import contained
from pipelines.reading.page.titles import condense
from pipelines.vietnamese import syllables

# Other newspapers' reports of the same event share .22 of their 5-shingles, unrelated articles of a site next to none.
APART = 0.2
# Slugs are as long as headlines; what is longer is cut and told apart by its digest.
LONGEST_SLUG = 100


@dataclass(frozen=True, kw_only=True)  # no slots: the words are counted only where titles differ
class Page:
    """A reading as it is compared: before any rule of the site, since those are learned from whole articles."""

    reading: Reading = field(repr=False)

    @cached_property
    def title(self) -> str:
        return title_form(self.reading.metadata.title)

    @cached_property
    def words(self) -> tuple[str, ...]:
        body = put_in_order(self.reading.blocks, self.reading.metadata)
        return tuple(syllables("\n".join(block.text for block in body.blocks)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One capture that showed an article: its row, when, the address asked for, the one that answered and its canonical
    form, and the digest of what was read.
    """

    row: int
    record_id: str
    at: str
    asked: str
    url: str
    address: str
    reading: str


def when(look: Look) -> tuple[str, str]:
    return look.at, look.record_id


def title_form(title: str | None) -> str:
    """What of a title tells articles apart: letters and digits, folded; "" where there is none."""
    return condense(title or "")


def is_same(one: Page, other: Page) -> bool:
    return shares_title(one, other) or contained(one.words, other.words) >= APART


def shares_title(one: Page, other: Page) -> bool:
    """A headline that is a name, or was left untranslated, is no word on whether an article is its translation."""
    return bool(one.title and one.title == other.title) and not are_apart(one.reading.language, other.reading.language)


def are_apart(one: str | None, other: str | None) -> bool:
    """Whether one of two languages is Vietnamese and the other is not: between others detection may err."""
    return one != other and "vi" in (one, other) and not {one, other} & {None, "und"}


def join(groups: Iterable[frozenset[str]], name: str, pages: Mapping[str, Page]) -> list[frozenset[str]]:
    """*groups* (of names of *pages*) with *name* in them: it unites those that it is linked to."""
    linked, others = [frozenset([name])], list[frozenset[str]]()
    for group in groups:
        by_title = any(shares_title(pages[name], pages[member]) for member in group)
        same = by_title or any(is_same(pages[name], pages[member]) for member in sorted(group))
        (linked if same else others).append(group)
    return [*others, frozenset().union(*linked)]


def keys_of(
    groups: Iterable[Sequence[Look]], key: str, pages: Mapping[str, Page], taken: frozenset[str] = frozenset()
) -> dict[str, Sequence[Look]]:
    """The key of each article among those that share *key*. *groups*: the looks at each, in order of time.

    The one that was seen first has the key itself, the others the title of their first look with it: canonical
    addresses have no fragment, so nothing else has such a key. An import of an earlier capture may change who was
    first. *taken* are the keys of withheld articles, which nobody else may have.
    """
    others = sorted(groups, key=lambda looks: when(looks[0]))
    found = {} if key in taken or not others else {key: others.pop(0)}
    for looks in others:
        name = f"{key}#{_mark(looks[0], pages)}"
        found[f"{name}-{_digest(looks[0].record_id)}" if name in taken else name] = looks
    return found


def _mark(look: Look, pages: Mapping[str, Page]) -> str:
    slug = "-".join(syllables(pages[look.reading].reading.metadata.title or ""))
    if not slug:
        return f"untitled-{_digest(look.record_id)}"
    return slug if len(slug) <= LONGEST_SLUG else f"{slug[: LONGEST_SLUG - 13]}-{_digest(slug)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def owner(address: str, at: str, looks: Mapping[str, Sequence[Look]]) -> str:
    """Whose absence a capture at *address* without an article shows: the one last seen there, else anywhere."""
    everywhere = [(*when(look), name, look.address) for name, seen in looks.items() for look in seen]
    there = [entry for entry in everywhere if entry[3] == address] or everywhere
    return max((entry for entry in there if entry[0] <= at), default=min(there))[2]


def displaced(looks: Mapping[str, Sequence[Look]]) -> Iterable[tuple[str, Look]]:
    """Articles that stood at an address which shows another one later, each with a look that found them missing."""
    for name, seen in looks.items():
        since: dict[str, str] = {}
        for look in seen:
            since[look.address] = min(look.at, since.get(look.address, look.at))
        for other, its_looks in looks.items():
            if other != name:
                yield from ((name, look) for look in its_looks if since.get(look.address, look.at) < look.at)
