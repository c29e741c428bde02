"""Withholding: decided before, between or after the captures, the same record, and not a word in it."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, one, open_memory, record, reinstate, take, withdrawal_of, withhold

from pipelines.archive import Archive
from pipelines.decisions import Decision
from pipelines.versions.readings import prepare
from pipelines.withholding.decisions.withdrawing import with_twins
from pipelines.withholding.rows.entombing import entomb_again


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def prose(subject: str, lines: int = 4) -> tuple[str, ...]:
    return tuple(
        f"{subject} {number} " + " ".join(f"{subject.split()[0]}{number}{word}" for word in range(14)) + "."
        for number in range(lines)
    )


def words(archive: Archive) -> str:
    """All text that any table has."""
    found = []
    for (table,) in archive.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        if not table.startswith("articles_fts"):
            found += [str(row) for row in archive.connection.execute(f"SELECT * FROM {table}")]
    return "\n".join(found)


def test_a_tombstone_has_no_word_of_it(archive: Archive) -> None:
    text = prose("cầu mới")
    later = (*text, "Cây cầu đã được thông xe.")
    take(
        archive, [Shot(hour=0, lines=text, title="Khánh thành cầu"), Shot(hour=1, lines=later, title="Khánh thành cầu")]
    )
    article = one(archive, "SELECT id FROM articles")
    withhold(archive, article)
    assert one(archive, "SELECT id, state, title, text, story, revision, url FROM articles") == (
        *(article, "withdrawn", None, None, None, 0),
        "http://song.test/a",
    )
    assert {outcome for (outcome,) in archive.connection.execute("SELECT outcome FROM captures")} == {"withheld"}
    said = words(archive)
    assert not [word for word in ("cầu", "Khánh thành", "thông xe") if word in said]


def told(subject: str, hour: float, *, page: str = "moi-nhat", **more: Any) -> Shot:
    """A page of a site whose numbers are no ids."""
    return Shot(source="chung", page=f"7/{page}", hour=hour, title=subject, **({"lines": prose(subject)} | more))


def states(archive: Archive) -> dict[str, tuple[object, ...]]:
    rows = archive.connection.execute("SELECT id, state, gone_since, title FROM articles")
    return {article: tuple(rest) for article, *rest in rows}


@pytest.mark.parametrize("first", [True, False])
def test_an_absence_is_of_whom_the_address_showed_last_withheld_or_not(tmp_path: Path, first: bool) -> None:
    """Two articles at one address, one of them withdrawn: it is gone when the address is, not when the other one is."""
    shown = [told("cầu mới", 0), told("mùa lúa", 1)]
    missing = [replace(shown[0], hour=hour, lines=()) for hour in (2, 3, 0.5)]
    archive = open_memory(tmp_path)
    kept = take(archive, shown)
    decision = withdrawal_of(archive, str(kept[1].article))
    if first:
        archive.connection.close()
        archive = open_memory(tmp_path)
        withhold(archive, decision)
        take(archive, [*missing, *shown])
    else:
        withhold(archive, decision)
        take(archive, missing)
    found = states(archive)
    assert found[str(kept[1].article)] == ("withdrawn", "2026-03-01T02:00:00.000Z", None)
    assert found[str(kept[0].article)] == ("gone", "2026-03-01T00:30:00.000Z", "cầu mới")
    sql = "SELECT article, outcome FROM captures WHERE fetched_at > '2026-03-01T01:30' ORDER BY 1"
    assert archive.connection.execute(sql).fetchall() == [(kept[1].article, "missing")] * 2
    archive.connection.close()


def test_what_stands_under_another_id_there_is_taken_out(tmp_path: Path) -> None:
    """Decided where the withdrawn article came second, carried out where it had come first, with the plain key."""
    knowing, archive = open_memory(tmp_path), open_memory(tmp_path)
    take(knowing, [told("mùa lúa", 1), told("cầu mới", 2, page="cau")])
    withdrawn = one(knowing, "SELECT id FROM articles WHERE title = 'cầu mới'")
    decision = withdrawal_of(knowing, withdrawn)
    take(archive, [told("cầu mới", 0, page="cau"), told("mùa lúa", 1), told("cầu mới", 3, page="cau", lines=("Sửa.",))])
    withhold(archive, decision)
    assert states(archive) == {
        withdrawn: ("withdrawn", None, None),
        one(archive, "SELECT id FROM articles WHERE title = 'mùa lúa'"): ("live", None, "mùa lúa"),
    }
    said = words(archive)
    assert "cầu00" not in said and "Sửa." not in said and "lúa" in said
    knowing.connection.close()
    archive.connection.close()


@pytest.mark.parametrize("decided", range(5))
def test_an_absence_stays_its_own_when_who_shares_its_key_gets_another_id(archive: Archive, decided: int) -> None:
    """Decided where it came first; here another one has the plain key until then, and a new row from then on."""
    shown = [told("cầu mới", 0, page="cau"), told("mùa lúa", 1, page="lua"), told("cầu mới", 3, page="cau")]
    captures = [*shown[:2], told("mùa lúa", 2, lines=()), shown[2]]
    knowing = open_memory(archive.folder)
    withdrawn = str(take(knowing, shown[1:])[0].article)
    decision = withdrawal_of(knowing, withdrawn)
    knowing.connection.close()
    take(archive, captures[:decided])
    withhold(archive, decision)
    take(archive, captures[decided:])
    sql = "SELECT c.article, o.article, o.state FROM captures c LEFT JOIN observations o ON o.evidence = c.id"
    assert one(archive, f"{sql} WHERE c.outcome = 'missing'") == (withdrawn, withdrawn, "missing")


def test_its_bytes_at_another_page_go_with_it_whoever_has_them_by_then(archive: Archive) -> None:
    first = Shot(page="a", lines=prose("cầu mới"), title="Khánh thành cầu")
    own = Shot(page="b", hour=2, lines=prose("chợ quê"), title="Khánh thành cầu")
    again = Shot(page="b", hour=1, again=first)
    take(archive, [first])
    decision = withdrawal_of(archive, one(archive, "SELECT id FROM articles"))
    take(archive, [again, own])
    assert "cầu00" in words(archive)
    withhold(archive, decision)
    assert "cầu00" not in words(archive)
    assert one(archive, "SELECT text FROM articles WHERE url LIKE '%/b'") == "\n".join(prose("chợ quê"))
    assert one(archive, "SELECT count(*) FROM revisions") == 1


def test_a_tombstone_says_the_province_that_its_article_was_filed_under(archive: Archive) -> None:
    shot = Shot(lines=prose("cầu mới"), title="Khánh thành cầu")
    article = take(archive, [shot])[0].article
    with archive.transaction() as connection:
        connection.execute("UPDATE articles SET province = 'bac-giang'")
    decision = withdrawal_of(archive, str(article))
    fresh = open_memory(archive.folder)
    withhold(fresh, decision)
    take(fresh, [shot])
    assert one(fresh, "SELECT state, province FROM articles") == ("withdrawn", "bac-giang")
    fresh.connection.close()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
@pytest.mark.parametrize("decided", [0, 2, 4])
def test_edits_of_who_shares_its_address_are_kept_in_any_order(archive: Archive, order: Any, decided: int) -> None:
    """They are known by their title; a third article there is not, and is taken for the withdrawn one."""
    edit = (*prose("mùa lúa"), "Mưa muộn làm lúa trổ chậm.")
    subjects = ("cầu mới", "mùa lúa", "trường học")
    captures = [*(told(subject, hour) for hour, subject in enumerate(subjects)), told("mùa lúa", 4, lines=edit)]
    knowing = open_memory(archive.folder)
    take(knowing, captures[:2])
    decision = withdrawal_of(knowing, one(knowing, "SELECT id FROM articles WHERE title = 'cầu mới'"))
    knowing.connection.close()
    shuffled = [captures[number] for number in order]
    take(archive, shuffled[:decided])
    withhold(archive, decision)
    take(archive, shuffled[decided:])
    found = {title: state for state, _, title in states(archive).values()}
    assert found == {None: "withdrawn", "mùa lúa": "live"}
    assert one(archive, "SELECT revision, text FROM articles WHERE title = 'mùa lúa'") == (2, "\n".join(edit))


def test_read_again_under_another_title_it_is_told_apart_no_more(archive: Archive) -> None:
    edit = told("mùa lúa", 2, lines=(*prose("mùa lúa"), "Mưa muộn làm lúa trổ chậm."))
    take(archive, [told("cầu mới", 0), told("mùa lúa", 1)])
    decision = withdrawal_of(archive, one(archive, "SELECT id FROM articles WHERE title = 'cầu mới'"))
    withhold(archive, decision)
    take(archive, [edit])
    now, fresh = replace(edit, title="Lúa trổ chậm"), open_memory(archive.folder)
    with archive.transaction() as connection:
        assert not entomb_again(connection, "chung")
        packed = prepare(now.reading)
        sql = "UPDATE readings SET sha256 = ?1, reading = ?2 WHERE sha256 = ?3"
        connection.execute(sql, (packed.sha256, packed.data, prepare(edit.reading).sha256))
        sql = "UPDATE captures SET reading = ? WHERE record_id = ?"
        connection.execute(sql, (packed.sha256, edit.capture.record_id))
        assert entomb_again(connection, "chung")
    assert "trổ chậm" not in words(archive)
    withhold(fresh, decision)
    take(fresh, [told("mùa lúa", 1), told("cầu mới", 0), replace(now, number=1)])
    assert states(fresh) == states(archive)
    fresh.connection.close()


SUBJECTS = ("cầu mới", "mùa lúa", "trường học")
# Newspapers, and a site whose numbers are no ids: articles of one key, each at an address of its own or all at one.
PLACES = (("chung",), ("chung",), ("song", "nui", "chung"))


def variants(subject: str, other: str) -> tuple[tuple[str, ...], ...]:
    """As it was, edited, written anew, half another article's, and not there."""
    text = prose(subject)
    edits = ((text[0].replace("0", figure), *text[1:]) for figure in "789")
    half = (*text[:2], *prose(other)[2:])
    return text, *edits, prose(f"{subject.split()[0]}mới"), half, ()


@st.composite
def shots(draw: st.DrawFn) -> list[Shot]:
    found: list[Shot] = []
    places, subjects = draw(st.sampled_from(PLACES)), draw(st.permutations(SUBJECTS))[:2]
    for number in range(draw(st.integers(3, 8))):
        subject, other = draw(st.permutations(subjects))
        source, page = draw(st.sampled_from(places)), subject.replace(" ", "-")
        title: str | None = subject
        if source == "chung":
            page = f"7/{draw(st.sampled_from((page, 'moi-nhat', 'moi-nhat')))}"
            title = draw(st.sampled_from((subject, subject, subject, f"Lại {subject}", None)))
        lines = draw(st.sampled_from(variants(subject, other)))
        whole = [shot for shot in found if shot.lines]
        again = draw(st.sampled_from((None, None, *whole))) if whole else None
        if again:
            source, lines = again.source, ()
            page = draw(st.sampled_from((again.page, f"{again.page}-in", "7/moi-nhat")))
        found.append(
            Shot(
                source=source,
                page=page,
                hour=draw(st.integers(0, 9)),
                lines=lines,
                title=title,
                published=draw(st.sampled_from((None, "2026-02-28T08:00+07:00"))),
                outcome=draw(st.sampled_from(("missing", "missing", "rejected:too-short"))),
                number=number,
                again=again,
                asked=draw(st.sampled_from((None, None, None, "7/moi-nhat"))) if source == "chung" else None,
            )
        )
    return found


def decided_on(archive: Archive, data: st.DataObject) -> list[Decision]:
    """Withdrawals of one or two articles that *archive* has."""
    known = [row[0] for row in archive.connection.execute("SELECT id FROM articles ORDER BY id")]
    if not known:
        return []
    chosen = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    for each in tuple(chosen):
        chosen += [twin for twin in with_twins(archive.connection, each) if twin not in chosen]
    return [withdrawal_of(archive, article) for article in chosen]


@settings(max_examples=40)
@given(captures=shots(), data=st.data())
def test_when_it_is_decided_does_not_matter(captures: list[Shot], data: st.DataObject) -> None:
    """Whatever was known when it was decided, of two articles together or of one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        knowing, between, first, last = (open_memory(Path(folder)) for _ in range(4))
        take(knowing, data.draw(st.permutations(captures))[data.draw(st.integers(0, 2)) :])
        decisions = decided_on(knowing, data)
        take(last, sorted(captures, key=lambda shot: (shot.hour, shot.number)))
        withhold(last, *decisions)
        expected = record(last)
        withhold(first, *reversed(decisions))
        take(first, data.draw(st.permutations(captures)))
        assert record(first) == expected
        shuffled, cut = data.draw(st.permutations(captures)), data.draw(st.integers(0, len(captures)))
        at = data.draw(st.integers(0, len(decisions)))
        withhold(between, *decisions[:at])
        take(between, shuffled[:cut])
        withhold(between, *decisions[at:])
        take(between, [*shuffled[cut:], *shuffled[:1]])
        assert record(between) == expected
        for archive in (knowing, between, first, last):
            archive.connection.close()


@settings(max_examples=15)
@given(captures=shots(), data=st.data())
def test_undone_it_is_as_if_nothing_had_been_withheld(captures: list[Shot], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        never, undone = open_memory(Path(folder)), open_memory(Path(folder))
        take(never, captures)
        shuffled, cut = data.draw(st.permutations(captures)), data.draw(st.integers(0, len(captures)))
        take(undone, shuffled[:cut])
        decisions = decided_on(undone, data)
        withhold(undone, *decisions)
        take(undone, shuffled[cut:])
        kept = decisions[: data.draw(st.integers(0, 1))]
        reinstate(undone, captures, *(each for each in decisions if each not in kept))
        withhold(never, *kept)
        assert record(undone) == record(never)
        for archive in (never, undone):
            archive.connection.close()
