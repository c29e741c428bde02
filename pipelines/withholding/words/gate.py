"""Of many withdrawn articles those whose words a record may have, at the price of looking for one. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from crawler.capture import Kind
from crawler.records.exchanges import Stored
from pipelines.withholding.words import masking, naming
from pipelines.withholding.words.letters import Codes, codes, quick
from pipelines.withholding.words.masking import Sought
from pipelines.withholding.words.wording import SEED, Hashes, hashes

# Of a table that tells most letters apart at once: 25,000 seeds, those of fifty articles, fill it to one in 160.
_BITS = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """*seeds*: sorted hashes of what leads to words; *owners*: whose each is. *tails*, *names*: the same, as text."""

    bits: "np.ndarray[tuple[int], np.dtype[np.bool_]]" = field(repr=False)
    seeds: Hashes = field(repr=False)
    owners: list[frozenset[int]] = field(repr=False)
    tails: list[tuple[str, int]] = field(repr=False)
    names: list[tuple[str, int]] = field(repr=False)

    def let_in(self, stored: Stored) -> set[int]:
        """The numbers of those that *stored* may have words of; of the others it has none."""
        found, is_list = set[int](), stored.metadata.get("kind", "") in (Kind.LISTING, Kind.FEED)
        for text, _ in masking.texts(stored):
            found.update(number for tail, number in self.tails if number not in found and tail in text)
            for letters in quick(text):
                for owners in self._seeds_in(letters):
                    found |= owners
                if is_list and self.names:
                    said = naming.said(letters)
                    found.update(number for name, number in self.names if name in said)
        return found

    def _seeds_in(self, letters: Codes) -> Iterator[frozenset[int]]:
        if len(letters) < SEED or not len(self.seeds):
            return
        there = hashes(letters)
        there = there[self.bits[there >> np.uint64(64 - _BITS)]]
        at = np.searchsorted(self.seeds, there).clip(max=len(self.seeds) - 1)
        for number in np.unique(at[self.seeds[at] == there]).tolist():
            yield self.owners[number]


def gate(sought: Sequence[Sought]) -> Gate:
    """Of several, known by their numbers."""
    owners: dict[int, set[int]] = {}
    for number, one in enumerate(sought):
        if one.words:
            # One after the other: what stands where two meet leads in for nothing, and does no harm.
            text = codes("".join(one.words.seeds))
            for found in hashes(text)[::SEED].tolist() if len(text) == SEED * len(one.words.seeds) else _each(one):
                owners.setdefault(found, set()).add(number)
    seeds = np.array(sorted(owners), dtype=np.uint64)
    bits = np.zeros(1 << _BITS, dtype=np.bool_)
    bits[seeds >> np.uint64(64 - _BITS)] = True
    return Gate(
        bits=bits,
        seeds=seeds,
        owners=[frozenset(owners[seed]) for seed in seeds.tolist()],
        tails=sorted({(path.rpartition("/")[2], number) for number, one in enumerate(sought) for path in one.paths}),
        names=sorted({(naming.form(n), i) for i, one in enumerate(sought) for n in one.names if naming.is_several(n)}),
    )


def _each(sought: Sought) -> Iterator[int]:
    for seed in sought.words.seeds:
        yield from hashes(codes(seed)).tolist()
