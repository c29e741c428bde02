"""Two runs over real servers whose pages did not change: what is asked, what is kept of it, and what it costs."""

import gzip
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
sys.path.insert(0, str(Path(__file__).parents[1] / "pipelines"))
from local_sites import Pages, Reply, Site, listing, serve
from record_side import record
from test_rebuild import news

from crawler.plan import Pace
from crawler.records.exchanges import Stored, exchanges
from crawler.records.warcread import records
from crawler.records.warcrecord import Record
from crawler.source import Source
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.importer import Wanted, import_file
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from schedules.jobs import crawl
from schedules.terms import Terms

PACE = Pace(delay=0.02, timeout=2.0, retries=0, confirm_after=0.5, wait=5.0, max_seconds=50.0)
DATE = "Sat, 05 Sep 2026 02:00:00 GMT"
HTML = {"Content-Type": "text/html; charset=utf-8"}
SITES: dict[str, Site] = {}
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def conditional(name: str, number: int, **headers: str) -> Callable[[int], Reply]:
    """A page that knows what the request already has."""

    def answer(times: int) -> Reply:
        asked = SITES[name].heads[-1]
        holds = asked.get("If-None-Match", "no") == headers.get("ETag")
        holds |= "ETag" not in headers and asked.get("If-Modified-Since", "no") == headers.get("Last-Modified")
        if holds:
            return Reply(status=304, headers=headers)
        body = news(number)
        packed = gzip.compress(body, mtime=0) if "Content-Encoding" in headers else body
        return Reply(packed, headers={**HTML, **headers})

    return answer


def edited(times: int) -> Reply:
    return Reply(news(1, 40 if not times else 55), headers={**HTML, "ETag": f'"{times}"'})


def back_and_forth(times: int) -> Reply:
    return Reply(news(1, 55 if times == 1 else 40), headers=HTML)


PAGES: dict[str, Pages] = {
    "strong": {f"/tin-{n}.html": conditional("strong", n, ETag=f'"v{n}"') for n in (1, 2)},
    "weak": {"/tin-1.html": conditional("weak", 1, **{"ETag": 'W/"a-1"', "Last-Modified": DATE})},
    "dated": {"/tin-1.html": conditional("dated", 1, **{"Last-Modified": DATE})},
    "packed": {"/tin-1.html": conditional("packed", 1, **{"ETag": '"gz"', "Content-Encoding": "gzip"})},
    "deaf": {"/tin-1.html": Reply(gzip.compress(news(1), mtime=0), headers={**HTML, "Content-Encoding": "gzip"})},
    "edited": {"/tin-1.html": edited},
    "returning": {"/tin-1.html": back_and_forth},
    "wrong": {"/tin-1.html": lambda times: Reply(news(1), headers=HTML) if not times else Reply(status=304)},
    "moved": {
        "/tin-1.html": Reply(status=301, headers={"Location": "/tin-1-moi.html"}),
        "/tin-1-moi.html": conditional("moved", 1, ETag='"m"'),
    },
}


def source(slug: str) -> Source:
    return Source(
        slug=slug,
        name=slug,
        homepage=f"http://{slug}.test/",
        sections=("/",),
        article=re.compile(r"/tin-(?P<id>\d+)"),
        delay=0.02,
    )


SOURCES = [source(name) for name in PAGES]
CATALOGUE = Catalogue({each.slug: each for each in SOURCES})


def run(archive: Archive, ahead: timedelta) -> None:
    hosts = {f"{name}.test": site.address for name, site in SITES.items()}
    terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, ahead=ahead, sync_seconds=0.1)
    crawl(archive, CATALOGUE, SOURCES, terms)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three runs, in which each site's articles fall due again."""
    pages = {name: {"/": listing(*(path for path in own if "moi" not in path)), **own} for name, own in PAGES.items()}
    with serve(pages) as sites, closing(create(tmp_path_factory.mktemp("runs") / "archive.db")) as archive:
        SITES.update(sites)
        for run_number in range(3):
            run(archive, timedelta(days=400 * run_number))
        yield archive


def captures(archive: Archive, slug: str) -> list[tuple[Any, ...]]:
    sql = "SELECT status, outcome FROM captures WHERE source = ? AND kind = 'page' ORDER BY fetched_at"
    return archive.connection.execute(sql, (slug,)).fetchall()


def article(archive: Archive, slug: str, column: str) -> Any:
    return archive.connection.execute(f"SELECT {column} FROM articles WHERE source = ?", (slug,)).fetchone()[0]


def conditions(slug: str) -> list[tuple[str, str | None, str | None]]:
    site = SITES[slug]
    return [
        (path, head.get("If-None-Match"), head.get("If-Modified-Since"))
        for path, head in zip(site.paths, site.heads, strict=True)
        if path.startswith("/tin")
    ]


def of_pages(archive: Archive, slug: str, type_: str) -> list[Record]:
    found = [item for path in sorted(archive.warc_folder.iterdir()) for item in records(path)]
    return [r for r in found if isinstance(r, Record) and r.type == type_ and f"{slug}.test/tin" in r.url]


@pytest.mark.parametrize(
    ("slug", "asked"),
    [
        ("weak", ("/tin-1.html", 'W/"a-1"', DATE)),
        ("dated", ("/tin-1.html", None, DATE)),
        ("packed", ("/tin-1.html", '"gz"', None)),
        ("deaf", ("/tin-1.html", None, None)),
        ("moved", ("/tin-1-moi.html", '"m"', None)),
    ],
)
def test_a_revisit_asks_for_what_is_newer(archive: Archive, slug: str, asked: tuple[str, ...]) -> None:
    first, *rest = conditions(slug)
    assert first[1:] == (None, None)
    assert rest[-2:] == [asked, asked]
    assert not [head for head in SITES[slug].heads[:2] if "If-None-Match" in head], "robots.txt or a listing"


@pytest.mark.parametrize("slug", ["strong", "weak", "dated", "packed"])
def test_a_304_is_a_revisit_record_that_names_what_it_confirms(archive: Archive, slug: str) -> None:
    (original, *_), (revisit, *_) = of_pages(archive, slug, "response"), of_pages(archive, slug, "revisit")
    assert (revisit.profile, revisit.refers_to, revisit.refers_to_url, revisit.refers_to_date) == (
        NOT_MODIFIED,
        original.id,
        original.url,
        original.date,
    )
    assert revisit.payload_digest == original.payload_digest
    pages = len(PAGES[slug])
    assert captures(archive, slug) == [(200, "article")] * pages + [(304, "not-modified")] * 2 * pages
    assert article(archive, slug, "revision") == 1
    assert article(archive, slug, "last_seen_at") > article(archive, slug, "first_seen_at")


def test_what_the_servers_304_said_is_kept(archive: Archive) -> None:
    path = next(p for p in sorted(archive.warc_folder.iterdir()) if b"revisit" in b"".join(_types(p)))
    said = [
        s.metadata["answer"] for s in exchanges(path, ours=True) if isinstance(s, Stored) and "answer" in s.metadata
    ]
    assert any('"HTTP/1.1 304 Not Modified"' in text and '\\"a-1\\"' in text for text in said)
    row = "SELECT etag, last_modified FROM captures WHERE source = 'weak' AND status = 304"
    assert archive.connection.execute(row).fetchone() == ('W/"a-1"', DATE)


def _types(path: Path) -> Iterator[bytes]:
    return (record.type.encode() for record in records(path) if isinstance(record, Record))


def test_the_same_bytes_again_are_a_revisit_record_with_their_headers(archive: Archive) -> None:
    (original,), (revisit, _) = of_pages(archive, "deaf", "response"), of_pages(archive, "deaf", "revisit")
    assert (revisit.profile, revisit.refers_to) == (IDENTICAL, original.id)
    assert b"Content-Encoding: gzip" in revisit.block
    assert revisit.block.endswith(b"\r\n\r\n")
    assert captures(archive, "deaf") == [(200, "article"), (200, "not-modified"), (200, "not-modified")]


def test_a_changed_page_is_kept_whole(archive: Archive) -> None:
    assert [status for status, _ in captures(archive, "edited")] == [200, 200, 200]
    assert len(of_pages(archive, "edited", "response")) == 2
    assert article(archive, "edited", "revision") == 2
    assert article(archive, "returning", "revision") == 3


def test_a_304_that_nobody_asked_for_says_nothing(archive: Archive) -> None:
    assert captures(archive, "wrong") == [(200, "article"), (304, "not-modified"), (304, "not-modified")]
    assert not of_pages(archive, "wrong", "revisit")
    said = archive.connection.execute("SELECT DISTINCT detail FROM captures WHERE source = 'wrong' AND status = 304")
    assert said.fetchall() == [("refers to no capture that is kept here",)]
    assert article(archive, "wrong", "last_seen_at") == article(archive, "wrong", "first_seen_at")


def test_every_address_is_accounted_for_and_no_source_is_in_trouble(archive: Archive) -> None:
    rows = archive.connection.execute("SELECT source, scheduled, accounted, cause FROM source_runs").fetchall()
    assert len(rows) == 3 * len(PAGES)
    assert [row for row in rows if row[1] != row[2] or row[3]] == []


def test_an_unchanged_page_costs_no_payload(archive: Archive) -> None:
    """Request, answer and metadata record: what is left are some 1,400 bytes, whatever the page's size."""
    size: dict[str, list[int]] = {"response": [], "revisit": []}
    for path in archive.warc_folder.iterdir():
        for stored in exchanges(path, ours=True):
            if isinstance(stored, Stored) and "strong.test/tin" in stored.anchor.url:
                size[stored.anchor.type].append(sum(record.length for record in stored.records))
    assert (len(size["response"]), len(size["revisit"])) == (2, 4)
    assert max(size["revisit"]) < 1600
    assert max(size["revisit"]) < min(size["response"])


def test_other_peoples_tools_take_it(archive: Archive, tmp_path: Path) -> None:
    files = [str(path) for path in archive.warc_folder.iterdir()]
    command = [sys.executable, "-m", "warcio.cli", "check", *files]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    whole = tmp_path / "all.warc.gz"
    whole.write_bytes(b"".join(Path(name).read_bytes() for name in sorted(files)))
    program = REPLAY.format(body=news(1))
    read = subprocess.run([sys.executable, "-c", program, str(whole)], capture_output=True, check=False, cwd=tmp_path)
    assert read.returncode == 0, read.stderr.decode()
    shown = [line for line in read.stdout.decode().splitlines() if line.startswith("=")]
    assert shown == ["= 200 True"] * 4 * 3, read.stdout + read.stderr


# The program as it is served, in a folder of its own: every capture of each address, as recorded. Gevent comes first.
REPLAY = """
import warnings
warnings.simplefilter("ignore")
from gevent import monkey
monkey.patch_all()
import json
import sys
from pathlib import Path
import requests
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main
from pywb.utils.geventserver import GeventServer

main(["init", "c"])
main(["add", "c", sys.argv[1]])
print("-", flush=True)
server = GeventServer(FrontEndApp(config_file=None, custom_config={{"collections_root": "collections"}}), port=0)
for line in Path("collections/c/indexes/index.cdxj").read_text().splitlines():
    _, moment, fields = line.split(" ", 2)
    url = json.loads(fields)["url"]
    if any(f"//{{name}}.test/tin" in url for name in ("weak", "dated", "packed", "deaf")):
        shown = requests.get(f"http://localhost:{{server.port}}/c/{{moment}}id_/{{url}}", allow_redirects=False)
        print("=", shown.status_code, {body!r} in shown.content)
server.stop()
"""


def test_rebuilt_from_files_in_another_order_it_is_the_same(archive: Archive, tmp_path: Path) -> None:
    expected = record(archive)
    (tmp_path / "archive-warc").mkdir()
    names = sorted(path.name for path in archive.warc_folder.iterdir())
    for number, name in enumerate(names):  # the last run first
        target = tmp_path / "archive-warc" / f"{len(names) - number}-{name}"
        target.write_bytes((archive.warc_folder / name).read_bytes())
    rebuild(tmp_path / "archive.db", CATALOGUE)
    with closing(open_archive(tmp_path / "archive.db")) as rebuilt:
        assert record(rebuilt) == expected


def test_imported_into_another_archive_it_is_the_same(archive: Archive, tmp_path: Path) -> None:
    expected = record(archive)
    with closing(create(tmp_path / "archive.db")) as other:
        with Ingest(other, CATALOGUE, workers=1) as ingest:
            for path in sorted(archive.warc_folder.iterdir()):
                report = import_file(other, ingest, path, Wanted(catalogue=CATALOGUE))
                assert not (report.skipped or report.damage)
        assert record(other) == expected
