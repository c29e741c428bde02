"""decisions.toml: the operator's word, in a file that people may edit and that no rebuild forgets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_side import SOURCES, one, open_memory

from crawler.errors import ConfigError
from pipelines.archive import Archive
from pipelines.decisions import FILE, VERDICTS, Decision, Decisions, Kind, Verdict, decide, load, parse, render
from pipelines.withholding.words.redacting import NO_NAMES, names_for

MILLISECOND = timedelta(milliseconds=1)
SONG = SOURCES["song"]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def page(address: str, verdict: Verdict, note: str = "") -> Decision:
    return Decision(kind=Kind.PAGE, source="song", object=address, verdict=verdict, note=note)


def test_what_was_decided_is_in_force_and_an_event(archive: Archive) -> None:
    assert load(archive.folder) == Decisions()
    decide(archive, [page("http://song.test/a", Verdict.ACCEPT, "Album có lời")])
    block = Decision(kind=Kind.BLOCK, source="song", object="77", verdict=Verdict.KEEP)
    decide(archive, [block])
    found = load(archive.folder)
    assert found.of(Kind.PAGE, "song") == {"http://song.test/a": "accept"}
    assert found.of(Kind.BLOCK, "song") == {"77": "keep"}
    assert found.of(Kind.BLOCK, "nui") == {}
    said = one(archive, "SELECT agent, object_kind, object, outcome, detail FROM events WHERE kind = 'decided'")
    assert said == ("operator", "page", "http://song.test/a", "accept", "song: Album có lời")
    assert all(each.at and each.at.tzinfo for each in found.all)


def test_the_last_word_holds_and_undo_is_one(archive: Archive) -> None:
    for verdict in (Verdict.ACCEPT, Verdict.REJECT):
        decide(archive, [page("http://song.test/a", verdict)])
    assert load(archive.folder).of(Kind.PAGE, "song") == {"http://song.test/a": "reject"}
    decide(archive, [page("http://song.test/a", Verdict.UNDO)])
    assert load(archive.folder).of(Kind.PAGE, "song") == {}
    assert len(load(archive.folder).all) == 3


def test_a_page_is_decided_on_under_all_of_its_addresses(archive: Archive) -> None:
    decide(archive, [page("http://www.song.test/a?utm_source=x", Verdict.ACCEPT)])
    found = load(archive.folder).pages(SONG)
    decide(archive, [page("http://song.test/a", Verdict.UNDO)])
    assert list(found.values()) == [True]
    assert load(archive.folder).pages(SONG) == {}


def test_what_a_person_wrote_stays(archive: Archive) -> None:
    path = archive.folder / FILE
    path.write_text('# of mine\n[[decision]]\nkind="block"\nsource="song"\nobject="1"\nverdict="remove"', "utf-8")
    decide(archive, [page("http://song.test/a", Verdict.ACCEPT)])
    assert path.read_text("utf-8").startswith("# of mine\n")
    assert load(archive.folder).of(Kind.BLOCK, "song") == {"1": "remove"}
    assert load(archive.folder).of(Kind.PAGE, "song") == {"http://song.test/a": "accept"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[decision", "not TOML"),
        ('[[decision]]\nkind = "page"', "source: missing"),
        ('[[decision]]\nkind = "pag"\nsource = "a"\nobject = "b"\nverdict = "accept"', 'did you mean "page"'),
        ('[[decision]]\nkind = "page"\nsource = "a"\nobject = "b"\nverdict = "keep"', "of a page accept, reject, undo"),
        ('[[decision]]\nkind="page"\nsource="a"\nobject="b"\nverdict="undo"\nat="x"', "a time such as"),
        ("[[decisions]]", "no such key"),
        ('[[decision]]\nkind="block"\nsource="a"\nobject="Mai Lam"\nverdict="keep"', "a block's key"),
        (f'[[decision]]\nkind="block"\nsource="a"\nobject="{2**63}"\nverdict="keep"', "a block's key"),
        (f'[[decision]]\nkind="block"\nsource="a"\nobject="{"9" * 5000}"\nverdict="keep"', "a block's key"),
    ],
)
def test_a_wrong_file_is_said_and_never_written_to(archive: Archive, content: str, said: str) -> None:
    path = archive.folder / FILE
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=said):
        load(archive.folder)
    with pytest.raises(ConfigError, match=said):
        decide(archive, [page("http://song.test/a", Verdict.ACCEPT)])
    assert path.read_text("utf-8") == content
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'decided'") == 0


TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1).map(str.strip).filter(bool)
OBJECTS = {Kind.PAGE: TEXT, Kind.BLOCK: st.integers(0, 2**63 - 1).map(str), Kind.ARTICLE: TEXT, Kind.NAME: TEXT}
AT = st.integers(min_value=0, max_value=4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + ms * MILLISECOND)


@given(
    st.lists(
        st.sampled_from(list(Kind)).flatmap(
            lambda kind: st.builds(
                Decision,
                kind=st.just(kind),
                source=TEXT,
                object=OBJECTS[kind],
                verdict=st.sampled_from(VERDICTS[kind]),
                at=st.none() | AT,
                note=st.just("") | TEXT,
                reference=st.just("") | TEXT,
                bytes=st.sampled_from(("", "dark", "destroyed")),
                addresses=st.lists(TEXT, max_size=2).map(tuple),
                digests=st.lists(TEXT, max_size=2).map(tuple),
                names=st.lists(TEXT, max_size=2).map(tuple),
            )
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read(made: list[Decision]) -> None:
    assert parse("".join(map(render, made))).all == tuple(made)


def test_a_key_has_one_spelling() -> None:
    content = '[[decision]]\nkind = "block"\nsource = "a"\nobject = "{}"\nverdict = "{}"\n'
    found = parse(content.format("077", "keep") + content.format("77", "remove"))
    assert found.of(Kind.BLOCK, "a") == {"77": "remove"}


def redacted(*names: str, verdict: Verdict = Verdict.REDACT, key: str = "http://song.test/a", day: int = 1) -> Decision:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return Decision(kind=Kind.NAME, source="song", object=key, verdict=verdict, names=names, at=at)


def test_names_add_up_and_are_put_back_one_by_one_or_all() -> None:
    made = [redacted("Mai Lam"), redacted("Bùi Tá", "Hồ Sen", day=2)]
    first = Decisions(tuple(made)).names(SONG)["http://song.test/a"]
    assert first.all == {"Mai Lam", "Bùi Tá", "Hồ Sen"}
    made.append(redacted("Bùi Tá", verdict=Verdict.UNDO, day=3))
    second = Decisions(tuple(made)).names(SONG)["http://song.test/a"]
    assert second.all == {"Mai Lam", "Hồ Sen"} and second.mark != first.mark
    made.append(redacted(verdict=Verdict.UNDO, day=4))
    assert Decisions(tuple(made)).names(SONG) == {}


def test_names_hold_for_all_that_shares_an_identity_key_and_nobody_else() -> None:
    found = Decisions((redacted("Mai Lam", key="http://song.test/a#mot-bai"),)).names(SONG)
    assert names_for(found, "http://song.test/a") == names_for(found, "http://song.test/a#bai-khac")
    assert names_for(found, "http://song.test/b") == NO_NAMES
    assert not Decisions((redacted("Mai Lam"),)).names(SOURCES["nui"])


def test_the_mark_of_names_says_nothing_of_them() -> None:
    found = [Decisions((redacted(name),)).names(SONG)["http://song.test/a"] for name in ("Mai Lam", "Hồ Sen")]
    assert found[0].mark == found[1].mark and found[0].all != found[1].all
