"""Which items of two sequences correspond: the shortest edit script (Myers 1986), within a bound on its cost. Pure."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

# Inner steps for one pair of sequences. A paragraph of 300 words rewritten from the first to the last needs half of it;
# two hostile texts end after 0.1 s, and count as different from where they first are to where they last are.
MOST_STEPS = 200_000


class Gap(NamedTuple):
    """A stretch of the old sequence in whose place a stretch of the new one stands; either may be empty."""

    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def is_replaced(self) -> bool:
        return self.old < self.old_end and self.new < self.new_end


def gaps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Gap]:
    """Where *old* and *new* differ, in order."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < shorter - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[start : len(old) - tail], new[start : len(new) - tail]
    if not a and not b:
        return []
    path = _trace(a, b) if a and b else None
    if path is None:
        return [Gap(start, start + len(a), start, start + len(b))]
    return _between(path, len(a), len(b), start)


def _trace(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int]] | None:
    """Runs that are equal, as (place in *a*, place in *b*, length); None where finding them takes too long."""
    ends = {1: 0}
    rounds: list[dict[int, int]] = []
    steps = 0
    for distance in range(len(a) + len(b) + 1):
        rounds.append(ends)
        ends = dict(ends)
        for k in range(-distance, distance + 1, 2):
            steps += 1
            down = k == -distance or (k != distance and ends[k - 1] < ends[k + 1])
            x = ends[k + 1] if down else ends[k - 1] + 1
            y = x - k
            begun = x
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            steps += x - begun
            ends[k] = x
            if x >= len(a) and y >= len(b):
                return _walk_back(rounds, len(a), len(b))
        steps += len(ends)  # they are copied
        if steps > MOST_STEPS:
            return None
    return None


def _walk_back(rounds: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for distance in range(len(rounds) - 1, -1, -1):
        ends, k = rounds[distance], x - y
        down = k == -distance or (k != distance and ends[k - 1] < ends[k + 1])
        before = k + 1 if down else k - 1
        old_x = ends[before] if distance else 0
        old_y = old_x - before if distance else 0
        begin_x, begin_y = (old_x, old_y + 1) if down else (old_x + 1, old_y)
        if distance == 0:
            begin_x = begin_y = 0
        if x > begin_x:
            runs.append((begin_x, begin_y, x - begin_x))
        x, y = old_x, old_y
    return runs[::-1]


def _between(runs: list[tuple[int, int, int]], old_size: int, new_size: int, offset: int) -> list[Gap]:
    found: list[Gap] = []
    x = y = 0
    for at_x, at_y, length in [*runs, (old_size, new_size, 0)]:
        if at_x > x or at_y > y:
            found.append(Gap(offset + x, offset + at_x, offset + y, offset + at_y))
        x, y = at_x + length, at_y + length
    return found
