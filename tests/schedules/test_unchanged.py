"""Only what is new costs: what a run asks of sites where nothing, or little, has changed since the one before."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply, Site, feed, listing, serve

from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import Archive, create
from pipelines.catalogue import Catalogue
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

PACE = Pace(delay=0.02, timeout=3.0, retries=0, confirm_after=0.5, wait=1.0, max_seconds=60.0)
LINES = "".join(f"<p>Đoạn đê số {n} đã được bồi đắp xong trước mùa mưa, dài {n * 40} mét.</p>" for n in range(1, 9))


def article(title: str, day: int) -> Reply:
    date = f'<meta property="article:published_time" content="2026-03-{day:02}T08:00:00+07:00">'
    html = f"<html lang=vi><head><title>{title}</title>{date}</head><body><article><h1>{title}</h1>{LINES}</article>"
    return Reply(f"{html}</body></html>".encode(), etag=f'"a{day}"')


def tagged(reply: Reply, etag: str) -> Reply:
    reply.etag = f'"{etag}"'
    return reply


def sitemap(*entries: tuple[str, str | None], kind: str = "url") -> Reply:
    rows = "".join(
        f"<{kind}><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{kind}>" for loc, day in entries
    )
    root = "sitemapindex" if kind == "sitemap" else "urlset"
    body = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    return Reply(body.encode(), headers={"Content-Type": "application/xml"})


PAGES = {f"/tin-{n}.html": article(f"Đê {n}", n) for n in range(1, 9)}
MAPPED = ("/tin-1.html", "/tin-2.html", "/tin-3.html")


def ago(days: int) -> str:
    """A day by UTC. Sitemaps that changed a month ago are no news (crawler/frontier.py)."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


DATED = ("http://map.test/m-09.xml", ago(20)), ("http://map.test/m-08.xml", ago(21))


def sites() -> dict[str, Pages]:
    return {
        # A feed with an ETag, as most have.
        "rss": {"/rss": tagged(feed(("/tin-1.html", "Mon, 02 Mar 2026 08:00:00 +0700")), "f1"), **PAGES},
        # A front page and a pager, from a server that knows no conditional requests.
        "muc": {
            "/": Reply(b'<a href="/tin-1.html">1</a><link rel=next href="/?p=2">'),
            "/?p=2": listing("/tin-2.html"),
            **PAGES,
        },
        # An index that states when its sitemaps changed, one of which it states nothing of.
        "map": {
            "/i.xml": tagged(sitemap(*DATED, ("http://map.test/news.xml", None), kind="sitemap"), "i1"),
            "/m-09.xml": sitemap(("http://map.test/tin-1.html", None)),
            "/m-08.xml": sitemap(("http://map.test/tin-2.html", None)),
            "/news.xml": tagged(sitemap(("http://map.test/tin-3.html", None)), "n1"),
            **PAGES,
        },
        # A section that moves its articles: each leads on to another address.
        "doi": {
            "/": tagged(listing("/cu/tin-4.html"), "d1"),
            "/cu/tin-4.html": Reply(status=301, headers={"Location": "/tin-4.html"}),
            **PAGES,
        },
    }


ARTICLE = re.compile(r"tin-(?P<id>\d+)")
SOURCES = [
    Source(slug=slug, name=slug, homepage=f"http://{slug}.test/", article=ARTICLE, delay=0.02, **more)
    for slug, more in (
        ("rss", {"feeds": ("http://rss.test/rss",)}),
        ("muc", {"sections": ("http://muc.test/",)}),
        ("map", {"sitemaps": ("http://map.test/i.xml",)}),
        ("doi", {"sections": ("http://doi.test/",)}),
    )
]  # fmt: skip


def run(archive: Archive, served: dict[str, Site], ahead: timedelta = timedelta(0), *, all_due: bool) -> Summary:
    for site in served.values():
        site.asked.clear()
        site.heads.clear()
    hosts = {f"{name}.test": site.address for name, site in served.items()}
    terms = Terms(contact="https://a.org/", pace=PACE, hosts=hosts, sync_seconds=0.1, ahead=ahead, all_due=all_due)
    return crawl(archive, Catalogue({source.slug: source for source in SOURCES}), SOURCES, terms)


def asked(served: dict[str, Site]) -> dict[str, list[str]]:
    return {name: site.paths for name, site in served.items()}


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Site]]:
    with serve(sites()) as servers:
        yield servers


def outcomes(archive: Archive) -> set[tuple[str, str]]:
    sql = "SELECT kind, outcome FROM captures WHERE run = (SELECT id FROM runs ORDER BY started_at DESC LIMIT 1)"
    return set(archive.connection.execute(sql))


def test_what_is_asked_run_by_run(tmp_path: Path, served: dict[str, Site]) -> None:
    archive = create(tmp_path / "archive.db")

    first = run(archive, served, all_due=False)
    assert asked(served) == {
        "rss": ["/robots.txt", "/rss", "/tin-1.html"],
        "muc": ["/robots.txt", "/", "/?p=2", "/tin-1.html", "/tin-2.html"],
        "map": ["/robots.txt", "/i.xml", "/m-09.xml", "/m-08.xml", "/news.xml", *MAPPED],
        "doi": ["/robots.txt", "/", "/cu/tin-4.html", "/tin-4.html"],
    }
    assert first.total.added == 7
    assert {report["cause"] for report in first.crawled.reports.values()} == {None}

    idle = run(archive, served, all_due=False)
    assert asked(served) == {name: [] for name in served}, "nothing is due"
    assert {report["cause"] for report in idle.crawled.reports.values()} == {None}
    assert idle.total.captures == 0

    again = run(archive, served, all_due=True)
    assert asked(served) == {"rss": ["/rss"], "muc": ["/"], "map": ["/i.xml", "/news.xml"], "doi": ["/"]}
    stated = {name: [head.get("If-None-Match") for head in site.heads] for name, site in served.items()}
    assert stated == {"rss": ['"f1"'], "muc": [None], "map": ['"i1"', '"n1"'], "doi": ['"d1"']}
    assert outcomes(archive) == {("feed", "not-modified"), ("listing", "not-modified")}
    assert {report["cause"] for report in again.crawled.reports.values()} == {None}
    assert (again.total.added, again.total.revised) == (0, 0)

    # An index says of one sitemap that it changed; a feed and a section have news.
    served["map"].pages["/i.xml"] = tagged(
        sitemap(DATED[0], ("http://map.test/m-08.xml", ago(1)), kind="sitemap"), "i2"
    )
    served["map"].pages["/m-08.xml"] = sitemap(
        ("http://map.test/tin-2.html", None), ("http://map.test/tin-5.html", None)
    )
    served["rss"].pages["/rss"] = tagged(feed(("/tin-6.html", "Fri, 06 Mar 2026 08:00:00 +0700")), "f2")
    served["muc"].pages["/"] = Reply(
        b'<a href="/tin-1.html">1</a><a href="/tin-7.html">7</a><link rel=next href="/?p=2">'
    )
    news = run(archive, served, all_due=True)
    assert asked(served) == {
        "rss": ["/rss", "/tin-6.html"],
        "muc": ["/", "/?p=2", "/tin-7.html"],
        "map": ["/i.xml", "/m-08.xml", "/tin-5.html"],
        "doi": ["/"],
    }
    assert news.total.added == 3

    # A day later: robots.txt once more, all articles' second look, and what is the same costs no payload.
    day = run(archive, served, timedelta(days=1, hours=1), all_due=False)
    assert {name: paths.count("/robots.txt") for name, paths in asked(served).items()} == dict.fromkeys(served, 1)
    assert {path for paths in asked(served).values() for path in paths if "tin" in path} >= set(PAGES) - {"/tin-8.html"}
    assert day.total.outcomes["not-modified"] >= 10
    assert ("page", "not-modified") in outcomes(archive)
    assert archive.connection.execute("SELECT count(*) FROM revisions").fetchone() == (10,)
    archive.close()


def test_what_a_run_had_no_room_for_waits_for_the_next(tmp_path: Path, served: dict[str, Site]) -> None:
    """The listing is not modified by then, and names what was left behind no more."""
    archive = create(tmp_path / "archive.db")
    terms = Terms(
        contact="https://a.org/",
        pace=Pace(delay=0.02, timeout=3.0, retries=0, pages=1, max_seconds=60.0),
        hosts={"map.test": served["map"].address},
        sync_seconds=0.1,
    )
    source = next(source for source in SOURCES if source.slug == "map")
    found = [crawl(archive, Catalogue({"map": source}), [source], terms) for _ in range(4)]
    assert [summary.total.added for summary in found] == [1, 1, 1, 0]
    assert [summary.crawled.reports["map"]["left"] for summary in found] == [2, 1, 0, 0]
    assert archive.connection.execute("SELECT count(*) FROM frontier").fetchone() == (0,)
    archive.close()
