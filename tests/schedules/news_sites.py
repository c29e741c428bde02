"""Small newspapers on loopback that list their articles in one way each, or let nobody in."""

import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply

D1N = (
    b'<html><body><script>document.cookie="D1N=0123456789abcdef0123456789abcdef"+"; expires=Fri, 31-Dec-2038 '
    b'23:59:59 GMT; path=/";window.location.reload(true);</script></body></html>'
)
SECTIONS = {"thoi-su": "Thời sự", "kinh-te": "Kinh tế", "van-hoa": "Văn hóa"}
HEADLINES = (
    ("xa-vung-cao-mo-cho-phien-dau-nam", "Xã vùng cao mở chợ phiên đầu năm"),
    ("nong-dan-doi-giong-lua-vi-nuoc-man", "Nông dân đổi giống lúa vì nước mặn"),
    ("cau-moi-qua-song-thong-xe-truoc-tet", "Cầu mới qua sông thông xe trước Tết"),
    ("hoc-sinh-vung-lu-tro-lai-truong-hoc", "Học sinh vùng lũ trở lại trường học"),
    ("lang-nghe-det-tho-cam-tim-dau-ra", "Làng nghề dệt thổ cẩm tìm đầu ra"),
    ("bac-si-tre-ve-tram-y-te-bien-gioi", "Bác sĩ trẻ về trạm y tế biên giới"),
)
PARAGRAPH = (
    "Sáng nay, người dân trong huyện kể lại câu chuyện của mình với phóng viên, từ con đường đất đến lớp học trên đồi,"
    " và nói rằng mùa này mọi việc đã khác so với những năm trước, khi cả xã còn phải đi bộ nửa ngày mới tới chợ."
)


def page(title: str, body: str, *, site: str = "Báo Lam Châu") -> Reply:
    menu = "".join(f'<a href="/{path}">{name}</a> ' for path, name in SECTIONS.items())
    return Reply(
        f"<html><head><title>{title} - {site}</title></head><body><nav>{menu}</nav>{body}</body></html>".encode()
    )


def stories(address: str, *, dated: bool = True) -> dict[str, tuple[str, Reply]]:
    """Path → title and page of each story. *address* is a format of section, slug and id."""
    found = {}
    for number, (slug, title) in enumerate(HEADLINES):
        section = list(SECTIONS)[number % 3]
        stamp = (
            f'<time datetime="2026-03-{number + 10}T08:30:00+07:00">{number + 10}/03/2026 08:30</time>' if dated else ""
        )
        body = "".join(f"<p>{PARAGRAPH} {n} {slug}.</p>" for n in range(4))
        text = f"<h1>{title}</h1>{stamp}<div class='body'>{body}</div>"
        path = address.format(section=section, slug=slug, id=81200 + 7 * number)
        found[path] = (title, page(title, text))
    return found


def anchors(links: dict[str, tuple[str, Reply]]) -> str:
    return "".join(f'<h3><a href="{path}">{title}</a></h3>' for path, (title, _) in links.items())


def with_feeds() -> Pages:
    """Its /rss is a page that names the feeds, and nothing else does; the homepage shows pictures without a word."""
    own = stories("/{section}/{slug}-d{id}.html")
    pictures = "".join(f'<a href="{path}"><img src="/x.jpg"></a>' for path in own)
    pages: Pages = {"/": page("Trang chủ", pictures), "/rss": page("RSS", '<a href="/rss/tin-moi.rss">Tin mới</a>')}
    items = "".join(
        f"<item><title>{title}</title><link>http://baolamchau.test{path}</link>"
        f"<pubDate>Tue, {n + 10} Mar 2026 08:30:00 +0700</pubDate></item>"
        for n, (path, (title, _)) in enumerate(own.items())
    )
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    pages["/rss/tin-moi.rss"] = Reply(rss.encode(), headers={"Content-Type": "application/rss+xml"})
    return (
        pages | {path: reply for path, (_, reply) in own.items()} | {f"/{s}": page(n, "") for s, n in SECTIONS.items()}
    )


def with_sitemap() -> Pages:
    """Only robots.txt says where its sitemap is, which names sections as well; slugs alone tell articles apart."""
    own = stories("/{section}/{slug}")
    urls = "".join(f"<url><loc>http://sotinhlam.test{path}</loc></url>" for path in ("/", "/thoi-su", "/kinh-te", *own))
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return {
        "/": page("Trang chủ", "<p>Chào mừng.</p>"),
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /admin\nSitemap: http://sotinhlam.test/ban-do-trang.xml\n"),
        "/ban-do-trang.xml": Reply(sitemap.encode(), headers={"Content-Type": "text/xml"}),
        **{f"/{section}": page(name, "") for section, name in SECTIONS.items()},
        **{path: reply for path, (_, reply) in own.items()},
    }


def with_sections(*, dated: bool = True, listed: bool = True) -> Pages:
    """The id stands before the slug; each section lists its own."""
    own = stories("/{section}/{id}/{slug}.html", dated=dated)
    pages: Pages = {"/": page("Trang chủ", anchors(dict(list(own.items())[:3])) if listed else "")}
    for section, name in SECTIONS.items():
        mine = {path: story for path, story in own.items() if path.startswith(f"/{section}/")}
        pages[f"/{section}"] = page(name, anchors(mine) if listed else "")
    return pages | {path: reply for path, (_, reply) in own.items()}


def behind_a_wall() -> Pages:
    return {"/": Reply(D1N), "/robots.txt": Reply(b"", status=404)}


def closed() -> Pages:
    return with_sections() | {"/robots.txt": Reply(b"User-agent: *\nDisallow: /\n")}


def shell() -> Pages:
    return {
        "/": Reply(
            b'<html><head><title>B\xc3\xa1o Lam Ch\xc3\xa2u</title></head><body><div id="root"></div></body></html>'
        )
    }


def moved() -> Pages:
    return {"/": Reply(status=301, headers={"Location": "http://baomoi-lamchau.test/"})}


def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"
