"""Pages fetched again: what moves around an article makes no revision of it, three figures in it always do.

``NEWSARCHIVE_NOISE`` is how often each page is fetched again (once, where it isn't set); all pages are edited then.
"""

import os
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gate_score import import_pages
from noise import fetched_again, revised
from pages import GatePage, pages

TIMES = int(os.environ.get("NEWSARCHIVE_NOISE", "0"))
# Of the first visits that a new article gets; then daily.
HOURS = (1, 6, 24)


@dataclass(frozen=True, slots=True)
class Fetched:
    """*edited*: which figures were changed at the last fetch, by address."""

    archive: Path
    edited: dict[str, list[tuple[str, str]]]


def edited_pages() -> list[GatePage]:
    """The first page of each site that has three figures to change."""
    found: dict[str, GatePage] = {}
    for page in pages():
        if len(revised(page)[1]) == 3:
            found.setdefault(page.name if TIMES else page.site.slug, page)
    return list(found.values())


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Fetched:
    gate = pages()
    again = [
        fetched_again(page, 1 + 1000 * time + seed, timedelta(hours=HOURS[seed % 3], days=time))
        for time in range(TIMES or 1)
        for seed, page in enumerate(gate)
    ]
    later, edited = [], {}
    for page in edited_pages():
        other, edited[page.url] = revised(page)
        later.append(fetched_again(other, 7, timedelta(days=TIMES + 3)))
    return Fetched(import_pages([*gate, *again, *later], tmp_path_factory.mktemp("noise")), edited)


def ask(archive: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(archive)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


EDITS = "SELECT a.url, e.field, e.class, e.old, e.new, a.revision FROM edits e JOIN articles a ON a.id = e.article"


def test_nothing_around_an_article_makes_a_revision_of_it(fetched: Fetched) -> None:
    assert [row for row in ask(fetched.archive, EDITS) if row[0] not in fetched.edited] == []
    counted = ask(fetched.archive, "SELECT url, revision FROM articles")
    assert {url for url, count in counted if count != 1} == fetched.edited.keys()
    assert len(counted) == len(pages())


def test_three_figures_always_do(fetched: Fetched) -> None:
    assert len(fetched.edited) >= 10
    for url, figures in fetched.edited.items():
        found = [row for row in ask(fetched.archive, f"{EDITS} ORDER BY e.position") if row[0] == url]
        assert {(kind, revision) for _, _, kind, *_, revision in found} == {("numbers", 2)}, found
        # "50 triệu": a figure is shown with its thousands and millions.
        said = {(old.split()[0], new.split()[0]) for _, field, _, old, new, _ in found if field == "text"}
        assert said == set(figures)
    kinds = ask(fetched.archive, "SELECT DISTINCT class, silent FROM changes WHERE field = 'text'")
    assert kinds == [("numbers", 1)]


def test_a_page_fetched_again_is_another_page() -> None:
    """Else the test above would hold nothing."""
    for page in pages():
        again = fetched_again(page, 1, timedelta(hours=1))
        assert again.html != page.html
        assert again.html == fetched_again(page, 1, timedelta(hours=1)).html
