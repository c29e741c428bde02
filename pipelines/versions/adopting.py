"""Captures of an address that came before anyone knew whose it is."""

from pipelines.article import Outcome
from pipelines.sqlite import Connection
from pipelines.versions.observations import is_missing, note
from pipelines.versions.unmodified import referent_of


def adopt(connection: Connection, source: str, key: str, article: str) -> None:
    """Those of pages with the identity *key* are *article*'s: an import may bring the removal before the article."""
    sql = (
        "SELECT id, outcome, final_url, detail, fetched_at, refers_to FROM captures"
        " WHERE source = ? AND key = ? AND article IS NULL AND kind = 'page'"
    )
    for row, outcome, final_url, detail, moment, refers_to in connection.execute(sql, (source, key)).fetchall():
        connection.execute("UPDATE captures SET article = ? WHERE id = ?", (article, row))
        referent = referent_of(connection, refers_to) if outcome == Outcome.NOT_MODIFIED else None
        if referent.is_missing if referent else is_missing(outcome, final_url, detail):
            note(connection, article, moment, "missing", row)
