"""What came of a run, as a table that a person can read: a line per newspaper, a column per outcome that occurred."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.ingest import Tally

COUNTS = ("added", "revised", "reprints", "gone")
# Outcomes in the order in which a reader asks for them; those with a code are summed here and listed below the table.
OUTCOMES = (
    "article", "unchanged", "missing", "rejected", "failed", "challenge", "redirect", "not-modified", "listing",
    "feed", "robots",
)  # fmt: skip


def table(names: Mapping[str, str], tallies: Mapping[str, Tally], reports: Mapping[str, Mapping[str, Any]]) -> str:
    """*names* are the sources' names by slug; *reports* what the crawl said of each (its cause, where it has one)."""
    rows = [_row(names.get(slug, slug), tallies.get(slug, Tally()), reports.get(slug, {})) for slug in names]
    total = Tally()
    for tally in tallies.values():
        _add(total, tally)
    rows.append(_row("all", total, {}))
    heads = ("newspaper", *COUNTS, *OUTCOMES, "note")
    used = [
        i
        for i, head in enumerate(heads)
        if i == 0 or any(row[i] not in ("", "0") for row in rows) or head in ("added",)
    ]
    cells = [[row[i] if row[i] != "0" else "·" for i in used] for row in rows]
    return layout([heads[i] for i in used], cells)


def _add(total: Tally, tally: Tally) -> None:
    for name in ("captures", *COUNTS):
        setattr(total, name, getattr(total, name) + getattr(tally, name))
    total.outcomes.update(tally.outcomes)


def _row(name: str, tally: Tally, report: Mapping[str, Any]) -> list[str]:
    outcomes: Counter[str] = Counter()
    for outcome, count in tally.outcomes.items():
        outcomes[outcome.partition(":")[0]] += count
    counts = [str(getattr(tally, count)) for count in COUNTS] + [str(outcomes[outcome]) for outcome in OUTCOMES]
    codes = sorted(outcome for outcome in tally.outcomes if ":" in outcome)
    note = ", ".join(filter(None, (report.get("cause"), *codes)))
    return [name, *counts, note]


def layout(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell: first and last to the left, figures to the right; a rule above totals."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    left = {0, len(heads) - 1} if heads[-1] == "note" else {0}

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.ljust(w) if i in left else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    *body, total = (line(row) for row in rows)
    return "\n".join((line(heads), rule, *body, rule, total))
