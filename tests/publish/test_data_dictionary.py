import json
from pathlib import Path

import pytest

from pipelines import search, sqlite
from pipelines.publish.dictionary import canned_queries, dictionary, markdown
from pipelines.publish.metadata import HIDDEN, metadata

DOCUMENT = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def schema(connection: sqlite.Connection) -> dict[str, list[str]]:
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'articles_fts_%'"
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in connection.execute(sql)
    }


def test_every_table_and_column_is_described_and_none_that_is_not_there(connection: sqlite.Connection) -> None:
    described = {name: sorted(table.columns) for name, table in dictionary().tables.items()}
    assert described == {name: sorted(columns) for name, columns in schema(connection).items() if name not in HIDDEN}


def test_every_description_says_something() -> None:
    for name, table in dictionary().tables.items():
        assert table.title, name
        for text in (table.description, *table.columns.values()):
            assert text.endswith((".", "…")), (name, text)


def test_what_datasette_is_told_names_columns_that_exist() -> None:
    for name, table in dictionary().tables.items():
        named = [*table.facets, *table.units, *filter(None, [table.label, table.sort_desc])]
        assert set(named) <= set(table.columns), name


def test_metadata_is_json() -> None:
    assert json.loads(json.dumps(metadata("archive"))) == metadata("archive")


def test_document_is_up_to_date() -> None:
    made_by = "python -m pipelines.publish.dictionary > docs/data-dictionary.md"
    assert DOCUMENT.read_text("utf-8") == markdown(), made_by


# Their answers: test_research.py, test_death_tolls.py.
OF_RESEARCHERS = {"agency-per-province-and-month", "excerpts", "hours-to-reprint", "translation-pairs"}
OF_RESEARCHERS |= {"revised-death-tolls"}
GIVEN = {"phrase": "bac ninh", "province": "bac-ninh", "borders": "old", "agency": "TTXVN"}


@pytest.mark.parametrize("name", canned_queries())
def test_canned_queries_answer(connection: sqlite.Connection, name: str) -> None:
    search.register(connection)
    rows = connection.execute(canned_queries()[name].sql, GIVEN).fetchall()
    assert rows or name in OF_RESEARCHERS, name
