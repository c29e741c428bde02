"""Which addresses of a page are kept besides it, and in what form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from scrapy import Request

from crawler import requisites
from crawler.requisites import address, find, images, most_bytes

PAGE = "https://song.test/tin/bai-1.html"


def found(markup: str) -> tuple[str, ...]:
    return find(html.document_fromstring(f"<html><body>{markup}<p>x</p></body></html>"), PAGE)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("/anh/1.jpg", "https://song.test/anh/1.jpg"),
        ("//img.test/a b.jpg", "https://img.test/a%20b.jpg"),
        ("http://IMG.test:8080/ảnh.jpg?w=ổ#x", "http://img.test:8080/%E1%BA%A3nh.jpg?w=%E1%BB%95"),
        ("http://img.test/100%.jpg", "http://img.test/100%25.jpg"),
        ("http://img.test", "http://img.test/"),
        ("http://ảnh.test/1.jpg", "http://xn--nh-k5s.test/1.jpg"),
        ("http://img.test/a[1]|{2}.jpg", "http://img.test/a%5B1%5D%7C%7B2%7D.jpg"),
        ("data:image/gif;base64,R0lGOD", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://127.0.0.1/1.jpg", None),
        ("http://2130706433/1.jpg", None),
        ("http://[::1]/1.jpg", None),
        ("http://me:secret@img.test/1.jpg", None),
        ("https://www.facebook.com/tr?id=1", None),
        ("https://stats.g.doubleclick.net/dc.js", None),
        ("/images/spacer.gif", None),
        ("http://img.test:99999/1.jpg", None),
        ("http://[/1.jpg", None),
        ("http://img.test/" + "a" * 3000, None),
    ],
)
def test_the_form_that_is_asked_for(url: str, asked: str | None) -> None:
    assert address(url, PAGE) == asked


@given(st.text(max_size=60), st.sampled_from(["http://img.test/", "//img.test/a?", "/", "", "https://"]))
def test_it_is_asked_for_in_the_form_that_it_is_listed_in(text: str, start: str) -> None:
    """A capture names the address that Scrapy sent: it must find its way back to the row that asked for it."""
    asked = address(start + text, PAGE)
    if asked is not None:
        assert address(asked) == asked
        assert Request(asked).url == asked


def test_attachments_come_first_then_stylesheets_then_images() -> None:
    page = """<link rel="stylesheet" href="/a.css"><link rel="alternate stylesheet" href="/b.css">
        <link rel=icon href=/i>
        <img src="/loading.gif" data-src="/1.jpg"><img src="/2.jpg"><img src="/p.gif" width=1 height=1>
        <picture><source srcset="/3.webp 1x, /4.webp 2x"></picture>
        <a href="/qd/Quyet-dinh.PDF?v=1">Tải về</a><a href="/khac.html">Khác</a><iframe src="/don.docx"></iframe>
        <footer><a href="/gioi-thieu.pdf">Giới thiệu</a></footer>"""
    names = [url.removeprefix("https://song.test/") for url in found(page)]
    assert names == ["qd/Quyet-dinh.PDF?v=1", "don.docx", "a.css", "1.jpg", "loading.gif", "2.jpg", "3.webp"]


def test_a_base_counts() -> None:
    assert found('<base href="https://img.test/x/"><img src="1.jpg">') == ("https://img.test/x/1.jpg",)


def test_no_page_can_name_more_than_so_many() -> None:
    page = "".join(
        f'<img src="/{n}.jpg"><a href="/{n}.pdf">x</a><link rel=stylesheet href="/{n}.css">' for n in range(500)
    )
    most = requisites.MOST_ON_PAGE + requisites.MOST_ATTACHMENTS + requisites.MOST_STYLES
    assert len(found(page)) == most
    assert len(images(f"https://img.test/{n}.jpg" for n in range(100))) == requisites.MOST_IMAGES
    assert images(["https://img.test/1.jpg"] * 5 + ["data:x"]) == ("https://img.test/1.jpg",)


def test_an_attachment_may_be_larger_than_an_image() -> None:
    assert most_bytes("https://song.test/a.pdf?x=1") > most_bytes("https://song.test/a.jpg")


@given(st.text(max_size=200))
def test_no_page_breaks_it(text: str) -> None:
    tree = html.document_fromstring("<html><body><p>x</p></body></html>")
    for tag, name in (("img", "src"), ("img", "srcset"), ("a", "href"), ("link", "href"), ("base", "href")):
        element = html.Element(tag, rel="stylesheet")
        element.set(name, "".join(c for c in text if c.isprintable()))
        tree.append(element)
    assert all(address(url) == url for url in find(tree, PAGE))
