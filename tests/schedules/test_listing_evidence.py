"""What feeds and sitemaps say of an article that says nothing of itself; and listings that lead to further ones."""

import re
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply, feed, serve

from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import create
from pipelines.catalogue import Catalogue
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

PACE = Pace(delay=0.02, timeout=5.0, retries=0, confirm_after=0.5, wait=1.0, max_seconds=60.0)


def bare(word: str, title: str = "Báo Sông") -> Reply:
    """An article of text alone: no headline, no date, no section; its <title> is the site's name, or the section's."""
    lines = "".join(f"<p>Bà con {word} kể chuyện gặt lúa thứ {n} của làng mình cho nhau nghe.</p>" for n in range(9))
    return Reply(f"<html lang=vi><head><title>{title}</title></head><body>{lines}</body></html>".encode())


def xml(text: str) -> Reply:
    return Reply(f"<?xml version='1.0' encoding='iso-8859-1'?>{text}".encode(), headers={"Content-Type": "text/xml"})


def news(path: str, title: str, said: str) -> str:
    return (
        f"<url><loc>http://map.test{path}</loc><news:news><news:title>{title}</news:title>"
        f"<news:publication_date>{said}</news:publication_date></news:news></url>"
    )


def item(said: str) -> str:
    day = f"{datetime.fromisoformat(said):%-m/%-d/%Y %-I:%M:%S %p}"
    return (
        f"<item><title><![CDATA[Gặt sớm chạy lũ &amp; đón vụ mới]]></title><link>/tin-1.html</link>"
        f"<pubDate>{day}</pubDate><category>Nông nghiệp</category></item>"
    )


def sites_on(today: date) -> dict[str, Pages]:
    """Of *today* there is no list yet, and of the day before there is one."""
    yesterday = today - timedelta(days=1)
    said = said_on(today)
    return {
        "fed": {
            "/rss": Reply(b'<html><a href="/rss/thoi-su.rss">RSS</a> <a href="/rss/van-hoa.rss">RSS</a></html>'),
            "/rss/thoi-su.rss": xml(f"<rss version='2.0'><channel>{item(said)}</channel></rss>"),
            "/rss/van-hoa.rss": feed(("/tin-2.html", "Thu, 31 Dec 2099 00:00:00 GMT")),
            "/tin-1.html": bare("đồng trên", "Nông nghiệp | Báo Sông"),
            "/tin-2.html": bare("đồng dưới"),
        },
        "map": {
            f"/map-{yesterday}.xml": xml(f"<urlset>{news('/tin-3.html', 'Nước về sớm trên các kênh', said)}</urlset>"),
            "/tin-3.html": bare("ven kênh", "Tin tức - Báo Sông"),
        },
        "paged": {
            "/kt": Reply('<a href="/tin-4.html">Bến đò cũ đổi chủ sau mùa nước</a>1 <a href="/kt?p=2">2</a>'.encode()),
            "/kt?p=2": Reply('<a href="/tin-5.html">Chợ quê dời lên bờ đê</a><a href="/kt">1</a> <b>2</b>'.encode()),
            "/tin-4.html": bare("bến đò"),
            "/tin-5.html": bare("chợ quê"),
        },
    }


def said_on(today: date) -> str:
    return f"{today - timedelta(days=1)}T09:20:00+07:00"


LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "fed": {"feeds": ("/rss",)},
    "map": {"sitemaps": ("/map-{yyyy}-{mm}-{dd}.xml",)},
    "paged": {"sections": ("/kt",)},
}
SOURCES = {
    slug: Source(
        slug=slug,
        name="Báo Sông",
        homepage=f"http://{slug}.test/",
        article=re.compile(r"/tin-(?P<id>\d+)"),
        delay=0.02,
        **lists,  # type: ignore[arg-type]
    )
    for slug, lists in LISTS.items()
}


@dataclass
class Told:
    today: date
    rows: dict[str, Any]
    runs: list[Summary]
    causes: dict[str, str | None]
    asked: dict[str, list[str]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Both runs on one day of the newspapers: over their midnight, they are done once more on the next."""
    found = tell(tmp_path_factory.mktemp("evidence"), today())
    return found if found.today == today() else tell(tmp_path_factory.mktemp("evidence"), today())


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def tell(folder: Path, day: date) -> Told:
    with serve(sites_on(day)) as sites, closing(create(folder / "archive.db")) as archive:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, sync_seconds=0.05)
        runs = [crawl(archive, Catalogue(SOURCES), list(SOURCES.values()), terms) for _ in range(2)]
        columns = "url, title, section, published_at, published_method, published_raw"
        found = archive.connection.execute(f"SELECT {columns} FROM articles").fetchall()
        causes = dict(archive.connection.execute("SELECT source, cause FROM source_runs").fetchall())
        rows = {row[0].partition(".test")[2]: tuple(row[1:]) for row in found}
        return Told(day, rows, runs, causes, {name: site.paths for name, site in sites.items()})


def test_a_feed_gives_title_section_and_date_where_the_page_has_none(told: Told) -> None:
    assert told.rows["/tin-1.html"][:4] == ("Gặt sớm chạy lũ & đón vụ mới", "Nông nghiệp", said_on(told.today), "feed")


def test_a_news_sitemap_by_day_does_too(told: Told) -> None:
    assert told.rows["/tin-3.html"][:4] == ("Nước về sớm trên các kênh", None, said_on(told.today), "sitemap")


def test_a_date_that_cannot_be_dates_nothing(told: Told) -> None:
    assert told.rows["/tin-2.html"][2:4] == (None, None)


def test_a_pager_of_plain_numbers_is_followed_and_its_pages_are_no_articles(told: Told) -> None:
    assert told.rows["/tin-5.html"][0] == "Chợ quê dời lên bờ đê"
    assert "/kt?p=2" in told.asked["paged"] and len(told.rows) == 5


def test_a_page_of_feeds_is_an_endpoint_and_so_are_its_feeds(told: Told) -> None:
    assert [told.asked["fed"].count(path) for path in ("/rss", "/rss/thoi-su.rss", "/rss/van-hoa.rss")] == [2, 2, 2]


def test_todays_list_that_is_not_there_yet_is_no_trouble(told: Told) -> None:
    assert f"/map-{told.today}.xml" in told.asked["map"]
    assert set(told.causes.values()) == {None}
