"""What reading again came to, for a person and for a script."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import click

from pipelines.rereading.evidence import WORSE, Verdict
from pipelines.rereading.report import OfSource, Report, Seen

# Addresses listed at most; --json has all.
MOST_LISTED = 50
# Characters of a paragraph in a difference: enough to know it, few enough for a line or three.
MOST_CHARACTERS = 240
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


def lines(report: Report, *, dry_run: bool, sample: int) -> Iterator[str]:
    """The summary, coloured (click takes colours out where nobody sees them)."""
    total = report.total
    yield from _head(report, total, dry_run)
    for slug, row in sorted(report.sources.items()):
        if row.differ and len(report.sources) > 1:
            yield f"  {slug}: {row.differ:,} of {row.read:,} differ: {_verdicts(row)}"
    for name, what in (("gained", "come in on many pages alike"), ("lost", "go out on many pages alike")):
        for source, line, pages in report.on_many()[name]:
            yield f"  {source}: {what} ({pages:,}): “{_short(line)}”"
    tense = "would be kept as articles" if dry_run else "are articles now"
    yield from _listed(report.takings, f"were refused and {tense}")
    yield from _listed(report.struck, f"{'would be' if dry_run else 'were'} taken out, as you decided")
    yield from _listed(report.refusals, "are no articles for today's program; their former reading stays")
    yield from _listed(report.failures, "could not be read; their former reading stays, and the next call tries again")
    if sample and report.sample:
        yield ""
        yield f"The {min(sample, len(report.sample))} that look worst:"
        for seen in report.sample[:sample]:
            yield from _difference(seen)


def _head(report: Report, total: OfSource, dry_run: bool) -> Iterator[str]:
    if not report.todo and report.skipped:
        yield f"nothing to read: all {_captures(report.skipped)} were read by this program (--all reads them again)"
    elif not report.todo:
        yield "nothing to read: no page is kept here"
    else:
        said = f"{_captures(total.read + total.refused + total.struck)} read again"
        if report.skipped:
            said += f" ({report.skipped:,} were already)"
        verb = "would differ" if dry_run else "differ"
        tail = f", {total.differ:,} {verb}: {_verdicts(total)}" if total.differ else f", none {verb}"
        yield said + tail
    if total.differ:
        yield f"  {total.words[0]:,} words became {total.words[1]:,} in what differs"
    if report.recleaned:
        yield f"  {report.recleaned:,} articles were cleaned again by what their sites repeat now"
    if dry_run and total.differ:
        yield "  what the sites' rules, learned anew afterwards, take out besides is not in these figures"


def _captures(number: int) -> str:
    return f"{number:,} capture{'' if number == 1 else 's'}"


def _verdicts(row: OfSource) -> str:
    """Each capture under the worst that holds of it; the worst comes first."""
    parts = []
    for verdict in Verdict:
        if count := row.verdicts[verdict]:
            text = f"{count:,} {verdict}"
            parts.append(click.style(text, fg="red") if verdict in WORSE else text)
    return ", ".join(parts)


def _listed(rows: list[tuple[str, str, str]], what: str) -> Iterator[str]:
    if rows:
        yield f"{len(rows):,} {what}:"
        yield from (f"  {url}  {why}" for _, url, why in rows[:MOST_LISTED])
    if len(rows) > MOST_LISTED:
        yield f"  and {len(rows) - MOST_LISTED:,} more (--json lists all)"


def _difference(seen: Seen) -> Iterator[str]:
    found = seen.difference
    yield ""
    yield click.style(f"{seen.url}  {', '.join(found.verdicts)}", bold=True)
    yield f"  {found.words[0]} → {found.words[1]} words"
    for name, (old, new) in found.fields.items():
        if name != "markdown":
            yield f"  {name}: " + click.style(_short(old), fg="red") + " → " + click.style(_short(new), fg="green")
    old_lines, new_lines = (text.split("\n") for text in found.texts)
    for line in list(difflib.unified_diff(old_lines, new_lines, "", "", lineterm="", n=1))[2:]:
        yield "  " + click.style(_short(line), fg=_COLOURS.get(line[:1]))


def _short(value: object) -> str:
    text = "-" if value in (None, "") else str(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def as_json(report: Report, *, dry_run: bool, sample: int) -> dict[str, Any]:
    names = ("source", "url")
    return {
        "dry_run": dry_run,
        "finished": report.is_done,
        "todo": report.todo,
        "skipped": report.skipped,
        "total": _row(report.total),
        "sources": {slug: _row(row) for slug, row in sorted(report.sources.items())},
        "recleaned": report.recleaned,
        "taken_in": [dict(zip((*names, "was"), row, strict=True)) for row in report.takings],
        "struck": [dict(zip((*names, "outcome"), row, strict=True)) for row in report.struck],
        "refused": [dict(zip((*names, "outcome"), row, strict=True)) for row in report.refusals],
        "failed": [dict(zip((*names, "cause"), row, strict=True)) for row in report.failures],
        "on_many": {
            name: [dict(zip((*names[:1], "line", "pages"), row, strict=True)) for row in rows]
            for name, rows in report.on_many().items()
        },
        "sample": [_sample(seen) for seen in report.sample[:sample]],
    }


def _row(row: OfSource) -> dict[str, Any]:
    return {
        "read": row.read,
        "alike": row.alike,
        "differ": row.differ,
        "worst": {str(verdict): count for verdict, count in row.verdicts.items()},
        "verdicts": {str(verdict): count for verdict, count in row.all_verdicts.items()},
        "words": list(row.words),
        "failed": row.failed,
        "refused": row.refused,
        "taken_in": row.taken_in,
        "struck": row.struck,
    }


def _sample(seen: Seen) -> Mapping[str, Any]:
    found = asdict(seen.difference)
    return {"url": seen.url, "source": seen.source, "capture": seen.capture} | {
        name: found[name] for name in ("verdicts", "fields", "words", "lost", "gained")
    }
