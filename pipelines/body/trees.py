"""Boosted decision trees that weigh evidence: oblivious ones, which ask the same question at each level.

So a tree is as many comparisons as it has levels, and those of a forest, each asked once though trees share them, are
one array operation. Learned by tests/training/learn.py; kept as text, so that a change can be read.
"""

import json
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from pipelines.body.evidence import Array

# Rows weighed at a time: what lies between takes 3 MB, and stays in a processor's cache.
CHUNK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """*features* and *borders*: the questions; *asked*: levels × trees, the question of each; *values*: trees × leaves,
    log odds; *names*: the columns asked for.
    """

    names: tuple[str, ...]
    features: NDArray[np.int64] = field(repr=False)
    borders: Array = field(repr=False)
    asked: NDArray[np.int64] = field(repr=False)
    values: Array = field(repr=False)
    bias: float

    def log_odds(self, matrix: Array) -> Array:
        """One for each row of *matrix*, whose columns are *names*; quickest where a column lies in one piece."""
        found = [self._weigh(matrix[start : start + CHUNK].T) for start in range(0, len(matrix), CHUNK)]
        return np.concatenate(found)

    def _weigh(self, columns: Array) -> Array:
        answers = (columns.take(self.features, axis=0) > self.borders[:, None]).view(np.uint8)
        leaves = answers.take(self.asked[-1], axis=0)
        for questions in self.asked[-2::-1]:
            leaves += leaves  # a level up; shifting bytes takes twenty times as long
            leaves |= answers.take(questions, axis=0)
        # A row's trees side by side, and summed in their order: the same to the last digit whatever the chunk.
        places = np.ascontiguousarray(leaves.T) + np.arange(0, self.values.size, self.values.shape[1])
        found: Array = self.values.ravel().take(places).sum(axis=1) + self.bias
        return found


def load(name: str) -> Forest:
    """The forest in *name*.json beside this module."""
    return from_json(files("pipelines.body").joinpath(f"{name}.json").read_text("utf-8"))


def from_json(text: str) -> Forest:
    stored = json.loads(text)
    trees = stored["trees"]
    pairs = [[*zip(tree["features"], tree["borders"], strict=True)] for tree in trees]
    questions = sorted({pair for tree in pairs for pair in tree})
    number = {pair: place for place, pair in enumerate(questions)}
    return Forest(
        names=tuple(stored["names"]),
        features=np.array([feature for feature, _ in questions], dtype=np.int64),
        borders=np.array([border for _, border in questions]),
        asked=np.array([[number[pair] for pair in tree] for tree in pairs], dtype=np.int64).T.copy(),
        values=np.array([tree["values"] for tree in trees]),
        bias=float(stored["bias"]),
    )
