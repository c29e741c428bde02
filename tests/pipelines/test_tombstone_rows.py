"""Withholding: decided before, between or after the captures, the same record, and not a word in it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, one, open_memory, record, take, withdrawal_of, withhold

from pipelines.archive import Archive
from pipelines.withholding.withdrawing import twins


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


@st.composite
def shots(draw: st.DrawFn) -> list[Shot]:
    found: list[Shot] = []
    for number in range(draw(st.integers(1, 8))):
        subject = draw(st.sampled_from(("cầu mới", "mùa lúa", "trường học")))
        text = prose(subject)
        lines = draw(st.sampled_from((text, (text[0].replace("0", "7"), *text[1:]), ())))
        source = draw(st.sampled_from(("song", "nui")))
        page = subject.replace(" ", "-")
        whole = [shot for shot in found if shot.lines]
        again = draw(st.none() | st.sampled_from(whole)) if whole else None
        if again:
            source, page = again.source, draw(st.sampled_from((again.page, f"{again.page}-in")))
        found.append(
            Shot(
                source=source,
                page=page,
                hour=draw(st.integers(0, 30)),
                lines=() if again else lines,
                title=subject,
                published=draw(st.sampled_from((None, "2026-02-28T08:00+07:00"))),
                outcome=draw(st.sampled_from(("missing", "rejected:too-short"))),
                number=number,
                again=again,
            )
        )
    return found


def comparable(archive: Archive) -> dict[str, object]:
    return {name: rows for name, rows in record(archive).items() if name != "conflicts"}


@settings(max_examples=30, deadline=None)
@given(captures=shots(), data=st.data())
def test_when_it_is_decided_does_not_matter(captures: list[Shot], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        afterwards = open_memory(Path(folder))
        take(afterwards, captures)
        known = [row[0] for row in afterwards.connection.execute("SELECT id FROM articles ORDER BY id")]
        if not known:
            afterwards.connection.close()
            return
        chosen = {data.draw(st.sampled_from(known))}
        while more := {twin for each in chosen for twin in twins(afterwards.connection, each)} - chosen:
            chosen |= more
        decisions = [withdrawal_of(afterwards, article) for article in sorted(chosen)]
        withhold(afterwards, *decisions)
        shuffled, cut = data.draw(st.permutations(captures)), data.draw(st.integers(0, len(captures)))
        between = open_memory(Path(folder))
        take(between, shuffled[:cut])
        withhold(between, *decisions)
        take(between, shuffled[cut:])
        assert comparable(between) == comparable(afterwards)
        between.connection.close()
        afterwards.connection.close()
