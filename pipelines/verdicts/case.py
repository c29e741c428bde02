"""One source after one run, as the record has it: what the diagnoses (pipelines/verdicts/diagnosis.py) look at."""

from dataclasses import dataclass
from datetime import date, datetime

from crawler.source import Source
from pipelines.sqlite import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The run has ended, and its row in ``source_runs`` is still to come. *now* is aware."""

    connection: Connection
    run: str
    source: Source
    now: datetime

    @property
    def slug(self) -> str:
        return self.source.slug

    @property
    def today(self) -> date:
        """The newspaper's day."""
        return self.source.day_of(self.now)

    def brought_articles(self) -> bool:
        sql = "SELECT 1 FROM captures WHERE run = ? AND source = ? AND outcome = 'article' LIMIT 1"
        return self.connection.execute(sql, (self.run, self.slug)).fetchone() is not None
