"""Our side, a real crawling run, child and all: ``python ours.py HOSTS.json LAG.json OUT.json DELAY ARCHIVE``.

The crawl's child is started as ever, but through lagged_child.py, which adds the extension that measures lag.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from crawler.plan import Pace
from crawler.source import Source
from pipelines.archive import open_archive
from pipelines.catalogue import Catalogue
from pipelines.locks import crawl_lock, hold
from schedules import crawling
from schedules.jobs import crawl
from schedules.terms import Terms

CHILD = Path(__file__).with_name("lagged_child.py")


def source(host: str, delay: float) -> Source:
    slug = host.partition(".")[0]
    article = re.compile(r"-(?P<id>\d+)\.html$")
    sitemaps = (f"http://{host}/sitemap.xml",)
    return Source(slug=slug, name=slug, homepage=f"http://{host}/", article=article, sitemaps=sitemaps, delay=delay)


def start(lag_file: str) -> Any:
    def popen(command: list[str], **kwargs: Any) -> Any:
        assert command[1:3] == ["-m", "schedules.crawl_child"]
        return subprocess.Popen([sys.executable, str(CHILD), *command[3:], lag_file], **kwargs)

    return popen


def main() -> None:
    hosts: dict[str, str] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    delay = float(sys.argv[4])
    sources = [source(host, delay) for host in hosts]
    archive = open_archive(Path(sys.argv[5]))
    terms = Terms(contact="https://example.org/", pace=Pace(delay=delay), hosts=hosts)
    ours = SimpleNamespace(**{**vars(subprocess), "Popen": start(sys.argv[2])})
    with hold(crawl_lock(archive.path), purpose="bench"), patch.object(crawling, "subprocess", ours):
        summary = crawl(archive, Catalogue({found.slug: found for found in sources}), sources, terms)
    archive.close()
    if summary.crawled.trouble:
        raise SystemExit(summary.crawled.trouble)
    Path(sys.argv[3]).write_text(json.dumps({"articles": summary.total.added}), encoding="utf-8")


if __name__ == "__main__":
    main()
