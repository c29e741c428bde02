"""Nothing is left to Scrapy's own defaults, which are impolite and unsafe."""

from pathlib import Path

from scrapy.settings import Settings

from crawler.plan import CrawlPlan, Pace
from crawler.settings import scrapy_settings
from crawler.source import Host, Source


def settings() -> Settings:
    legacy = Source(
        slug="so", name="Sở", homepage="https://so.gov.vn/", legacy_tls=True, hosts=(Host(host="cu.gov.vn"),)
    )
    modern = Source(slug="bao", name="Báo", homepage="https://bao.vn/")
    plan = CrawlPlan(run="r", folder=Path(), sources=(legacy, modern), contact="a@b.vn", pace=Pace(max_body=1000))
    return Settings(scrapy_settings(plan))


def test_only_the_web_is_fetched() -> None:
    handlers = settings().getwithbase("DOWNLOAD_HANDLERS")
    assert sorted(scheme for scheme, handler in handlers.items() if handler) == ["http", "https"]


def test_nothing_listens_and_nothing_is_remembered() -> None:
    found = settings()
    assert not any(found.getwithbase("EXTENSIONS").values())
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "HTTPPROXY_ENABLED"):
        assert found.getbool(name) is False


def test_one_at_a_time_with_a_name_and_a_limit() -> None:
    found = settings()
    assert found.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1 and found.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert found.getfloat("DOWNLOAD_DELAY") >= 1 and found.getint("DOWNLOAD_MAXSIZE") == 1000
    assert found["USER_AGENT"].startswith("newsarchive/") and found["USER_AGENT"].endswith(" (+a@b.vn)")


def test_the_archive_sees_every_exchange_first() -> None:
    orders = {path: order for path, order in settings().getwithbase("DOWNLOADER_MIDDLEWARES").items() if order}
    assert max(orders, key=lambda path: orders[path]) == "crawler.middlewares.warc.WarcMiddleware"


def test_certificates_are_verified_but_for_sources_that_say_not() -> None:
    assert settings().getlist("NEWSARCHIVE_LEGACY_TLS") == ["cu.gov.vn", "so.gov.vn", "www.cu.gov.vn", "www.so.gov.vn"]
