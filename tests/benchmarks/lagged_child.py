"""schedules.crawl_child with one more Scrapy extension: ``python lagged_child.py FD LAG.json``."""

import sys
from typing import Any
from unittest.mock import patch

import lag

from crawler import run
from crawler.plan import CrawlPlan
from crawler.settings import scrapy_settings
from schedules import crawl_child


def with_lag(plan: CrawlPlan) -> dict[str, Any]:
    settings = scrapy_settings(plan)
    more = lag.settings(sys.argv[2])
    return {**settings, **more, "EXTENSIONS": {**settings["EXTENSIONS"], **more["EXTENSIONS"]}}


if __name__ == "__main__":
    with patch.object(run, "scrapy_settings", with_lag):
        sys.exit(crawl_child.main())
