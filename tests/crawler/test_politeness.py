"""What a server that is overloaded, or fails for good, is spared."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from local_sites import Crawled, Pages, Reply, Site, article, crawl, listing, serving

from crawler.middlewares.retry import retry_after

NOW = datetime(2026, 9, 26, 2, 20, tzinfo=UTC)
MANY = [f"/tin-{n}.html" for n in range(40)]


def busy(seconds: str | None, status: int = 503) -> Reply:
    return Reply(b"busy", status=status, headers={"Retry-After": seconds} if seconds else {})


SITES: dict[str, Pages] = {
    "waits": {
        "/": listing("/tin-0.html", "/tin-1.html"),
        "/tin-0.html": lambda n: busy("1") if n == 0 else article("0"),
        "/tin-1.html": article("1"),
    },
    "backs": {"/": listing("/tin-0.html"), "/tin-0.html": lambda n: busy(None, 429) if n == 0 else article("0")},
    "tomorrow": {"/": listing(*MANY), **{path: busy("86400") for path in MANY}},
    "failing": {"/": listing(*MANY), **{path: Reply(b"no", status=403) for path in MANY}},
    "shared": {
        "/": listing("/tin-0.html"),
        "/en/": listing("/tin-1.html"),
        "/tin-0.html": article("0"),
        "/tin-1.html": article("1"),
    },
}


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[Crawled, dict[str, Site]]]:
    with serving(**SITES) as sites:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        hosts["www.shared.test"] = sites["shared"].address
        fields: dict[str, Any] = {"sections": ["/"], "article": r"/tin-"}
        sources = [{"slug": name, "homepage": f"http://{name}.test/", **fields} for name in SITES]
        sources[-1]["delay"] = 0.3  # shared's, and so its host's
        sources.append({"slug": "english", "homepage": "http://www.shared.test/en/", **fields, "sections": ["/en/"]})
        yield crawl(sources=sources, hosts=hosts), sites


def test_retry_after_is_waited_for_by_the_whole_host(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    asked = crawled[1]["waits"].asked
    assert sorted(path for _, _, path in asked[2:]) == ["/tin-0.html", "/tin-0.html", "/tin-1.html"]
    assert asked[3][0] - asked[2][0] > 0.95
    assert crawled[0].reports["waits"]["outcomes"] == {"200": 3}


def test_without_it_the_pause_is_four_times_the_delay(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    (_, _, (first, _, _), (second, _, _)) = crawled[1]["backs"].asked
    assert second - first > 0.38


def test_come_back_tomorrow_is_believed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    report = result.reports["tomorrow"]
    assert sites["tomorrow"].paths == ["/robots.txt", "/", "/tin-0.html"]
    assert report["scheduled"] == report["accounted"] == 41
    assert report["outcomes"] == {"200": 1, "503": 1, "host-given-up": 39} and report["cause"] == "host-given-up"
    assert "Retry-After 86400 s" in report["evidence"]


def test_a_host_that_only_fails_is_left_alone(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert len(sites["failing"].paths) - 2 == 25
    assert result.reports["failing"]["cause"] == "403"
    assert sum(result.reports["failing"]["outcomes"].values()) == 41


def test_two_sources_on_one_host_share_its_pace(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    asked = crawled[1]["shared"].asked
    assert len(asked) == 6  # robots.txt of both names
    assert all(later - earlier > 0.27 for (earlier, _, _), (later, _, _) in pairwise(asked))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b"Sat, 26 Sep 2026 02:21:00 GMT", 60.0),
        (b"Sat, 26 Sep 2026 02:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
        (b"9" * 50, 999999999.0),
    ],
)
def test_retry_after(value: bytes | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
