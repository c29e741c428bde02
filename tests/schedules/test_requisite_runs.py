"""Images and files of articles, from real servers into the archive: asked for once, politely, and replayable."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply, Site, listing, serve

from crawler.plan import Pace
from crawler.requisites import MAX_FILE, MOST_IMAGES
from crawler.source import Source
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.rebuild import rebuild
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

DELAY = 0.02
PACE = Pace(delay=DELAY, timeout=2.0, retries=0, confirm_after=0.5, wait=1.0, max_seconds=60.0)
LINES = "".join(
    f"<p>Nước sông sáng mùng {n} lên {n + 3} mét, dân xóm Bãi đã dời đồ lên gác từ đêm.</p>" for n in range(9)
)


def picture(number: int, size: int = 300) -> bytes:
    return b"\xff\xd8\xff\xe0" + number.to_bytes(4, "big") * (size // 4)


def image(body: bytes) -> Reply:
    return Reply(body, headers={"Content-Type": "image/jpeg"})


def moved(to: str) -> Reply:
    return Reply(b"", status=302, headers={"Location": to})


def page(title: str, day: int, *images: str, more: str = "") -> Reply:
    shown = "".join(f'<figure><img src="{url}"><figcaption>Ảnh {url[-9:]}</figcaption></figure>' for url in images)
    date = f'<meta property="article:published_time" content="2026-03-{day:02}T08:00:00+07:00">'
    body = f"<article><h1>{title}</h1>{LINES.replace('xóm Bãi', title)}{shown}{more}</article>"
    return Reply(f"<html lang=vi><head><title>{title}</title>{date}</head><body>{body}</body></html>".encode())


NAMED = (
    "1.jpg",
    "2.jpg",
    "big.jpg",
    "none.jpg",
    "page.jpg",
    "away.jpg",
    "inner.jpg",
    "moved.jpg",
    "busy.jpg",
    "ảnh 1.jpg",
)
FOREIGN = ("http://closed.test/1.jpg", "http://127.0.0.1/1.jpg", "data:image/gif;base64,R0lGOD")
MANY = tuple(f"http://many.test/{n}.jpg" for n in range(100))
SITES: dict[str, Pages] = {
    "bao": {
        "/": listing("/tin-1.html", "/tin-2.html"),
        "/tin-1.html": page("Lũ về", 2, *(f"http://img.test/{name}" for name in NAMED), *FOREIGN),
        "/tin-2.html": page("Chợ nổi", 1, "http://img.test/1.jpg", *MANY),
    },
    "img": {
        "/1.jpg": image(picture(1)),
        "/2.jpg": image(picture(1)),
        "/big.jpg": image(picture(2, MAX_FILE + 4)),
        "/page.jpg": Reply(b"<!DOCTYPE html><title>Oops</title>"),
        "/away.jpg": moved("http://10.0.0.1/secret.jpg"),
        "/inner.jpg": moved("http://inner.test/secret.jpg"),
        "/moved.jpg": moved("http://cdn.test/moved.jpg"),
        "/busy.jpg": Reply(b"busy", status=500),
        "/%E1%BA%A3nh%201.jpg": image(picture(3)),
    },
    "cdn": {"/moved.jpg": image(picture(4))},
    "closed": {"/robots.txt": Reply(b"User-agent: *\nDisallow: /\n"), "/1.jpg": image(picture(5))},
    "many": {f"/{n}.jpg": image(picture(1000 + n)) for n in range(100)},
    "cong": {
        "/": listing("/tin-7.html"),
        "/tin-7.html": page(
            "Quyết định",
            3,
            "/a.jpg",
            more='<link rel=stylesheet href="/a.css"><a href="/qd.pdf">PDF</a><img src="/b.png">',
        ),
        "/a.jpg": image(picture(6)),
        "/b.png": Reply(b"\x89PNG\r\n\x1a\n....", headers={"Content-Type": "image/png"}),
        "/a.css": Reply(b"p{color:red}", headers={"Content-Type": "text/css"}),
        "/qd.pdf": Reply(b"%PDF-1.7 " + b"x" * (MAX_FILE + 1), headers={"Content-Type": "application/pdf"}),
    },
    "khong": {"/": listing("/tin-8.html"), "/tin-8.html": page("Không lấy ảnh", 4, "/a.jpg")},
}
CHOICES = {"bao": "images", "cong": "page", "khong": "none"}
SOURCES = {
    slug: Source(
        slug=slug,
        name=slug,
        homepage=f"http://{slug}.test/",
        sections=("/",),
        article=re.compile(r"/tin-(?P<id>\d+)"),
        requisites=choice,
        delay=DELAY,
    )
    for slug, choice in CHOICES.items()
}


@dataclass
class Story:
    """Three runs: the second has what the first's pages showed, the third nothing to ask for."""

    path: Path
    archive: Archive
    sites: Mapping[str, Site]
    runs: list[Summary]
    asked_before_last: int

    def rows(self, sql: str) -> list[Any]:
        found: list[Any] = self.archive.connection.execute(sql).fetchall()
        return found

    def outcomes(self, source: str) -> dict[str, str]:
        return dict(self.rows(f"SELECT url, outcome FROM requisites WHERE source = '{source}'"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    path = tmp_path_factory.mktemp("requisites") / "archive.db"
    with serve(SITES) as sites, closing(create(path)) as archive:
        hosts = {f"{name}.test": site.address for name, site in sites.items()}
        terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, sync_seconds=0.05)
        runs, asked = [], 0
        for _ in range(3):
            asked = sum(len(site.asked) for site in sites.values())
            runs.append(crawl(archive, Catalogue(SOURCES), list(SOURCES.values()), terms))
        yield Story(path, archive, sites, runs, asked)


def test_each_ends_in_one_outcome(story: Story) -> None:
    outcomes = story.outcomes("bao")
    assert {url.removeprefix("http://img.test/"): outcomes[url] for url in outcomes if "many" not in url} == {
        "1.jpg": "requisite",
        "2.jpg": "requisite",
        "big.jpg": "failed:too-large",
        "none.jpg": "missing",
        "page.jpg": "rejected:not-an-image",
        "away.jpg": "failed:offsite",
        "inner.jpg": "failed:dns",
        "moved.jpg": "requisite",
        "busy.jpg": "failed:http-500",
        "%E1%BA%A3nh%201.jpg": "requisite",
        "http://closed.test/1.jpg": "failed:robots",
    }


def test_no_article_brings_more_than_so_many(story: Story) -> None:
    assert sum("many" in url for url in story.outcomes("bao")) == MOST_IMAGES - 1
    assert len({path for path in story.sites["many"].paths if path.endswith(".jpg")}) == MOST_IMAGES - 1


def test_each_is_asked_for_once(story: Story) -> None:
    """Also where a run had failed to get it: that is tried again in a day, not in an hour."""
    for name in ("img", "cdn", "many", "cong"):
        files = [path for path in story.sites[name].paths if re.search(r"\.(jpg|png|css|pdf)$", path)]
        assert len(files) == len(set(files)), name
    assert "/1.jpg" not in story.sites["closed"].paths
    listings = len(SOURCES)
    assert sum(len(site.asked) for site in story.sites.values()) - story.asked_before_last <= listings


def test_images_are_linked_to_their_own_captures(story: Story) -> None:
    linked = story.rows(
        "SELECT i.url, c.kind, c.final_url, c.article = i.article, i.article FROM images i"
        " JOIN captures c ON c.id = i.capture WHERE i.url LIKE 'http://img.test/%' ORDER BY i.article, i.position"
    )
    assert {row[0][-5:] for row in linked} == {"1.jpg", "2.jpg", "d.jpg"}
    assert {row[1] for row in linked} == {"requisite"}
    assert len([row for row in linked if row[0].endswith("/1.jpg")]) == 2  # shown by both articles, fetched once
    assert ("http://img.test/moved.jpg", "http://cdn.test/moved.jpg") in [(row[0], row[2]) for row in linked]
    assert story.rows("SELECT count(*) FROM captures WHERE kind = 'requisite' AND article IS NULL") == [(0,)]
    assert story.rows("SELECT count(*) FROM images i JOIN captures c ON c.id = i.capture WHERE c.kind = 'page'") == [
        (0,)
    ]


def test_the_same_bytes_are_kept_once(story: Story) -> None:
    rows = story.rows(
        "SELECT url, refers_to, record_id FROM captures WHERE url IN ('http://img.test/1.jpg', 'http://img.test/2.jpg')"
        " ORDER BY id"
    )
    (_, none, first), (_, refers_to, _) = rows
    assert (none, refers_to) == (None, first)


def test_a_page_brings_its_files_and_a_source_that_wants_none_nothing(story: Story) -> None:
    assert set(story.outcomes("cong").values()) == {"requisite"}
    assert sorted(url.rpartition("/")[2] for url in story.outcomes("cong")) == ["a.css", "a.jpg", "b.png", "qd.pdf"]
    assert story.outcomes("khong") == {}
    assert story.sites["khong"].paths.count("/a.jpg") == 0


def test_they_are_accounted_for_and_say_nothing_of_the_newspaper(story: Story) -> None:
    runs = story.rows("SELECT source, state, cause, scheduled, accounted FROM source_runs")
    assert len(runs) == 9
    for source, state, cause, scheduled, accounted in runs:
        assert (state, cause) == ("done", None), source
        assert scheduled == accounted, source
    reports = [run.crawled.reports["bao"] for run in story.runs]
    assert sum(report["outcomes"].get("requisite 200", 0) for report in reports) == MOST_IMAGES - 1 + 5
    assert sum(report["outcomes"].get("requisite robots", 0) for report in reports) == 1
    assert all(report["fetched"] <= 3 for report in reports)


def test_they_come_after_the_pages_one_at_a_time(story: Story) -> None:
    bao, img = story.sites["bao"], story.sites["img"]
    pages = [ended for _, ended, path in bao.asked if path.startswith("/tin-")]
    assert max(pages) <= min(began for began, _, path in img.asked if path.endswith(".jpg"))
    for name in ("img", "many"):
        times = sorted((began, ended) for began, ended, _ in story.sites[name].asked)
        # The server's threads note an end a little after it; the delay itself is held to in test_politeness.py.
        assert all(before[1] <= after[0] + 0.02 for before, after in pairwise(times)), name


def test_they_are_asked_for_as_a_browser_would(story: Story) -> None:
    heads = [head for (_, _, path), head in zip(story.sites["cdn"].asked, story.sites["cdn"].heads, strict=True)
             if path.endswith(".jpg")]  # fmt: skip
    assert [(head["Referer"], head["Accept"]) for head in heads] == [("http://bao.test/tin-1.html", "*/*")]
    assert "newsarchive/" in heads[0]["User-Agent"]


LINKS = """SELECT a.url, i.position, i.url, c.record_id FROM images i JOIN articles a ON a.id = i.article
    LEFT JOIN captures c ON c.id = i.capture ORDER BY 1, 2"""
LISTED = """SELECT a.url, r.url, r.kind, c.record_id FROM requisites r JOIN articles a ON a.id = r.article
    LEFT JOIN captures c ON c.id = r.capture ORDER BY 1, 2"""


def test_a_rebuilt_archive_has_the_same_links(story: Story, tmp_path: Path) -> None:
    (tmp_path / "archive-warc").mkdir()
    for path in story.archive.warc_folder.iterdir():
        (tmp_path / "archive-warc" / path.name).write_bytes(path.read_bytes())
    rebuild(tmp_path / "archive.db", Catalogue({}))  # the sources as the WARC files have them
    with closing(open_archive(tmp_path / "archive.db")) as archive:
        for sql in (LINKS, LISTED):
            assert archive.connection.execute(sql).fetchall() == story.rows(sql)
        # What was refused before it was asked for stands in no WARC.
        refused = "('failed:offsite', 'failed:robots', 'failed:dns')"
        sql = (
            f"SELECT url, outcome, tries, next_at FROM requisites WHERE outcome NOT IN {refused} ORDER BY article, url"
        )
        assert archive.connection.execute(sql).fetchall() == story.rows(sql)


# In a process of its own: one of pywb's dependencies has a warning that Python shows when it compiles it.
PYWB = """
import sys
from pathlib import Path
from pywb.apps.frontendapp import FrontEndApp
from pywb.indexer.cdxindexer import write_multi_cdx_index
from werkzeug.test import Client

folder, work = Path(sys.argv[1]), Path(sys.argv[2])
write_multi_cdx_index(str(work / "index.cdxj"), [str(path) for path in sorted(folder.glob("*.warc.gz"))], cdxj=True,
                      sort=True, include_all=False)
collection = {"index_paths": str(work / "index.cdxj"), "archive_paths": str(folder) + "/"}
client = Client(FrontEndApp(custom_config={"collections": {"news": collection}, "debug": True}))
for address in sys.argv[3:]:
    answer = client.get("/news/" + address, follow_redirects=True)
    print("found", answer.status_code, address, answer.data.hex() or "-")
"""


def test_pywb_shows_the_page_with_its_images(story: Story, tmp_path: Path) -> None:
    asked = ["mp_/http://bao.test/tin-1.html", "im_/http://img.test/1.jpg", "im_/http://img.test/2.jpg",
             "im_/http://img.test/moved.jpg", "mp_/http://cong.test/tin-7.html", "mp_/http://cong.test/qd.pdf",
             "cs_/http://cong.test/a.css"]  # fmt: skip
    command = [sys.executable, "-c", PYWB, str(story.archive.warc_folder), str(tmp_path), *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("found")]
    assert [(line[0], line[1], line[2] != "-") for line in lines] == [("200", address, True) for address in asked]
    contents = [bytes.fromhex(line[2]) for line in lines]
    assert "Lũ về" in contents[0].decode()
    assert "im_/http://img.test/2.jpg" in contents[0].decode()
    assert contents[1:4] == [picture(1), picture(1), picture(4)]
    assert contents[5].startswith(b"%PDF")
    assert contents[6].startswith(b"p{color")
