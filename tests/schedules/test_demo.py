"""The demo as a newcomer meets it: the command, its table, its account, its archive."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.demo.province import Province
from pipelines import search
from pipelines.archive import create, open_readonly

COMMAND = [sys.executable, "-m", "schedules.cli"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, "subprocess.CompletedProcess[str]"]]:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run([*COMMAND, "demo"], cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    yield folder, done


def test_it_does_what_its_script_expects(demo: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗" not in done.stdout
    assert done.stdout.count("✓") >= 12
    assert f"newsarchive --archive {folder / 'demo-archive' / 'archive.db'} serve" in done.stdout


def test_the_table_counts_what_the_archive_holds(demo: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, done = demo
    totals = [line.split() for line in done.stdout.splitlines() if line.startswith("all ")]
    added = [int(total[1]) for total in totals[::2]]  # each pass prints two tables
    with closing(open_readonly(folder / "demo-archive" / "archive.db")) as connection:
        articles = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        runs = connection.execute("SELECT added FROM runs ORDER BY started_at").fetchall()
    assert sum(added) == articles >= 60
    assert [row[0] for row in runs] == added


RESEARCH = Path(__file__).parents[2] / "docs" / "research.md"
STATEMENTS = re.findall(r"^```sql\n(.*?)^```", RESEARCH.read_text("utf-8"), re.M | re.S)
# What the demo has none of: its provinces are invented, no edit was silent, no article stands in a round-up.
NOT_IN_THE_DEMO = re.compile(r"article_places|bac-giang|kind = 'excerpt'|WHERE changes\.silent")


@pytest.mark.parametrize("sql", STATEMENTS, ids=range(len(STATEMENTS)))
def test_every_statement_for_researchers_answers(
    demo: tuple[Path, "subprocess.CompletedProcess[str]"], sql: str
) -> None:
    folder, _ = demo
    with closing(open_readonly(folder / "demo-archive" / "archive.db")) as connection:
        search.register(connection)
        article, time = connection.execute("SELECT article, max(captured_at) FROM revisions").fetchone()
        given = {"article": article, "time": time, "phrase": "sông", "province": "", "borders": "old", "agency": ""}
        assert connection.execute(sql, given).fetchall() or NOT_IN_THE_DEMO.search(sql)


def test_one_outcome_in_table_log_and_counters(demo: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, done = demo
    logged: dict[str, int] = {}
    for outcome in re.findall(r"INFO ([a-z0-9:-]+) http://", done.stderr):
        logged[outcome] = logged.get(outcome, 0) + 1
    with closing(open_readonly(folder / "demo-archive" / "archive.db")) as connection:
        table = dict(connection.execute("SELECT outcome, count(*) FROM captures GROUP BY outcome").fetchall())
        sql = "SELECT key, sum(value) FROM source_runs, json_each(outcomes) GROUP BY key"
        counters = dict(connection.execute(sql).fetchall())
        totals = dict(connection.execute(sql.replace("source_runs", "runs")).fetchall())
    assert logged == table == counters == totals


def test_what_robots_txt_forbids_is_never_asked_for(demo: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, _ = demo
    forbidden = Province().expected.disallowed
    with closing(open_readonly(folder / "demo-archive" / "archive.db")) as connection:
        asked = connection.execute("SELECT count(*) FROM captures WHERE final_url = ?", (forbidden,)).fetchone()[0]
    assert asked == 0


def test_its_warc_files_are_sound(demo: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, _ = demo
    files = sorted((folder / "demo-archive" / "archive-warc").glob("*"))
    assert files
    assert all(file.name.endswith(".warc.gz") for file in files)
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *map(str, files)], check=False, timeout=60)
    assert checked.returncode == 0


def test_it_is_rebuilt_from_the_warc_folder_alone(
    demo: tuple[Path, "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    folder, _ = demo
    shutil.copytree(folder / "demo-archive" / "archive-warc", tmp_path / "archive-warc")
    done = subprocess.run([*COMMAND, "rebuild"], cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    queries = (
        "SELECT id, source, key, url, title, summary, text, markdown, byline, agency, credit, published_at, section,"
        " language, province, story, relation, reprint_of, similarity, state, gone_since, revision, first_seen_at,"
        " last_seen_at FROM articles ORDER BY id",
        "SELECT article, number, captured_at, title, summary, text, byline, sha256 FROM revisions ORDER BY 1, 2",
        "SELECT article, old_number, new_number, field, class, old, new FROM changes ORDER BY 1, 3, 4",
        "SELECT a, b, jaccard, containment, kind FROM copies ORDER BY a, b",
        "SELECT record_id, outcome, article, source, kind, final_url, status FROM captures ORDER BY record_id",
        "SELECT source, text, articles, decision FROM boilerplate ORDER BY source, key",
        "SELECT article, at, state FROM observations ORDER BY article, at",
    )
    with (
        closing(open_readonly(folder / "demo-archive" / "archive.db")) as first,
        closing(open_readonly(tmp_path / "archive.db")) as second,
    ):
        for query in queries:
            assert first.execute(query).fetchall() == second.execute(query).fetchall(), query


def test_it_starts_afresh_and_never_touches_a_real_archive(tmp_path: Path) -> None:
    real = tmp_path / "archive.db"
    create(real).close()
    before = real.read_bytes()
    command = [*COMMAND, "--archive", str(real), "demo", "--no-serve"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no demo archive" in done.stderr
    assert real.read_bytes() == before


def test_on_a_terminal_datasette_opens_until_ctrl_c(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    command = [*COMMAND, "demo", "--port", "0"]
    process = subprocess.Popen(command, cwd=tmp_path, stdin=follower, stdout=follower, stderr=subprocess.DEVNULL)
    os.close(follower)
    try:
        shown = _read_until(leader, re.compile(r"http://127\.0\.0\.1:\d+/"), seconds=150)
        address = re.findall(r"http://127\.0\.0\.1:\d+/", shown)[-1]
        with urllib.request.urlopen(address, timeout=20) as page:
            assert "Sơn Hà" in page.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, 130)
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def _read_until(descriptor: int, pattern: "re.Pattern[str]", seconds: float) -> str:
    text, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([descriptor], [], [], 1.0)
        if ready:
            text += os.read(descriptor, 4096).decode("utf-8", "replace")
        if pattern.search(text):
            return text
    raise AssertionError(f"not shown within {seconds} s: {text[-2000:]}")


def test_the_english_edition_is_linked_where_it_has_the_number_of_the_vietnamese_article(
    demo: tuple[Path, "subprocess.CompletedProcess[str]"],
) -> None:
    """Of 27 other articles in English none is: their numbers are their own."""
    sql = "SELECT a.url, b.url FROM articles a JOIN articles b ON b.id = a.translation_of"
    with closing(open_readonly(demo[0] / "demo-archive" / "archive.db")) as connection:
        ((translation, original),) = connection.execute(sql).fetchall()
        foreign = connection.execute("SELECT count(*) FROM articles WHERE language = 'en'").fetchone()
    assert translation.startswith("http://en.baosonha.test/sh/politics/310244/")
    assert original.startswith("http://baosonha.test/") and original.endswith("-post310244.html")
    assert foreign == (28,)
