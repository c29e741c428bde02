"""Does a source publish as it used to, or as its file says?"""

from datetime import date, datetime, timedelta

from crawler.causes import Verdict, verdict
from crawler.remedies import FEW_NEW, NOTHING_NEW
from pipelines.verdicts.case import Case
from pipelines.verdicts.rhythm import WINDOW, silence

WEEK = timedelta(days=7)
# Of the seven: on one the machine may have been off.
LOOKED_DAYS = 6
# Articles without a date that are looked at: more would read a hundred pages of the file for each source and run.
UNDATED = 50


def too_quiet(case: Case) -> Verdict | None:
    """Nothing new for much longer than ever. That its listings answer "not modified" is no excuse, and no cause."""
    filling = _is_filled_backwards(case)
    if case.brought_articles() and not filling:
        return None
    per_week = case.source.expect.articles_per_week
    found = silence(_days_with_news(case, undated=not filling), case.today, per_week)
    if found is None:
        return None
    usual = f"; in the three months before, never more than {found.usual} passed" if found.usual is not None else ""
    expected = f"; {per_week} a week are expected" if per_week else ""
    return verdict(NOTHING_NEW, f"the last article is of {found.last}, {found.days} days ago{usual}{expected}")


def _is_filled_backwards(case: Case) -> bool:
    """Whether old articles are fetched, so that one comes says nothing."""
    sql = "SELECT 1 FROM backfills WHERE source = ? AND ended_at IS NULL"
    return case.connection.execute(sql, (case.slug,)).fetchone() is not None


def _days_with_news(case: Case, *, undated: bool) -> set[date]:
    """The articles' own dates of some three months, and the days on which the last of the *undated* ones came.

    A date in the future is the newspaper's mistake.
    """
    connection, slug, after = case.connection, case.slug, f"{case.today.isoformat()}~"
    sql = "SELECT max(published_at) FROM articles WHERE source = ? AND published_at < ?"
    last = _day(connection.execute(sql, (slug, after)).fetchone()[0])
    since = ((last or case.today) - WINDOW).isoformat()
    # Answered from the index over (source, published_at), however much text the articles have.
    sql = "SELECT DISTINCT substr(published_at, 1, 10) FROM articles WHERE source = ? AND published_at BETWEEN ? AND ?"
    days = {_day(text) for (text,) in connection.execute(sql, (slug, since, after))}
    if undated:
        sql = "SELECT first_seen_at FROM articles WHERE source = ? AND published_at IS NULL ORDER BY n DESC LIMIT ?"
        days |= {case.source.day_of(datetime.fromisoformat(at)) for (at,) in connection.execute(sql, (slug, UNDATED))}
    return {day for day in days if day}


def too_few(case: Case) -> Verdict | None:
    """Fewer than half of what [expect] says, in the last seven whole days."""
    per_week = case.source.expect.articles_per_week
    if not per_week:
        return None
    week = ((case.today - WEEK).isoformat(), case.today.isoformat())
    sql = "SELECT count(*), coalesce(sum(kept), 0) FROM coverage WHERE source = ? AND day >= ? AND day < ?"
    looked, kept = case.connection.execute(sql, (case.slug, *week)).fetchone()
    if looked < LOOKED_DAYS:
        return None
    sql = "SELECT count(*) FROM articles WHERE source = ? AND published_at >= ? AND published_at < ?"
    dated = case.connection.execute(sql, (case.slug, *week)).fetchone()[0]
    count = max(dated, kept)
    if count * 2 >= per_week:
        return None
    return verdict(FEW_NEW, f"{count} in the seven days before {case.today}; {per_week} a week are expected")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:  # a month or a year
        return None
