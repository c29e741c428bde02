"""kill -9 of either process at any moment: what reached the WARC is kept at the next start, once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from crawler.demo.province import Province
from crawler.records.exchanges import Stored, exchanges
from pipelines.archive import create, open_readonly, warc_folder
from pipelines.sqlite import Connection

KILLS = 20
# A run of the demo's newspapers takes some 8 s on two cores: imports, crawl, ingest, learning.
LATEST_SECONDS = 9.0
SCRIPT = Path(__file__).with_name("crawl_once.py")


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    with Province() as province:
        yield province


def start(archive: Path, hosts: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(archive), str(hosts)], stderr=subprocess.DEVNULL)


def family(process: subprocess.Popen[bytes]) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """(crawling children, all children) of a run."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "schedules.crawl_child" in " ".join(child.cmdline())], children


def kill_one(process: subprocess.Popen[bytes], chance: random.Random) -> str:
    """Kill the run's parent or its crawling child, and wait until nobody of the family writes any more."""
    try:
        crawling, everyone = family(process)
    except psutil.Error:
        crawling, everyone = [], []
    if crawling and chance.random() < 0.5:
        os.kill(crawling[0].pid, signal.SIGKILL)
        process.wait(60)
        return "child"
    process.kill()
    process.wait(10)
    psutil.wait_procs(everyone, timeout=40)
    assert not [one for one in everyone if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    return "parent"


def in_warc(archive: Path) -> list[str]:
    """The record ids of every whole exchange in the WARC folder."""
    files = sorted(warc_folder(archive).glob("*.warc.gz*"))
    files = [file for file in files if not file.name.endswith(".torn")]
    return [found.anchor.id for file in files for found in exchanges(file, ours=True) if isinstance(found, Stored)]


def kept(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT record_id FROM captures ORDER BY record_id")]


def recover(archive: Path) -> None:
    """The next start: a run with nothing to crawl takes in what is there."""
    command = [sys.executable, "-m", "schedules.cli", "--archive", str(archive), "run"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def check_whole(archive: Path) -> None:
    with closing(open_readonly(archive)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        bad = "SELECT count(*) FROM captures WHERE outcome IN ('article', 'unchanged') AND article IS NULL"
        assert connection.execute(bad).fetchone()[0] == 0
        unindexed = "SELECT count(*) FROM articles WHERE n NOT IN (SELECT docid FROM search_docs)"
        assert connection.execute(unindexed).fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM warc_files WHERE sha256 IS NULL").fetchone()[0] == 0


@pytest.mark.timeout(600)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, province: Province) -> None:
    seed = int(os.environ.get("KILL_SEED", str(random.randrange(10**6))))
    chance = random.Random(seed)
    archive, hosts = tmp_path / "archive.db", tmp_path / "hosts.json"
    hosts.write_text(json.dumps(dict(province.hosts)))
    create(archive).close()
    killed = []
    for number in range(KILLS):
        process = start(archive, hosts)
        moment = chance.uniform(0.3, LATEST_SECONDS)
        time.sleep(moment)
        killed.append((kill_one(process, chance), round(moment, 2)))
        fetched = in_warc(archive)
        recover(archive)
        with closing(open_readonly(archive)) as connection:
            found = kept(connection)
        said = f"KILL_SEED={seed}, kill {number} of {killed}"
        assert sorted(set(found)) == found, f"kept twice: {said}"
        assert set(fetched) == set(found), f"lost: {said}"
        check_whole(archive)
    assert start(archive, hosts).wait(120) == 0
    with closing(open_readonly(archive)) as connection:
        articles = dict(connection.execute("SELECT source, count(*) FROM articles GROUP BY source").fetchall())
        revisions = connection.execute("SELECT count(*) FROM revisions WHERE number > 1").fetchone()[0]
        outcomes = connection.execute("SELECT source, outcome, count(*) FROM captures GROUP BY 1, 2").fetchall()
        ended = connection.execute("SELECT evidence FROM source_runs WHERE cause IS NOT NULL").fetchall()
    assert articles == dict(province.expected.articles), f"KILL_SEED={seed}, {killed}, {outcomes}, {ended}"
    assert revisions == 0, "nothing changed in between"
