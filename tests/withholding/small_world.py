"""A small archive on the disk as two crawls leave it: two newspapers of an invented district, an English edition, and
one article with everything that an article can have. Each thing it says has a word that nothing else has.
"""

import gzip
import html
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]

from crawler.memory import Prior
from crawler.warc import Exchange, WarcWriter
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.vietnamese import fold

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SITES = {"dam-say": "http://damsay.test", "dam-say-en": "http://en.damsay.test", "khe-sen": "http://khesen.test"}
PERSON = "Vừ Thị Phánh"
# Nobody else writes of him.
NEIGHBOUR = "Giàng Súa Tủa"

# An article's words that its reprint and its translation do not have, by where they stand.
OWN = {
    "title": "nghiêng chiều",
    "sapo": "khấp khởi",
    "first": "lom khom",
    "edited": "sáu mươi bảy hộ",
    "before the edit": "năm mươi ba hộ",
    "byline": "Quàng Văn Tẩn",
    "caption": "lưng gùi măng",
    "second caption": "quẩy đôi thùng",
    "credit of a picture": "Lường Khụt",
    "keyword": "guồng nước",
    "body": "rủ rỉ rù rì",
    "quoted": "bồi hồi khôn xiết",
    "dropped by later rules": "quanh quẩn bếp hồng",
    "reprinted later": "chum vại xếp hàng",
}
SHARED = (
    "Con đập dài hơn một trăm mét chặn ngang khe đá, dẫn nước về hai cánh đồng bậc thang ở sườn phía đông của bản.",
    "Theo ban quản lý công trình, phần móng đã xong từ cuối mùa khô, nay thợ đang ghép những khoang cửa van cuối cùng.",
    "Nước về sớm nửa tháng thì vụ chiêm kịp cấy trước tiết Kinh trập, bà con không phải chạy mạ như những năm hạn.",
    "Mấy hôm nay, xe chở cát đá đi lại suốt ngày trên con đường mới mở, bụi đỏ phủ kín hai hàng rào tre đầu bản.",
)


def article_lines(figure: str) -> list[str]:
    return [
        f"Từ tinh mơ, những người thợ {OWN['first']} bên bờ đập, vừa trộn vữa vừa kể chuyện {OWN['body']} cho đỡ mệt.",
        *SHARED,
        f"Chị {PERSON} cho biết có {figure} đã theo ông {NEIGHBOUR} nhường đất, “ai nấy {OWN['quoted']}”, chị nói.",
        f'<p class="ben-le">Ở nhà, lũ trẻ {OWN["dropped by later rules"]} chờ mẹ đi đắp đập về.</p>',
        f"Bên kia suối, hàng {OWN['reprinted later']} đã đầy nước mưa, đủ dùng cho tới ngày cửa van mở lần đầu.",
    ]


def page(
    title: str,
    lines: Iterable[str],
    *,
    language: str = "vi",
    sapo: str = "",
    byline: str = "",
    figures: Iterable[tuple[str, str, str]] = (),
    keywords: str = "",
    published: str = "2026-03-01T08:15:00+07:00",
    alternates: Iterable[tuple[str, str]] = (),
    around: str = "",
) -> bytes:
    body = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    pictures = "".join(
        f'<figure><img src="{url}" alt=""><figcaption>{caption}{credit and f" Ảnh: {credit}"}</figcaption></figure>'
        for url, caption, credit in figures
    )
    links = "".join(f'<link rel="alternate" hreflang="{code}" href="{url}">' for code, url in alternates)
    signed = f'<p class="author">{byline}</p>' if byline else ""
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta name="description" content="{sapo}"><meta name="keywords" content="{keywords}">
<meta name="author" content="{byline}">
<meta property="article:published_time" content="{published}">{links}</head><body>
<nav><a href="/">Trang nhất</a> <a href="/thoi-su">Thời sự</a></nav>
<article><h1>{title}</h1><p class="sapo"><strong>{sapo}</strong></p>{pictures}{body}{signed}</article>{around}
<footer>Đường dây nóng của tòa soạn: gọi giờ hành chính</footer></body></html>""".encode()


TARGET = f"{SITES['dam-say']}/tin/con-dap-41017.html"
MOVED = f"{SITES['dam-say']}/kinh-te/con-dap-41017.html"
TRANSLATION = f"{SITES['dam-say-en']}/news/dam-41017.html"
REPRINT = f"{SITES['khe-sen']}/tin/dap-nuoc-7.html"
TITLE = f"Ông {NEIGHBOUR} bên con đập {OWN['title']}"
SAPO = f"Cả bản {OWN['sapo']} đợi ngày mở cửa van, {NEIGHBOUR.upper()} cũng vậy."


def target(figure: str) -> bytes:
    pictures = [
        (
            "/anh/gui-mang.jpg",
            f"Các mẹ {OWN['caption']} qua đập, ông {unicodedata.normalize('NFD', NEIGHBOUR)} trông coi.",
            OWN["credit of a picture"],
        ),
        ("/anh/thung-nuoc.jpg", f"Thanh niên {OWN['second caption']} lên dốc; bên phải là chị {PERSON}.", ""),
    ]
    return page(
        TITLE,
        article_lines(figure),
        sapo=SAPO,
        byline=OWN["byline"],
        figures=pictures,
        keywords=f"thủy lợi, {OWN['keyword']}, {fold(NEIGHBOUR).lower()}",
        alternates=[("vi", TARGET), ("en", TRANSLATION)],
    )


def other(number: int) -> bytes:
    """Articles of the same newspapers that nothing else is like."""
    things = ("chiếu cói", "mật ong bạc hà", "rượu hoẵng", "khăn piêu", "trống đồng cổ", "cá tầm", "nón quai thao")
    places = ("Nà Tấu", "Hua Pe", "Cò Mỵ", "Pá Khoang", "Mường Phăng", "Tủa Chùa", "Noong Hẹt")
    thing, place = things[number % 7], places[number % 7]
    lines = [
        f"Phiên chợ {place} tháng này có thêm {number + 3} gian {thing}, người bán dậy từ lúc gà chưa gáy để dọn hàng.",
        f"Ở gian thứ {number + 2}, khách từ miền xuôi lên hỏi mua {thing} cả buổi, xong còn ngồi uống nước với chủ.",
        f"Người già ở {place} bảo nghề {thing} có từ đời ông cố, qua {number + 40} mùa rẫy vẫn chưa nhà nào chịu bỏ.",
        f"Xã tính mở lớp dạy {thing} cho {number + 12} em nhỏ ngay trong hè, thầy dạy là các cụ trong bản {place}.",
    ]
    return page(f"Chợ phiên {place} đông khách mua {thing}", lines, published=f"2026-02-{number + 10}T07:00:00+07:00")


ENGLISH = page(
    "A dam above the village",
    [
        "The dam is more than a hundred metres long and closes the rocky stream above the village's terraced fields.",
        "Its foundations were finished at the end of the dry season, and workers are fitting the last of the gates.",
        f"Ms. {PERSON} said that families had given land for the ditch, and that nobody had asked to be paid for it.",
        "With water half a month earlier, the spring rice can be planted before the first thunder of the year.",
    ],
    language="en",
    published="2026-03-01T09:00:00+07:00",
    alternates=[("vi", TARGET), ("en", TRANSLATION)],
)
COPY = page(
    "Nước về trên hai cánh đồng",
    [*SHARED, f"Chị {PERSON} cho hay: nước tới đâu, cấy tới đó.", "Theo Báo Đầm Sậy"],
    published="2026-03-02T06:00:00+07:00",
)
LISTING = page(
    "Thời sự",
    [
        f'<h3><a href="{TARGET}">{TITLE}</a></h3>',
        f"<p>{SAPO}</p>",
        *(f"<h3><a href='/tin/cho-{number}.html'>Chợ phiên {number}</a></h3>" for number in range(9)),
    ],
)


def teased(number: int) -> bytes:
    """Another article, with a box of others on its page."""
    box = (
        f'<div class="lien-quan"><h4>Tin liên quan</h4><ul><li><a href="{TARGET}" title="{TITLE}">'
        f"<b>Ông</b> {unicodedata.normalize('NFD', NEIGHBOUR)} bên con đập {OWN['title']}</a>"
        f"<p>{SAPO[:52]}…</p></li><li><a href='/tin/cho-2.html'>Chợ phiên Cò Mỵ đông khách</a></li></ul></div>"
    )
    return other(number).replace(b"<footer>", f"{box}<footer>".encode())


def _feed() -> bytes:
    """With a whole teaser, and one that nothing but its link says what it is of."""
    return f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo Đầm Sậy</title>
<item><title><![CDATA[{TITLE}]]></title><link>{TARGET}</link>
<description>&lt;p&gt;{html.escape(SAPO)}&lt;/p&gt;&lt;p&gt;{article_lines("x")[0]}&lt;/p&gt;</description></item>
<item><title>Đập mới</title><link>{MOVED}</link><description>Ai nấy {OWN["quoted"]}</description></item>
<item><title>Chợ phiên đông khách</title><link>{SITES["dam-say"]}/tin/cho-2.html</link></item>
</channel></rss>""".encode()


def _sitemap() -> bytes:
    entities = "".join(f"&#{ord(letter)};" for letter in TITLE)
    return f"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{TARGET}</loc><news:news>
<news:title>{entities}</news:title><news:keywords>{OWN["keyword"]}</news:keywords></news:news></url>
<url><loc>{SITES["dam-say"]}/tin/cho-2.html</loc><news:news><news:title>Chợ phiên</news:title></news:news></url>
</urlset>""".encode()


def _json() -> bytes:
    items = [
        {"url": TARGET, "title": f"{OWN['title']}!", "content_text": SAPO, "authors": [{"name": "Tòa soạn"}]},
        {"url": f"{SITES['dam-say']}/tin/cho-2.html", "title": "Chợ phiên đông khách"},
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def quoting(hours: float = 51, number: int = 9) -> Iterator[Exchange]:
    """What else of the newspaper says what the article says: listings, feeds, sitemaps, headers, another's page."""
    home = SITES["dam-say"]
    front = (
        LISTING.decode() + f"<a href='https://chia-se.test/?u={quote(TARGET)}&t={quote(TITLE)}'>Chia sẻ</a>"
    ).encode()
    yield visit(f"{home}/thoi-su", hours, LISTING, kind="listing")
    yield visit(f"{home}/", hours + 0.1, gzip.compress(front), kind="listing", head="Content-Encoding: gzip\r\n")
    yield visit(
        f"{home}/rss/moi.rss", hours + 0.2, brotli.compress(_feed()), kind="feed", head="Content-Encoding: br\r\n"
    )
    yield visit(f"{home}/news-sitemap.xml", hours + 0.3, _sitemap(), kind="feed")
    yield visit(f"{home}/feed.json", hours + 0.4, _json(), kind="feed", head="Content-Type: application/json\r\n")
    title = quote(TITLE)
    yield visit(
        f"{home}/tin/cho-{number}.html",
        hours + 0.5,
        teased(number),
        head=f"Link: <{TARGET}>; title*=UTF-8''{title}\r\n",
    )
    yield visit(
        f"{home}/tin/cu-{number}.html",
        hours + 0.6,
        f"<h1>Đã chuyển</h1>{SAPO}".encode(),
        status=301,
        head=f"Location: {TARGET}?t={title}\r\n",
    )


def visit(
    url: str,
    hour: float,
    payload: bytes,
    *,
    kind: str = "page",
    status: int = 200,
    title: str = "",
    head: str = "",
    **more: object,
) -> Exchange:
    source = next(slug for slug, home in SITES.items() if url.startswith(f"{home}/"))
    media = "image/jpeg" if kind == "requisite" else "text/html; charset=utf-8"
    said = [("source", source), ("kind", kind), ("via-kind", "section"), *([("link-title", title)] if title else [])]
    return Exchange(
        url=url,
        date=START + timedelta(hours=hour),
        request=f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        status=status,
        response_head=f"HTTP/1.1 {status} X\r\n{head or f'Content-Type: {media}'}\r\n\r\n".replace(
            "\r\n\r\n\r\n", "\r\n\r\n"
        ).encode(),
        payload=payload,
        metadata=tuple(said),
        **more,  # type: ignore[arg-type]
    )


FIRST_ID = "<urn:uuid:00000000-1111-4000-8000-000000000001>"


def runs() -> tuple[list[Exchange], ...]:
    first = visit(TARGET, 1, target(OWN["before the edit"]), title=TITLE, record_id=FIRST_ID)
    second = visit(TARGET, 30, target(OWN["edited"]))
    same = visit(TARGET, 50, b"", status=304)
    prior = Prior(record_id=FIRST_ID, url=TARGET, fetched_at=first.date, payload_digest="sha1:" + "A" * 32)
    return (
        [
            first,
            visit(f"{SITES['dam-say']}/anh/gui-mang.jpg", 1.1, b"\xff\xd8\xff gui mang", kind="requisite"),
            *(visit(f"{SITES['dam-say']}/tin/cho-{n}.html", 2 + n, other(n)) for n in range(4)),
            visit(TRANSLATION, 8, ENGLISH),
            visit(REPRINT, 9, COPY),
            *(visit(f"{SITES['khe-sen']}/tin/cho-{n}.html", 9 + n, other(n)) for n in range(4, 7)),
        ],
        [second, visit(MOVED, 31, target(OWN["edited"]), title=TITLE), replace(same, refers_to=prior)],
    )


def write(archive: Archive, exchanges: Iterable[Exchange], name: str) -> None:
    writer = WarcWriter(archive.warc_folder, info={"software": "newsarchive/test"}, prefix=name)
    for item in exchanges:
        writer.write(item)
    writer.close()


def ingest(archive: Archive) -> None:
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as chain:
        recover(archive, chain)


def describe(folder: Path, drop: str = "") -> None:
    """The source files. With *drop* a block that was read so far is no part of an article."""
    (folder / "sources").mkdir(exist_ok=True)
    for slug, home in SITES.items():
        more = f'\n[extract]\ndrop = ["{drop}"]\n' if drop else ""
        text = (
            f'name = "Báo {slug}"\nprovince = "dien-bien"\nhomepage = "{home}/"\nkind = "newspaper"\n'
            f"article = '-(?P<id>\\d+)\\.html$'\nrequisites = \"images\"\n{more}"
        )
        (folder / "sources" / f"{slug}.toml").write_text(text, "utf-8")


def build(folder: Path) -> Path:
    path = folder / "archive.db"
    describe(folder)
    archive = create(path)
    try:
        for number, exchanges in enumerate(runs()):
            write(archive, exchanges, f"run-{number}")
            ingest(archive)
    finally:
        archive.close()
    return path


def crawl_again(path: Path, exchanges: Iterable[Exchange], name: str) -> None:
    archive = open_archive(path)
    try:
        write(archive, exchanges, name)
        ingest(archive)
    finally:
        archive.close()
