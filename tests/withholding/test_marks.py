"""What withheld articles are known by is kept in memory, and is never older than the last decision."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.identity import canonical
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines.archive import Archive, create, open_archive
from pipelines.decisions import Decision, Kind, Verdict
from pipelines.withholding.decisions import marks, tombstones
from pipelines.withholding.decisions.tombstones import Tombstone, tombstone_of

SON_HA = Source(slug="son-ha", name="Báo Sơn Hà", homepage="https://sonha.test/")
HOSTS = ("http://sonha.test", "https://www.sonha.test", "https://m.sonha.test:443", "http://trangngan.test")


def tomb(number: int, *, at: str = "http://sonha.test/tin-{}", digest: str = "sha1:{}", **more: object) -> Tombstone:
    url = at.format(number)
    made = Decision(
        kind=Kind.ARTICLE,
        source="son-ha",
        object=identity_key(url, SON_HA),
        verdict=Verdict.WITHDRAW,
        note="asked for",
        url=url,
        article=f"article-{number}",
        digests=(digest.format(number),),
        **more,  # type: ignore[arg-type]
    )
    return tombstone_of(made)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(create(tmp_path / "archive.db")) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with closing(create(tmp_path_factory.mktemp("marks") / "archive.db")) as made:
        yield made


def put(archive: Archive, *tombs: Tombstone) -> None:
    with archive.transaction() as connection:
        for each in tombs:
            tombstones.put(connection, each)


def test_a_decision_counts_from_when_it_is_made_by_whomever(archive: Archive) -> None:
    connection = archive.connection
    assert not marks.are_there(connection)
    put(archive, tomb(1))
    assert marks.are_there(connection) and marks.by_digest(connection, "sha1:1") == "article-1"
    with closing(open_archive(archive.path)) as other:  # as another process would
        put(other, tomb(2))
    assert marks.by_digest(connection, "sha1:2") == "article-2"
    with archive.transaction():
        tombstones.lift(connection, "article-1")
        assert marks.by_digest(connection, "sha1:1") is None
    assert marks.by_digest(connection, "sha1:1") is None


def test_what_is_rolled_back_was_never_decided(archive: Archive) -> None:
    class Ended(Exception):
        pass

    connection = archive.connection
    with pytest.raises(Ended), archive.transaction():
        tombstones.put(connection, tomb(1))
        assert marks.by_digest(connection, "sha1:1") == "article-1"
        raise Ended
    assert not marks.are_there(connection)


def test_it_is_read_once_and_costs_no_query_of_its_table_after_that(archive: Archive) -> None:
    put(archive, *(tomb(number) for number in range(5)))
    asked: list[str] = []
    archive.connection.set_trace_callback(asked.append)
    for number in range(20):
        url = f"http://sonha.test/tin-{number}"
        key = identity_key(url, SON_HA)
        marks.by_identity(archive.connection, SON_HA, key, [url], None)
        marks.at_key(archive.connection, "son-ha", key)
    archive.connection.set_trace_callback(None)
    assert len([sql for sql in asked if "tombstone_marks" in sql]) == 1


def expected(tombs: Iterable[Tombstone], key: str, urls: Iterable[str], digest: str | None) -> str | None:
    """As a reader of docs/data-dictionary.md would look for it by hand."""
    every = {spelling for url in urls for spelling in marks.spellings(SON_HA, url)}
    found = []
    for each in tombs:
        if any((kind, mark) in each.marks for kind in ["spared"] for mark in (*every, digest)):
            continue
        is_there = any(("address", url) in each.marks for url in every)
        if is_there or ("key", f"son-ha {key}") in each.marks:
            found.append((not is_there, each.article))
    return min(found)[1] if found else None


addresses = st.builds(lambda host, n: f"{host}/tin-{n}", st.sampled_from(HOSTS), st.integers(1, 4))
withheld = st.builds(
    lambda number, url, more, spared: tomb(number, at=url, addresses=tuple(more), spared=tuple(spared)),
    st.integers(1, 6),
    addresses,
    st.lists(addresses, max_size=2),
    st.lists(addresses | st.sampled_from(("sha1:1", "sha1:2")), max_size=2),
)


@given(
    tombs=st.lists(withheld, max_size=4, unique_by=lambda each: each.article),
    url=addresses,
    final=addresses,
    digest=st.sampled_from((None, "sha1:1", "sha1:9")),
)
def test_it_finds_what_a_look_at_all_marks_finds(
    shared: Archive, tombs: list[Tombstone], url: str, final: str, digest: str | None
) -> None:
    key = identity_key(final, SON_HA)
    with shared.transaction() as connection:
        for article in tombstones.carried_out(connection):
            tombstones.lift(connection, article)
        for each in tombs:
            tombstones.put(connection, each)
        found = marks.by_identity(connection, SON_HA, key, (url, final), digest)
        assert found == expected(tombs, key, (url, final), digest)
        own = {each.article: each.key for each in tombs if ("key", f"son-ha {key}") in each.marks}
        assert marks.at_key(connection, "son-ha", key) == own


def test_a_site_whose_addresses_know_no_case(archive: Archive) -> None:
    source = Source(
        slug="son-ha", name="Sơn Hà", homepage="https://sonha.test/", article=re.compile("^/tin"), ignore_case=True
    )
    put(archive, tomb(1))
    key = identity_key("http://sonha.test/other", source)
    assert marks.by_identity(archive.connection, source, key, ["http://sonha.test/TIN-1"], None) == "article-1"
    assert marks.by_identity(archive.connection, SON_HA, key, ["http://sonha.test/TIN-1"], None) is None
    assert canonical("http://sonha.test/TIN-1") != canonical("http://sonha.test/tin-1")
