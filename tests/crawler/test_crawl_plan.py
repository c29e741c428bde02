from pathlib import Path
from typing import Any

import pytest

from crawler.errors import ConfigError
from crawler.plan import CrawlPlan, Pace
from crawler.source import Host, Source


def plan(pace: Pace | None = None, known: dict[str, str] | None = None, **fields: Any) -> CrawlPlan:
    source = Source(**{"slug": "a", "name": "A", "homepage": "http://a.test/", **fields})
    return CrawlPlan(run="r", folder=Path(), sources=(source,), contact="x@y.z", pace=pace or Pace(), hosts=known or {})


LOOPBACK = {"a.test": "127.0.0.1:8080"}
HURRIED = Pace(delay=0.1)


def test_the_default_pace_may_go_anywhere() -> None:
    plan().check()


def test_a_sources_own_delay_counts() -> None:
    plan(pace=HURRIED, delay=1.0).check()


def test_hurry_is_for_loopback() -> None:
    plan(HURRIED, LOOPBACK, delay=0.1).check()
    plan(Pace(timeout=1), {"a.test": "[::1]:80"}).check()


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        ({}, {}),
        ({"a.test": "93.184.216.34:80"}, {}),
        (LOOPBACK, {"hosts": (Host(host="b.test"),)}),
        (LOOPBACK, {"feeds": ("http://c.test/rss",)}),
    ],
)
def test_hurry_is_refused_elsewhere(known: dict[str, str], fields: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="allowed on loopback only"):
        plan(HURRIED, known, delay=0.1, **fields).check()


def test_a_short_timeout_is_hurry() -> None:
    with pytest.raises(ConfigError, match="timeout under 5 s"):
        plan(pace=Pace(timeout=2)).check()


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost:80", "", "127.0.0.1:http"])
def test_hosts_are_ip_and_port(address: str) -> None:
    with pytest.raises(ConfigError, match='must be "ip:port"'):
        plan(known={"a.test": address}).check()
