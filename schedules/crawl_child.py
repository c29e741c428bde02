"""The crawling process: ``python -m schedules.crawl_child FD``, started by schedules/crawling.py, which see.

The order comes pickled on standard input, from the parent alone; what happens goes as JSON lines to descriptor FD.
Standard input stays open as a lifeline: when the parent dies, however it dies, it closes, and the crawl ends in order.
"""

import json
import logging
import os
import pickle
import signal
import sys
import threading
import time
from dataclasses import asdict
from typing import Any

from crawler.errors import ArchiveError
from crawler.ledger import SourceReport
from crawler.recorded import to_json
from crawler.run import crawl
from crawler.warc import WarcWriter
from pipelines.memory import ArchiveMemory
from pipelines.version import SOFTWARE
from schedules.order import Order

# After the lifeline is cut: enough to close the WARC file, not so much that the next run meets this one.
LAST_SECONDS = 20.0


class Events:
    """JSON lines to the parent, from any thread. A parent that is gone hears nothing, and that's all."""

    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8")
        self._lock = threading.Lock()

    def send(self, kind: str, **fields: Any) -> None:
        with self._lock:
            try:
                self._stream.write(json.dumps({"event": kind, **fields}, default=str) + "\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                return

    def report(self, report: SourceReport) -> None:
        self.send("source", **asdict(report))


def main() -> int:
    events = Events(int(sys.argv[1]))
    try:
        order: Order = pickle.load(sys.stdin.buffer)
    except EOFError:
        return 1  # the parent died while it gave the order
    logging.basicConfig(
        level=order.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for handler in logging.getLogger().handlers:
        handler.setLevel(order.log_level)  # Scrapy sets its own loggers to DEBUG and says its versions at every start
    threading.Thread(target=_watch_parent, name="lifeline", daemon=True).start()
    plan = order.plan
    memory = ArchiveMemory(order.archive, order.ahead)
    writer = WarcWriter(
        plan.folder,
        info={
            "software": SOFTWARE,
            "format": "WARC File Format 1.1",
            "operator": plan.contact,
            "robots": "obey",
            "isPartOf": plan.run,
        },
        on_durable=lambda name, offset: events.send("durable", file=name, offset=offset),
        on_sealed=lambda name, size, sha256: events.send("sealed", file=name, bytes=size, sha256=sha256),
        definitions={source.slug: to_json(source) for source in plan.sources},
        sync_seconds=order.sync_seconds,
    )
    try:
        crawl(plan, memory, writer, events.report)
        writer.close()
    except ArchiveError as error:
        events.send("failed", message=str(error))
        return error.exit_code
    finally:
        memory.close()
    return 0


def _watch_parent() -> None:
    # Not the buffered stream: a thread that waits in it keeps the interpreter from ending.
    while os.read(0, 1 << 10):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
