"""A site's rules in the archive: learned, applied to what is there, unlearned; a crash in between does no harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_side import CATALOGUE, SOURCES, Shot, one, open_memory, record, take

from pipelines import siterules
from pipelines.archive import Archive
from pipelines.siterules import catch_up, relearn

FOOTER, RATES = "Cẩm nang cho người đi chợ", "Tỷ giá USD: {} đồng"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def shot(page: str, *extra: str, hour: float = 0) -> Shot:
    lines = (f"Bài {page} " + " ".join(f"{page}{chr(97 + n)}" for n in range(20)) + ".",)
    return Shot(page=page, lines=(*lines, *extra), hour=hour)


def texts(archive: Archive) -> str:
    return "\n".join(text for (text,) in archive.connection.execute("SELECT text FROM articles ORDER BY url"))


def test_what_is_learned_goes_from_the_articles_that_are_there(archive: Archive) -> None:
    take(archive, [shot("a", FOOTER, RATES.format(26_001)), shot("b", FOOTER, RATES.format(26_002))])
    assert texts(archive).count(FOOTER) == 2
    take(archive, [shot("c", FOOTER, RATES.format(26_003)), shot("d")])
    assert FOOTER not in texts(archive)
    assert "USD" not in texts(archive)
    assert one(archive, "SELECT count(DISTINCT rules), min(rules) <> '0' FROM articles") == (1, 1)
    rows = archive.connection.execute("SELECT text, articles, decision FROM boilerplate ORDER BY text").fetchall()
    assert [row[1:] for row in rows] == [(3, "remove")] * 2
    assert {text[:3] for text, _, _ in rows} == {"Tỷ ", "Cẩm"}


def test_the_count_and_the_printed_form_follow(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    take(archive, [shot(page, FOOTER) for page in "de"])
    assert one(archive, "SELECT text, articles FROM boilerplate") == (FOOTER, 5)


def test_another_source_has_rules_of_its_own(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    take(archive, [Shot(source="nui", page="a", lines=("Một bài của báo khác.", FOOTER))])
    assert FOOTER in one(archive, "SELECT text FROM articles WHERE source = 'nui'")


def test_a_crash_between_learning_and_cleaning_is_made_good(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"], learn=False)
    with monkeypatch.context() as patch:
        patch.setattr(siterules, "catch_up", lambda *_: 0)
        relearn(archive, SOURCES, CATALOGUE)
    assert FOOTER in texts(archive)
    assert catch_up(archive, CATALOGUE) == 3
    assert FOOTER not in texts(archive)
    assert catch_up(archive, CATALOGUE) == 0
    record(archive)


def test_what_was_read_under_past_rules_is_cleaned_again(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    archive.connection.execute("UPDATE articles SET rules = NULL, text = 'x' WHERE url LIKE '%/a'")
    assert catch_up(archive, CATALOGUE) == 1
    assert one(archive, "SELECT count(*) FROM articles WHERE rules IS NULL") == 0


def test_a_withdrawn_article_is_left_alone(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "ab"])
    archive.connection.execute("UPDATE articles SET state = 'withdrawn', text = NULL WHERE url LIKE '%/a'")
    take(archive, [shot("c", FOOTER), shot("d", FOOTER)])
    assert one(archive, "SELECT text FROM articles WHERE url LIKE '%/a'") is None


def test_learning_again_changes_nothing(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abcd"])
    before, changes = record(archive), archive.connection.total_changes
    assert relearn(archive, SOURCES, CATALOGUE) == 0
    assert archive.connection.total_changes == changes
    assert record(archive) == before
