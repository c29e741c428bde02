import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sample_archive import SAMPLES, Sample, build

from crawler.errors import UsageError
from pipelines import search, sqlite
from pipelines.publish.dictionary import canned_queries, dictionary
from pipelines.publish.server import datasette, serve

Get = Callable[[str], httpx.Response]
SERVE = (
    "import sys; from pathlib import Path; from pipelines.publish.server import serve; serve(Path(sys.argv[1]), port=0)"
)


@pytest.fixture(scope="module")
def get(archive: Path) -> Get:
    application = datasette(archive)
    return lambda path: asyncio.run(application.client.get(path))


@pytest.mark.parametrize(
    "path",
    ["/", "/search", "/search?q=cau", "/archive", "/archive?_show_hidden=1", "/archive?sql=select+1",
     "/assets/newsarchive.css"]
    + [f"/archive/{table}" for table in dictionary().tables]
    + [f"/archive/{name}?phrase=cau&province=bac-ninh" for name in canned_queries()]
    + [f"/read/{sample.id}" for sample in SAMPLES]
    + [f"/archive/articles/{n + 1}" for n in range(len(SAMPLES))]
    + ["/story/k1", "/archive/article_borders?_sort=published_at"]
    + ["/archive/sources/kinhbac", "/archive/revisions/k1,2", "/archive/copies/k1,s1", "/archive/captures/99"],
)  # fmt: skip
def test_every_page_answers_and_lets_no_foreign_script_run(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "default-src 'none'" in policy
    if answer.headers["content-type"].startswith("text/html"):
        assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=", answer.text), "inline script"
        assert '<html lang="en">' in answer.text
        assert answer.text.count("<h1") == 1


def test_links_of_every_page_lead_somewhere(get: Get) -> None:
    pages = [
        "/",
        "/search?q=bac+ninh",
        "/read/k1",
        "/read/s1",
        "/archive/articles",
        "/archive/articles/1",
        "/archive/copies",
    ]
    pages += [
        "/story/k1",
        "/archive/articles_by_old_borders",
        "/archive/stories",
        "/archive/revisions",
        "/archive",
        "/archive/articles/2",
        "/archive/captures/99",
    ]
    links = {link for page in pages for link in re.findall(r'(?:href|src)="(/[^"#]*)"', get(page).text)}
    assert len(links) > 100
    broken = {link for link in links if get(link.replace("&amp;", "&")).status_code != 200}
    assert not broken


def test_reading_page_says_who_when_where_and_what_changed(get: Get) -> None:
    page = get("/read/k1").text
    for words in (
        "Bắc Ninh thông xe cầu mới qua sông Cầu", "Cầu mới rút ngắn đường", "Mai Thương; Trần Tuấn", "phóng viên",
        "12 May 2024, 09:55", "09:55 | 12/05/2024", "Báo Kinh Bắc", "Xã hội", "815 tỷ đồng",
        "Cầu mới nhìn từ bờ nam", "https://kinhbac.test/k1.html", "2 versions", "text (numbers)", "<del>790 tỷ</del>",
        "<ins>815 tỷ</ins>", "Silent: the page tells of no update.",
        "Thông xe cầu mới trên sông Cầu", "Sông Hàn Online", "82 % alike", "Vietnamese",
        "kinhbac-20240512.warc.gz", "/archive/captures/99", "/archive/articles/1",
    ):  # fmt: skip
        assert words in page, words
    assert '<div class="text" lang="vi">' in page
    reprint = get("/read/s1").text
    assert "Theo TTXVN" in reprint and "this repeats it" in reprint
    assert "undated" in get("/read/k3").text


def test_a_story_says_who_ran_it_when_and_what_each_added(get: Get) -> None:
    page = get("/story/k1").text
    for words in (
        "Bắc Ninh thông xe cầu mới qua sông Cầu", "2 articles in\n2 newspapers", "Báo Kinh Bắc", "Sông Hàn Online",
        "Theo TTXVN", "82 % alike", "the original, as far as is known",
        "Theo kế hoạch, đường dẫn xong trong tháng Sáu.",
    ):  # fmt: skip
        assert words in page, words
    assert 'href="/story/k1"' in get("/read/k1").text and 'href="/story/k1"' in get("/read/s1").text
    assert 'href="/story/k1"' in get("/archive/stories").text
    moved = get("/story/s1")  # an article's id may have been the story's before it was found to be one with another
    assert (moved.status_code, moved.headers["location"]) == (302, "/story/k1")
    assert get("/story/nobody").status_code == get("/story/s2").status_code == 404


@pytest.mark.parametrize(
    ("published", "later"),
    [("2024-05-13T08:25+07:00", "22.5 h later"), ("2025-05-12T09:55+07:00", "365 days later")],
)
def test_what_ran_long_after_is_told_in_days_and_an_excerpt_by_the_shorter_one(
    tmp_path: Path, archive: Path, published: str, later: str
) -> None:
    copy = tmp_path / "archive.db"
    shutil.copy(archive, copy)
    connection = sqlite.connect(copy)
    sql = "UPDATE articles SET published_at = ?, published_precision = 'minute' WHERE id = 's1'"
    connection.execute(sql, (published,))
    connection.execute("UPDATE copies SET kind = 'excerpt'")
    connection.close()
    application = datasette(copy)
    assert later in asyncio.run(application.client.get("/story/k1")).text
    assert "91 % of the shorter one" in asyncio.run(application.client.get("/read/k1")).text


def test_tables_have_headers_and_words_their_language(get: Get) -> None:
    for path in ("/story/k1", "/archive/copies", "/archive/articles_by_old_borders", "/read/k1", "/"):
        page = get(path).text
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            assert 'scope="col"' in table, path
    assert '<a lang="vi" href="/read/s1">Thông xe cầu mới trên sông Cầu</a>' in get("/story/k1").text


def test_a_source_file_folds_in_the_table_of_sources(get: Get) -> None:
    page = get("/archive/sources").text
    assert re.search(r"<details><summary>\d+ letters</summary><pre[^>]*>\{", page)


def test_counts_of_a_run_are_read_as_words(get: Get) -> None:
    assert "1,200 unchanged, 6 article" in get("/archive/runs").text


def test_a_question_shows_its_answer_before_its_sql(get: Get) -> None:
    page = get("/archive/own-words").text
    assert "WITH told" not in page and ">kinhbac<" in page
    assert "WITH told" in get("/archive/own-words?_show_sql=1").text


def test_permalink_shows_the_version_of_that_moment(get: Get) -> None:
    first = get("/read/k1@2024-05-12T03:01:00Z").text
    assert "790 tỷ đồng" in first and "An earlier version" in first
    assert get("/read/k1@2024-05-12T08:59:59Z").text == first
    latest = get("/read/k1@2024-05-12T09:00:00Z").text
    assert "<p>Công trình dài 640 m, rộng 22 m, do tỉnh Bắc Ninh làm chủ đầu tư với số vốn 815 tỷ đồng.</p>" in latest
    assert "An earlier version" not in latest
    assert get("/read/k1@2020-01-01T00:00:00Z").status_code == 404
    assert get("/read/nobody").status_code == 404


def test_gone_and_withdrawn_articles_say_so(get: Get) -> None:
    assert "no longer has this article" in get("/read/k2").text
    assert "has been withdrawn" in get("/read/k4").text


def test_what_a_newspaper_wrote_is_never_markup(get: Get) -> None:
    for path in ("/", "/read/k4", "/search?q=giấy", "/search?q=<script>alert(1)</script>", "/archive/articles?_all=1"):
        page = get(path).text
        assert "<script>alert" not in page
        assert "<giấy>" not in page
    assert "&lt;script&gt;alert" in get("/read/k4").text
    assert "<mark>giấy</mark>" in get("/search?q=giấy").text


@pytest.mark.parametrize(
    "words",
    ["bac ninh", "Bắc Ninh", "da nang", "đa nang", "ninh quang bac", "a-b", "l'école", '"unclosed', "zzz", "đường"],
)
def test_datasettes_own_search_finds_the_same(get: Get, archive: Path, words: str) -> None:
    connection = sqlite.connect_readonly(archive)
    expected = {hit.id for hit in search.search(connection, words, limit=100)}
    connection.close()
    table = get(f"/archive/articles.json?_shape=objects&_size=max&_search={quote(words)}").json()
    assert {row["id"] for row in table["rows"]} == expected
    assert {hit["id"] for hit in get(f"/search.json?q={quote(words)}").json()} == expected
    page = get(f"/search?q={quote(words)}").text
    assert set(re.findall(r'href="/read/([^"@]+)"', page)) == expected


def test_search_pages(tmp_path: Path) -> None:
    many = tuple(
        Sample(id=f"m{n}", source="kinhbac", title=f"Tin {n}", text="Lúa chín sớm.", published_at=None)
        for n in range(45)
    )
    application = datasette(build(tmp_path / "big.db", many))

    def page(number: str) -> str:
        return str(asyncio.run(application.client.get(f"/search?q=lua+chin&page={number}")).text)

    found = [re.findall(r'/read/(m\d+)"', page(number)) for number in ("1", "2", "3", "4")]
    assert [len(ids) for ids in found] == [20, 20, 5, 0]
    assert len({id_ for ids in found for id_ in ids}) == 45
    assert page("-1") == page("x") == page("1")
    assert "Page 2 of 3" in page("2") and 'rel="prev"' in page("2") and 'rel="next"' in page("2")


def test_facets_are_ready(get: Get) -> None:
    facets = get("/archive/articles.json").json()["facet_results"]
    assert set(facets) == {"source", "province", "language", "year"}
    assert {value["label"] for value in facets["source"]["results"]} == {
        "Báo Kinh Bắc",
        "Sông Hàn Online",
        "Northern Industrial Parks",
    }


def test_internal_tables_are_hidden(get: Get) -> None:
    hidden = {table["name"] for table in get("/archive.json").json()["tables"] if table["hidden"]}
    assert {
        "search_docs",
        "articles_fts",
        "articles_fts_data",
        "signatures",
        "bands",
        "key_files",
        "_sqlite_migrations",
    } <= hidden
    assert "articles" not in hidden


def test_nothing_can_be_changed_or_taken_whole(get: Get) -> None:
    assert get("/archive?sql=delete+from+articles").status_code == 400
    assert get("/archive.db").status_code in (403, 404)


def test_serves_until_it_is_told_to_stop(archive: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        line = process.stdout.readline()
        address = line.split(" is at ")[1].split()[0]
        assert address.startswith("http://127.0.0.1:")
        try:
            assert "Bắc Ninh" in httpx.get(address, timeout=60).text
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        finally:
            process.kill()  # or it would be waited for
        assert "Traceback" not in process.stderr.read()


def test_says_what_is_wrong_in_one_line(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(UsageError, match="no archive at"):
        serve(tmp_path / "archive.db")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="choose another --port"):
        serve(archive, port=taken.getsockname()[1])


def test_an_archive_of_any_name_can_be_served(tmp_path: Path, archive: Path) -> None:
    copy = tmp_path / "Tin tức 2024.v2.db"
    shutil.copy(archive, copy)
    application = datasette(copy)
    for path in ("/", "/read/k1", "/search?q=bac+ninh"):
        assert asyncio.run(application.client.get(path)).status_code == 200
