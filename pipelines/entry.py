"""An exchange on its way from the WARC log to the record."""

import logging
from dataclasses import dataclass
from typing import Any

from crawler.capture import Capture
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines.article import Outcome
from pipelines.chain import Result
from pipelines.store import Place
from pipelines.workers import Failure

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Entry:
    """An exchange on its way through. *result* is None while a worker has it."""

    file: str
    end: int
    capture: Capture | None = None
    source: Source | None = None
    place: Place | None = None
    result: Result | None = None

    @property
    def is_open(self) -> bool:
        return self.capture is not None and self.result is None


def result_of(entry: Entry, answer: Any) -> Result:
    """What a worker made of *entry*; a worker that made nothing of it ends it as failed."""
    if isinstance(answer, Result):
        return answer
    assert isinstance(answer, Failure) and entry.capture is not None
    log.warning("%s: %s %s", entry.capture.final_url, answer.code, answer.detail)
    assert entry.source is not None
    return Result(outcome=f"{Outcome.FAILED}:{answer.code}", key=identity_key(entry.capture.final_url, entry.source))
