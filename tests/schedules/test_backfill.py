"""Going back through the years of a source: `run SLUG --since DATE`, and the runs after it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply, Site, listing, serve

from crawler.errors import UsageError
from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import Archive, create, open_archive, open_readonly
from pipelines.catalogue import Catalogue
from pipelines.locks import crawl_lock, hold, holder
from pipelines.state import backfill
from pipelines.store import ensure_source
from schedules import backfilling
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

PACE = Pace(delay=0.02, timeout=3.0, retries=0, confirm_after=0.5, wait=1.0, max_seconds=90.0, backfill=500)
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()  # where the newspapers are
_THIS = TODAY.year * 12 + TODAY.month - 1
# From long before what is wanted to today's, in whatever year that is: (year, month).
MONTHS = [(number // 12, number % 12 + 1) for number in range(_THIS - 46, _THIS + 1)]
SINCE = date(*MONTHS[14], 1)
BEFORE = tuple(f"{year}{between}{month:02}" for year, month in MONTHS[:14] for between in ("", "-", "/"))


def dated(year: int, month: int, day: int) -> str:
    """That *day*, but none that is still to come."""
    return f"{min(date(year, month, day), TODAY)}"


def article(name: str, day: str) -> Reply:
    lines = "".join(f"<p>Nhà văn hóa {name} mở cửa lần thứ {n} trong năm, bà con tới xem đông.</p>" for n in range(6))
    date = f'<meta property="article:published_time" content="{day}T08:00:00+07:00">'
    body = f"<article><h1>Hội làng {name}</h1>{lines}</article>"
    return Reply(f"<html lang=vi><head><title>Hội làng {name}</title>{date}</head><body>{body}</body></html>".encode())


def sitemap(*entries: tuple[str, str | None], kind: str = "url") -> Reply:
    rows = "".join(
        f"<{kind}><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{kind}>" for loc, day in entries
    )
    root = "sitemapindex" if kind == "sitemap" else "urlset"
    body = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    return Reply(body.encode(), headers={"Content-Type": "application/xml"})


def by_sitemap() -> Pages:
    """An index of a sitemap a month, each stating when it last changed; its newest is all that an hourly run reads."""
    pages: Pages = {}
    index = []
    for year, month in MONTHS:
        name = f"/sm-{year}-{month:02}.xml"
        days = [dated(year, month, day) for day in (3, 17)]
        links = [(f"http://map.test/tin-{year}{month:02}{n}.html", day) for n, day in enumerate(days)]
        pages |= {f"/tin-{year}{month:02}{n}.html": article(f"{year}{month:02}{n}", day) for n, day in enumerate(days)}
        pages[name] = sitemap(*links)
        index.append((f"http://map.test{name}", days[-1]))
    return pages | {"/i.xml": sitemap(*index, kind="sitemap")}


def by_pager() -> Pages:
    """A section of four articles a page, without a date on it; only the articles tell how old they are."""
    names = [(f"/tin-{year}{month:02}.html", dated(year, month, 5)) for year, month in reversed(MONTHS)]
    pages: Pages = {path: article(path, day) for path, day in names}
    chunks = [names[start : start + 4] for start in range(0, len(names), 4)]
    for number, chunk in enumerate(chunks, start=1):
        anchors = "".join(f'<li><a href="{path}">Hội làng số {path}</a></li>' for path, _ in chunk)
        onward = f'<a href="/muc?page={number + 1}">Trang sau</a>'
        pages["/muc" if number == 1 else f"/muc?page={number}"] = Reply(f"<ul>{anchors}</ul>{onward}".encode())
    pages[f"/muc?page={len(chunks) + 1}"] = pages[f"/muc?page={len(chunks)}"]  # it shows its last page for ever
    return pages


def by_date() -> Pages:
    """An archive with a page a month."""
    pages: Pages = {}
    for year, month in MONTHS:
        pages[f"/kho/{year}/{month:02}/"] = listing(f"/tin-{year}{month:02}.html")
        pages[f"/tin-{year}{month:02}.html"] = article(f"{year}{month:02}", dated(year, month, 9))
    return pages


def source(slug: str, **more: object) -> Source:
    fields = {"article": re.compile(r"/tin-(?P<id>\d+)"), "delay": 0.02, "homepage": f"http://{slug}.test/"} | more
    return Source(slug=slug, name=slug, **fields)  # type: ignore[arg-type]


SOURCES = [
    source("map", sitemaps=("http://map.test/i.xml",)),
    source("muc", sections=("http://muc.test/muc",)),
    source("kho", archives=("http://kho.test/kho/{yyyy}/{mm}/",)),
]
CATALOGUE = Catalogue({each.slug: each for each in SOURCES})


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Site]]:
    with serve({"map": by_sitemap(), "muc": by_pager(), "kho": by_date()}) as sites:
        yield sites


def run(archive: Archive, served: dict[str, Site], pace: Pace = PACE) -> Summary:
    for site in served.values():
        site.asked.clear()
    hosts = {f"{name}.test": site.address for name, site in served.items()}
    terms = Terms(contact="https://a.org/", pace=pace, hosts=hosts, sync_seconds=0.1)
    with hold(crawl_lock(archive.path), purpose="test"):
        return crawl(archive, CATALOGUE, SOURCES, terms)


def wanted(slug: str) -> set[str]:
    per_month = ("0", "1") if slug == "map" else ("",)
    since = f"{SINCE:%Y%m}"
    return {f"{year}{month:02}{n}" for year, month in MONTHS for n in per_month if f"{year}{month:02}" >= since}


def kept(archive: Archive, slug: str) -> set[str]:
    rows = archive.connection.execute("SELECT url FROM articles WHERE source = ?", (slug,))
    return {found[1] for (url,) in rows if (found := re.search(r"tin-(\d+)", url))}


def went_past(site: Site) -> list[str]:
    """Of what was asked for, the months before what was wanted."""
    return [path for path in site.paths if any(month in path for month in BEFORE)]


def test_back_to_a_day_in_slices_and_no_further(tmp_path: Path, served: dict[str, Site]) -> None:
    archive = create(tmp_path / "archive.db")
    run(archive, served)
    assert kept(archive, "map") < wanted("map"), "an hourly run takes what is new"
    assert not went_past(served["map"])
    backfilling.begin(archive, SOURCES, SINCE, datetime.now(UTC))

    run(archive, served, replace(PACE, backfill=12))
    first = backfill.state(archive.connection, "map")
    assert first is not None and first.state == "running" and first.reached is not None
    assert SINCE.isoformat() < first.reached < f"{TODAY}"
    newest = sorted(wanted("map"), reverse=True)
    done = kept(archive, "map")
    assert done == set(newest[: len(done)]), "newest first"
    assert f"back to {first.reached}" in str(first)

    for _ in range(6):
        run(archive, served)
        states = backfill.states(archive.connection, [each.slug for each in SOURCES])
        if all(state.state == "done" for state in states.values()):
            break
    assert {slug: state.state for slug, state in states.items()} == {"map": "done", "muc": "done", "kho": "done"}
    for slug in ("map", "kho"):
        assert kept(archive, slug) == wanted(slug)
    # How old a page of a section without dates is, is known once its articles are read: it may overshoot by a few.
    assert wanted("muc") <= kept(archive, "muc")
    assert not went_past(served["map"]) and not went_past(served["kho"])

    run(archive, served)
    assert not any("sm-" in path or "page=" in path for site in served.values() for path in site.paths), "it is over"
    assert archive.connection.execute("SELECT count(*) FROM frontier WHERE next_at IS NULL").fetchone() == (0,)
    archive.close()


def test_a_backfill_goes_on_after_a_kill(tmp_path: Path, served: dict[str, Site]) -> None:
    path = tmp_path / "archive.db"
    archive = create(path)
    backfilling.begin(archive, SOURCES[:1], SINCE, datetime.now(UTC))
    archive.close()
    script = (
        "import sys; sys.path[:0] = [sys.argv[1]]; import test_backfill as t; from local_sites import Site;"
        "from pipelines.archive import open_archive; from pathlib import Path; import json;"
        "served = {n: Site(pages={}, address=a) for n, a in json.loads(sys.argv[3]).items()};"
        "t.run(open_archive(Path(sys.argv[2])), served, t.replace(t.PACE, delay=0.1))"
    )
    addresses = json.dumps({name: site.address for name, site in served.items()})
    command = [sys.executable, "-c", script, str(Path(__file__).parent), str(path), addresses]
    root = str(Path(__file__).parents[2])
    child = subprocess.Popen(command, start_new_session=True, cwd=root, env={**os.environ, "PYTHONPATH": root})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        reader = open_readonly(path)
        articles = reader.execute("SELECT count(*) FROM articles WHERE source = 'map'").fetchone()[0]
        reader.close()
        if articles >= 8:
            break
        time.sleep(0.1)
    child.kill()
    child.wait()
    assert 8 <= articles < len(wanted("map"))

    while holder(crawl_lock(path)):  # the crawl hears of its parent's death and ends in order
        time.sleep(0.1)
    archive = open_archive(path)
    for _ in range(4):
        time.sleep(1)
        run(archive, served)
        if (state := backfill.state(archive.connection, "map")) and state.state == "done":
            break
    assert state is not None and state.state == "done"
    assert kept(archive, "map") == wanted("map")
    doubled = "SELECT count(*) FROM (SELECT 1 FROM articles WHERE source = 'map' GROUP BY url HAVING count(*) > 1)"
    assert archive.connection.execute(doubled).fetchone() == (0,)
    archive.close()


def test_since_is_for_sources_that_are_named_and_days_that_were(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--since needs the sources"):
        backfilling.check((), SINCE)
    with pytest.raises(UsageError, match="must be a day from 1993-01-01 to today"):
        backfilling.check(("map",), date(1992, 12, 31))
    backfilling.check(("map",), date(1993, 1, 1))
    backfilling.check(("map",), date(2999, 1, 1))  # what day it is where the newspaper is, its file says


def test_a_day_is_still_to_come_where_it_is_so_for_the_newspaper(tmp_path: Path) -> None:
    """In the first hours of a day in Việt Nam it is the day before by UTC."""
    archive = create(tmp_path / "archive.db")
    with archive.transaction() as connection:
        ensure_source(connection, SOURCES[0])
    begun = datetime(2024, 2, 28, 17, 0, tzinfo=UTC)
    backfilling.begin(archive, SOURCES[:1], date(2024, 2, 29), begun)
    state = backfill.state(archive.connection, "map")
    assert state is not None and state.since == date(2024, 2, 29)
    for since, now in ((date(2024, 2, 29), begun - timedelta(seconds=1)), (date(2024, 3, 1), begun)):
        with pytest.raises(UsageError, match=rf"--since {since}: must be a day from 1993-01-01 to today, 2024-02-2\d$"):
            backfilling.begin(archive, SOURCES[:1], since, now)
    archive.close()
