"""``article_places``: what an article is about, as rows. They follow from its row: a rebuild gives the same."""

from datetime import date

from crawler.provinces import last_day
from crawler.source import Source
from pipelines.places import Story, places
from pipelines.sqlite import Connection


def place(connection: Connection, source: Source, article: str) -> None:
    """Bring the places of *article* in line with what its row says, in the caller's transaction."""
    sql = "SELECT title, summary, dateline, text, language, url, published_at FROM articles WHERE id = ?"
    *words, language, url, published = connection.execute(sql, (article,)).fetchone()
    title, summary, dateline, text = (value or "" for value in words)
    day = day_of(published) or last_day(source, url)
    story = Story(title=title, summary=summary, dateline=dateline, text=text, language=language or "", day=day)
    rows = [(article, unit, method) for unit, method in places(story).items()]
    old = connection.execute("SELECT article, place, method FROM article_places WHERE article = ?", (article,))
    if sorted(old) == sorted(rows):
        return
    connection.execute("DELETE FROM article_places WHERE article = ?", (article,))
    connection.executemany("INSERT INTO article_places (article, place, method) VALUES (?, ?, ?)", rows)


def day_of(published: str | None) -> date | None:
    """The first day that a stated time may mean: provinces changed on the first of a month, though in mid-year."""
    if not published or len(published) < 7:
        return None
    return date.fromisoformat(published[:10] if len(published) >= 10 else f"{published[:7]}-01")
