"""A day is the newspaper's: from 17:00 UTC on it is tomorrow in Việt Nam. What takes the day of UTC is right for most
of the day and wrong for the rest, so that no test that runs in the morning finds it; here the sources are read instead.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Instants: stored in UTC. published_at and updated_at are not of them: they keep the newspaper's own time.
_INSTANT = r"(?:first_seen|last_seen|fetched|captured|started|ended|settled|verified|closed|decided|created)_at"
_PARTS = r"(?:date\(\)|year\b|month\b|day\b|weekday\(\)|isoweekday\(\)|isocalendar\(\))"
DAYS_OF_UTC = re.compile(
    rf"""now\((?:datetime\.|timezone\.)?(?:UTC|utc)\)\)?\.{_PARTS}
    | (?<!\w)now\b(?:\s*[-+][^()\n]*(?:\([^()\n]*\))?\))?\.date\(\)
    | utc_now\(\)\[:\s*(?:4|7|10)\]
    | \b{_INSTANT}(?:["']\])?\)?(?:\[:\s*(?:4|7|10)\]|\.{_PARTS})
    | (?:substr|strftime|\bdate)\((?:\s*["'][^"']*["'],)?\s*(?:\w+\.)?{_INSTANT}\b(?!["'])""",
    re.VERBOSE,
)
# Where the day of UTC is meant, or a day more or less is allowed for.
MEANT = {
    "pipelines/state/memory.py": "now.year > 9000",
    "crawler/listings/stamps.py": "(now + LATEST).date()",
    "pipelines/reading/dates/stamp.py": "(now + TOLERANCE).date()",
    "pipelines/migrations/own_days.py": "substr(runs.ended_at, 1, 10)",
}


def found(text: str) -> Iterator[str]:
    for match in DAYS_OF_UTC.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        yield text[start:].partition("\n")[0].strip()


@pytest.mark.parametrize("folder", ["crawler", "pipelines", "schedules", "tests", "docs"])
def test_nobody_takes_the_day_of_utc_for_the_newspapers(folder: str) -> None:
    said = {}
    for path in sorted((ROOT / folder).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in (".py", ".toml", ".md") or path == Path(__file__):
            continue
        text = path.read_text("utf-8")
        if lines := [each for each in found(text) if MEANT.get(name, "\n") not in each]:
            said[name] = lines
    assert not said, "ask the source for it: Source.day_of(moment)"


@pytest.mark.parametrize(
    "line",
    [
        "day = utc_now()[:10]",
        "TODAY = datetime.now(UTC).date()",
        "end = range(2023, datetime.now(timezone.utc).year + 1)",
        "days = [(now - timedelta(days=n)).date().isoformat()]",
        "since = now.date()",
        'before = first["captured_at"][:10]',
        "row.first_seen_at[:7]",
        'sql = "SELECT substr(first_seen_at, 1, 10) FROM articles"',
        "SELECT date(captures.fetched_at), count(*) FROM captures",
        "SELECT strftime('%Y-%m', started_at) FROM runs",
    ],
)
def test_what_is_found(line: str) -> None:
    assert list(found(line))


@pytest.mark.parametrize(
    "line",
    [
        "day = source.day_of(datetime.now(UTC))",
        "TODAY = datetime.now(VIETNAM).date()",
        "SELECT substr(published_at, 1, 10) FROM articles",
        '"WARC-Refers-To-Date": warc_date(prior.fetched_at),',
        "now = datetime.now(UTC)",
        "article.published_at[:10]",
    ],
)
def test_what_is_left_alone(line: str) -> None:
    assert not list(found(line))
