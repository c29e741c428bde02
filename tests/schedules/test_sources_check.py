"""`sources check` of sources that are right and wrong in one way each, and `sources snapshot` of a page."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import news_sites
import pytest
from local_sites import Reply, Site, serve
from looking import answer, archive_in, names, newsarchive

from crawler import config
from crawler.catalog import parse_source
from pipelines import golden
from pipelines.archive import open_readonly
from pipelines.locks import crawl_lock, hold

SOUND = """
name     = "Báo Lam Châu"
province = "ha-tinh"
homepage = "http://baolamchau.test/"
article  = '/(?P<id>\\d+)/[^/]+\\.html$'
sections = ["/thoi-su", "/kinh-te", "/van-hoa"]
[extract]
body = "div.body"
"""
SOURCES = {
    "baolamchau": SOUND,
    "lech": SOUND.replace("baolamchau.test", "lech.test").replace("/(?P<id>\\d+)/", "-post(?P<id>\\d+)/"),
    "vang": SOUND.replace("baolamchau.test", "vang.test"),
    "tron": SOUND.replace("baolamchau.test", "tron.test").replace("div.body", "div.noi-dung"),
    "tuong": SOUND.replace("baolamchau.test", "tuong.test"),
    "kin": SOUND.replace("baolamchau.test", "kin.test"),
}


@dataclass(frozen=True)
class Place:
    folder: Path
    sites: dict[str, Site]

    def check(self, slug: str) -> tuple[int, dict[str, object]]:
        done = newsarchive(self.folder, "sources", "check", slug, "--json")
        assert done.stderr == "", done.stderr
        return done.returncode, answer(done)

    def row(self, slug: str) -> tuple[str, str | None, str | None]:
        with closing(open_readonly(self.folder / "archive.db")) as connection:
            sql = "SELECT status, verified_at, verdict FROM sources WHERE slug = ?"
            row: tuple[str, str | None, str | None] = connection.execute(sql, (slug,)).fetchone()
            return row


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("checked")
    archive_in(folder)
    (folder / "sources").mkdir()
    for slug, text in SOURCES.items():
        text = text.replace('name     = "Báo Lam Châu"', 'name     = "Báo Lam Châu"\ndelay    = 0.02')
        (folder / "sources" / f"{slug}.toml").write_text(text, encoding="utf-8")
    pages = {
        "baolamchau.test": news_sites.with_sections(),
        "lech.test": news_sites.with_sections(),
        "vang.test": news_sites.with_sections(listed=False),
        "tron.test": news_sites.with_sections(dated=False),
        "tuong.test": {path: Reply(news_sites.D1N) for path in ("/thoi-su", "/kinh-te", "/van-hoa")},
        "kin.test": news_sites.closed(),
    }
    with serve(pages) as sites, names({host: site.address for host, site in sites.items()}):
        yield Place(folder, sites)


def test_a_sound_source_is_verified(place: Place) -> None:
    code, found = place.check("baolamchau")
    assert (code, found["status"], found["findings"]) == (0, "verified", [])
    assert len(found["articles"]) == 6  # type: ignore[arg-type]
    status, verified_at, verdict = place.row("baolamchau")
    assert (status, bool(verified_at)) == ("verified", True)
    assert verdict == "6 articles of 6 pages, 6 dated, from 3 listings"
    with closing(open_readonly(place.folder / "archive.db")) as connection:
        kept = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        event = connection.execute("SELECT object, outcome FROM events WHERE kind = 'source-checked'").fetchone()
    assert kept == 0, "a check archives nothing"
    assert event == ("baolamchau", "done")
    assert not list(place.folder.glob("archive-warc/*"))


def only(found: dict[str, object]) -> dict[str, str]:
    findings: list[dict[str, str]] = found["findings"]  # type: ignore[assignment]
    assert len(findings) == 1, findings
    return findings[0]


def test_a_pattern_that_matches_nothing_is_said_with_a_better_one(place: Place) -> None:
    code, found = place.check("lech")
    finding = only(found)
    assert (code, found["status"], finding["code"]) == (1, "unverified", "empty-listing")
    assert "none fits" in finding["evidence"]
    assert "http://lech.test/" in finding["evidence"]
    assert r"/(?P<id>\d{3,})/" in finding["suggestion"]
    status, verified_at, verdict = place.row("lech")
    assert (status, verified_at) == ("unverified", None)
    assert verdict is not None
    assert verdict.startswith("empty-listing: ")
    assert "\n" not in verdict


def test_listings_without_articles_are_said(place: Place) -> None:
    code, found = place.check("vang")
    finding = only(found)
    assert (code, finding["code"]) == (1, "empty-listing")


def test_selectors_that_find_nothing_and_missing_dates_are_said(place: Place) -> None:
    code, found = place.check("tron")
    findings: list[dict[str, str]] = found["findings"]  # type: ignore[assignment]
    assert (code, [finding["code"] for finding in findings]) == (1, ["no-dates", "selectors"])
    assert "6 of 6 articles have no date" in findings[0]["evidence"]
    assert 'body = "div.noi-dung" finds nothing on 6 articles' in findings[1]["evidence"]
    assert found["status"] == "unverified"


def test_a_bot_check_proposes_recording_by_hand(place: Place) -> None:
    code, found = place.check("tuong")
    finding = only(found)
    assert (code, finding["code"]) == (1, "challenge")
    assert "newsarchive import FILE --source tuong" in finding["suggestion"]
    done = newsarchive(place.folder, "sources", "list", "--json")
    assert '"verdict": "challenge' in done.stdout or "challenge" in done.stdout


def test_robots_txt_is_obeyed(place: Place) -> None:
    code, found = place.check("kin")
    assert (code, only(found)["code"]) == (1, "robots")
    assert place.sites["kin.test"].paths == ["/robots.txt"]


def test_an_enabled_source_is_not_checked_while_a_run_may_ask_it(place: Place) -> None:
    config.set_enabled(place.folder, ["kin"], config.State.ENABLED)
    with hold(crawl_lock(place.folder / "archive.db"), purpose="a test"):
        done = newsarchive(place.folder, "sources", "check", "kin")
    assert done.returncode == 75
    assert newsarchive(place.folder, "sources", "check", "kinn").returncode == 2


def test_a_snapshot_is_a_golden_page(place: Place, tmp_path: Path) -> None:
    url = "http://baolamchau.test/kinh-te/81207/nong-dan-doi-giong-lua-vi-nuoc-man.html"
    command = ("sources", "snapshot", "baolamchau", url, "--into", str(tmp_path))
    done = newsarchive(place.folder, *command)
    assert done.returncode == 0, done.stderr
    assert "Nông dân đổi giống lúa vì nước mặn" in done.stdout
    name = "nong-dan-doi-giong-lua-vi-nuoc-man"
    folder = tmp_path / "baolamchau"
    assert {path.name for path in folder.iterdir()} == {
        "source.toml", f"{name}.html.gz", f"{name}.toml", f"{name}.warc.gz",
    }  # fmt: skip
    found = golden.load(folder / f"{name}.toml")
    source = parse_source("baolamchau", (folder / "source.toml").read_text(), where="test")
    assert found.expected["published_at"] == "2026-03-11T08:30:00+07:00"
    assert len(found.expected["text"]) >= 4
    assert golden.replay(found, source) == found.expected
    imported = newsarchive(place.folder, "import", str(folder / f"{name}.warc.gz"), "--source", "baolamchau")
    assert "1 articles new" in imported.stdout, (imported.stdout, imported.stderr)
    again = newsarchive(place.folder, *command)
    assert (again.returncode, "is not written over" in again.stderr) == (2, True)
    other = newsarchive(place.folder, *command[:3], "http://baolamchau.test/kinh-te", *command[4:])
    assert (other.returncode, "is no article of baolamchau" in other.stderr) == (2, True)
