"""How well the gate set is read: ``python tests/gate [--worst N] [--diff SITE[/NN]] [--plain] [--pin [--lower]]``.

A table by family (trafilatura's own figures beside ours), how many of each field are exact, and what is wrong where.
"""

import argparse
import difflib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gate_pins import PINNED, load, measure, worse, write
from gate_score import EXACT, Found, bare_score, mean, read_through_archive, score, wants
from pages import pages


def print_families(found: Sequence[Found], *, plain: bool) -> None:
    print(f"{'family':<12}{'pages':>6}{'P':>8}{'R':>8}{'F1':>8}" + ("" if plain else f"{'trafilatura P R F1':>26}"))
    families = sorted({each.page.site.family for each in found})
    for family in [*families, "all"]:
        own = [each for each in found if family in ("all", each.page.site.family)]
        ours = mean(score(each.page.truth.text, each.text) for each in own)
        line = f"{family:<12}{len(own):>6}{ours.precision:>8.3f}{ours.recall:>8.3f}{ours.f1:>8.3f}"
        if not plain:
            theirs = mean(bare_score(each.page) for each in own)
            line += f"{theirs.precision:>12.3f}{theirs.recall:>7.3f}{theirs.f1:>7.3f}"
        print(line)


def print_fields(found: Sequence[Found]) -> None:
    for name in EXACT:
        held = [each for each in found if wants(each.page.truth, name)]
        if held:
            print(f"{name:<20}{sum(each.is_exact(name) for each in held):>4} of {len(held)}")


def print_wrong(found: Sequence[Found]) -> None:
    for each in found:
        if each.values is None:
            print(f"{each.page.name}: no article ({each.outcome})")
            continue
        for name in EXACT:
            if wants(each.page.truth, name) and not each.is_exact(name):
                print(f"{each.page.name} {name}: {each.values[name]!r}, wanted {getattr(each.page.truth, name)!r}")


def print_worst(found: Sequence[Found], count: int) -> None:
    scores = sorted((score(each.page.truth.text, each.text).f1, each.page.name) for each in found)
    for f1, name in scores[:count]:
        print(f"{f1:.3f} {name}")


def print_differences(found: Sequence[Found], chosen: str) -> None:
    for each in found:
        if not f"{each.page.name}/".startswith(f"{chosen}/") and chosen != "all":
            continue
        print(f"---- {each.page.name}")
        wanted, got = each.page.truth.text.split("\n"), each.text.split("\n")
        for line in difflib.ndiff(wanted, got):
            if line[0] in "+-":
                print(line)


def pin(found: Sequence[Found], *, lower: bool) -> int:
    pinned, measured = load(PINNED), measure(found)
    if (lines := worse(pinned, measured)) and not lower:
        print("worse than pinned:", *lines, sep="\n  ")
        return 1
    write(PINNED, pinned, measured, lower=lower)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/gate", description=__doc__)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="the N pages that are read worst")
    parser.add_argument("--diff", metavar="SITE[/NN]", help="lines of text too many (+) and missing (-); 'all' for all")
    parser.add_argument("--plain", action="store_true", help="without trafilatura's own figures")
    parser.add_argument("--pin", action="store_true", help="write pinned.toml; refused where anything got worse")
    parser.add_argument("--lower", action="store_true", help="with --pin: although it got worse")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = read_through_archive(pages(), Path(folder))
    print_families(found, plain=options.plain)
    print_fields(found)
    print_wrong(found)
    print_worst(found, options.worst)
    if options.diff:
        print_differences(found, options.diff)
    return pin(found, lower=options.lower) if options.pin else 0


if __name__ == "__main__":
    sys.exit(main())
