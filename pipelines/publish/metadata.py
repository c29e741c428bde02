"""What Datasette is told: titles, descriptions, facets, canned queries, limits."""

from typing import Any

from pipelines.publish.dictionary import Table, canned_queries, dictionary

# The migrations library's own table, which no entry of the dictionary describes.
HIDDEN = ("_sqlite_migrations",)

SETTINGS: dict[str, int | bool] = {
    # Suggesting facets is 81-96 % of the time of a default page.
    "suggest_facets": False,
    "default_page_size": 20,
    # A facet over a million rows takes 1.25 s without an index; ours have one.
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 2000,
    "max_returned_rows": 1000,
    "truncate_cells_html": 300,
    # The file alone, without its -wal, is not the archive; `newsarchive export` is the way.
    "allow_download": False,
    # A stream that fails half-way says so inside the CSV, under HTTP 200: exports are ours.
    "allow_csv_stream": False,
}


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for an archive that it calls *database*."""
    about = dictionary()
    tables: dict[str, Any] = {name: {"hidden": True} for name in HIDDEN}
    tables |= {name: _table(table) for name, table in about.tables.items()}
    tables["articles"] |= {"fts_table": "articles_fts", "fts_pk": "n"}
    queries = {
        # The answer first; "show" brings the SQL.
        name: {"title": query.title, "description": query.description, "sql": query.sql, "hide_sql": True}
        for name, query in canned_queries().items()
    }
    entry = {"title": "Tables and questions", "description": about.description, "tables": tables, "queries": queries}
    return {"title": about.title, "description": about.description, "databases": {database: entry}}


def _table(table: Table) -> dict[str, Any]:
    entry: dict[str, Any] = {"title": table.title, "description": table.description, "columns": table.columns}
    if table.internal:
        entry["hidden"] = True
    if table.label:
        entry["label_column"] = table.label
    if table.facets:
        entry["facets"] = table.facets
    if table.sort_desc:
        entry["sort_desc"] = table.sort_desc
    if table.units:
        entry["units"] = table.units
    return entry
