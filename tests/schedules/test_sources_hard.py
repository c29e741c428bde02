"""`sources new` where it is not easy: one way to list articles each, and sites that let nobody in."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import news_sites
import pytest
from local_sites import Site, serve
from looking import DELAY, archive_in, names, newsarchive

from crawler import identity
from crawler.catalog import parse_source
from crawler.source import Source


@dataclass(frozen=True)
class Place:
    folder: Path
    sites: dict[str, Site]

    def new(self, host: str, *options: str) -> tuple[int, str]:
        done = newsarchive(self.folder, "sources", "new", host, *options)
        return done.returncode, done.stdout + done.stderr

    def source(self, slug: str) -> Source:
        path = self.folder / "sources" / f"{slug}.toml"
        return parse_source(slug, path.read_text(encoding="utf-8"), where=str(path))

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "sources").glob("*"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("hard")
    archive_in(folder)
    pages = {
        "baolamchau.test": news_sites.with_feeds(),
        "sotinhlam.test": news_sites.with_sitemap(),
        "baosonla.test": news_sites.with_sections(),
        "tuong.test": news_sites.behind_a_wall(),
        "kin.test": news_sites.closed(),
        "vo.test": news_sites.shell(),
        "di.test": news_sites.moved(),
    }
    with serve(pages) as sites:
        hosts = {host: site.address for host, site in sites.items()} | {"chet.test": news_sites.nobody()}
        with names(hosts):
            yield Place(folder, sites)


def test_feeds_that_only_a_page_of_feeds_names_are_found(place: Place) -> None:
    code, said = place.new("http://baolamchau.test/")
    assert code == 0, said
    source = place.source("baolamchau")
    assert source.feeds == ("http://baolamchau.test/rss/tin-moi.rss",)
    assert source.article is not None
    assert source.article.pattern == r"-d(?P<id>\d{3,})\.html$"
    assert source.sections == ()
    assert "Báo Lam Châu" in said
    assert "2026-03-15 08:30" in said
    assert "6 of 6 that feeds and sitemaps name" in said
    began = [start for start, _, _ in place.sites["baolamchau.test"].asked]
    gaps = [after - before for before, after in pairwise(began)]
    # Half of 20 ms are the clocks' of two processes; without a pause between looks it would be a millisecond.
    assert min(gaps) >= DELAY * 0.5, "in one look and from look to look"
    assert len(place.sites["baolamchau.test"].paths) <= 30


def test_a_sitemap_of_slugs_is_told_from_its_sections(place: Place) -> None:
    code, said = place.new("http://sotinhlam.test/")
    assert code == 0, said
    source = place.source("sotinhlam")
    assert source.sitemaps == ("http://sotinhlam.test/ban-do-trang.xml",)
    for slug, _ in news_sites.HEADLINES:
        assert identity.is_article(f"http://sotinhlam.test/thoi-su/{slug}", source)
    for path in ("/thoi-su", "/kinh-te", "/kinh-te/trang-2.html", "/gioi-thieu", ""):
        assert not identity.is_article(f"http://sotinhlam.test{path}", source), path


def test_sections_alone_do_and_the_province_is_guessed(place: Place) -> None:
    code, said = place.new("http://baosonla.test/", "--slug", "baosonla-site")
    assert code == 0, said
    source = place.source("baosonla-site")
    assert source.sections[0] == "http://baosonla.test/"
    assert len(source.sections) == 4
    assert source.article is not None
    assert identity.key("http://baosonla.test/thoi-su/81200/x.html", source) == "id::baosonla.test:81200"
    assert "no feed and no sitemap" in said


def test_a_bot_check_is_never_answered_and_recording_by_hand_is_proposed(place: Place) -> None:
    code, said = place.new("http://tuong.test/")
    assert code == 1
    assert "tuong: challenge" in said
    assert "newsarchive import FILE --source tuong" in said
    assert place.source("tuong").homepage == "http://tuong.test/"
    assert len(place.sites["tuong.test"].paths) == 2, "robots.txt and the homepage, and no more"


@pytest.mark.parametrize(
    ("host", "word"),
    [("kin.test", "robots"), ("chet.test", "refused"), ("di.test", "sources new http://baomoi-lamchau.test/")],
)
def test_what_cannot_be_read_has_a_cause_and_no_file(place: Place, host: str, word: str) -> None:
    before = place.files()
    code, said = place.new(f"http://{host}/")
    assert code == 1
    assert word in said
    assert "no source file was written" in said or "sends visitors" in said
    assert place.files() == before


def test_a_page_that_scripts_fill_is_said_to_be_one(place: Place) -> None:
    code, said = place.new("http://vo.test/")
    assert code == 1
    assert "made by scripts" in said
    assert "ArchiveWeb.page" in said


def test_what_the_catalogue_has_is_refused_by_name(place: Place) -> None:
    code, said = place.new("https://www.baohatinh.vn/thoi-su/", "--slug", "other")
    assert code == 2
    assert 'host of the source "baohatinh"' in said
    code, said = place.new("http://neu.test/", "--slug", "baohatinh")
    assert (code, "there is a source" in said) == (2, True)
    code, said = place.new("http://neu.test/", "--province", "ha-tin")
    assert (code, 'did you mean "ha-tinh"' in said) == (2, True)
    for wrong in ("ftp://neu.test/", "neu", "http://a b.test/", "http://u:p@neu.test/"):
        code, said = place.new(wrong)
        assert (code, "is no address of a site" in said) == (2, True), wrong


def test_a_file_that_is_there_is_never_written_over(place: Place) -> None:
    path = place.folder / "sources" / "gio.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("name = 1\n")
    try:
        code, said = place.new("http://gio.test/")
        assert (code, path.read_text()) == (2, "name = 1\n")
        assert "gio" in said
    finally:
        path.unlink()
