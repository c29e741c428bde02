"""`sources new` on sites that it has never seen: every newspaper of the demo province, and sites that make it hard."""

from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlsplit

import pytest
from looking import archive_in, fetched, names, newsarchive

from crawler import identity
from crawler.catalog import parse_source
from crawler.demo.province import Province
from crawler.listings.sections import parse_section
from crawler.source import Source

SITES = (
    "baosonha", "baotrangngan", "baovanxuyen", "en-baosonha", "izasonha", "sonhabusiness", "sonhatv", "tapchitrangson",
)  # fmt: skip
# Through the whole command, with its crawling processes: they take ten seconds a site.
COMMANDED = ("baosonha", "baotrangngan")


@dataclass(frozen=True, kw_only=True)
class Probed:
    done: CompletedProcess[str]
    source: Source
    text: str


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    with Province() as province, names(province.hosts):
        yield province


@pytest.fixture(scope="module")
def probed(province: Province, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Probed]:
    """By the command, as a person would, where COMMANDED; the others with their pages fetched by the test."""
    folder = tmp_path_factory.mktemp("probed")
    archive_in(folder)
    return {slug: probe(province, folder, slug) for slug in SITES}


def probe(province: Province, folder: Path, slug: str) -> Probed:
    host = province.world.sites[slug].host
    fetching = nullcontext() if slug in COMMANDED else fetched(lambda url: fetch(province, url))
    with fetching:
        done = newsarchive(folder, "sources", "new", f"http://{host}/some/page.html", "--slug", slug)
    path = folder / "sources" / f"{slug}.toml"
    assert path.exists(), (done.stdout, done.stderr)
    text = path.read_text(encoding="utf-8")
    return Probed(done=done, text=text, source=parse_source(slug, text, where=str(path)))


def province_links(province: Province, slug: str) -> set[str]:
    """Every address that the site's sections link to."""
    site = province.world.sites[slug]
    links: set[str] = set()
    for path in (*site.homes, *(section.path for section in site.sections)):
        page = fetch(province, f"http://{site.host}{path}")
        assert page
        links |= {link.url for link in parse_section(page, f"http://{site.host}{path}").links}
    return {link for link in links if not link.rpartition("/")[2].startswith("trang-")}


def fetch(province: Province, url: str) -> bytes | None:
    parts = urlsplit(url)
    host, _, port = province.hosts[parts.netloc].partition(":")
    connection = HTTPConnection(host, int(port), timeout=5)
    with closing(connection):
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        response = connection.getresponse()
        body = response.read()
    return body if response.status == 200 else None


@pytest.mark.timeout(600)
@pytest.mark.parametrize("slug", SITES)
def test_every_article_of_the_province_is_matched_and_nothing_else(
    probed: dict[str, Probed], province: Province, slug: str
) -> None:
    learned = probed[slug].source
    described = next(source for source in province.sources if source.slug == slug)
    site = province.world.sites[slug]
    stories = province.world.of_site(site, second=False)
    assert stories
    for url in map(site.url_of, stories):
        assert identity.is_article(url, learned), url
    others = [f"http://{site.host}{section.path}" for section in site.sections]
    others += [f"{url.rstrip('/')}/trang-2.html" for url in others] + [
        f"http://{site.host}{path}" for path in site.homes
    ]
    others += [
        f"http://{site.host}{path}" for path in ("/tim-kiem/?q=x", "/robots.txt", "/rss/home.rss", "/sitemap.xml")
    ]
    for url in others:
        assert not identity.is_article(url, learned), url
    drawn = {link for link in province_links(province, slug) if identity.is_article(link, described)}
    assert {link for link in province_links(province, slug) if identity.is_article(link, learned)} == drawn


@pytest.mark.parametrize("slug", SITES)
def test_the_file_is_short_and_says_whose_it_is(probed: dict[str, Probed], province: Province, slug: str) -> None:
    found = probed[slug]
    assert 4 <= len(found.text.splitlines()) <= 12, found.text
    site = province.world.sites[slug]
    assert site.name in found.source.name or found.source.name in site.name
    assert found.source.homepage == f"http://{site.host}/"
    assert found.source.feeds == ((f"http://{site.host}{site.feed}",) if site.feed else ())
    assert found.source.sitemaps == ((f"http://{site.host}/sitemap.xml",) if site.sitemap else ())
    assert found.source.language == {"en-baosonha": "en", "tapchitrangson": "en", "sonhabusiness": "en"}.get(
        slug, found.source.language
    )


@pytest.mark.parametrize("slug", COMMANDED)
def test_its_articles_are_shown_as_they_would_be_kept(probed: dict[str, Probed], province: Province, slug: str) -> None:
    done = probed[slug].done
    titles = [story.title for story in province.world.of_site(province.world.sites[slug], second=False)]
    shown = [title for title in titles if title[:40] in done.stdout]
    assert len(shown) >= min(9, len(titles) - 1), done.stdout
    assert f"newsarchive sources enable {slug}" in done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout


FAMILIES = {
    "baosonha": "cms-body",
    "baotrangngan": "a-id",
    "sonhabusiness": "yyyymm-hex",
    "sonhatv": "bbg",
    "izasonha": "izabacninh",
}


def test_the_system_is_known_by_its_marks(probed: dict[str, Probed]) -> None:
    assert {slug: probed[slug].source.family for slug in FAMILIES} == FAMILIES


def test_no_page_is_asked_for_twice_within_the_delay_and_robots_txt_is_obeyed(
    probed: dict[str, Probed], province: Province
) -> None:
    assert probed
    asked = [request.path for request in province.requests if request.host.removeprefix("www.") == "baotrangngan.test"]
    assert "/robots.txt" in asked
    assert not [path for path in asked if path.startswith("/ban-nhap/")]
