"""Every golden page below this folder is read as its record says: `newsarchive sources snapshot` makes them."""

from pathlib import Path
from typing import Any

import pytest

from crawler import catalog
from crawler.source import Source
from pipelines import golden

HERE = Path(__file__).parent
BODIES = sorted(HERE.rglob(f"*{golden.BODY}"))
RECORDS = [path for path in sorted(HERE.rglob(f"*{golden.RECORD}")) if path.name != golden.SOURCE_FILE]
FIELDS = (
    "outcome", "key", "title", "published_at", "published_method", "updated_at", "summary", "byline", "byline_role",
    "credit", "agency", "section", "keywords", "language", "captions", "text",
)  # fmt: skip


def source_of(folder: Path) -> Source:
    """As the file beside the pages says, where there is one; else as shipped."""
    own = folder / golden.SOURCE_FILE
    if own.exists():
        return catalog.parse_source(folder.name, own.read_text(encoding="utf-8"), where=str(own))
    return catalog.load(None).get(folder.name)


@pytest.fixture(scope="module")
def replayed() -> dict[Path, dict[str, Any]]:
    return {path: golden.replay(golden.load(path), source_of(path.parent)) for path in RECORDS}


def test_there_are_pages_and_each_has_its_record() -> None:
    assert len(RECORDS) >= 3
    missing = [
        path for path in BODIES if path.with_name(path.name.removesuffix(golden.BODY) + golden.RECORD) not in RECORDS
    ]
    assert not missing, "a page without a record holds nothing; `newsarchive sources snapshot` writes both"


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("field", FIELDS)
def test_a_golden_page_is_read_as_its_record_says(replayed: dict[Path, dict[str, Any]], path: Path, field: str) -> None:
    expected = golden.load(path).expected
    assert set(expected) <= set(FIELDS), "a field that no test looks at"
    assert replayed[path].get(field) == expected.get(field)
