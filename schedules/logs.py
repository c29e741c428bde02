"""Logging for the command: one line a step on stderr, times in UTC. Our packages speak at INFO, others from WARNING."""

import logging
import sys
import time
from typing import TextIO

PACKAGES = ("crawler", "pipelines", "schedules")


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever ``sys.stderr`` is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(level: int) -> None:
    """Let our packages log from *level* on; to be called once or again."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        handler = _Stderr()
        formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        root.addHandler(handler)
    for package in (*PACKAGES, "__main__"):
        logging.getLogger(package).setLevel(level)
