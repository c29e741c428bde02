"""Who is meant by a credit line: whether the agency or newspaper that it names is this source. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.reading.people.agencies import agency_of
from pipelines.vietnamese import syllables

# Sites of agencies and of papers that others print as agencies, by the normal name in credits (people/agencies.py).
HOSTS = {
    "vietnamplus.vn": "TTXVN",
    "vnanet.vn": "TTXVN",
    "ttxvn.vn": "TTXVN",
    "news.vnanet.vn": "TTXVN",
    "baotintuc.vn": "TTXVN",
    "vietnamnews.vn": "TTXVN",
    "bnews.vn": "TTXVN",
    "chinhphu.vn": "Chinhphu.vn",
    "baochinhphu.vn": "Chinhphu.vn",
    "nhandan.vn": "Nhân Dân",
    "qdnd.vn": "QĐND",
    "vov.vn": "VOV",
    "vovworld.vn": "VOV",
    "vtv.vn": "VTV",
    "vnexpress.net": "VnExpress",
    "xinhuanet.com": "Xinhua",
    "news.cn": "Xinhua",
    "reuters.com": "Reuters",
    "afp.com": "AFP",
    "apnews.com": "AP",
    "kyodonews.net": "Kyodo",
    "yna.co.kr": "Yonhap",
    "tass.com": "TASS",
    "tass.ru": "TASS",
}
# How newspapers, stations and portals begin their names, or end them; folded.
_KINDS = re.compile(
    r"^(?:(?:bao(?: dien tu)?|tap chi|dai (?:phat thanh(?:(?: va)? truyen hinh)?|truyen hinh|ptth|pt th)"
    r"|(?:cong|trang) (?:ttdt|thong tin(?: dien tu)?)|the) )+|(?: (?:newspaper|news|online|dien tu))+$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A source as its catalogue entry calls it."""

    slug: str
    name: str
    homepage: str

    @property
    def host(self) -> str:
        return (urlsplit(self.homepage).hostname or "").removeprefix("www.")


@lru_cache(maxsize=1024)
def own_agency(outlet: Outlet) -> str | None:
    """The normal name of the agency that *outlet* is, if it is one."""
    host = outlet.host
    while host.count("."):
        if host in HOSTS:
            return HOSTS[host]
        host = host.partition(".")[2]
    return agency_of(outlet.name)


@lru_cache(maxsize=4096)
def names(agency: str, credit: str | None, outlet: Outlet) -> bool:
    """Whether an article that credits *agency*, in the line *credit*, credits *outlet*."""
    if agency == own_agency(outlet):
        return True
    host = outlet.host
    if host and host in {agency.lower(), *re.findall(r"[a-z0-9.-]+", (credit or "").lower())}:
        return True
    plain = plain_name(outlet.name)
    return bool(plain) and (plain == plain_name(agency) or _mentions(credit or "", plain))


def plain_name(name: str) -> str:
    """ "Báo điện tử Sơn Hà", "Báo Sơn Hà" and "Sơn Hà online" are one: "son ha"."""
    words = " ".join(syllables(name))
    return _KINDS.sub("", words) or words


def _mentions(credit: str, plain: str) -> bool:
    """A name alone may be a person's or a province's: it counts behind the word for a newspaper."""
    line = " ".join(syllables(credit))
    return re.search(rf"\b(?:bao(?: dien tu)?|tap chi) {re.escape(plain)}\b", line) is not None
