"""Hostile servers get what they deserve, and cost nothing that is honest: real crawls of all, then their ingest."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
from hostile import HONEST, TRAP, Server, answer, article, links, serving
from local_sites import Crawled, finish, start
from traps import CLOSED, TRAPS, Trap

from crawler.source import Source
from pipelines.archive import create
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest

pytestmark = pytest.mark.timeout(600)

MIB = 1 << 20
PACE: dict[str, Any] = {
    "delay": 0.02,
    "timeout": 40.0,
    "retries": 1,
    "pages": 20,
    "max_seconds": 280,
    "confirm_after": 999.0,
}
# Those that only a timeout ends have a crawl with a short one; large listings hold a crawl up for seconds.
SLOW = {name for name, trap in TRAPS.items() if "timeout" in trap.ended} | {"robots-drip"}
ARTICLE = r"^/tin-(?P<id>\d+)"


@dataclass(frozen=True, kw_only=True)
class Result:
    """*captures*: (url, outcome) in order; *texts*: title and text by url; *grown*: bytes that ingest took."""

    crawled: tuple[Crawled, ...]
    server: Server
    captures: list[tuple[str, str]]
    texts: dict[str, tuple[str, str]]
    dates: dict[str, str | None]
    damage: list[Any]
    grown: int
    seconds: float

    @property
    def reports(self) -> dict[str, dict[str, Any]]:
        return {slug: report for crawled in self.crawled for slug, report in crawled.reports.items()}


def fields(name: str, trap: Trap | None = None) -> dict[str, Any]:
    given = trap.source if trap else {}
    return {"slug": name, "homepage": f"http://{name}.test/", "sections": ["/"], "article": ARTICLE, **given}


def sites() -> dict[str, Any]:
    found = {name: {HONEST: answer(article(f"Thật {name}")), **trap.pages} for name, trap in TRAPS.items()}
    front = {"/": links(HONEST), HONEST: answer(article("Không ai đọc"))}
    found |= {name: {**front, "/robots.txt": reply} for name, (reply, _) in CLOSED.items()}
    return found | {"evil": {"*": answer(article("Của kẻ gian"))}}


class Watch:
    """How much the memory of this process grew at its peak, seen every so often."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        own = psutil.Process()
        first = own.memory_info().rss
        while not self._done.wait(0.05):
            self.peak = max(self.peak, own.memory_info().rss - first)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    folder = tmp_path_factory.mktemp("hostile")
    archive = create(folder / "archive.db")
    archive.warc_folder.mkdir(exist_ok=True)
    sources = [fields(name, trap) for name, trap in TRAPS.items()] + [fields(name) for name in CLOSED]
    with serving(sites()) as server:
        plan = {"hosts": {f"{name}.test": f"127.0.0.1:{server.port}" for name in (*server.sites, "evil")}}
        plan["warc"] = str(archive.warc_folder)
        quick = start({"sources": [s for s in sources if s["slug"] not in SLOW], "pace": PACE, **plan})
        slow = start({"sources": [s for s in sources if s["slug"] in SLOW], "pace": {**PACE, "timeout": 3.0}, **plan})
        crawled = (finish(quick, 300), finish(slow, 300))
    known = {
        s["slug"]: Source(name=s["slug"], slug=s["slug"], homepage=s["homepage"], article=re.compile(ARTICLE))
        for s in sources
    }
    began = time.monotonic()
    with Watch() as watch, Ingest(archive, Catalogue(known), workers=2) as ingest:
        for path in sorted(archive.warc_folder.iterdir()):
            ingest.follow(path.name)
        ingest.finish()
    query = archive.connection.execute
    yield Result(
        crawled=crawled,
        server=server,
        captures=query("SELECT url, outcome FROM captures ORDER BY id").fetchall(),
        texts={url: (title, text) for url, title, text in query("SELECT url, title, text FROM articles")},
        dates=dict(query("SELECT url, published_at FROM articles").fetchall()),
        damage=ingest.damage,
        grown=watch.peak,
        seconds=time.monotonic() - began,
    )
    archive.connection.close()


def test_there_are_enough_of_them() -> None:
    assert len(TRAPS) + len(CLOSED) >= 40


def test_every_scheduled_address_is_accounted_for_and_no_bug_shows(result: Result) -> None:
    assert set(result.reports) == {*TRAPS, *CLOSED}
    for report in result.reports.values():
        assert report["scheduled"] == report["accounted"] == sum(report["outcomes"].values()) > 0, report
    for crawled in result.crawled:
        assert crawled.error is None
        assert "Traceback" not in crawled.log, crawled.log[-5000:]
        assert "accounted for twice" not in crawled.log


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_ends_as_it_deserves(result: Result, name: str) -> None:
    trap = TRAPS[name]
    expected = dict(trap.ended)
    expected["200"] = expected.get("200", 0) + 2
    assert result.reports[name]["outcomes"] == expected
    if trap.kept:
        assert [outcome for url, outcome in result.captures if url == f"http://{name}.test{trap.at}"] == list(trap.kept)


@pytest.mark.parametrize("name", TRAPS)
def test_the_honest_article_beside_it_arrives_and_the_trap_is_not_asked_for_ever(result: Result, name: str) -> None:
    title, text = result.texts[f"http://{name}.test{HONEST}"]
    assert title == f"Thật {name}" and "lời kể của bà con" in text
    assert len(result.server.asked[name]) <= TRAPS[name].asked


@pytest.mark.parametrize("name", CLOSED)
def test_robots_that_cannot_be_read_mean_no(result: Result, name: str) -> None:
    assert result.reports[name]["outcomes"] == {CLOSED[name][1]: 1}
    assert set(result.server.asked[name]) == {"/robots.txt"}


def test_nobody_else_is_asked(result: Result) -> None:
    assert set(result.server.asked) == {*TRAPS, *CLOSED}


def test_no_cookie_is_ever_sent(result: Result) -> None:
    assert not [head for heads in result.server.heads.values() for head in heads if b"\r\ncookie:" in head.lower()]


def test_nothing_of_this_machine_gets_into_the_archive(result: Result) -> None:
    assert not [url for url, (title, text) in result.texts.items() if "root:" in title + text or "haha" in title + text]


def test_memory_stays_bounded(result: Result) -> None:
    """A crawl of 200 ordinary hosts may have 500 MB, and so may this one: among its answers are bombs of gigabytes."""
    assert max(crawled.peak for crawled in result.crawled) < 500 * 10**6
    assert result.grown < 250 * MIB


def test_it_ends_by_itself(result: Result) -> None:
    """Half a minute on an idle machine, most of it waiting for timeouts; this is what a busy one is given."""
    assert max(crawled.seconds for crawled in result.crawled) < PACE["max_seconds"]
    assert result.seconds < 200


def test_what_is_read_is_text(result: Result) -> None:
    for title, text in result.texts.values():
        assert "\0" not in title + text and (title + text).encode()
    for name in (
        "wrong-charset",
        "no-charset",
        "utf-16-lie",
        "utf-16",
        "no-such-charset",
        "nested",
        "no-gzip",
        "klingon",
    ):
        assert result.texts[f"http://{name}.test{TRAP}"][0] == "Giả"


def test_a_day_in_2099_is_no_day_of_publication(result: Result) -> None:
    assert result.dates["http://new-feed.test/tin-3.html"] is None


def test_the_warc_is_whole(result: Result) -> None:
    assert result.damage == []


def test_a_name_that_leads_to_this_machine_leads_nowhere() -> None:
    """The system's own resolver answers for "localhost"; it is asked at the web's pace, and not believed."""
    with serving(
        {"localhost": {"*": links(HONEST)}, "honest": {"/": links(HONEST), HONEST: answer(article("Một"))}}
    ) as server:
        inward = {"slug": "inward", "homepage": f"http://localhost:{server.port}/", "sections": ["/"]}
        hosts = {"honest.test": f"127.0.0.1:{server.port}"}
        pace = {"delay": 1.0, "timeout": 5.0, "retries": 0}
        sources = [{**inward, "delay": 1.0}, {**fields("honest"), "delay": 1.0}]
        reports = finish(start({"sources": sources, "hosts": hosts, "pace": pace})).reports
    assert reports["inward"]["outcomes"] == {"dns": 1} and reports["inward"]["cause"] == "dns"
    assert reports["honest"]["outcomes"] == {"200": 2}
    assert set(server.asked) == {"honest"}
