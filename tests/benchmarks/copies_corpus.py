"""A corpus of no meaning that is shaped like news, made in a process of its own."""

# ruff: noqa: SIM905  (syllables are easier to read as words)

import os
import random
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from multiprocessing import get_context
from multiprocessing.queues import Queue
from queue import Full

from pipelines.article import Fingerprint
from pipelines.fingerprint import fingerprint

BATCH = 200  # articles that are committed together
PHRASES = 40_000
KINDS = {"own": 0.80, "copy": 0.10, "background": 0.07, "template": 0.015, "notice": 0.015}

Made = tuple[str, str, Fingerprint]  # a kind, a text of it, and its fingerprint


class Corpus:
    """An endless row of texts. The same seed: of the same words, on the same forms; and the same *stream* the same
    texts.
    """

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._rng = random.Random(seed)
        onsets = "b c ch d đ g h k kh l m n ng nh ph qu r s t th tr v x".split()
        rimes = "a á à ả ạ an ang anh ao ăn âm ân âu e em ê ên i in inh o oa oan ong ô ôi ông ơ ơi u ung ư ương".split()
        pool = sorted({onset + rime for onset in onsets for rime in rimes})
        words = [" ".join(self._rng.choices(pool, k=self._rng.choice((1, 2, 2, 2, 3)))) for _ in range(PHRASES)]
        self._words, self._weights = words, [*accumulate(1 / (rank + 40) for rank in range(PHRASES))]
        self._background = [self._paragraph(60) for _ in range(400)]
        self._template = [self._sentence(14) for _ in range(9)]
        self._notice = [self._sentence(12) for _ in range(5)]
        self._recent: list[str] = []  # that copies are made of
        self._rng.seed(f"{seed} {stream}")

    def text(self) -> tuple[str, str]:
        """A kind and a text of it."""
        (kind,) = self._rng.choices([*KINDS], weights=[*KINDS.values()])
        if kind == "copy" and not self._recent:
            kind = "own"
        text = getattr(self, f"_{kind}_text")()
        if kind in ("own", "background"):
            self._recent = [*self._recent[-500:], text]
        return kind, text

    def _own_text(self) -> str:
        return "\n".join(self._paragraph(self._rng.randint(30, 80)) for _ in range(self._rng.randint(3, 9)))

    def _background_text(self) -> str:
        shared = self._rng.choices(self._background, k=2)
        return "\n".join([*(self._paragraph(60) for _ in range(4)), *shared])

    def _copy_text(self) -> str:
        lines = self._rng.choice(self._recent).split("\n")
        if self._rng.random() < 0.5:
            lines = [self._paragraph(25), *lines]
        return "\n".join(lines[:-1] if self._rng.random() < 0.5 and len(lines) > 3 else lines)

    def _template_text(self) -> str:
        return " ".join(
            f"{line} {self._rng.randint(100, 99_999)} {self._rng.randint(1, 999)}." for line in self._template
        )

    def _notice_text(self) -> str:
        return " ".join([*self._notice, self._sentence(40)])

    def _paragraph(self, words: int) -> str:
        lines, count = [], 0
        while count < words:
            lines.append(self._sentence(self._rng.randint(8, 20)))
            count += lines[-1].count(" ") + 1
        return " ".join(lines)

    def _sentence(self, phrases: int) -> str:
        found = " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=phrases // 2))
        return f"{found[0].upper()}{found[1:]}."


def make(found: "Queue[list[Made]]", seed: int, stream: int) -> None:
    """Batches of articles with their fingerprints, which extraction's workers make: on another core."""
    corpus, parent = Corpus(seed, stream), os.getppid()
    while True:
        batch = [(kind, text, fingerprint(text)) for kind, text in (corpus.text() for _ in range(BATCH))]
        while True:
            try:
                found.put(batch, timeout=10)
                break
            except Full:
                if os.getppid() != parent:  # it was killed
                    return


class Makers:
    """Batches as they are made; *idle* waits until enough are in store, so that nobody else is at work: on two threads
    of one core each takes half as long again as alone.
    """

    def __init__(self, found: "Queue[list[Made]]") -> None:
        self._found = found
        self._held: deque[list[Made]] = deque()

    def batch(self) -> list[Made]:
        return self._held.popleft() if self._held else self._found.get()

    def idle(self, batches: int) -> None:
        while len(self._held) < batches:
            self._held.append(self._found.get())
        while not self._found.full():
            time.sleep(0.05)
        time.sleep(1)  # the one that finds no room is being made


@contextmanager
def made(seed: int, stream: int) -> Iterator[Makers]:
    context = get_context("spawn")
    found = context.Queue(maxsize=8)
    maker = context.Process(target=make, args=(found, seed, stream), daemon=True)
    maker.start()
    try:
        yield Makers(found)
    finally:
        maker.terminate()
