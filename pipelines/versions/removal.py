"""An article's row out of the record: only for one whose captures have all turned out to be another article's."""

from pipelines import search, store
from pipelines.copies.edges import forget, settle, tell_stories
from pipelines.sqlite import Connection
from pipelines.versions import translations

# What is made from an article's captures, and follows them to the article that they are of.
_DERIVED = (
    "revisions",
    "readings",
    "changes",
    "edits",
    "observations",
    "addresses",
    "images",
    "article_places",
)
# What is not, and goes to the heir as it is.
_KEPT = ("renditions", "requisites")


def remove_article(connection: Connection, source: str, article: str, n: int, heir: str | None) -> None:
    """Delete *article* of *source*, whose captures are *heir*'s by now, or nobody's."""
    settle(connection)
    story, members = _story(connection, article)
    forget(connection, article, n)
    search.remove(connection, [n])
    for table in _KEPT:
        connection.execute(f"UPDATE OR IGNORE {table} SET article = ? WHERE article = ?", (heir, article))
    for table in (*_KEPT, *_DERIVED):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
    store.leave_unlearned(connection, source)
    for table in ("site_blocks", "site_places"):
        connection.execute(f"DELETE FROM {table} WHERE source = ? AND article = ?", (source, article))
    connection.execute("UPDATE captures SET article = ? WHERE article = ?", (heir, article))  # of its images
    translations.forget(connection, article)
    connection.execute("DELETE FROM articles WHERE id = ?", (article,))
    if members:
        tell_stories(connection, members)
    # The story may have been called by the id of the article that is no more.
    if connection.execute("SELECT 1 FROM articles WHERE story = ?", (story,)).fetchone() is None:
        connection.execute("DELETE FROM stories WHERE id = ?", (story,))


def _story(connection: Connection, article: str) -> tuple[str | None, set[str]]:
    """The article's story and its other members."""
    row = connection.execute("SELECT story FROM articles WHERE id = ?", (article,)).fetchone()
    members = connection.execute("SELECT id FROM articles WHERE story = ? AND id <> ?", (row[0], article))
    return row[0], {member for (member,) in members}
