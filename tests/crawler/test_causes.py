"""Each cause of trouble, from a real server through a real run to ``source_runs``: two passes over many sources."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crawl_child import source
from local_sites import Pages, Reply, Site, serve

from crawler import config
from crawler.plan import Pace
from crawler.remedies import SUGGESTIONS
from crawler.source import Expect, Source
from pipelines.archive import Archive, create, open_readonly
from pipelines.catalogue import Catalogue
from schedules.health import troubled
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.now(ZONE).date()  # the newspapers' own, from 17:00 UTC on a day ahead
PACE = Pace(delay=0.02, timeout=2.0, retries=0, confirm_after=9.0, wait=0.0, max_seconds=60.0, max_body=200_000)
WORDS = "Sáng nay Ủy ban nhân dân tỉnh họp phiên thường kỳ, bàn việc phòng lũ và mùa vụ của bà con các xã ven sông. "
D1N = Reply(b'<html><script>document.cookie="D1N=0123456789abcdef";window.location.reload(true);</script></html>')
MISSING = Reply("<html><title>Báo</title><h1>Không tìm thấy trang</h1><p>Mời bạn về trang chủ.</p></html>".encode())
SHELL = Reply(b'<html><title>Bao</title><body><div id="root"></div><script src="/app.js"></script></body></html>')
STUB = Reply("<html><title>Báo</title><body><div class='n'>Đang tải</div></body></html>".encode())
HOME = Reply(status=302, headers={"Location": "/"})


def page(number: int, *, ago: int = 1, dated: bool = True, title: str | None = None, words: int = 25) -> Reply:
    day = f"{TODAY - timedelta(days=ago)}T08:00:00+07:00"
    meta = f'<meta property="article:published_time" content="{day}">' if dated else ""
    name = title or f"Bản tin số {number} về mùa vụ ở xã thứ {number}"
    text = "".join(f"<p>{WORDS} Chuyện thứ {number * 100 + n}.</p>" for n in range(words // 20 or 1))
    return Reply(
        f"<html><head><title>{name}</title>{meta}</head><body><h1>{name}</h1><article>{text}</article></body></html>".encode()
    )


def front(*numbers: int) -> Reply:
    anchors = "".join(f'<li><a href="/tin-{n}.html">Bản tin số {n} về mùa vụ</a>' for n in numbers)
    return Reply(f"<html><title>Báo</title>{anchors}</html>".encode())


def site(first: range, second: range | None = None, later: Mapping[str, Reply] | None = None) -> tuple[Pages, Pages]:
    """What a site serves in the first pass, and in the second: *later* besides."""
    pages: Pages = {"/": front(*first), **{f"/tin-{n}.html": page(n) for n in first}}
    after = {**pages, "/": front(*(second or first)), **{f"/tin-{n}.html": page(n) for n in second or ()}}
    return pages, {**after, **(later or {})}


def every(numbers: range, reply: Reply) -> dict[str, Reply]:
    return {f"/tin-{n}.html": reply for n in numbers}


def front_as(body: bytes = b"", status: int = 200, **headers: str) -> tuple[Pages, Pages]:
    """A site whose front page changes."""
    return site(TWO, None, {"/": Reply(body, status=status, headers={"Content-Type": "text/html", **headers})})


TWO, TEN, MORE, ALL = range(1, 3), range(1, 11), range(21, 27), range(1, 27)
RHYTHM: Pages = {f"/tin-{n}.html": page(n, ago=ago) for n, ago in enumerate((28, 27, 26, 25, 24, 23, 22), start=1)}
LONG: Pages = {f"/tin-{n}.html": page(n, words=400) for n in TEN}
RHYTHM["/"] = front(*range(1, 8))
WIDE: Pages = {"/": front(1, *MORE), "/tin-1.html": page(1), **every(MORE, STUB)}
NOTHING = b"<html><title>Bao</title>nothing</html>"
TEASERS: Pages = {**LONG, **{f"/tin-{n}.html": page(n) for n in MORE}, "/": front(*MORE)}
SITES: dict[str, tuple[Pages, Pages]] = {
    "fine": site(range(1, 6), range(3, 9)),
    "same": site(TWO),
    "d1n": site(range(1, 6), None, every(range(2, 4), D1N)),
    "forbidden": front_as(b"no", 403),
    "login": front_as(b"no", 401),
    "fast": front_as(b"slow down", 429),
    "moved": front_as(b"gone", 404),
    "broken": front_as(b"oh", 500),
    "hangs": site(TWO, None, {"/": Reply(hang=20.0)}),
    "closed": site(TWO),
    "norobots": site(TWO, None, {"/robots.txt": Reply(b"User-agent: *\nDisallow: /\n", headers={})}),
    "elsewhere": front_as(status=301, Location="http://other.test/"),
    "circles": site(TWO, None, {"/": Reply(status=302, headers={"Location": "/?again"}), "/?again": HOME}),
    "huge": front_as(b"x" * 300_000),
    "tomorrow": site(TWO, MORE, every(MORE, Reply(b"", status=503, headers={"Retry-After": "86400"}))),
    "empty": front_as(NOTHING),
    "half": site(TWO, None, {"/xa-hoi": Reply(NOTHING)}),
    "home": site(TEN, MORE, every(ALL, HOME)),
    "gone": site(TEN, MORE, every(ALL, Reply(b"gone", status=410))),
    "soft": site(TWO, MORE, every(ALL, MISSING)),
    "shell": site(TWO, MORE, every(ALL, SHELL)),
    "template": site(TEN, MORE, every(ALL, STUB)),
    "dateless": site(TEN, MORE, {f"/tin-{n}.html": page(n, dated=False) for n in MORE}),
    "teaser": ({**LONG, "/": front(*TEN)}, TEASERS),
    "wide": (WIDE, WIDE),
    "quiet": (RHYTHM, RHYTHM),
    "few": site(TWO),
}
CAUSES = {
    "d1n": "challenge", "forbidden": "403", "login": "401", "fast": "429", "moved": "404", "broken": "500",
    "hangs": "timeout", "closed": "refused", "norobots": "robots", "elsewhere": "offsite",
    "circles": "too-many-redirects", "huge": "too-large", "tomorrow": "host-given-up", "empty": "empty-listing",
    "half": "empty-listing", "home": "redirect-to-home", "gone": "410", "soft": "soft-404",
    "shell": "javascript-shell", "template": "template-changed", "dateless": "template-changed",
    "teaser": "template-changed", "wide": "no-articles", "quiet": "nothing-new",
    "few": "few-new",
}  # fmt: skip
for pages in SITES["half"]:
    pages.setdefault("/xa-hoi", front(*TWO))


@dataclass
class Passes:
    """*days*: on which the second may have ended, where the newspapers are."""

    path: Path
    sites: dict[str, Site]
    asked: dict[str, list[str]]
    first: Summary
    second: Summary
    rows: dict[str, dict[str, Any]]
    days: set[date]


def sources() -> list[Source]:
    more: dict[str, dict[str, Any]] = {
        "half": {"sections": ["/", "/xa-hoi"]},
        "few": {"expect": Expect(articles_per_week=40)},
    }
    plain = {"sections": ["/"], "article": r"/tin-(?P<id>\d+)", "delay": PACE.delay}
    return [source({"slug": n, "homepage": f"http://{n}.test/", **plain, **more.get(n, {})}) for n in SITES]


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passes]:
    path = tmp_path_factory.mktemp("causes") / "archive.db"
    with serve({name: dict(first) for name, (first, _) in SITES.items()}) as sites, closing(create(path)) as archive:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        first = run(archive, hosts)
        looked_for_a_week(archive, "few")
        for name, site in sites.items():
            site.pages = dict(SITES[name][1])
            site.asked.clear()
        days = {datetime.now(ZONE).date()}
        second = run(archive, {**hosts, "closed.test": f"127.0.0.1:{unused_port()}"})
        days.add(datetime.now(ZONE).date())
        asked = {name: site.paths for name, site in sites.items()}
        sql = "SELECT source, cause, evidence, suggestion, outcomes FROM source_runs WHERE run = ?"
        names = ("source", "cause", "evidence", "suggestion", "outcomes")
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in archive.connection.execute(sql, (second.run,))}
        yield Passes(path, sites, asked, first, second, rows, days)


def run(archive: Archive, hosts: dict[str, str]) -> Summary:
    catalogue = Catalogue({source.slug: source for source in sources()})
    terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, ahead=timedelta(days=400), sync_seconds=0.1)
    return crawl(archive, catalogue, sources(), terms)


def looked_for_a_week(archive: Archive, slug: str) -> None:
    days = [((TODAY - timedelta(days=n)).isoformat(), 0) for n in range(1, 9)]
    with archive.transaction() as connection:
        sql = "INSERT INTO coverage (source, day, kept) VALUES (?, ?, ?)"
        connection.executemany(sql, [(slug, *day) for day in days])


def unused_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def test_nothing_was_wrong_before(passes: Passes) -> None:
    causes = {slug: report["cause"] for slug, report in passes.first.crawled.reports.items() if report["cause"]}
    assert causes == {"wide": "no-articles"}


@pytest.mark.parametrize(("slug", "cause"), CAUSES.items())
def test_the_cause_is_on_record_with_evidence_and_advice(passes: Passes, slug: str, cause: str) -> None:
    row = passes.rows[slug]
    assert (row["cause"], row["suggestion"]) == (cause, SUGGESTIONS[cause])
    assert f"http://{slug}.test/" in row["evidence"] or cause in ("nothing-new", "few-new")


def test_no_other_source_is_in_trouble(passes: Passes) -> None:
    well = {slug for slug, row in passes.rows.items() if row["cause"] is None}
    assert well == set(SITES) - set(CAUSES) == {"fine", "same"}


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("d1n", ".html 200, challenge (D1N)"),
        ("norobots", "/robots.txt disallows"),
        ("elsewhere", "301 to http://other.test/"),
        ("tomorrow", "Retry-After 86400 s"),
        ("empty", "http://empty.test/ 200 names no article"),
        ("half", "http://half.test/xa-hoi names no article, and did before"),
        ("home", "302 to http://home.test/"),
        ("template", "pages hold no article (no-text); of "),
        ("dateless", "have no date, and 10 of 10 before them did"),
        ("teaser", " words, and those before them had "),
        ("quiet", " days ago; in the three months before, never more than 1 passed"),
        ("few", "40 a week are expected"),
    ],
)
def test_the_evidence_says_what_came(passes: Passes, slug: str, words: str) -> None:
    assert words in passes.rows[slug]["evidence"]


def test_a_silence_is_counted_in_the_newspapers_own_days(passes: Passes) -> None:
    """A run over its midnight may end on either day."""
    last = TODAY - timedelta(days=22)
    said = [f"the last article is of {last}, {(day - last).days} days ago;" for day in passes.days]
    assert any(words in passes.rows["quiet"]["evidence"] for words in said)


def test_after_a_challenge_nothing_more_is_asked_of_the_host(passes: Passes) -> None:
    asked = passes.asked["d1n"]
    assert asked[-1] in ("/tin-2.html", "/tin-3.html") and not {"/tin-2.html", "/tin-3.html"} <= set(asked)
    report = passes.second.crawled.reports["d1n"]
    assert report["outcomes"]["challenge"] == 1
    assert report["outcomes"]["challenged"] == 7 - len(asked) > 0
    assert report["scheduled"] == report["accounted"]


def test_a_redirect_home_is_not_followed_and_counts_as_missing(passes: Passes) -> None:
    assert passes.asked["home"].count("/") == 1
    sql = (
        "SELECT count(*) FROM observations o JOIN articles a ON a.id = o.article"
        " WHERE a.source = 'home' AND o.state = 'missing'"
    )
    with closing(open_readonly(passes.path)) as connection:
        assert connection.execute(sql).fetchone()[0] == len(TEN)


def test_health_says_what_it_is_since_when_and_what_to_do(passes: Passes) -> None:
    folder = passes.path.parent
    (folder / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    config.set_enabled(folder, ["d1n", "fine", "wide"], config.State.ENABLED)
    challenge, wide = troubled(passes.path, datetime.now(UTC))
    assert challenge.startswith("d1n: challenge in the last run: it asks for a browser")
    assert challenge.endswith(SUGGESTIONS["challenge"])
    assert ".html 200, challenge (D1N)" in challenge
    assert wide.startswith("wide: no-articles in the last 2 runs: most of the pages hold no article")


@contextmanager
def hanging_up() -> Iterator[str]:
    """A server that takes every connection and ends it when something is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        over = threading.Event()

        def serve_nothing() -> None:
            while not over.is_set():
                with suppress(OSError):
                    connection, _ = listening.accept()
                    connection.settimeout(5)
                    connection.recv(1000)
                    connection.close()

        thread = threading.Thread(target=serve_nothing)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        over.set()
        thread.join()


def test_causes_of_hosts_that_are_not_there(tmp_path: Path) -> None:
    """Not in a hurry: a run paced for loopback looks up no other name."""
    names = {"nowhere": "http://nowhere.invalid/", "lost": "http://lost.test/"}
    found = [source({"slug": slug, "homepage": url, "sections": ["/"], "delay": 1.0}) for slug, url in names.items()]
    with closing(create(tmp_path / "archive.db")) as archive, hanging_up() as lost:
        pace = Pace(retries=0, max_seconds=60.0)
        terms = Terms(contact="https://example.org/", pace=pace, hosts={"lost.test": lost}, sync_seconds=0.1)
        crawl(archive, Catalogue({each.slug: each for each in found}), found, terms)
        rows = archive.connection.execute("SELECT source, cause, evidence FROM source_runs ORDER BY source").fetchall()
    assert rows == [
        ("lost", "connection-lost", "http://lost.test/robots.txt connection-lost"),
        ("nowhere", "dns", "http://nowhere.invalid/robots.txt dns"),
    ]
