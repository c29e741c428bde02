"""Did the demo do what its script says? Each finding is a line that a person reads and a condition that can fail."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.demo.expected import Expected
from pipelines.sqlite import Connection
from schedules.terms import Summary


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    ok: bool

    def __str__(self) -> str:
        return f"  {'✓' if self.ok else '✗'} {self.what}"


def first_pass(connection: Connection, expected: Expected, summary: Summary) -> tuple[Finding, ...]:
    """After the first pass: every article of every newspaper, once; agencies' items known as such."""
    return tuple(_first(connection, expected, summary))


def _first(connection: Connection, expected: Expected, summary: Summary) -> Iterator[Finding]:
    found = dict(connection.execute("SELECT source, count(*) FROM articles GROUP BY source").fetchall())
    yield Finding(
        f"{sum(found.values())} articles of {len(found)} newspapers archived", found == dict(expected.articles)
    )
    if found != dict(expected.articles):
        slugs = sorted({*found, *expected.articles})
        wrong = [
            f"{s} {found.get(s, 0)}/{expected.articles.get(s, 0)}"
            for s in slugs
            if found.get(s) != expected.articles.get(s)
        ]
        yield Finding(f"found/expected: {', '.join(wrong)}", False)
    pairs = [_same_story(connection, *pair) for pair in expected.copies]
    yield Finding(f"{sum(pairs)} agency items recognised as the same story in two newspapers", all(pairs))
    yield _accounted(summary)


def second_pass(connection: Connection, expected: Expected, summary: Summary) -> tuple[Finding, ...]:
    return tuple(_second(connection, expected, summary))


def _second(connection: Connection, expected: Expected, summary: Summary) -> Iterator[Finding]:
    added = {slug: tally.added for slug, tally in summary.by_source.items() if tally.added}
    yield Finding(f"{summary.total.added} articles new", added == dict(expected.added))
    yield _edit(connection, expected, summary)
    row = _article(connection, expected.withdrawn)
    missing = _count(connection, "SELECT count(*) FROM observations WHERE article = ? AND state = 'missing'", row[0])
    yield Finding(
        f"withdrawn, confirmed by a second look, its text kept: {row[1]}",
        row[2] == "gone" and missing >= 2 and bool(row[3]),
    )
    row = _article(connection, expected.soft_404)
    outcome = "SELECT count(*) FROM captures WHERE article = ? AND outcome = 'rejected:soft-404'"
    yield Finding(
        f"says “not found” with HTTP 200, noted as missing: {row[1]}",
        _count(connection, outcome, row[0]) > 0 and bool(row[3]),
    )
    yield Finding(
        f"reprint found: {_article(connection, expected.reprint)[1]}",
        _same_story(connection, expected.reprint, expected.reprint_of),
    )
    yield from _troubled(expected, summary)
    yield _accounted(summary)


def _edit(connection: Connection, expected: Expected, summary: Summary) -> Finding:
    article, title, _, text = _article(connection, expected.edited)
    sql = "SELECT old, new, class FROM changes WHERE article = ? AND field = 'text'"
    changed = connection.execute(sql, (article,)).fetchall()
    right = (
        len(changed) == 1
        and changed[0][2] == "numbers"
        and all(old in changed[0][0] and new in changed[0][1] for old, new in expected.edits)
    )
    shown = ", ".join(f"{old} → {new}" for old, new in expected.edits)
    return Finding(
        f"edited, {len(expected.edits)} figures ({shown}): {title}", right and summary.total.revised == 1 and bool(text)
    )


def _troubled(expected: Expected, summary: Summary) -> Iterator[Finding]:
    causes = {slug: report.get("cause") for slug, report in summary.crawled.reports.items() if report.get("cause")}
    challenge, hanging = causes.pop(expected.challenge, None), causes.pop(expected.hanging, None)
    yield Finding(
        f"{expected.challenge_host} asks for a cookie: recorded as {challenge}, never answered",
        challenge == "challenge",
    )
    yield Finding(f"{expected.hanging_host} hangs: recorded as {hanging}, and delayed no other", hanging == "timeout")
    yield Finding(f"no other newspaper in trouble{': ' + str(causes) if causes else ''}", not causes)


def _accounted(summary: Summary) -> Finding:
    reports = summary.crawled.reports.values()
    scheduled, accounted = (sum(report[name] for report in reports) for name in ("scheduled", "accounted"))
    whole = scheduled == accounted and len(reports) == len(summary.sources) and summary.crawled.trouble is None
    return Finding(
        f"{accounted} of {scheduled} addresses accounted for, {summary.total.captures} captures, one outcome each",
        whole,
    )


def _article(connection: Connection, url: str) -> tuple[str, str, str, str]:
    """(id, title, state, text) of the article at *url* or its www twin; empty strings where there is none."""
    twin = url.replace("://", "://www.", 1)
    sql = (
        "SELECT a.id, a.title, a.state, a.text FROM articles a JOIN addresses d ON d.article = a.id"
        " WHERE d.url IN (?, ?) LIMIT 1"
    )
    row = connection.execute(sql, (url, twin)).fetchone()
    return ("", f"(not found: {url})", "", "") if row is None else (row[0], row[1] or url, row[2], row[3] or "")


def _count(connection: Connection, sql: str, article: str) -> int:
    return int(connection.execute(sql, (article,)).fetchone()[0])


def _same_story(connection: Connection, a: str, b: str) -> bool:
    ids = [_article(connection, url)[0] for url in (a, b)]
    stories = [connection.execute("SELECT story FROM articles WHERE id = ?", (article,)).fetchone() for article in ids]
    return all(stories) and stories[0] == stories[1]
