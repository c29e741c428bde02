"""The data dictionary: what dictionary.toml and queries.toml say, for Datasette, for export and for the document.

``python -m pipelines.publish.dictionary`` prints docs/data-dictionary.md.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

INTRODUCTION = """\
# Data dictionary

What every table and column of `archive.db` means. These names are public: queries depend on them. This page is
written by `python -m pipelines.publish.dictionary > docs/data-dictionary.md` from
`pipelines/publish/dictionary.toml`, which Datasette shows as well; a test holds it against the real schema, both ways.

Columns that end in `_at` are UTC with `Z`, but `published_at` and `updated_at` keep the newspaper's own time and
offset.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """*label* is the column that names a row in links; *units* are Pint's names; *internal* tables are hidden."""

    title: str
    description: str
    columns: dict[str, str]
    label: str | None = None
    facets: list[str] = field(default_factory=list)
    sort_desc: str | None = None
    units: dict[str, str] = field(default_factory=dict)
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedQuery:
    title: str
    description: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    title: str
    description: str
    tables: dict[str, Table]


@cache
def dictionary() -> Dictionary:
    entries = tomllib.loads((FOLDER / "dictionary.toml").read_text("utf-8"))
    archive = entries.pop("archive")
    return Dictionary(**archive, tables={name: Table(**entry) for name, entry in entries.items()})


@cache
def canned_queries() -> dict[str, CannedQuery]:
    entries = tomllib.loads((FOLDER / "queries.toml").read_text("utf-8"))
    return {name: CannedQuery(**{**entry, "sql": entry["sql"].strip()}) for name, entry in entries.items()}


def markdown() -> str:
    """docs/data-dictionary.md."""
    parts = [INTRODUCTION]
    tables = dictionary().tables
    for name, table in tables.items():
        hidden = " Internal: hidden in Datasette, may change without notice." if table.internal else ""
        parts.append(f"## {name}\n{table.description}{hidden}\n\n| column | meaning |\n|---|---|")
        parts.extend(f"| `{column}` | {meaning} |" for column, meaning in table.columns.items())
        parts.append("")
    parts.append(
        "## Questions by name\nEach is a page in Datasette, and `newsarchive export NAME -o FILE.csv` writes it out.\n"
    )
    parts.append("| name | answers |\n|---|---|")
    parts.extend(f"| `{name}` | {query.title}. {query.description} |" for name, query in canned_queries().items())
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
