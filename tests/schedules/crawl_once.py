"""One crawl of the demo's newspapers, to be killed: ``python crawl_once.py ARCHIVE HOSTS.json [DELAY]``.

DELAY is seconds between two requests to a host.
"""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crawler.demo.province import load_sources
from crawler.plan import Pace
from pipelines.archive import open_archive
from pipelines.catalogue import Catalogue
from pipelines.locks import crawl_lock, hold
from schedules.jobs import crawl
from schedules.terms import Terms

PACE = Pace(delay=0.02, timeout=20.0, retries=2, confirm_after=0.5, wait=5.0, max_seconds=100.0)


def main() -> None:
    path, hosts = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    delay = float(sys.argv[3]) if len(sys.argv) > 3 else PACE.delay
    sources = [replace(source, delay=delay) for source in load_sources()]
    archive = open_archive(path)
    terms = Terms(contact="https://example.org/", pace=PACE, hosts=hosts, ahead=timedelta(days=400), sync_seconds=0.1)
    with hold(crawl_lock(archive.path), purpose="test"):
        crawl(archive, Catalogue({source.slug: source for source in sources}), sources, terms)
    archive.close()


if __name__ == "__main__":
    main()
