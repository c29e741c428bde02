"""``newsarchive import`` as a person uses it: another process, real files, what it says and what it leaves behind."""

import base64
import gzip
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from warc_samples import chunked, exchange, foreign, member, ours, plain_record

HOST = "http://songxanh.test"
TOPICS = ("đê kè", "trường học", "mùa lúa", "chợ phiên", "cầu đường", "bến đò", "nước sạch", "rừng ngập mặn")


def article(number: int) -> bytes:
    """A page that reads as an article, unlike the others in every paragraph."""
    topic = TOPICS[number % len(TOPICS)]
    lines = "".join(
        f"<p>Ngày {number + line} tháng trước, tổ công tác số {number * 31 + line} đã đi xem {topic} ở thôn {line},"
        f" ghi lại {number * 7 + line * 3} ý kiến của bà con và hẹn sẽ trả lời từng việc trong {number + 2} tuần.</p>"
        for line in range(1, 7)
    )
    title = f"Thôn {number} bàn chuyện {topic}"
    day = f"<meta property='article:published_time' content='2024-03-{number % 27 + 1:02d}'>"
    head = f"<head><title>{title}</title>{day}</head>"
    return f"<html lang='vi'>{head}<body><article><h1>{title}</h1>{lines}</article></body></html>".encode()


PAGES = [(f"{HOST}/tin/bai-{number}.html", article(number)) for number in range(8)]


def newsarchive(folder: Path, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schedules.cli", "--archive", str(folder / "archive.db"), *map(str, arguments)]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def tables(folder: Path) -> dict[str, int]:
    """Rows by table, the full-text index's inner tables included."""
    connection = sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    connection.close()
    return counts


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def warc_files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "archive-warc").iterdir()}


def record_of(folder: Path) -> list[list[tuple[object, ...]]]:
    """What must be the same however the captures came in: all but row numbers and the clock of the archive."""
    queries = (
        "SELECT id, source, key, url, title, text, markdown, published_at, first_seen_at, last_seen_at, revision,"
        " story, relation, reprint_of, state, sha256 FROM articles",
        "SELECT article, number, captured_at, title, text, sha256 FROM revisions",
        "SELECT * FROM changes",
        "SELECT * FROM stories",
        "SELECT record_id, kind, source, article, url, fetched_at, status, sha256, outcome FROM captures",
        "SELECT url, key, article, first_seen_at, last_seen_at FROM addresses",
        "SELECT a, b, kind FROM copies",
        "SELECT article, at, state FROM observations",
        "SELECT article, title, text FROM search_docs",
    )
    return [sorted(rows(folder, sql), key=repr) for sql in queries]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with eight pages imported; tests copy it."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "pages.warc.gz").write_bytes(foreign(PAGES))
    done = newsarchive(folder, "import", "--new-sources", "pages.warc.gz")
    assert (done.returncode, done.stdout) == (
        0,
        "pages.warc.gz: 8 captures (8 article); 8 articles new, 0 revised\n",
    ), done.stderr
    return folder


@pytest.fixture
def again(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "again"))


def test_each_page_is_an_article_and_its_records_are_kept(imported: Path) -> None:
    assert rows(imported, "SELECT url FROM articles ORDER BY url") == [(url,) for url, _ in PAGES]
    assert rows(imported, "SELECT DISTINCT source, status FROM sources JOIN articles ON source = slug") == [
        ("songxanh-test", "imported")
    ]
    (name,) = warc_files(imported)
    assert rows(imported, "SELECT name, bytes, read_to, sha256 FROM warc_files") == [
        (name, size := (imported / "archive-warc" / name).stat().st_size, size, warc_files(imported)[name])
    ]
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(imported / "archive-warc" / name)], check=False
    )
    assert checked.returncode == 0
    copied = (imported / "archive-warc" / name).read_bytes()
    assert all(record in copied for record in split_members((imported / "pages.warc.gz").read_bytes()))


def split_members(data: bytes) -> list[bytes]:
    from crawler.records.warcread import GZIP_MAGIC

    places = [at for at in range(len(data)) if data.startswith(GZIP_MAGIC, at)]
    return [data[start:end] for start, end in zip(places, [*places[1:], len(data)], strict=True)]


def test_a_second_import_adds_one_event_and_nothing_else_and_says_so(again: Path) -> None:
    before, files, record = tables(again), warc_files(again), record_of(again)
    done = newsarchive(again, "import", "--new-sources", "pages.warc.gz")
    assert done.returncode == 0
    assert done.stdout == "pages.warc.gz: all 8 captures were imported before: nothing new\n"
    assert tables(again) == {**before, "events": before["events"] + 1}
    assert (warc_files(again), record_of(again)) == (files, record)
    assert rows(again, "SELECT kind, object, outcome FROM events ORDER BY id DESC LIMIT 1") == [
        ("import", "pages.warc.gz", "done")
    ]


def test_however_it_was_packed_the_articles_are_the_same(imported: Path, tmp_path: Path) -> None:
    """WARC 1.0, one gzip member around all, bodies chunked and compressed; of half the pages an uncompressed file."""
    coded = [(url, chunked(gzip.compress(body))) for url, body in PAGES]
    headers = [
        ("Transfer-Encoding", "chunked"),
        ("Content-Encoding", "gzip"),
        ("Content-Type", "text/html; charset=utf-8"),
    ]
    one = gzip.compress(foreign(coded, version="1.0", compress=False, headers=headers))
    (tmp_path / "one.warc.gz").write_bytes(one)
    (tmp_path / "plain.warc").write_bytes(foreign(PAGES[:4], compress=False))
    done = newsarchive(tmp_path, "import", "--new-sources", "plain.warc", "one.warc.gz")
    assert done.returncode == 0, done.stderr
    assert "  4 were imported before" in done.stdout
    assert record_of(tmp_path)[:4] == record_of(imported)[:4]


def test_a_wacz_is_the_warc_files_in_it(imported: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pages.wacz", "w") as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/a.warc.gz", foreign(PAGES[:5]))
        package.writestr("archive/b.warc", b"".join(plain_record(url, body) for url, body in PAGES[5:6]))
    done = newsarchive(tmp_path, "import", "--new-sources", "pages.wacz")
    assert (done.returncode, done.stdout) == (
        0,
        "pages.wacz: 6 captures (6 article); 6 articles new, 0 revised\n",
    ), done.stderr
    got, whole = (set(rows(folder, "SELECT id, text FROM articles")) for folder in (tmp_path, imported))
    assert len(got) == 6
    assert got < whole


def test_what_cannot_be_kept_is_counted_by_its_reason(tmp_path: Path) -> None:
    url, body = PAGES[0]
    parts = [
        plain_record(url, body),
        plain_record(url, body),  # the same record again
        plain_record(url, article(3)),  # another record under the same id
        plain_record(url, body, drop="WARC-Record-ID"),
        plain_record(url, body, WARC_Record_ID="<urn:x:2>", WARC_Date="yesterday"),
        plain_record(url, body, WARC_Record_ID="<urn:x:3>", WARC_Date="0001-01-01T00:00:00+14:00"),
        plain_record("dns:songxanh.test", body, WARC_Record_ID="<urn:x:4>"),
        plain_record("http://[half/", body, WARC_Record_ID="<urn:x:5>"),
        plain_record(url, body, WARC_Record_ID="<urn:x:6>", WARC_Type="revisit"),
        plain_record(url, body, WARC_Record_ID="<urn:x:7>", WARC_Type="resource"),
    ]
    (tmp_path / "odd.warc.gz").write_bytes(b"".join(map(member, parts)))
    done = newsarchive(tmp_path, "import", "--new-sources", "odd.warc.gz")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "odd.warc.gz: 1 captures (1 article); 1 articles new, 0 revised",
        "  1 were imported before",
        "  1 left out: record id of another record in this file",
        "  1 left out: no record id",
        "  2 left out: no valid WARC-Date",
        "  2 left out: no HTTP address",
        "  1 left out: revisit record, its payload lies elsewhere",
    ]
    assert "Traceback" not in done.stderr


def test_without_new_sources_an_unknown_host_is_left_out_and_a_source_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "pages.warc.gz").write_bytes(foreign(PAGES[:2]))
    done = newsarchive(tmp_path, "import", "pages.warc.gz")
    assert done.returncode == 1
    assert "2 left out: no source for its host" in done.stdout
    assert done.stderr.splitlines()[-1] == (
        "pages.warc.gz: allowed are the catalogue's hosts; others with --source SLUG or --new-sources"
    )
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/song-xanh.toml").write_text(
        f'name = "Sông Xanh"\nprovince = "bac-ninh-2025"\nhomepage = "{HOST}/"\n', encoding="utf-8"
    )
    assert newsarchive(tmp_path, "import", "pages.warc.gz").returncode == 0
    assert rows(tmp_path, "SELECT DISTINCT source FROM articles") == [("song-xanh",)]


def test_files_of_ours_keep_their_sources_record_ids_and_errors(tmp_path: Path) -> None:
    path = ours(tmp_path / "elsewhere", [exchange(1, payload=article(1)), exchange(error="timeout")])
    shutil.move(path, tmp_path / "ours.warc.gz")
    done = newsarchive(tmp_path, "import", "--new-sources", "ours.warc.gz")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path, "SELECT source, outcome FROM captures ORDER BY id") == [
        ("bao-song-xanh", "article"),
        ("bao-song-xanh", "failed:timeout"),
    ]
    before = tables(tmp_path)
    done = newsarchive(tmp_path, "import", "--new-sources", "ours.warc.gz")
    assert done.stdout == "ours.warc.gz: all 2 captures were imported before: nothing new\n"
    assert tables(tmp_path) == {**before, "events": before["events"] + 1}


def test_another_programs_metadata_does_not_decide_the_source(tmp_path: Path) -> None:
    (response,) = split_members(foreign(PAGES[:1]))
    body = b"source: seeds.txt\r\nvia: http://a.test/\r\nerror: none\r\n"
    metadata = b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:x:9>\r\nWARC-Date: 2021-06-07T02:55:00Z\r\n"
    metadata += b"WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
    metadata += b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body)
    (tmp_path / "crawl.warc.gz").write_bytes(response + member(metadata))
    done = newsarchive(tmp_path, "import", "--new-sources", "crawl.warc.gz")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path, "SELECT source FROM captures") == [("songxanh-test",)]


def test_killed_at_any_moment_and_imported_again_each_capture_is_there_once(imported: Path, tmp_path: Path) -> None:
    (tmp_path / "pages.warc.gz").write_bytes(foreign(PAGES))
    command = [sys.executable, "-m", "schedules.cli", "import", "--new-sources", "pages.warc.gz"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for wait_for, seconds in (("archive.db", 0.05), ("archive-warc", 0.3), ("archive-warc", 2.0)):
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not (tmp_path / wait_for).exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = newsarchive(tmp_path, "import", "--new-sources", "pages.warc.gz")
    assert done.returncode == 0, done.stderr
    assert record_of(tmp_path) == record_of(imported)
    assert not list((tmp_path / "archive-warc").glob("*.open"))


def test_an_import_beside_a_run_says_who_is_in_the_way(again: Path) -> None:
    import fcntl

    with (again / "crawl.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = newsarchive(again, "import", "--new-sources", "pages.warc.gz")
    assert done.returncode == 75
    assert done.stderr.startswith("newsarchive: cannot import: ")
    assert len(done.stderr.splitlines()) == 1


URL, BODY = PAGES[0]
EDITED = BODY.replace("bà con".encode(), "nhân dân".encode())
FIRST, SECOND = "<urn:x:first>", "<urn:x:second>"
ORIGINALS = (
    foreign([(URL, BODY)], fields={"WARC-Record-ID": FIRST, "WARC-Date": "2021-06-07T02:55:00Z"}),
    foreign([(URL, EDITED)], fields={"WARC-Record-ID": SECOND, "WARC-Date": "2021-06-08T02:55:00Z"}),
)


def sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


def revisit(number: int, day: int, block: bytes = b"HTTP/1.1 200 OK\r\n\r\n", **fields: str) -> bytes:
    head = {
        "WARC-Type": "revisit",
        "WARC-Record-ID": f"<urn:x:revisit-{number}>",
        "WARC-Date": f"2021-06-{day:02d}T02:55:00Z",
        "WARC-Target-URI": URL,
        "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return member(b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n")


REVISITS = (
    revisit(1, 9, WARC_Refers_To=FIRST.strip("<>")),  # as wget names it, but for the brackets
    revisit(2, 10, WARC_Refers_To_Target_URI=URL, WARC_Refers_To_Date="2021-06-08T02:55:00Z"),
    revisit(3, 11, WARC_Payload_Digest=sha1(BODY)),  # the oldest way: the same address
    revisit(4, 12, b"", WARC_Refers_To_Target_URI=URL, WARC_Payload_Digest=sha1(BODY).lower()),
    revisit(5, 13, b"HTTP/1.1 404 Not Found\r\n\r\n", WARC_Refers_To=FIRST),  # by its own status
)
ELSEWHERE = (
    revisit(6, 14, WARC_Refers_To="<urn:x:nowhere>"),
    revisit(7, 14, WARC_Refers_To_Target_URI=URL, WARC_Refers_To_Date="2019-06-08T02:55:00Z"),
    revisit(8, 14, WARC_Payload_Digest=sha1(b"other")),
    revisit(9, 14, WARC_Refers_To_Date="yesterday"),
)


def test_revisit_records_whose_payload_is_here_are_kept(tmp_path: Path) -> None:
    """Whatever names it, and whether it comes before or after, in the same file or in an earlier one."""
    (tmp_path / "all.warc.gz").write_bytes(b"".join((*REVISITS, *ELSEWHERE, *ORIGINALS)))
    done = newsarchive(tmp_path, "import", "--new-sources", "all.warc.gz")
    assert done.stdout.splitlines() == [
        "all.warc.gz: 7 captures (4 not-modified, 2 article, 1 missing); 1 articles new, 4 revised",
        "  4 left out: revisit record, its payload lies elsewhere",
    ], done.stderr
    assert [
        text == rows(tmp_path, "SELECT text FROM revisions WHERE number = 1")[0][0]
        for (text,) in rows(tmp_path, "SELECT text FROM revisions ORDER BY number")
    ] == [True, False, True, False, True]
    assert rows(tmp_path, "SELECT count(*), min(state) FROM observations GROUP BY state") == [
        (6, "live"),
        (1, "missing"),
    ]
    for name in warc_files(tmp_path):
        checked = [sys.executable, "-m", "warcio.cli", "check", str(tmp_path / "archive-warc" / name)]
        assert subprocess.run(checked, check=False).returncode == 0
    assert newsarchive(tmp_path, "import", "--new-sources", "all.warc.gz").stdout.splitlines()[0] == (
        "all.warc.gz: 7 captures were imported before: nothing new"
    )
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "first.warc.gz").write_bytes(b"".join(ORIGINALS))
    (apart / "then.warc").write_bytes(gzip.decompress(b"".join(REVISITS)))
    assert newsarchive(apart, "import", "--new-sources", "first.warc.gz", "then.warc").returncode == 0
    assert record_of(apart) == record_of(tmp_path)
    shutil.move(apart / "archive.db", apart / "old.db")
    assert newsarchive(apart, "rebuild").returncode == 0
    assert record_of(apart) == record_of(tmp_path)
