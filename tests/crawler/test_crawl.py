"""Real crawls of real servers, each in a process of its own. One crawl has many sources, as in life."""

import gzip
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from local_sites import Crawled, Pages, Reply, Site, article, crawl, feed, finish, listing, serving, start

from crawler import run
from crawler.errors import ConfigError
from crawler.memory import NoMemory
from crawler.plan import CrawlPlan, Pace
from crawler.source import Source

STUB = b'<html><script>document.cookie="D1N=1a2b3c"+"; path=/";window.location.reload(true);</script></html>'


def moved(to: str, status: int = 301) -> Reply:
    return Reply(b"moved", status=status, headers={"Location": to})


def source(slug: str, **fields: object) -> dict[str, object]:
    return {
        "slug": slug,
        "homepage": f"http://{slug}.test/",
        "sections": ["/"],
        "article": r"/tin-(?P<id>\d+)",
        **fields,
    }


MANY = [f"/tin-{n}.html" for n in range(1, 5)]
SITES: dict[str, Pages] = {
    "plain": {
        "/": listing("/tin-1.html", "/tin-2.html", "/gioi-thieu", "http://elsewhere.test/tin-9.html"),
        "/rss": feed(("/tin-2.html", "Sat, 26 Sep 2026 09:20:00 +0700"), ("/tin-3.html", "9/27/2026 9:20:00 AM")),
        "/tin-1.html": article("Một", "/tin-77.html"),
        "/tin-2.html": Reply(
            gzip.compress(article("Hai").body),
            headers={"Content-Type": "text/html", "Content-Encoding": "gzip", "X-Twice": "a"},
        ),
        "/tin-3.html": Reply(article("Ba").body, chunked=True),
    },
    "moved": {
        "/": listing("/tin-1.html", "/tin-2.html", "/tin-3.html", "/tin-4.html"),
        "/tin-1.html": moved("/a"),
        "/a": moved("http://www.moved.test/b", 302),
        "/b": article("Tới nơi"),
        "/tin-2.html": moved("/tin-3.html"),
        "/tin-3.html": article("Đích"),
        "/tin-4.html": moved("http://elsewhere.test/tin-4.html"),
    },
    "circles": {
        "/": listing("/tin-1.html", "/tin-2.html"),
        "/tin-1.html": moved("/tin-1.html"),
        "/tin-2.html": moved("http://2130706433/tin-2.html"),
    },
    "errors": {
        "/": listing(*MANY, "/tin-5.html"),
        "/tin-1.html": Reply(b"gone", status=404),
        "/tin-2.html": lambda n: Reply(b"oops", status=500) if n == 0 else article("Lần hai"),
        "/tin-3.html": Reply(b"oops", status=500),
        "/tin-4.html": Reply(b"x" * 300_000),
        "/tin-5.html": article("Năm"),
    },
    "hanging": {"/": Reply(hang=30)},
    "challenge": {"/": Reply(STUB)},
    "empty": {"/": listing("/gioi-thieu", "/lien-he")},
    "forbidden": {"/": Reply(b"no", status=403)},
    "spaced": {"/": listing(*MANY), **{path: Reply(article(path).body, hang=0.05) for path in MANY}},
    "known": {"/": listing("/tin-1.html", "/tin-2.html"), "/tin-1.html": article("1"), "/tin-2.html": article("2")},
    "probed": {
        "/": Reply(b'<link rel=alternate type="application/rss+xml" href="/feed"><a href="/tin-1.html">Mot</a>'),
        "/robots.txt": Reply(b"User-agent: *\nAllow: /\nSitemap: http://probed.test/index.xml\n"),
        "/index.xml": Reply(b"<sitemapindex><sitemap><loc>http://probed.test/s1.xml</loc></sitemap></sitemapindex>"),
        "/s1.xml": Reply(b"<urlset><url><loc>http://probed.test/tin-2.html</loc></url></urlset>"),
        "/feed": feed(("/tin-3.html", "Sat, 26 Sep 2026 09:20:00 +0700")),
        **{path: article(path) for path in MANY},
    },
    "paged": {
        "/": Reply(b'<a href="/tin-1.html">a</a><link rel=next href="/?p=2">'),
        "/?p=2": Reply(b'<a href="/tin-2.html">a</a><link rel=next href="/?p=3">'),
        "/?p=3": Reply(b'<a href="/tin-2.html">a</a><link rel=next href="/?p=4">'),
        "/?p=4": Reply(b'<a href="/tin-4.html">a</a>'),
        **{path: article(path) for path in MANY},
    },
    **{
        slug: {
            "/": Reply(b'<a href="/tin-1.html">a</a><link rel=next href="/?p=2">'),
            "/?p=2": listing("/tin-2.html"),
            "/tin-2.html": article("2"),
        }
        for slug in ("ahead", "behind")
    },
    "again": {
        "/": listing("/tin-1.html"),
        "/tin-1.html": article("Mới"),
        "/tin-2.html": Reply(b"gone", status=404),
        "/tin-3.html": Reply(b"gone", status=410),
        "/tin-4.html": article("Còn"),
    },
    "limited": {"/": listing(*MANY), "/rss": feed(("/tin-9.html", "Sat, 26 Sep 2020 09:20:00 +0700"))},
    "hard": {"/secret": Reply(b"/tin-1.html\n/tin-2.html"), **{path: article(path) for path in MANY}},
}

HARD = """
from crawler.capture import Kind
from crawler.links import Link, Via
from crawler.listings.listing import Listing

class Hard:
    via, kind, most = Via.SECTION, Kind.LISTING, 0
    def requests(self, source, today):
        return ["http://hard.test/secret"]
    def parse(self, answer, source):
        urls = ["http://hard.test" + line for line in answer.body.decode().split()]
        return Listing(links=tuple(Link(url=url, via=answer.url, via_kind=Via.SECTION) for url in urls))

STRATEGY = Hard()
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, dict[str, Site]]]:
    modules = tmp_path_factory.mktemp("spiders")
    (modules / "hard.py").write_text(HARD)
    special: dict[str, dict[str, object]] = {
        "plain": {"feeds": ["/rss"]},
        "moved": {"article": "/(tin-|[ab]$)"},
        "spaced": {"delay": 0.3},
        "probed": {"sections": []},
        "hard": {"sections": []},
        "limited": {"feeds": ["/rss"]},
        "refused": {},
        "nowhere": {},
    }
    with serving(**SITES) as sites:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        hosts |= {"www.moved.test": sites["moved"].address, "elsewhere.test": sites["plain"].address}
        hosts["refused.test"] = "127.0.0.1:9"
        names = [*SITES, "refused"]
        result = crawl(
            sources=[source(name, **special.get(name, {})) for name in names],
            hosts=hosts,
            modules=str(modules),
            pace={"timeout": 1.5, "max_body": 200_000, "confirm_after": 0.7, "wait": 5, "pages": 4},
            known={slug: [f"url:http://{slug}.test/tin-1.html"] for slug in ("known", "ahead", "behind")},
            behind=["behind"],
            due={
                "again": [
                    ("http://again.test/tin-2.html", False),
                    ("http://again.test/tin-3.html", True),
                    ("http://again.test/tin-4.html", False),
                ]
            },
            slow=3,
        )
        yield result, sites


def test_every_scheduled_address_is_accounted_for_once(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, _sites = crawled
    assert result.error is None
    assert set(result.reports) == {*SITES, "refused"}
    for report in result.reports.values():
        assert report["scheduled"] == report["accounted"] == sum(report["outcomes"].values()) > 0, report
    assert "accounted for twice" not in result.log and "Traceback" not in result.log


def test_a_page_is_kept_with_what_was_known_of_it(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, _sites = crawled
    (page,) = result.by_url("http://plain.test/tin-3.html")
    metadata = page["metadata"]
    assert int(metadata.pop("fetch-ms")) >= 0
    assert metadata == {
        "source": "plain",
        "kind": "page",
        "requested": "http://plain.test/tin-3.html",
        "via": "http://plain.test/rss",
        "via-kind": "feed",
        "link-title": "Tin /tin-3.html",
        "link-published": "2026-09-27T09:20:00+07:00",
        "run": "r1",
    }
    assert page["ip"] == "127.0.0.1" and datetime.fromisoformat(page["date"]).tzinfo is not None
    assert page["request"].startswith(b"GET /tin-3.html HTTP/1.1\r\nHost: plain.test\r\n")
    assert b"\r\nUser-Agent: newsarchive/" in page["request"] and b"(+archive@example.org)" in page["request"]
    assert b"Cookie" not in page["request"] and page["request"].endswith(b"\r\n\r\n")


def test_a_chunked_body_is_whole_and_its_length_true(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    (page,) = crawled[0].by_url("http://plain.test/tin-3.html")
    assert b"Transfer-Encoding" not in page["response_head"]
    assert b"Content-Length: %d\r\n" % len(page["payload"]) in page["response_head"]
    assert page["payload"] == article("Ba").body


def test_a_gzipped_body_is_kept_as_it_came(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    (page,) = crawled[0].by_url("http://plain.test/tin-2.html")
    assert page["response_head"].startswith(b"HTTP/1.1 200 OK\r\n") and page["response_head"].endswith(b"\r\n\r\n")
    assert b"Content-Encoding: gzip\r\n" in page["response_head"]
    assert gzip.decompress(page["payload"]) == article("Hai").body


def test_pages_are_not_parsed_for_links_and_listings_stay_on_the_site(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert sorted(sites["plain"].paths) == ["/", "/robots.txt", "/rss", "/tin-1.html", "/tin-2.html", "/tin-3.html"]
    assert result.reports["plain"]["cause"] is None
    assert (result.reports["plain"]["discovered"], result.reports["plain"]["fetched"]) == (3, 5)


def test_each_hop_of_a_redirect_is_kept(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    chain = [e for e in crawled[0].of("moved") if e["metadata"]["requested"] == "http://moved.test/tin-1.html"]
    assert [(e["url"], e["status"]) for e in chain] == [
        ("http://moved.test/tin-1.html", 301),
        ("http://moved.test/a", 302),
        ("http://www.moved.test/b", 200),
    ]


def test_redirects_to_elsewhere_to_the_seen_and_in_circles_end_in_the_ledger(
    crawled: tuple[Crawled, dict[str, Site]],
) -> None:
    result, sites = crawled
    report = result.reports["moved"]
    assert report["outcomes"] == {"200": 3, "redirect-to-seen": 1, "offsite": 1}
    assert sites["moved"].paths.count("/tin-3.html") == 1
    assert "/tin-4.html" not in sites["plain"].paths
    assert result.reports["circles"]["outcomes"] == {"200": 1, "too-many-redirects": 1, "offsite": 1}
    assert sites["circles"].paths.count("/tin-1.html") == 6


def test_errors_are_kept_and_retried_no_more_than_allowed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, _sites = crawled
    report = result.reports["errors"]
    assert report["outcomes"] == {"200": 2, "404": 1, "500": 1, "too-large": 1}
    assert [e["status"] for e in result.by_url("http://errors.test/tin-2.html")] == [500, 200]
    assert [e["status"] for e in result.by_url("http://errors.test/tin-3.html")] == [500, 500]
    (large,) = result.by_url("http://errors.test/tin-4.html")
    assert (large["status"], large["response_head"], large["metadata"]["error"]) == (None, None, "too-large")
    assert large["request"].startswith(b"GET /tin-4.html ")


@pytest.mark.parametrize(
    ("slug", "cause"),
    [
        ("hanging", "timeout"),
        ("challenge", "challenge"),
        ("empty", "empty-listing"),
        ("forbidden", "403"),
        ("refused", "refused"),
    ],
)
def test_nothing_is_no_success(crawled: tuple[Crawled, dict[str, Site]], slug: str, cause: str) -> None:
    report = crawled[0].reports[slug]
    assert report["cause"] == cause and report["suggestion"]
    assert cause == "empty-listing" or f"{slug}.test/" in report["evidence"]


def test_a_hanging_source_delays_no_other(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert sites["hanging"].paths == ["/robots.txt", "/", "/"]  # and one retry, 3 s in all
    for slug in ("plain", "known", "empty", "hard", "limited"):
        assert result.reports[slug]["ended_at"] < result.reports["hanging"]["ended_at"]


def test_one_at_a_time_and_start_to_start_as_agreed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    asked = crawled[1]["spaced"].asked
    assert len(asked) == 6
    for (began, ended, _), (following, _, _) in pairwise(asked):
        assert following >= ended
        assert following - began > 0.25  # 0.3 s less what the server's threads jitter


def test_what_is_known_is_not_fetched(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert sites["known"].paths == ["/robots.txt", "/", "/tin-2.html"]
    assert result.reports["known"]["discovered"] == 2 and result.reports["known"]["cause"] is None


def test_a_source_without_listings_is_probed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    site = crawled[1]["probed"]
    assert set(site.paths) == {"/robots.txt", "/", "/feed", "/index.xml", "/s1.xml", *MANY[:3]}
    assert len(site.paths) == 8


def test_a_pager_is_followed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    assert [path for path in crawled[1]["paged"].paths if path.startswith("/?")] == ["/?p=2", "/?p=3", "/?p=4"]


def test_a_page_of_known_articles_ends_a_pager_unless_a_run_left_something_behind(
    crawled: tuple[Crawled, dict[str, Site]],
) -> None:
    """A run that was killed between two pages has made the first one known, and not the second."""
    assert crawled[1]["ahead"].paths == ["/robots.txt", "/"]
    assert crawled[1]["behind"].paths == ["/robots.txt", "/", "/?p=2", "/tin-2.html"]


def test_a_missing_page_is_looked_at_twice_unless_it_was_before(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    paths = sites["again"].paths
    assert paths.count("/tin-2.html") == 2 and paths.count("/tin-3.html") == 1
    first, second = (began for began, _, path in sites["again"].asked if path == "/tin-2.html")
    assert second - first > 0.65
    assert paths.index("/tin-1.html") < paths.index("/tin-2.html")  # the new before the known
    assert {e["metadata"]["via-kind"] for e in result.by_url("http://again.test/tin-2.html")} == {"revisit"}
    assert result.reports["again"]["cause"] is None


def test_the_newest_are_fetched_where_not_all_can_be(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    paths = crawled[1]["limited"].paths
    assert "/tin-9.html" not in paths and set(MANY) <= set(paths)


def test_a_hard_site_has_a_module_of_its_own(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    assert crawled[1]["hard"].paths == ["/robots.txt", "/secret", "/tin-1.html", "/tin-2.html"]


def test_a_full_disk_ends_the_run_and_says_so() -> None:
    with serving(a={"/": listing(*MANY), **{path: article(path) for path in MANY}}) as sites:
        result = crawl(sources=[source("a")], hosts={"a.test": sites["a"].address}, full_after=3)
    assert result.error is not None and "No space left on device" in result.error
    report = result.reports["a"]
    assert report["scheduled"] == report["accounted"] and report["cause"] == "stopped"
    assert len(sites["a"].asked) <= 5


def test_sigterm_ends_a_run_in_order() -> None:
    with serving(a={"/": listing(*MANY), **{path: article(path) for path in MANY}}) as sites:
        child = start({"sources": [source("a", delay=2)], "hosts": {"a.test": sites["a"].address}})
        while not sites["a"].asked:
            time.sleep(0.05)
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        result = finish(child)
    assert time.monotonic() - began < 4
    report = result.reports["a"]
    assert report["cause"] == "stopped" and report["scheduled"] == report["accounted"] == 1


def test_a_run_ends_at_its_time() -> None:
    with serving(a={"/": listing("/tin-1.html"), "/tin-1.html": article("1"), "/robots.txt": Reply(hang=60)}) as sites:
        result = crawl(
            sources=[source("a"), source("b", homepage="http://b.test/")],
            hosts={"a.test": sites["a"].address, "b.test": sites["a"].address},
            pace={"max_seconds": 1, "timeout": 3},
        )
    assert {report["cause"] for report in result.reports.values()} <= {"stopped", "timeout"}
    for report in result.reports.values():
        taken = datetime.fromisoformat(report["ended_at"]) - datetime.fromisoformat(report["started_at"])
        assert taken < timedelta(seconds=12)
    assert result.seconds < 40, "starting it takes long on a busy machine; the site hangs for longer yet"


def test_off_loopback_a_hurried_run_is_refused(tmp_path: Path) -> None:
    hurried = Source(slug="a", name="A", homepage="http://a.test/", delay=0.5)
    plan = CrawlPlan(run="r", folder=tmp_path, sources=(hurried,), contact="x@y.z", pace=Pace(delay=0.5))
    with pytest.raises(ConfigError, match=r'"a\.test" is not there'):
        run.crawl(plan, NoMemory(), None, print)  # type: ignore[arg-type]  # it does not come to writing
