"""The second look: what the first made of a block's neighbours, of its box and of its place in the page. Pure."""

import numpy as np

from pipelines.body.evidence import Array, Evidence, shifted

# Pieces of the first look's evidence that the second asks again.
AGAIN = (
    "words", "linked", "ends", "capitals", "figures", "up", "down", "is_p", "is_h2", "is_h3", "is_li", "is_td",
    "after_first", "after_last", "between", "after_headline", "beside_rank", "is_title", "mass_before", "in_row",
    "beside_prose_share", "named_COMMENT", "named_RELATED", "named_META", "named_CAPTION", "named_LEAD",
)  # fmt: skip
NAMES = (
    "first", *(f"first{steps:+}" for steps in (1, 2, 3, -1, -2, -3)), "path_mean", "path_best", "outer_mean", "rank",
    "kept", *AGAIN,
)  # fmt: skip
_NONE_THERE = -4.0
_MOST_WORDS = 60.0


def weights(words: Array) -> Array:
    """How much a block's verdict counts in means: by its words, a long paragraph as one of sixty."""
    return np.minimum(words, _MOST_WORDS) + 1


def context(evidence: Evidence, first: Array) -> Array:
    """Blocks × NAMES; *first* are the first look's log odds."""
    weight = weights(evidence.words)
    keeps = first >= 0
    columns = [first, *(shifted(first, steps, _NONE_THERE) for steps in (1, 2, 3, -1, -2, -3))]
    paths = evidence.paths
    best = np.full(int(paths.max()) + 1, -np.inf)
    np.maximum.at(best, paths, first)
    outer = evidence.parents[evidence.owners]
    columns += [_mean(first, weight, paths), best[paths], _mean(first, weight, outer)]
    ranks = np.concatenate(([0], np.cumsum(keeps)[:-1])) / max(int(keeps.sum()), 1)
    columns += [ranks, np.full(len(first), np.log1p(float(evidence.words[keeps].sum())))]
    columns += [evidence.column(name) for name in AGAIN]
    return np.array(columns).T


def _mean(values: Array, weight: Array, groups: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Array:
    """Of each block's group, weighted."""
    found: Array = np.bincount(groups, values * weight)[groups] / np.bincount(groups, weight)[groups]
    return found
