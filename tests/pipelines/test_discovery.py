"""What the crawl notes of listings and addresses, and what the archive answers from it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from record_side import CATALOGUE, SOURCES, START, Shot, result_of

from crawler.links import Link, Via
from crawler.listings.backfill import Step
from crawler.memory import Prior, RobotsFile
from crawler.notes import Answer, Found, Listed, Note, RobotsRead, Stepped, Steps, Tried, WentBack
from pipelines import store
from pipelines.archive import Archive, create, stamp
from pipelines.keep import keep
from pipelines.state import backfill, discovery
from pipelines.state.memory import ArchiveMemory

HOUR = timedelta(hours=1)
FEED = "http://song.test/rss"
PRIOR = Prior(record_id="<urn:uuid:1>", url=FEED, fetched_at=START, payload_digest="sha1:A", etag='"1"')


def link(page: str, day: str | None = None, via: Via = Via.FEED) -> tuple[str, Link]:
    url = f"http://song.test/{page}"
    return f"url:{url}", Link(url=url, title=f"Tin {page}", published_at=day, via=FEED, via_kind=via)


def read(at: datetime = START, *, fresh: int = 1, complete: bool = True, url: str = FEED, **more: object) -> Listed:
    fields = {"via": Via.FEED, "answer": Answer.READ, "prior": PRIOR, "links": 9} | more
    return Listed(source="song", url=url, at=at, complete=complete, fresh=fresh, **fields)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = create(tmp_path / "archive.db")
    with archive.transaction() as connection:
        for source in SOURCES.values():
            store.ensure_source(connection, source)
        connection.execute("INSERT INTO warc_files (name) VALUES ('w')")
    yield archive
    archive.close()


@pytest.fixture
def memory(archive: Archive) -> Iterator[ArchiveMemory]:
    memory = ArchiveMemory(archive.path)
    yield memory
    memory.close()


def take(archive: Archive, *notes: Note) -> None:
    with archive.transaction() as connection:
        discovery.take(connection, notes)


def keep_page(archive: Archive, page: str, **more: object) -> None:
    with archive.transaction() as connection:
        shot = Shot(page=page, **more)  # type: ignore[arg-type]
        place = store.Place(file="w", offset=0, length=1)
        keep(connection, CATALOGUE.sources["song"], shot.capture, place, result_of(connection, shot))


def test_an_endpoint_is_remembered_with_what_a_conditional_request_states(
    archive: Archive, memory: ArchiveMemory
) -> None:
    assert memory.endpoint("song", FEED, START) is None
    take(archive, read())
    found = memory.endpoint("song", FEED, START)
    assert found is not None and found.prior == PRIOR and found.complete
    assert not found.due
    later = memory.endpoint("song", FEED, START + HOUR)
    assert later is not None and later.due


def test_what_is_not_modified_is_asked_for_ever_more_rarely_and_stays_remembered(
    archive: Archive, memory: ArchiveMemory
) -> None:
    take(archive, read())
    day = START + 24 * HOUR
    take(archive, read(day, answer=Answer.UNMODIFIED, prior=None, fresh=0))
    found = memory.endpoint("song", FEED, day + 2.9 * HOUR)
    assert found is not None and found.prior == PRIOR and not found.due
    assert memory.endpoint("song", FEED, day + 3.1 * HOUR).due  # type: ignore[union-attr]


def test_what_was_not_read_to_its_end_is_read_again_whole(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, read(), read(START + HOUR, complete=False))
    assert memory.endpoint("song", FEED, START + 2 * HOUR).complete is False  # type: ignore[union-attr]
    take(archive, read(START + 2 * HOUR), read(START + 3 * HOUR, answer=Answer.FAILED, complete=False))
    assert memory.endpoint("song", FEED, START + 4 * HOUR).complete is False  # type: ignore[union-attr]


def test_one_that_fails_is_asked_at_once_and_then_ever_more_rarely(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, read(fresh=1))
    waits = []
    at = START
    for _ in range(8):
        at += HOUR
        take(archive, read(at, answer=Answer.FAILED, complete=False, prior=None, fresh=0))
        waits.append(archive.connection.execute("SELECT interval FROM endpoints").fetchone()[0] / 3600)
    assert waits == [0.75, 1.5, 3, 6, 12, 24, 24, 24]


@pytest.mark.parametrize(("state", "complete"), [("done", True), ("running", True), ("died", False)])
def test_after_a_run_that_died_nothing_counts_as_read(
    archive: Archive, memory: ArchiveMemory, state: str, complete: bool
) -> None:
    take(archive, read())
    with archive.transaction() as connection:
        row = {"id": "r", "kind": "crawl", "started_at": stamp(START + HOUR), "state": state}
        store.insert(connection, "runs", row)
    found = memory.endpoint("song", FEED, START + 2 * HOUR)
    assert found is not None and found.complete is complete
    take(archive, read(START + 2 * HOUR))
    assert memory.endpoint("song", FEED, START + 2 * HOUR).complete  # type: ignore[union-attr]


def test_an_index_that_is_not_modified_still_has_its_children_without_a_date(
    archive: Archive, memory: ArchiveMemory
) -> None:
    index = "http://song.test/sitemap.xml"
    take(
        archive,
        read(url=index, via=Via.SITEMAP),
        read(url="http://song.test/s1.xml", via=Via.SITEMAP, parent=index, stated="2026-09-01"),
        read(url="http://song.test/s2.xml", via=Via.SITEMAP, parent=index),
        read(url="http://song.test/s3.xml", via=Via.SITEMAP, parent=index, stated="2026-09-02", complete=False),
    )
    found = memory.endpoint("song", index, START)
    assert found is not None
    assert {url[-6:] for _, url in found.further} == {"s2.xml", "s3.xml"}
    assert memory.endpoint("song", "http://song.test/s1.xml", START).stated == "2026-09-01"  # type: ignore[union-attr]
    assert memory.endpoint("song", "http://song.test/s3.xml", START).stated is None  # type: ignore[union-attr]


def test_what_was_found_waits_until_its_page_is_here(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Found(source="song", links=(link("a", "2026-09-01"), link("b", "2026-09-02"))))
    waiting = memory.waiting("song", START, 10)
    assert [each.url[-1] for each in waiting] == ["b", "a"]
    assert waiting[0] == link("b", "2026-09-02")[1]
    assert memory.unknown("song", [key for key, _ in (link("a"), link("c"))], put_off=True) == {link("c")[0]}
    with archive.transaction() as connection:
        discovery.fetched(connection, "song", [link("a")[0]])
    assert [each.url[-1] for each in memory.waiting("song", START, 10)] == ["b"]


def test_a_note_that_comes_after_its_page_changes_nothing(archive: Archive, memory: ArchiveMemory) -> None:
    keep_page(archive, "a", lines=("Một bài.",))
    take(archive, Found(source="song", links=(link("a"),)))
    assert memory.waiting("song", START, 10) == ()


def test_what_is_for_a_backfill_waits_for_one_unless_a_front_page_shows_it(
    archive: Archive, memory: ArchiveMemory
) -> None:
    key, old = link("a", "2019-01-01")
    take(archive, Found(source="song", links=((key, old),), backfill=True))
    assert memory.waiting("song", START, 10) == ()
    assert memory.unknown("song", [key], put_off=False) == set()
    assert memory.unknown("song", [key], put_off=True) == {key}
    assert [each.url for each in memory.put_off("song", date(2018, 1, 1), START, 10)] == [old.url]
    assert memory.put_off("song", date(2020, 1, 1), START, 10) == ()
    take(archive, Found(source="song", links=((key, old),)))
    assert [each.url for each in memory.waiting("song", START, 10)] == [old.url]


def test_a_failure_is_tried_again_later_and_a_decision_much_later(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Found(source="song", links=(link("a"), link("b"))))
    take(
        archive,
        Tried(source="song", key=link("a")[0], at=START, outcome="timeout"),
        Tried(source="song", key=link("b")[0], at=START, outcome="robots", decided=True),
        Tried(source="song", key=link("c")[0], at=START, outcome="timeout"),
    )
    assert memory.waiting("song", START + 0.9 * HOUR, 10) == ()
    assert [each.url[-1] for each in memory.waiting("song", START + 1.1 * HOUR, 10)] == ["a"]
    assert len(memory.waiting("song", START + 31 * 24 * HOUR, 10)) == 2


def test_a_redirect_is_known_by_what_it_led_to(archive: Archive, memory: ArchiveMemory) -> None:
    keep_page(archive, "old", outcome="redirect")
    assert memory.unknown("song", ["url:http://song.test/old"], put_off=True)
    with archive.transaction() as connection:
        connection.execute(
            "INSERT INTO captures (record_id, kind, source, key, url, final_url, fetched_at, warc_file, warc_offset,"
            " warc_length, outcome) VALUES ('<2>', 'page', 'song', 'url:http://song.test/new', 'http://song.test/old',"
            " 'http://song.test/new', ?, 'w', 1, 1, 'article')",
            (stamp(START),),
        )
    assert memory.unknown("song", ["url:http://song.test/old"], put_off=True) == set()


def test_robots_txt_is_good_for_a_day(archive: Archive, memory: ArchiveMemory) -> None:
    file = RobotsFile(status=200, fetched_at=START, body=b"User-agent: *\nDisallow: /a")
    take(archive, RobotsRead(site="http://song.test", file=file))
    assert memory.robots("http://song.test", START + 23 * HOUR) == file
    assert memory.robots("http://song.test", START + 25 * HOUR) is None
    assert memory.robots("http://nui.test", START) is None


def test_a_backfill_from_what_is_wanted_to_its_end(archive: Archive, memory: ArchiveMemory) -> None:
    since, now = date(2019, 1, 1), START.astimezone(UTC)
    assert memory.backfill("song") is None
    with archive.transaction() as connection:
        backfill.want(connection, "song", since, now)
    assert memory.backfill("song") is not None and not memory.backfill("song").begun  # type: ignore[union-attr]
    form = (("__EVENTTARGET", "p"), ("__EVENTARGUMENT", "Page$2"))
    newer, older = (
        Step(url="http://song.test/?d=1", via=Via.SECTION, rank="2024-05-01"),
        Step(url="http://song.test/l", via=Via.SECTION, rank="2020-05-01", form=form, page=2),
    )
    take(archive, Steps(source="song", steps=(older, newer)))
    assert memory.backfill("song").begun  # type: ignore[union-attr]
    assert list(memory.steps("song", 9)) == [newer, older]
    assert "back to 2024-05-01" in str(backfill.state(archive.connection, "song"))
    take(archive, Found(source="song", links=(link("a", "2024-04-30"),), backfill=True))
    take(archive, Stepped(source="song", step=newer, found=1), Stepped(source="song", step=older, failed=True))
    assert list(memory.steps("song", 9)) == [older], "what failed is read again"
    take(archive, WentBack(source="song", at=START))
    assert memory.backfill("song") is not None, "one listing is still to be read"
    take(archive, *[Stepped(source="song", step=older, failed=True)] * 4, WentBack(source="song", at=START))
    assert memory.backfill("song") is None
    state = backfill.state(archive.connection, "song")
    assert state is not None and (state.state, state.found) == ("done", 1)
    assert str(state) == "gone back to 2019-01-01: 1 addresses found; 1 listings could not be read"


def test_a_backfill_that_goes_less_far_changes_nothing_and_one_that_goes_further_begins_anew(archive: Archive) -> None:
    step = Step(url="http://song.test/", via=Via.SECTION)
    with archive.transaction() as connection:
        backfill.want(connection, "song", date(2020, 1, 1), START)
        backfill.add(connection, Steps(source="song", steps=(step,)))
        backfill.want(connection, "song", date(2021, 1, 1), START)
        assert backfill.steps(connection, "song", 9) == [step]
        backfill.want(connection, "song", date(2019, 1, 1), START)
        assert backfill.steps(connection, "song", 9) == []
        assert backfill.state(connection, "song").since == date(2019, 1, 1)  # type: ignore[union-attr]


def test_a_second_look_that_failed_lets_the_others_have_their_turn(archive: Archive, memory: ArchiveMemory) -> None:
    for page in ("a", "b"):
        keep_page(archive, page, lines=("Một bài.",))
    due = START + 2 * HOUR
    assert [visit.url[-1] for visit in memory.due("song", due, 1)] == ["a"]
    take(archive, Tried(source="song", key=link("a")[0], at=due, outcome="timeout"))
    assert [visit.url[-1] for visit in memory.due("song", due, 2)] == ["b"]
    assert len(memory.due("song", due + 7 * HOUR, 2)) == 2
