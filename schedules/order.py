"""What the crawling process is told. A module of its own: that process must not load the extractor (9 MB, 0.3 s)."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawler.plan import CrawlPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the child is told. *ahead*: revisits due within this time of now are due; a source has at most
    *revisits_per_day*.
    """

    plan: CrawlPlan
    archive: Path
    ahead: timedelta = timedelta(0)
    sync_seconds: float = 1.0
    revisits_per_day: int = 1000
    log_level: int = logging.WARNING
