"""The crawling process: ``python -m schedules.crawl_child FD``, started by schedules/crawling.py, which see.

The order comes pickled on standard input, from the parent alone; what happens goes as JSON lines to descriptor FD.
Standard input stays open as a lifeline: when the parent dies, however it dies, it closes, and the crawl ends in order.
"""

import json
import logging
import os
import pickle
import queue
import signal
import sys
import threading
import time
from base64 import b64encode
from dataclasses import asdict
from typing import Any

from crawler.errors import ArchiveError
from crawler.ledger import SourceReport
from crawler.notes import Note
from crawler.records.recorded import to_json
from crawler.run import crawl
from crawler.warc import WarcWriter
from pipelines.state.memory import ArchiveMemory
from pipelines.version import SOFTWARE
from schedules.order import Order

# After the lifeline is cut: enough to close the WARC file, not so much that the next run meets this one.
LAST_SECONDS = 20.0


class Events:
    """JSON lines to the parent, from any thread. A parent that is gone hears nothing, and that's all.

    They are written by a thread: a pipe holds 64 KB, and the crawl is not to wait for a parent that is busy.
    """

    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8")
        self._queue: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="events", daemon=True)
        self._thread.start()

    def send(self, kind: str, **fields: Any) -> None:
        self._queue.put({"event": kind, **fields})

    def report(self, report: SourceReport) -> None:
        self.send("source", **asdict(report))

    def note(self, note: Note) -> None:
        """Pickled: only ever read by the process that started this one."""
        self.send("note", data=b64encode(pickle.dumps(note)).decode())

    def close(self) -> None:
        """Return when all has been handed over."""
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        while (event := self._queue.get()) is not None:
            try:
                self._stream.write(json.dumps(event, default=str) + "\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                return


def main() -> int:
    events = Events(int(sys.argv[1]))
    try:
        order: Order = pickle.load(sys.stdin.buffer)
    except EOFError:
        return 1  # the parent died while it gave the order
    try:
        return _crawl(order, events)
    finally:
        events.close()


def _crawl(order: Order, events: Events) -> int:
    logging.basicConfig(
        level=order.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for handler in logging.getLogger().handlers:
        handler.setLevel(order.log_level)  # Scrapy sets its own loggers to DEBUG and says its versions at every start
    threading.Thread(target=_watch_parent, name="lifeline", daemon=True).start()
    plan = order.plan
    memory = ArchiveMemory(order.archive, order.ahead, order.revisits_per_day)
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
        crawl(plan, memory, writer, events.report, events.note)
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
