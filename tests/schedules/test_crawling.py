"""The crawl as a child: what its death, its hanging and its parent's death come to."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import psutil
import pytest

from crawler.demo.province import Province, load_sources
from crawler.plan import Pace
from crawler.records.exchanges import Stored, exchanges
from crawler.source import Source
from pipelines.archive import Archive, create, open_archive, open_readonly
from pipelines.catalogue import Catalogue
from schedules.jobs import crawl
from schedules.terms import Summary, Terms

SCRIPT = Path(__file__).with_name("crawl_once.py")
PACE = Pace(delay=0.02, timeout=2.0, retries=0, confirm_after=0.5, wait=5.0, max_seconds=50.0)


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    with Province() as province:
        yield province


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(create(tmp_path / "archive.db")) as archive:
        yield archive


def run(archive: Archive, province: Province, pace: Pace = PACE) -> Summary:
    sources = [replace(source, delay=pace.delay) for source in load_sources()]
    catalogue = Catalogue({source.slug: source for source in sources})
    terms = Terms(contact="https://example.org/", pace=pace, hosts=province.hosts, sync_seconds=0.1)
    return crawl(archive, catalogue, sources, terms)


def test_the_run_and_each_source_are_on_record(archive: Archive, province: Province) -> None:
    summary = run(archive, province)
    state, captures = archive.connection.execute("SELECT state, captures FROM runs").fetchone()
    assert (state, captures) == ("done", summary.total.captures)
    rows = archive.connection.execute(
        "SELECT source, scheduled, accounted, captures, state FROM source_runs"
    ).fetchall()
    assert len(rows) == len(summary.sources)
    for source, scheduled, accounted, captured, state in rows:
        assert scheduled == accounted > 0, source
        assert captured >= accounted, source  # robots.txt is captured, and is nobody's link
        assert state == "done", source
    kept = dict(archive.connection.execute("SELECT source, kept FROM coverage").fetchall())
    assert kept == dict(province.expected.articles)
    verified = archive.connection.execute("SELECT slug FROM sources WHERE status = 'verified' AND verified_at > '2'")
    assert {slug for (slug,) in verified} == {slug for slug, count in kept.items() if count}


def test_a_run_takes_no_more_than_it_has_time_for(archive: Archive, province: Province) -> None:
    summary = run(archive, province, replace(PACE, delay=1.0, max_seconds=12.0))
    kept = archive.connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert 0 < kept < province.expected.total
    assert archive.connection.execute("SELECT count(*) FROM warc_files WHERE sha256 IS NULL").fetchone()[0] == 0
    reports = summary.crawled.reports.values()
    assert len(reports) == len(summary.sources)
    assert all(report["scheduled"] == report["accounted"] < report["discovered"] + 5 for report in reports)
    assert summary.crawled.reports["baosonha"]["fetched"] <= 13  # of 26 that would take 26 s


def start(folder: Path, province: Province) -> "tuple[subprocess.Popen[bytes], Path]":
    path, hosts = folder / "archive.db", folder / "hosts.json"
    create(path).close()
    hosts.write_text(json.dumps(dict(province.hosts)))
    # Slow enough that the crawl is still at work when it is interfered with, however busy the machine is.
    command = [sys.executable, str(SCRIPT), str(path), str(hosts), "2.0"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL), path


def crawling(process: "subprocess.Popen[bytes]") -> psutil.Process:
    for _ in range(600):
        for child in psutil.Process(process.pid).children():
            if "schedules.crawl_child" in " ".join(child.cmdline()):
                return child
        time.sleep(0.05)
    raise AssertionError("the crawling child did not start within 30 s")


def wait_for_captures(path: Path) -> None:
    for _ in range(600):
        with closing(open_readonly(path)) as connection:
            if connection.execute("SELECT count(*) FROM captures").fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nothing was captured within 30 s")


def test_a_child_that_is_killed_is_said_and_its_file_is_sealed(tmp_path: Path, province: Province) -> None:
    process, path = start(tmp_path, province)
    child = crawling(process)
    wait_for_captures(path)
    child.kill()
    assert process.wait(60) == 0
    with closing(open_readonly(path)) as connection:
        assert connection.execute("SELECT state FROM runs").fetchone()[0] == "failed"
        assert connection.execute("SELECT count(*) FROM warc_files WHERE sha256 IS NULL").fetchone()[0] == 0
    assert not list((tmp_path / "archive-warc").glob("*.open"))


def test_a_child_outlives_its_parent_by_no_more_than_it_takes_to_close_its_file(
    tmp_path: Path, province: Province
) -> None:
    process, path = start(tmp_path, province)
    child = crawling(process)
    wait_for_captures(path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    child.wait(25)
    assert not list((tmp_path / "archive-warc").glob("*.open"))
    with closing(open_archive(path)) as archive:
        run(archive, province)
        states = [row[0] for row in archive.connection.execute("SELECT state FROM runs ORDER BY started_at")]
        assert states == ["died", "done"]
        doubled = "SELECT record_id FROM captures GROUP BY record_id HAVING count(*) > 1"
        assert archive.connection.execute(doubled).fetchall() == []


def test_ctrl_c_ends_in_order(tmp_path: Path, province: Province) -> None:
    process, path = start(tmp_path, province)
    crawling(process)
    wait_for_captures(path)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    with closing(open_readonly(path)) as connection:
        assert connection.execute("SELECT state FROM runs").fetchone()[0] == "interrupted"
    assert not list((tmp_path / "archive-warc").glob("*.open"))


class Pressing(Catalogue):
    """Ctrl-C is pressed while the ingest takes in its fifth capture."""

    asked = count(1)

    def source(self, slug: str, url: str) -> Source:
        if next(self.asked) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return Catalogue.source(self, slug, url)


def test_ctrl_c_in_the_midst_of_a_step_loses_no_capture(archive: Archive, province: Province) -> None:
    sources = load_sources()
    catalogue = Pressing({source.slug: source for source in sources})
    terms = Terms(contact="https://example.org/", pace=PACE, hosts=province.hosts, sync_seconds=0.1)
    assert crawl(archive, catalogue, sources, terms).crawled.interrupted
    stored = [
        found.anchor.id
        for path in archive.warc_folder.glob("*.warc.gz")
        for found in exchanges(path, ours=True)
        if isinstance(found, Stored)
    ]
    kept = {row[0] for row in archive.connection.execute("SELECT record_id FROM captures")}
    assert len(stored) >= 5
    assert kept == set(stored)


def test_revisits_wait_for_their_time(archive: Archive, province: Province) -> None:
    first, second = run(archive, province), run(archive, province)
    assert first.total.added == province.expected.total
    assert (second.total.added, second.total.revised) == (0, 0)
    assert second.total.outcomes["unchanged"] == 0  # an hour has not passed
    due = archive.connection.execute("SELECT min(next_visit_at), max(first_seen_at) FROM articles").fetchone()
    assert timedelta(minutes=59) < _time(due[0]) - _time(due[1]) < timedelta(minutes=61)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
