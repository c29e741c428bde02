"""What the gate holds (``pinned.toml``): read, measured anew, compared, written."""

import tomllib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from gate_score import ALL, Found, mean, score, wants

PINNED = Path(__file__).with_name("pinned.toml")
# A floor lies this much below what was measured: a line more or less on one page of a family of fifteen.
MARGIN = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """*floors*: family to least (precision, recall). *wrong*: field to the pages where it is known to be wrong."""

    floors: Mapping[str, tuple[float, float]]
    wrong: Mapping[str, AbstractSet[str]]

    def with_floor(self, family: str, floor: tuple[float, float]) -> "Pins":
        return replace(self, floors={**self.floors, family: floor})

    def with_wrong(self, name: str, pages: AbstractSet[str]) -> "Pins":
        return replace(self, wrong={**self.wrong, name: pages})


def load(path: Path) -> Pins:
    stated = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {"floors": {}, "wrong": {}}
    floors = {family: (precision, recall) for family, (precision, recall) in stated["floors"].items()}
    return Pins(floors=floors, wrong={name: set(pages) for name, pages in stated["wrong"].items()})


def measure(found: Sequence[Found]) -> Pins:
    floors = {}
    for family in sorted({each.page.site.family for each in found}):
        ours = mean(score(each.page.truth.text, each.text) for each in found if each.page.site.family == family)
        floors[family] = (ours.precision, ours.recall)
    wrong = {
        name: {each.page.name for each in found if wants(each.page.truth, name) and not each.is_exact(name)}
        for name in ALL
    }
    return Pins(floors=floors, wrong={name: pages for name, pages in wrong.items() if pages})


def worse(pinned: Pins, measured: Pins) -> list[str]:
    """What *measured* has worse than *pinned* allows, a line each."""
    lines = []
    for family, floors in pinned.floors.items():
        for figure, floor, ours in zip(
            ("precision", "recall"), floors, measured.floors.get(family, (1, 1)), strict=True
        ):
            if ours < floor:
                lines.append(f"family {family}: {figure} {ours:.3f}, pinned {floor:.3f}")
    for name, pages in measured.wrong.items():
        lines += [f"{page}: {name}" for page in sorted(pages - pinned.wrong.get(name, set()))]
    return lines


def write(path: Path, pinned: Pins, measured: Pins, *, lower: bool) -> None:
    """*measured*, less the margin; a floor is lowered only where *lower* says so."""
    lines = ["# Written by `python tests/gate --pin`.", "", "[floors]  # family = [precision, recall]"]
    for family, ours in sorted(measured.floors.items()):
        floor = [int(1000 * max(figure - MARGIN, 0)) / 1000 for figure in ours]
        old = pinned.floors.get(family)
        if old and not lower:
            floor = [max(pair) for pair in zip(floor, old, strict=True)]
        lines.append(f"{family} = [{floor[0]}, {floor[1]}]")
    lines += ["", "[wrong]  # field = pages where it is known to be wrong"]
    for name in ALL:
        if pages := sorted(measured.wrong.get(name, ())):
            lines += [f"{name} = [", *(f'    "{page}",' for page in pages), "]"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
