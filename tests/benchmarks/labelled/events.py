"""Reports of one event by two newspapers, written by hand: the same names, figures and one quote, other words."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "reported"


Report = tuple[str, ...]


@cache
def reports(language: str) -> Sequence[tuple[str, tuple[Report, Report]]]:
    """(name, (one paper's paragraphs, the other's)) of each file, whose two parts are parted by a line of dashes."""
    found = []
    for path in sorted(FOLDER.glob(f"{language}-*.txt")):
        one, other = path.read_text(encoding="utf-8").split("\n-----\n")
        found.append((path.stem, (_paragraphs(one), _paragraphs(other))))
    return tuple(found)


def _paragraphs(text: str) -> Report:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
