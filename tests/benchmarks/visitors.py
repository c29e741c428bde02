"""Datasette on the archive that is being crawled, and somebody who reads there all the time."""

import contextlib
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# Home, a search, a table with its facets, a query as JSON: what the pages of the archive are made of.
PAGES = (
    "",
    "search?q=the+new",
    "archive/articles?_facet=source",
    "archive/articles.json?_size=20&_sort_desc=published_at",
)
PAUSE_SECONDS = 0.5


@dataclass(slots=True)
class Visits:
    process: psutil.Process
    good: int = 0
    bad: str = ""


@contextlib.contextmanager
def datasette(archive: Path) -> Iterator[Visits]:
    """Serve *archive* and read it until the block ends. The answers are counted, not timed."""
    command = [sys.executable, "-m", "schedules.cli", "--archive", str(archive), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        visits, stop = Visits(psutil.Process(process.pid)), threading.Event()
        thread = threading.Thread(target=_visit, args=(address, visits, stop))
        thread.start()
        try:
            yield visits
        finally:
            stop.set()
            thread.join()
            process.terminate()


def _visit(address: str, visits: Visits, stop: threading.Event) -> None:
    while not stop.is_set():
        for page in PAGES:
            try:
                with urllib.request.urlopen(address + page, timeout=30) as answer:
                    answer.read()
                visits.good += 1
            except (urllib.error.URLError, OSError) as error:
                visits.bad = f"{page}: {error}"
            if stop.wait(PAUSE_SECONDS):
                return
