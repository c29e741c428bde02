"""robots.txt as RFC 9309 has it, against real servers."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from local_sites import Crawled, Pages, Reply, Site, article, crawl, listing, serving

PAGES: Pages = {
    "/": listing("/tin-1.html", "/cam/tin-2.html"),
    "/tin-1.html": article("1"),
    "/cam/tin-2.html": article("2"),
}
TEXT = {"Content-Type": "text/plain"}


def robots(text: str, status: int = 200) -> Reply:
    return Reply(text.encode(), status=status, headers=TEXT)


SITES: dict[str, Pages] = {
    "allowing": {"/robots.txt": robots("User-agent: *\nDisallow: /admin/")},
    "partly": {"/robots.txt": robots("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /cam/\nAllow: /")},
    "named": {"/robots.txt": robots("User-agent: *\nAllow: /\n\nUser-agent: NewsArchive\nDisallow: /cam/")},
    "refusing": {"/robots.txt": robots("User-agent: *\nDisallow: /")},
    "broken": {"/robots.txt": robots("oops", 503)},
    "once": {"/robots.txt": lambda n: robots("oops", 500) if n == 0 else robots("User-agent: *\nDisallow: /cam/")},
    "login": {"/robots.txt": robots("no", 403)},
    "silent": {"/robots.txt": Reply(hang=30)},
    "slow": {"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.6")},
    "endless": {"/robots.txt": robots("User-agent: *\nCrawl-delay: inf")},
    "bom": {"/robots.txt": robots("\ufeffUser-agent: *\r\nDisallow: /cam/\r\n")},
    "huge": {"/robots.txt": robots("User-agent: *\n" + "# padding\n" * 60_000 + "Disallow: /\n")},
    "away": {"/robots.txt": Reply(status=302, headers={"Location": "http://elsewhere.test/robots.txt"})},
    "html": {"/robots.txt": Reply(b"<!doctype html><html><body>Disallow: nothing here</body></html>")},
    "target": {
        "/": listing("/tin-1.html"),
        "/tin-1.html": Reply(status=301, headers={"Location": "/cam/tin-1.html"}),
        "/robots.txt": robots("User-agent: *\nDisallow: /cam/"),
    },
}
ALL = ["/", "/tin-1.html", "/cam/tin-2.html"]


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[Crawled, dict[str, Site]]]:
    with serving(**{name: {**PAGES, **own} for name, own in SITES.items()}) as sites:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        sources = [
            {"slug": name, "homepage": f"http://{name}.test/", "sections": ["/"], "article": r"/tin-"} for name in SITES
        ]
        yield crawl(sources=sources, hosts=hosts, pace={"timeout": 1.5}), sites


@pytest.mark.parametrize(
    ("name", "fetched", "cause"),
    [
        ("allowing", ALL, None),
        ("partly", ALL[:2], None),
        ("named", ALL[:2], None),
        ("refusing", [], "robots"),
        ("broken", [], "robots"),
        ("once", ALL[:2], None),
        ("login", ALL, None),
        ("silent", [], "timeout"),
        ("slow", ALL, None),
        ("endless", ALL, None),
        ("bom", ALL[:2], None),
        ("huge", ALL, None),
        ("away", ALL, None),
        ("html", ALL, None),
        ("target", ALL[:2], None),
    ],
)
def test_what_is_fetched(
    crawled: tuple[Crawled, dict[str, Site]], name: str, fetched: list[str], cause: str | None
) -> None:
    result, sites = crawled
    assert [path for path in sites[name].paths if path != "/robots.txt"] == fetched
    report = result.reports[name]
    assert report["cause"] == cause
    assert report["scheduled"] == report["accounted"]


def test_it_comes_first_and_is_kept(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    result, sites = crawled
    for name in SITES:
        assert sites[name].paths[0] == "/robots.txt"
        kept = result.of(name, "robots")
        assert len(kept) == sites[name].paths.count("/robots.txt")
        assert {e["metadata"]["requested"] for e in kept} == {f"http://{name}.test/robots.txt"}
    assert result.of("silent", "robots")[0]["metadata"]["error"] == "timeout"
    assert sites["allowing"].paths.count("/robots.txt") == 1


def test_refusals_are_counted_and_explained(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    reports = crawled[0].reports
    assert reports["partly"]["outcomes"] == {"200": 2, "robots": 1}
    assert reports["target"]["outcomes"] == {"200": 1, "robots": 1}
    assert reports["broken"]["evidence"] == "http://broken.test/robots.txt 503"
    assert "disallows" in reports["refusing"]["evidence"]


def test_crawl_delay_is_obeyed(crawled: tuple[Crawled, dict[str, Site]]) -> None:
    begins = [began for began, _, _ in crawled[1]["slow"].asked]
    assert all(later - earlier > 0.55 for earlier, later in list(pairwise(begins))[1:])
