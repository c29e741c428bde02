"""How a run is done, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from crawler.plan import Pace
from crawler.source import Source
from pipelines.tally import Tally
from schedules.crawling import Crawled
from schedules.summary import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a run is done, apart from what: the defaults are a real run's, the demo shortens them on loopback."""

    contact: str
    pace: Pace = field(default_factory=Pace)
    hosts: Mapping[str, str] = field(default_factory=dict)
    ahead: timedelta = timedelta(0)
    sync_seconds: float = 1.0
    schedule: str | None = None
    all_due: bool = True
    revisits_per_day: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    run: str
    sources: Sequence[Source]
    crawled: Crawled
    total: Tally
    by_source: Mapping[str, Tally]
    recleaned: int

    def __str__(self) -> str:
        names = {source.slug: source.name for source in self.sources}
        return table(names, self.by_source, self.crawled.reports)
