"""What the provinces are called in print, and what only looks like it. Pure.

A name counts with its capitals alone: "hòa bình" is peace, Hòa Bình a province.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from crawler import provinces
from pipelines.vietnamese import fold, index_form

# Longer names with a province's in them that mean something else: the Pacific, a battle and its streets, former units
# of several provinces, a newspaper, an industrial zone, a prize.
OTHERS = (
    "Thái Bình Dương", "Điện Biên Phủ", "Hà Nam Ninh", "Sài Gòn Giải Phóng", "Nam Đình Vũ",
    "Nobel Hòa Bình", "Xây dựng Hòa Bình",
)  # fmt: skip
# The battle's name is also a town's.
MORE = {
    "Thành phố Điện Biên Phủ": "dien-bien", "TP Điện Biên Phủ": "dien-bien", "TP. Điện Biên Phủ": "dien-bien",
    "Thành phố Hồ Chí Minh": "ho-chi-minh", "TP Hồ Chí Minh": "ho-chi-minh", "TP HCM": "ho-chi-minh",
    "Bà Rịa Vũng Tàu": "ba-ria-vung-tau",
}  # fmt: skip
# Of a man first of all; and two letters that may be anything.
NOT_ALONE = frozenset({"Hồ Chí Minh", "Ho Chi Minh", "HN"})
# Common words too, which a line in capitals does not tell apart: peace, calm, an ocean, to pacify.
WORDS = frozenset({"hoa binh", "thai binh", "hai duong", "binh dinh"})

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """*marked* finds names as Vietnamese writes them, *any* those without marks too: a first word → what may follow it.

    *units*: a name as ``name_key`` has it → the ids of all units that bear it; none for what is no province.
    """

    marked: Mapping[str, re.Pattern[str]]
    any: Mapping[str, re.Pattern[str]]
    units: Mapping[str, tuple[str, ...]]


def name_key(name: str) -> str:
    """One spelling for a name however it is set: folded, small, words joined by one space."""
    return " ".join(_WORD.findall(fold(name).lower()))


@cache
def load() -> Gazetteer:
    units: dict[str, set[str]] = defaultdict(set)
    marked, plain = set(OTHERS), {fold(name) for name in OTHERS}
    for name in OTHERS:
        units[name_key(name)] = set()
    for unit in provinces.load().values():
        more = [name for name, root in MORE.items() if root in (unit.id, unit.id.removesuffix("-2025"))]
        names = {unit.name, *unit.aliases, *more} - NOT_ALONE
        for name in names | {unit.name_en}:
            units[name_key(name)].add(unit.id)
        marked |= names
        plain |= {unit.name_en, *map(fold, names)}
    found = {key: tuple(sorted(ids)) for key, ids in units.items() if key not in map(name_key, NOT_ALONE)}
    return Gazetteer(marked=_patterns(marked), any=_patterns(marked | plain), units=found)


def spans(text: str, names: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Wherever one of *names* begins, overlapping ones too, the longest name there."""
    for word in _WORD.finditer(text):
        tails = names.get(word[0])
        if tails and (tail := tails.match(text, word.end())):
            yield word.start(), tail.end()


def _patterns(names: Iterable[str]) -> Mapping[str, re.Pattern[str]]:
    """*names* in title case and in capitals."""
    forms = {form for name in map(index_form, names) for form in (name, name.upper(), _titled(name))}
    tails = defaultdict(list)
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        first = _WORD.match(form)
        assert first
        tails[first[0]].append(_loose(form[first.end() :]))
    return {first: re.compile(rf"(?:{'|'.join(rests)})(?![^\W_])") for first, rests in tails.items()}


def _titled(name: str) -> str:
    """*name* with a small first letter: "thành phố Hồ Chí Minh", "xây dựng Hòa Bình"; capitals alone stay."""
    return re.sub(r"^(Thành phố|Xây dựng)", lambda match: match[0].lower(), name)


def _loose(rest: str) -> str:
    """Spaces as they come, but no line end; hyphens and dashes alike."""
    parts = re.split(r"(\s*-\s*|\.?\s+|\.)", rest)
    loose = {"-": r"[^\S\n]*[-–][^\S\n]*", ".": r"\.?[^\S\n]*", "": r"[^\S\n]+"}
    return "".join(loose[part.strip()] if n % 2 else re.escape(part) for n, part in enumerate(parts))
