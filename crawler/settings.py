"""Scrapy's settings for one run. The library's own defaults are impolite and unsafe: nothing here is left to them."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crawler.hosts import slot_of
from crawler.plan import CrawlPlan, hosts_of
from crawler.source import Source

# The order in which a request passes them; an answer goes back up. Numbers are Scrapy's own where its classes stand.
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.middlewares.guard.GuardMiddleware": 50,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.retry.RetryMiddleware": 550,
    "crawler.middlewares.challenge.ChallengeMiddleware": 560,
    "crawler.middlewares.coding.CodingMiddleware": 590,
    "crawler.middlewares.redirect.RedirectMiddleware": 600,
    "crawler.middlewares.breaker.BreakerMiddleware": 900,
    "crawler.middlewares.warc.WarcMiddleware": 950,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}


def user_agent(contact: str) -> str:
    try:
        ours = version("newsarchive")
    except PackageNotFoundError:  # run from a checkout that was never installed
        ours = "0"
    return f"newsarchive/{ours} (+{contact})"


def scrapy_settings(plan: CrawlPlan) -> dict[str, Any]:
    from scrapy.settings import default_settings as scrapy

    pace = plan.pace
    return {
        "USER_AGENT": user_agent(plan.contact),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "vi,en;q=0.8",
        },
        # One request at a time per host, start to start; each source's own delay is set by the guard.
        "DOWNLOADER": "crawler.engine.downloader.HostDownloader",
        "SCHEDULER_PRIORITY_QUEUE": "crawler.engine.fairqueue.FairQueue",
        "CONCURRENT_REQUESTS": 0,  # no limit but two for each host, the queue's
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": pace.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_TIMEOUT": pace.timeout,
        "DOWNLOAD_MAXSIZE": pace.max_body,
        "DOWNLOAD_WARNSIZE": 0,
        # 2.19 makes this many tasks per response, and we yield none.
        "CONCURRENT_ITEMS": 1,
        "DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES,
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.engine.handler.HttpHandler",
            "https": "crawler.engine.handler.HttpHandler",
            **dict.fromkeys(("data", "file", "ftp", "s3")),
        },
        "TWISTED_DNS_RESOLVER": "crawler.engine.resolver.Resolver",
        # Every name that does not answer holds a thread until the system's resolver gives up.
        "REACTOR_THREADPOOL_MAXSIZE": 64,
        # The spider knows what it asked for; Scrapy's filters drop requests that the ledger must account for.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SPIDER_MIDDLEWARES": dict.fromkeys(scrapy.SPIDER_MIDDLEWARES_BASE),
        # Newest first is the order in which requests are made; Scrapy's default would turn it round.
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        # Among them a console and a remote control that run any Python sent to them.
        "EXTENSIONS": dict.fromkeys(scrapy.EXTENSIONS_BASE),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "STATS_DUMP": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "NEWSARCHIVE_HOSTS": dict(plan.hosts),
        "NEWSARCHIVE_ONLY_KNOWN_HOSTS": plan.hurried,
        "NEWSARCHIVE_ALIASES": _aliases(plan.sources),
        "NEWSARCHIVE_LEGACY_TLS": sorted(_legacy_hosts(plan.sources)),
    }


def _legacy_hosts(sources: tuple[Source, ...]) -> set[str]:
    names = {host for source in sources if source.legacy_tls for host in hosts_of(source)}
    return names | {f"www.{name}" for name in names} | {name.removeprefix("www.") for name in names}


def _aliases(sources: tuple[Source, ...]) -> dict[str, str]:
    """Other names of a site, by the host of its homepage: mostly they lead to the same server, and share its pace."""
    homes = {slot_of(source.homepage) for source in sources}
    names = [(slot_of(f"//{other.host}"), slot_of(source.homepage)) for source in sources for other in source.hosts]
    # A name that two sources had is the first one's; one that is a source by itself has a pace of its own.
    return {name: home for name, home in reversed(names) if name not in homes}
