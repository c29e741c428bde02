"""From a page's tree to its blocks, each with how surely it is the article's on the evidence of this page alone."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from lxml.html import HtmlElement

from pipelines.body.context import context, weights
from pipelines.body.evidence import Array, Evidence
from pipelines.body.layout import TELLING, Layout, layout_of
from pipelines.body.letters import Letters
from pipelines.body.trees import Forest, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """*odds* are log odds, one for each block of *layout*: above 0, it is rather the article's than not."""

    layout: Layout = field(repr=False)
    odds: Array = field(repr=False)
    words: Array = field(repr=False)

    @property
    def sureness(self) -> float:
        """0 (each block as likely as not) to 1, over the blocks that may be the article's, by their words."""
        chance = 1 / (1 + np.exp(-self.odds))
        open_ = chance >= 0.05
        if not open_.any():
            return 0.0
        return float(np.average(np.abs(2 * chance[open_] - 1), weights=weights(self.words)[open_]))

    @property
    def kept_words(self) -> float:
        return float(self.words[self.odds >= 0].sum())


# A footer's licence line is the densest prose of a page that has no text; in an article's own footer people sign.
_IN_FOOTER = 8.0


@cache
def forests() -> tuple[Forest, Forest]:
    return load("first"), load("second")


def warm_up() -> None:
    """Load what the first page would otherwise wait for."""
    forests()
    Letters(["a"])


def find(tree: HtmlElement, title: str) -> Found | None:
    """*title*: the page's, as its <title> has it. None where there is no text."""
    layout = layout_of(tree)
    if not layout.texts:
        return None
    evidence = Evidence(layout, title)
    first, second = forests()
    looked = first.log_odds(evidence.matrix)
    odds = second.log_odds(context(evidence, looked)) - _IN_FOOTER * in_footer(layout)
    return Found(layout=layout, odds=odds, words=evidence.words)


def in_footer(page: Layout) -> Array:
    """1 for each block in a footer of the page, 0 for the others."""
    feet = [False] * len(page.tags)
    for box, (tag, parent, step) in enumerate(zip(page.tags, page.parents, page.steps, strict=True)):
        if "footer" not in step and not feet[parent]:
            continue  # as nearly all are: the rest takes four times as long
        is_foot = tag == "footer" or "footer" in step.split(".")[1:]
        feet[box] = tag != "article" and (is_foot or (box > 0 and feet[parent])) and not _in_article(page, box)
    return np.array([feet[owner] for owner in page.owners], dtype=np.float64)


def _in_article(page: Layout, box: int) -> bool:
    return bool(page.within[box] >> TELLING.index("article") & 1)
