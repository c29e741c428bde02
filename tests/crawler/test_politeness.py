"""What a server that is overloaded, or fails for good, is spared."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from local_sites import Crawled, Pages, Reply, Site, article, crawl, listing, serving

from crawler.middlewares.retry import retry_after

D1N = Reply(b'<html><script>document.cookie="D1N=0123456789abcdef";window.location.reload(true);</script></html>')
NOW = datetime(2026, 9, 26, 2, 20, tzinfo=UTC)
# So late may a busy machine see a request that the next one, seen at once, seems to follow too soon.
LATE = 0.15
MANY = [f"/tin-{n}.html" for n in range(40)]


def busy(seconds: str | None, status: int = 503) -> Reply:
    return Reply(b"busy", status=status, headers={"Retry-After": seconds} if seconds else {})


def in_two_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


SITES: dict[str, Pages] = {
    "waits": {
        "/": listing("/tin-0.html", "/tin-1.html"),
        "/tin-0.html": lambda n: busy("1") if n == 0 else article("0"),
        "/tin-1.html": article("1"),
    },
    "backs": {"/": listing("/tin-0.html"), "/tin-0.html": lambda n: busy(None, 429) if n == 0 else article("0")},
    "tomorrow": {"/": listing(*MANY), **{path: busy("86400") for path in MANY}},
    "failing": {"/": listing(*MANY), **{path: Reply(b"no", status=403) for path in MANY}},
    "date": {"/": listing("/tin-0.html"), "/tin-0.html": lambda n: busy(in_two_seconds()) if n == 0 else article("0")},
    "grows": {"/": listing("/tin-0.html"), "/tin-0.html": lambda n: busy(None, 429) if n < 2 else article("0")},
    # The answer takes longer than the delay: what it says is heeded before the next request all the same.
    "slow": {
        "/": listing("/tin-0.html", "/tin-1.html"),
        "/tin-0.html": lambda n: replace(busy("1"), hang=0.4) if n == 0 else article("0"),
        "/tin-1.html": lambda n: replace(busy("1"), hang=0.4) if n == 0 else article("1"),
    },
    "gate": {"/": listing(*MANY), **{path: replace(D1N, hang=0.4) for path in MANY}},
    "crawldelay": {
        "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 0.7\n", headers={"Content-Type": "text/plain"}),
        "/": listing("/tin-0.html", "/tin-1.html"),
        "/tin-0.html": article("0"),
        "/tin-1.html": article("1"),
    },
    "renamed": {
        "/": listing("/tin-0.html", "http://formerly.test/tin-1.html", "http://formerly.test/tin-2.html"),
        "/tin-0.html": replace(article("0"), hang=0.8),
        "/tin-1.html": article("1"),
        "/tin-2.html": article("2"),
    },
    "shared": {
        "/": listing("/tin-0.html"),
        "/en/": listing("/tin-1.html"),
        "/km/": listing("/tin-2.html"),
        "/tin-2.html": article("2"),
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
        by_slug = {source["slug"]: source for source in sources}
        by_slug["shared"]["delay"] = by_slug["renamed"]["delay"] = 0.5  # and so their hosts'
        by_slug["renamed"]["hosts"] = ["formerly.test"]
        hosts["formerly.test"] = sites["renamed"].address
        sources.append({"slug": "english", "homepage": "http://www.shared.test/en/", **fields, "sections": ["/en/"]})
        sources.append({"slug": "khmer", "homepage": "http://shared.test/km/", **fields, "sections": ["/km/"]})
        yield crawl(sources=sources, hosts=hosts, pace={"retries": 2}), sites


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


def test_sources_on_one_host_share_its_pace_and_its_robots_txt(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    asked = crawled[1]["shared"].asked
    assert len(asked) == 8 and crawled[1]["shared"].paths.count("/robots.txt") == 2  # that of www too
    assert starts_apart(asked) > 0.5 - LATE
    assert one_at_a_time(crawled[1]["shared"])


def starts_apart(asked: list[tuple[float, float, str]]) -> float:
    """Seconds between the two that are nearest to each other."""
    return min(later - earlier for (earlier, _, _), (later, _, _) in pairwise(asked))


def one_at_a_time(site: Site) -> bool:
    return all(began >= ended - 0.005 for (_, ended, _), (began, _, _) in pairwise(site.asked))


def test_so_do_the_other_names_of_a_site(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert sorted(sites["renamed"].paths) == [
        "/",
        "/robots.txt",
        "/robots.txt",
        "/tin-0.html",
        "/tin-1.html",
        "/tin-2.html",
    ]
    assert one_at_a_time(sites["renamed"])
    assert starts_apart(sites["renamed"].asked) > 0.5 - LATE
    assert result.reports["renamed"]["outcomes"] == {"200": 4}


def test_retry_after_may_be_a_date(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    (*_, (first, _, _), (second, _, _)) = crawled[1]["date"].asked
    assert second - first > 0.95  # whole seconds: the date is one to two seconds ahead


def test_without_retry_after_the_pause_grows(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    (*_, (first, _, _), (second, _, _), (third, _, _)) = crawled[1]["grows"].asked
    assert second - first > 0.38 and third - second > 0.78


def test_what_an_answer_says_is_heeded_before_the_next_request(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    _, _, (_, ended, _), (began, _, _), *_ = crawled[1]["slow"].asked
    assert began - ended > 0.95


def test_after_a_challenge_nothing_is_asked_any_more(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    assert len(sites["gate"].paths) == 3
    report = result.reports["gate"]
    assert report["outcomes"] == {"200": 1, "challenge": 1, "challenged": 39} and report["cause"] == "challenge"
    assert report["scheduled"] == report["accounted"] == 41


def test_crawl_delay_is_kept_from_start_to_start(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    asked = crawled[1]["crawldelay"].asked
    assert len(asked) == 4
    assert starts_apart(asked) > 0.7 - LATE


def test_a_host_that_rests_stalls_no_other(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    sites = crawled[1]
    (_, _, (began, _, _), (ended, _, _), *_) = sites["slow"].asked
    others = [start for name in ("grows", "crawldelay", "shared", "failing") for start, _, _ in sites[name].asked]
    assert sum(began < start < ended for start in others) >= 5


def test_the_user_agent_names_the_archive_and_the_contact(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    said = {head["User-Agent"] for site in crawled[1].values() for head in site.heads}
    assert len(said) == 1
    assert re.fullmatch(r"newsarchive/\S+ \(\+archive@example\.org\)", said.pop())


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
