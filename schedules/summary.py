"""What came of a run, as two tables that a person can read: what it did to the archive, and how each capture ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.tally import Tally

COUNTS = ("added", "revised", "reprints", "gone")
# Outcomes in the order in which a reader asks for them; one with a code counts under the word before it.
OUTCOMES = (
    "article", "unchanged", "missing", "rejected", "failed", "challenge", "redirect", "not-modified", "listing",
    "feed", "robots",
)  # fmt: skip
# Both tables fit a terminal of 120 columns with names of this length.
LONGEST_NAME = 32


def table(names: Mapping[str, str], tallies: Mapping[str, Tally], reports: Mapping[str, Mapping[str, Any]]) -> str:
    """*names* are the sources' names by slug; *reports* what the crawl said of each (its cause, where it has one)."""
    shown = {slug: tallies.get(slug, Tally()) for slug in names}
    shown["all"] = _total(shown.values())
    labels = {**{slug: shorten(name) for slug, name in names.items()}, "all": "all"}
    articles = [
        [labels[slug], *(str(getattr(tally, count)) for count in COUNTS), _note(tally, reports.get(slug, {}))]
        for slug, tally in shown.items()
    ]
    articles[-1][-1] = ""
    captures = [[labels[slug], *_by_outcome(tally), str(tally.captures)] for slug, tally in shown.items()]
    return "\n\n".join(
        (
            layout(("newspaper", *COUNTS, "note"), articles, always=("added",)),
            layout(("captures by outcome", *OUTCOMES, "all"), captures, always=("all",)),
        )
    )


def shorten(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _total(tallies: Any) -> Tally:
    total = Tally()
    for tally in tallies:
        for name in ("captures", *COUNTS):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        total.outcomes.update(tally.outcomes)
    return total


def _by_outcome(tally: Tally) -> list[str]:
    words: Counter[str] = Counter()
    for outcome, count in tally.outcomes.items():
        words[outcome.partition(":")[0]] += count
    return [str(words[outcome]) for outcome in OUTCOMES]


def _note(tally: Tally, report: Mapping[str, Any]) -> str:
    """The cause of trouble, and the codes that say more than it."""
    cause = report.get("cause")
    codes = sorted(outcome for outcome in tally.outcomes if ":" in outcome and outcome != f"failed:{cause}")
    return ", ".join(filter(None, (cause, *codes)))


def layout(heads: Sequence[str], rows: Sequence[Sequence[str]], *, always: Sequence[str] = ()) -> str:
    """Columns as wide as their widest cell; those without a figure are left out unless in *always*."""
    used = [
        i for i, head in enumerate(heads) if i == 0 or head in always or any(row[i] not in ("", "0") for row in rows)
    ]
    heads = [heads[i] for i in used]
    rows = [["·" if row[i] == "0" else row[i] for i in used] for row in rows]
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    left = {0} | ({len(heads) - 1} if heads[-1] == "note" else set())

    def line(row: Sequence[str]) -> str:
        pairs = enumerate(zip(row, widths, strict=True))
        return "  ".join(cell.ljust(w) if i in left else cell.rjust(w) for i, (cell, w) in pairs).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    *body, total = (line(row) for row in rows)
    return "\n".join((line(heads), rule, *body, rule, total))
