"""A site's rules in the archive: learned, applied to what is there, unlearned; a crash in between does no harm."""

import json
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from record_side import CATALOGUE, SOURCES, Shot, one, open_memory, record, result_of, take

from pipelines import siterules, store
from pipelines.archive import Archive
from pipelines.article import Block
from pipelines.boilerplate import block_key
from pipelines.clean import clean
from pipelines.decisions import Decision, Kind, Verdict, decide
from pipelines.keep import keep
from pipelines.siterules import catch_up, relearn, unlearned
from pipelines.versions.readings import prepare
from pipelines.versions.revise import forget_readings

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


def block_decision(text: str, verdict: Verdict) -> Decision:
    return Decision(kind=Kind.BLOCK, source="song", object=str(block_key(text)), verdict=verdict)


def test_a_block_that_is_kept_comes_back_and_goes_again(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    learned = record(archive)
    decide(archive, [block_decision(FOOTER, Verdict.KEEP)])
    assert unlearned(archive) == {"song"}
    assert relearn(archive, unlearned(archive), CATALOGUE) == 3
    assert texts(archive).count(FOOTER) == 3
    take(archive, [shot("d", FOOTER)])
    assert texts(archive).count(FOOTER) == 4
    reason = "the operator's decision; on 4 of 4 articles"
    assert one(archive, "SELECT decision, articles, reason, text FROM boilerplate") == ("keep", 4, reason, FOOTER)
    decide(archive, [block_decision(FOOTER, Verdict.UNDO)])
    take(archive, [])
    assert FOOTER not in texts(archive)
    assert unlearned(archive) == set()
    assert record(archive)["boilerplate"][0]["rules"] == learned["boilerplate"][0]["rules"]


def test_what_is_removed_by_hand_is_counted_and_goes(archive: Archive) -> None:
    take(archive, [shot("a", "Quán cơm Bà Lụa"), shot("b", "Quán cơm Bà Lụa"), shot("c")])
    decide(archive, [block_decision("Quán cơm Bà Lụa", Verdict.REMOVE)])
    take(archive, [])
    assert "Bà Lụa" not in texts(archive)
    found = one(archive, "SELECT decision, articles, reason, text FROM boilerplate")
    assert found == ("remove", 2, "the operator's decision", "Quán cơm Bà Lụa")


def test_a_decision_on_a_block_that_no_page_has_does_no_harm(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    decide(archive, [block_decision("Không ở đâu cả", verdict) for verdict in (Verdict.REMOVE, Verdict.KEEP)])
    decide(archive, [Decision(kind=Kind.BLOCK, source="khac", object="7", verdict=Verdict.KEEP)])
    assert unlearned(archive) == {"song"}
    relearn(archive, unlearned(archive), CATALOGUE)
    assert unlearned(archive) == set()
    assert one(archive, "SELECT text, articles FROM boilerplate WHERE decision = 'keep'") == ("", 0)
    assert FOOTER not in texts(archive)


def test_the_operator_decides_on_places(archive: Archive) -> None:
    box = [Block(text=f"Câu {n} trong hộp", sure=-5, path="div.box/p") for n in "abc"]
    for page, own in zip("abc", box, strict=True):
        keep_blocks(archive, page, [*shot(page).reading.blocks, own])
    relearn(archive, ["song"], CATALOGUE)
    assert "trong hộp" not in texts(archive)
    (key,) = one(archive, "SELECT key, decision FROM boilerplate")[:1]
    assert one(archive, "SELECT decision, text FROM boilerplate") == ("doubt", "div.box/p")
    for verdict, count in ((Verdict.KEEP, 3), (Verdict.REMOVE, 0), (Verdict.KEEP, 3), (Verdict.UNDO, 0)):
        decide(archive, [Decision(kind=Kind.BLOCK, source="song", object=str(key), verdict=verdict)])
        relearn(archive, unlearned(archive), CATALOGUE)
        assert texts(archive).count("trong hộp") == count
    assert one(archive, "SELECT decision FROM boilerplate") == "doubt"


def test_a_kept_block_that_its_page_holds_for_improbable_is_text(archive: Archive) -> None:
    note = Block(text="Đính chính: tên cầu là Bến Đục", sure=-25)
    keep_blocks(archive, "a", [*shot("a").reading.blocks, note])
    assert "Đính chính" not in texts(archive)
    decide(archive, [block_decision(note.text, Verdict.KEEP)])
    take(archive, [])
    assert "Đính chính" in texts(archive)


def keep_blocks(archive: Archive, page: str, blocks: Sequence[Block]) -> None:
    """One capture that was read as *blocks*."""
    taken = shot(page)
    reading = replace(taken.reading, blocks=tuple(blocks))
    result = result_of(archive.connection, taken)
    assert result.article
    rules = store.rules_of(archive.connection, "song")
    article = clean(reading, rules, source="song", key=result.key, url=result.article.url)
    result = replace(result, article=article, packed=prepare(reading))
    with archive.transaction() as connection:
        keep(connection, SOURCES["song"], taken.capture, store.Place(file="w", offset=0, length=1), result)


def test_letters_in_parts_are_the_same_block(archive: Archive) -> None:
    take(archive, [shot(page, unicodedata.normalize("NFD", FOOTER)) for page in "abc"])
    assert FOOTER not in texts(archive)
    assert one(archive, "SELECT articles FROM boilerplate") == 3


def test_only_counts_change_and_no_article_is_touched(archive: Archive) -> None:
    take(archive, [shot(page, FOOTER) for page in "abc"])
    rules = one(archive, "SELECT rules FROM boilerplate")
    take(archive, [shot("d", FOOTER)], learn=False)
    before = archive.connection.total_changes
    assert relearn(archive, ["song"], CATALOGUE) == 0
    assert one(archive, "SELECT articles, rules FROM boilerplate") == (4, rules)
    assert archive.connection.total_changes - before <= 3  # the row out and in, the note of what is to be learned


def test_what_brings_no_new_text_is_learned_from_too(archive: Archive) -> None:
    """A footer that is taken out makes no version; that the page has it counts."""
    take(archive, [*(shot(page, FOOTER) for page in "abc"), shot("d")])
    assert one(archive, "SELECT articles FROM boilerplate") == 3
    (kept,) = take(archive, [shot("d", FOOTER, hour=3)], learn=False)
    assert kept.document is None
    assert unlearned(archive) == {"song"}
    relearn(archive, unlearned(archive), CATALOGUE)
    assert one(archive, "SELECT articles FROM boilerplate") == 4


def test_readings_of_before_blocks_had_places_go_as_they_went(archive: Archive) -> None:
    """Whether their blocks are noted anew or as the older schema left them."""
    take(archive, [shot(page, FOOTER) for page in "abc"] + [shot(f"x{n}") for n in range(97)], learn=False)
    for article, sha256, packed in archive.connection.execute(
        "SELECT article, sha256, reading FROM readings"
    ).fetchall():
        fields = json.loads(zlib.decompress(packed))
        del fields["paths"]
        fields["blocks"] = [(kind, text) for kind, text, *_ in fields["blocks"]]
        old = zlib.compress(json.dumps(fields).encode())
        sql = "UPDATE readings SET reading = ? WHERE article = ? AND sha256 = ?"
        archive.connection.execute(sql, (old, article, sha256))
    archive.connection.execute("UPDATE site_blocks SET sure = 0")
    archive.connection.execute("DELETE FROM site_places")
    relearn(archive, ["song"], CATALOGUE)
    assert FOOTER not in texts(archive)
    before = record(archive)
    for (article,) in archive.connection.execute("SELECT id FROM articles").fetchall():
        with archive.transaction() as connection:
            forget_readings(connection, "song", article)
    assert relearn(archive, ["song"], CATALOGUE) == 0
    assert record(archive) == before
