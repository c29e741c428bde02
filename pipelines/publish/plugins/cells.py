"""Cells of tables and rows: an article leads to its reading page, what is long folds."""

import json
from typing import Any

from datasette.app import Datasette
from markupsafe import Markup, escape

from pipelines.publish.plugins import hook

# Columns that hold articles.id. Datasette would link them to a row by that id, but the key of the row is n.
ARTICLE_COLUMNS = {
    ("articles", "id"), ("articles", "translation_of"), ("articles", "reprint_of"), ("copies", "a"), ("copies", "b"),
    ("stories", "first_article"),
}  # fmt: skip
STORY_COLUMNS = {("articles", "story"), ("article_borders", "story")}
# {"article": 6, "listing": 11}
COUNTS = {("runs", "outcomes"), ("source_runs", "outcomes")}
# A page tall in a table's narrow column.
FOLDED = {("sources", "definition")}
DETAILS = Markup('<details><summary>{} letters</summary><pre style="white-space: pre-wrap">{}</pre></details>')
LINK = Markup('<a href="{}">{}</a>')


@hook
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Datasette) -> Markup | None:
    if isinstance(value, dict):  # a foreign key with its label
        label, value = value["label"], value["value"]
    else:
        label = value
    if (table, column) == ("stories", "articles"):  # the id is the key, which leads to the row
        return LINK.format(datasette.urls.path(f"/story/{row['id']}"), value)
    if not isinstance(value, str) or not value:
        return None
    if (table, column) in COUNTS:
        return escape(", ".join(f"{count:,} {outcome}" for outcome, count in json.loads(value).items()))
    if (table, column) in FOLDED:
        return DETAILS.format(len(value), value)
    if (table, column) in STORY_COLUMNS:
        return LINK.format(datasette.urls.path(f"/story/{value}"), label or value)
    if column == "article" or (table, column) in ARTICLE_COLUMNS:
        return LINK.format(datasette.urls.path(f"/read/{value}"), label or value)
    if (table, column) == ("articles", "title") and "id" in list(row.keys()):
        return LINK.format(datasette.urls.path(f"/read/{row['id']}"), value)
    return None
