"""Datasette's ``_search=`` is our search."""

from pipelines import search
from pipelines.publish.plugins import hook
from pipelines.sqlite import Connection


@hook
def prepare_connection(conn: Connection) -> None:
    # Runs last: Datasette has registered its own escape_fts by now, which makes "bac" AND "ninh" of a name.
    search.register(conn)
