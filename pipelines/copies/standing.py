"""Where articles stand: which of their keys are ``crowded``, and in ``bands`` which longer ones they have instead."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.copies.sketches import sketch_of
from pipelines.fingerprint import BANDS, LEVELS, all_bands_of
from pipelines.sqlite import Connection, select_in

ENTER = "INSERT INTO bands (key, article, sketch) VALUES (?, ?, ?)"
LAST = len(LEVELS) - 1

Row = tuple[int, int, bytes]  # key, article, sketch
Place = tuple[int, int]  # band, level; anchors are further bands
Crowding = Callable[[Mapping[int, Mapping[int, Place]]], set[int]]


@dataclass(slots=True)
class Standing:
    """The keys of an article, and where each stands."""

    sketch: bytes
    open: dict[int, Place] = field(default_factory=dict)
    crowded: dict[int, Place] = field(default_factory=dict)

    @property
    def longer(self) -> list[int]:
        """Its open keys that stand in ``bands``."""
        return [key for key, (_, level) in self.open.items() if level]

    @property
    def twins(self) -> int | None:
        """A key of all whose signature is the same, where they are a crowd."""
        return next((key for key, (_, level) in self.crowded.items() if level == LAST), None)

    def rows(self, n: int) -> list[Row]:
        """Where article *n*, whose keys these are, stands in ``bands``."""
        held: list[Row] = [(key, n, self.sketch) for key, (_, level) in self.open.items() if level]
        return held + [(~key, n, self.sketch) for key, (_, level) in self.crowded.items() if level]


def crowded_of(connection: Connection, keys: Sequence[int]) -> set[int]:
    """Those of *keys* that are crowded."""
    sql = "SELECT key FROM crowded WHERE key IN ({})"
    return {key for (key,) in select_in(connection, sql, keys)}


def standings(
    connection: Connection,
    signatures: Mapping[int, bytes],
    known: Collection[int] | None = None,
    crowd: Crowding | None = None,
) -> dict[int, Standing]:
    """Of articles by their numbers. *known*: those of their shortest keys that are crowded, where somebody has asked;
    of such ones no others are said to be open. *crowd* makes keys crowded that are not yet: it is given longer ones,
    those of each article, and returns which.
    """
    found = {n: Standing(sketch=sketch_of(signature)) for n, signature in signatures.items()}
    at = dict[int, dict[int, Place]]()
    for n, keys in zip(signatures, all_bands_of([*signatures.values()]), strict=True):
        at[n] = {key: (band, 0) for band, key in enumerate(keys) if known is None or key in known}
    for level in range(len(LEVELS)):
        asked = {key for own in at.values() for key in own}
        crowded = asked if known is not None and not level else crowded_of(connection, sorted(asked))
        if level and crowd is not None:
            opened = ({key: place for key, place in own.items() if key not in crowded} for own in at.values())
            crowded |= crowd(dict(zip(at, opened, strict=True)))
        for n, own in at.items():
            held = own.keys() & crowded
            found[n].crowded |= {key: own[key] for key in held}
            found[n].open |= {key: place for key, place in own.items() if key not in held} if held else own
        bands = {n: sorted({own[key][0] for key in own.keys() & crowded}) for n, own in at.items()}
        left = [n for n, some in bands.items() if some and some[0] < BANDS]
        if level == LAST or not left:
            break
        longer = zip(left, all_bands_of([signatures[n] for n in left], level + 1), strict=True)
        at = {n: {keys[band]: (band, level + 1) for band in bands[n] if band < BANDS} for n, keys in longer}
    return found


def standing(connection: Connection, signature: bytes) -> Standing:
    return standings(connection, {0: signature})[0]
