"""Boosted decision trees that weigh evidence: oblivious ones, which ask the same question at each level.

So a tree is as many comparisons as it has levels, and all of a forest's are one array operation. Learned by
tests/training/learn.py; kept as text, so that a change can be read.
"""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from pipelines.body.evidence import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """*features* and *borders*: trees × levels; *values*: trees × leaves, log odds; *names*: the columns asked for."""

    names: tuple[str, ...]
    features: NDArray[np.int64]
    borders: Array
    values: Array
    bias: float

    def log_odds(self, matrix: Array) -> Array:
        """One for each row of *matrix*, whose columns are *names*."""
        trees, levels = self.features.shape
        asked = matrix[:, self.features.ravel()] > self.borders.ravel()
        leaves = asked.reshape(-1, trees, levels) @ (1 << np.arange(levels))
        found: Array = self.values[np.arange(trees), leaves].sum(axis=1) + self.bias
        return found


def load(name: str) -> Forest:
    """The forest in *name*.json beside this module."""
    return from_json(files("pipelines.body").joinpath(f"{name}.json").read_text("utf-8"))


def from_json(text: str) -> Forest:
    stored = json.loads(text)
    trees = stored["trees"]
    return Forest(
        names=tuple(stored["names"]),
        features=np.array([tree["features"] for tree in trees], dtype=np.int64),
        borders=np.array([tree["borders"] for tree in trees]),
        values=np.array([tree["values"] for tree in trees]),
        bias=float(stored["bias"]),
    )
