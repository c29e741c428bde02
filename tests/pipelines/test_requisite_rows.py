"""What belongs to articles, as rows: asked for once, linked wherever it is shown, in whatever order it arrives."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from record_side import SOURCES, START, Shot, open_memory, result_of

from crawler.capture import Capture, Kind
from crawler.failures import Failure
from crawler.links import Link, Via
from crawler.source import Source
from pipelines import store
from pipelines.archive import Archive
from pipelines.article import Image, Metadata
from pipelines.belongings import requisite_rows
from pipelines.belongings.requisite_choice import follow_choice
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.keep import keep
from pipelines.versions.readings import prepare

SONG = replace(SOURCES["song"], requisites="images")
DAY = timedelta(days=1)
ONE, TWO = "http://img.test/1.jpg", "http://img.test/2.jpg"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def page(name: str, *images: str, hour: float = 0, words: str = "Nước lên.") -> tuple[Capture, Shot, tuple[str, ...]]:
    shot = Shot(page=name, hour=hour, lines=(words,))
    return shot.capture, shot, images


def file(
    url: str, outcome: str = "requisite", *, via: str = "a", hour: float = 1, run: str = "r1"
) -> tuple[Capture, str]:
    capture = Capture(
        record_id=f"<urn:{url}-{hour}-{outcome}-{run}>",
        source="song",
        kind=Kind.REQUISITE,
        url=url,
        final_url=url,
        fetched_at=START + timedelta(hours=hour),
        status=200,
        body=b"x",
        link=Link(url=url, via=f"http://song.test/{via}", via_kind=Via.ARTICLE),
        run=run,
    )
    return capture, outcome


def take(archive: Archive, *items: Any, source: Source = SONG, others: Sequence[str] = ()) -> None:
    place = store.Place(file="w", offset=0, length=1)
    for item in items:
        with archive.transaction() as connection:
            if isinstance(item[1], str):
                keep(connection, source, item[0], place, Result(outcome=item[1], key="ignored"))
                continue
            capture, shot, images = item
            result = result_of(connection, shot)
            metadata = Metadata(title=shot.title, images=tuple(Image(url=url) for url in images))
            reading = replace(shot.reading, metadata=metadata)
            rules = store.rules_of(connection, "song")
            article = clean(reading, rules, source="song", key=result.key, url=capture.final_url)
            whole = replace(result, article=article, packed=prepare(reading), requisites=tuple(others))
            keep(connection, source, capture, place, whole)


def state(archive: Archive) -> dict[str, list[Any]]:
    record = "(SELECT record_id FROM captures c WHERE c.id = {}.capture)"
    questions = {
        "requisites": f"SELECT a.url, r.url, r.kind, r.outcome, r.tries, r.next_at, {record.format('r')}"
        " FROM requisites r JOIN articles a ON a.id = r.article ORDER BY 1, 2",
        "images": f"SELECT a.url, i.position, i.url, {record.format('i')} FROM images i"
        " JOIN articles a ON a.id = i.article ORDER BY 1, 2",
        "captures": "SELECT record_id, article, key, outcome FROM captures WHERE kind = 'requisite' ORDER BY 1",
    }
    return {name: archive.connection.execute(sql).fetchall() for name, sql in questions.items()}


def asked(archive: Archive, after: timedelta = timedelta(0), limit: int = 100) -> list[str]:
    return [link.url for link in requisite_rows.waiting(archive.connection, "song", START + after, limit)]


def test_the_images_of_the_newest_articles_are_asked_for_first(archive: Archive) -> None:
    take(archive, page("a", ONE, "http://img.test/ảnh 3.jpg"), page("b", TWO, ONE, "data:x", hour=2))
    links = requisite_rows.waiting(archive.connection, "song", START, 100)
    assert [(link.url, link.via) for link in links] == [
        (TWO, "http://song.test/b"),
        (ONE, "http://song.test/b"),
        ("http://img.test/%E1%BA%A3nh%203.jpg", "http://song.test/a"),
    ]
    assert asked(archive, limit=1) == [TWO]
    assert requisite_rows.waiting(archive.connection, "nui", START, 100) == ()


def test_a_source_that_keeps_none_lists_none(archive: Archive) -> None:
    take(archive, page("a", ONE), source=SOURCES["song"])
    assert state(archive)["requisites"] == []
    assert state(archive)["images"] == [("http://song.test/a", 0, ONE, None)]


def test_fetched_once_it_is_linked_wherever_it_is_shown(archive: Archive) -> None:
    take(archive, page("a", ONE), page("b", ONE, hour=1), file(ONE, hour=2), page("c", ONE, hour=3))
    found = state(archive)
    assert {row[-1] for row in found["images"]} == {file(ONE, hour=2)[0].record_id}
    assert [row[3] for row in found["requisites"]] == ["requisite"] * 3
    (capture,) = found["captures"]
    assert capture[1] == archive.connection.execute("SELECT id FROM articles WHERE url LIKE '%/a'").fetchone()[0]
    assert capture[2] is None
    assert asked(archive, DAY) == []


def test_another_version_keeps_what_is_fetched(archive: Archive) -> None:
    take(archive, page("a", ONE), file(ONE), page("a", ONE, TWO, hour=2, words="Nước rút, đường thông."))
    assert [row[2:] for row in state(archive)["images"]] == [(ONE, file(ONE)[0].record_id), (TWO, None)]
    assert asked(archive) == [TWO]


def test_the_order_of_arrival_has_no_say(tmp_path: Path) -> None:
    items: list[Any] = [
        page("a", ONE),
        page("a", TWO, hour=5, words="Nước rút, đường thông."),
        page("b", ONE, hour=6),
        file(ONE, "failed:timeout"),
        file(ONE, hour=30, run="r2"),
        file(TWO, "missing", hour=31, run="r2"),
    ]
    expected = None
    for order in list(permutations(items))[::23]:
        archive = open_memory(tmp_path)
        take(archive, *order)
        found = state(archive)
        archive.close()
        assert found == (expected or found), [item[0].record_id for item in order]
        expected = found
    assert expected
    assert [len(rows) for rows in expected.values()] == [3, 2, 3]


def test_what_failed_is_tried_twice_more_a_day_and_a_week_later(archive: Archive) -> None:
    take(archive, page("a", ONE))
    moments = [timedelta(hours=1)]
    for wait in requisite_rows.RETRIES:
        # The retries of one run are one try.
        take(
            archive,
            *(
                file(ONE, "failed:http-503", hour=moments[-1] / timedelta(hours=1) + n / 100, run=str(wait))
                for n in (0, 1)
            ),
        )
        assert asked(archive, moments[-1] + 0.9 * wait) == []
        assert asked(archive, moments[-1] + 1.1 * wait) == [ONE]
        moments.append(moments[-1] + 1.1 * wait)
    take(archive, file(ONE, "failed:http-503", hour=moments[-1] / timedelta(hours=1), run="last"))
    assert asked(archive, 1000 * DAY) == []
    assert state(archive)["requisites"][0][2:5] == ("image", "failed:http-503", 3)


@pytest.mark.parametrize("outcome", ["missing", "rejected:not-an-image", "failed:too-large"])
def test_what_is_no_image_is_not_asked_for_again(archive: Archive, outcome: str) -> None:
    take(archive, page("a", ONE), file(ONE, outcome))
    assert asked(archive, 1000 * DAY) == []
    assert state(archive)["images"][0][-1] is None


def test_what_was_refused_leaves_no_capture_and_is_remembered(archive: Archive) -> None:
    take(archive, page("a", ONE, TWO), file(TWO, "redirect"))
    assert asked(archive) == [ONE, TWO]
    with archive.transaction() as connection:
        requisite_rows.refused(connection, TWO, START, Failure.OFFSITE)
        requisite_rows.refused(connection, ONE, START, Failure.ROBOTS)
        requisite_rows.refused(connection, "http://img.test/unknown.jpg", START, Failure.ROBOTS)
    assert asked(archive) == []
    assert asked(archive, 2 * DAY) == [ONE]
    assert [row[3] for row in state(archive)["requisites"]] == ["failed:robots", "failed:offsite"]


def test_failures_have_the_names_that_the_crawl_gives_them() -> None:
    assert {*requisite_rows.FOR_GOOD, "too-large"} <= set(Failure)


def test_of_a_page_what_else_it_shows_is_listed_too(archive: Archive) -> None:
    take(archive, page("a", ONE), others=("http://song.test/a.pdf", ONE))
    assert [row[1:3] for row in state(archive)["requisites"]] == [(ONE, "image"), ("http://song.test/a.pdf", "page")]
    assert asked(archive) == [ONE, "http://song.test/a.pdf"]


def test_a_withdrawn_article_asks_for_nothing(archive: Archive) -> None:
    take(archive, page("a", ONE))
    archive.connection.execute("UPDATE articles SET state = 'withdrawn'")
    assert asked(archive) == []


def test_an_image_at_an_articles_address_is_no_sighting_of_it(archive: Archive) -> None:
    take(archive, page("a", ONE), file("http://song.test/a", "missing"))
    assert archive.connection.execute("SELECT count(*) FROM observations WHERE state = 'missing'").fetchone() == (0,)


def test_a_payload_is_found_by_its_digest(archive: Archive) -> None:
    digest = "sha1:AAAA"
    take(archive, page("a", ONE, TWO), (replace(file(TWO)[0], payload_digest=digest), "rejected:not-an-image"))
    assert requisite_rows.same_payload(archive.connection, digest) is None
    take(archive, (replace(file(ONE)[0], payload_digest=digest), "requisite"))
    found = requisite_rows.same_payload(archive.connection, digest)
    assert found is not None
    assert (found.url, found.record_id, found.fetched_at) == (ONE, file(ONE)[0].record_id, START + timedelta(hours=1))


def test_asking_what_is_open_costs_the_same_however_much_is_done(archive: Archive) -> None:
    take(archive, page("a", ONE), file(ONE))
    plan = archive.connection.execute(
        "EXPLAIN QUERY PLAN SELECT 1 FROM requisites r JOIN articles a ON a.id = r.article"
        " WHERE r.source = 'song' AND r.next_at <= '2'"
    ).fetchall()
    assert "requisites_next" in " ".join(row[-1] for row in plan)


def test_a_choice_made_later_holds_for_what_was_read_before(archive: Archive) -> None:
    items = page("a", ONE), page("a", TWO, hour=1, words="Nước rút, đường thông."), page("b", ONE, hour=2)
    take(archive, *items, source=SOURCES["song"])
    follow_choice(archive, [SOURCES["song"]])
    assert asked(archive) == []
    follow_choice(archive, [SONG])
    assert asked(archive) == [ONE, TWO]
    with archive.transaction() as connection:
        store.ensure_source(connection, replace(SONG, requisites="page"))
        requisite_rows.enlist(connection, "song", *_first_article(archive), others=["http://song.test/a.css"])
    assert asked(archive) == [ONE, TWO, "http://song.test/a.css"]
    follow_choice(archive, [SONG])
    assert asked(archive) == [ONE, TWO]


def _first_article(archive: Archive) -> tuple[str, tuple[Image, ...]]:
    return archive.connection.execute("SELECT id FROM articles ORDER BY n").fetchone()[0], ()


def test_reading_again_lists_what_a_page_shows_besides(archive: Archive) -> None:
    take(archive, page("a", ONE))
    article, _ = _first_article(archive)
    requisite_rows.complete(archive, "song", article, ["http://song.test/a.pdf", ONE])
    requisite_rows.complete(archive, "song", article, ["http://song.test/a.pdf", ONE])
    assert [row[1:3] for row in state(archive)["requisites"]] == [(ONE, "image"), ("http://song.test/a.pdf", "page")]


@pytest.mark.parametrize("outcome", ["rejected:not-an-image", "requisite"])
@pytest.mark.parametrize("order", [1, -1])
def test_what_comes_again_is_what_it_was_at_first(archive: Archive, outcome: str, order: int) -> None:
    first = file(ONE, outcome)
    again = replace(file(TWO, hour=2)[0], refers_to=first[0].record_id), "requisite"
    take(archive, page("a", ONE, TWO), *[first, again][::order])
    assert [row[3] for row in state(archive)["requisites"]] == [outcome] * 2
    assert [row[3] is None for row in state(archive)["images"]] == [outcome != "requisite"] * 2
