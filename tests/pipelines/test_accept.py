"""What is no article: told by the answer, or by the page alone."""

from dataclasses import replace
from typing import Any

import pytest
from lxml.html import fromstring
from record_side import SOURCES, START, Shot

from crawler.capture import Kind
from pipelines.accept import refuse_answer, refuse_page
from pipelines.article import Page, Reading
from pipelines.reading.page.head import head_of
from pipelines.refusing.stubs import is_not_found

STUB = b'<html><body><script>document.cookie="D1N=0123456789abcdef0123456789abcdef"+"; path=/";</script></body></html>'
CAPTURE = replace(Shot(lines=("x",)).capture, headers=(("Content-Type", "text/html; charset=utf-8"),))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({}, None),
        ({"headers": ()}, None),
        ({"status": None, "error": "timeout after 20 s"}, "failed:timeout"),
        ({"status": None}, "failed:no-answer"),
        ({"body": STUB}, "challenge"),
        ({"body": STUB, "kind": Kind.FEED}, "challenge"),
        ({"body": STUB, "status": 404}, "challenge"),
        ({"status": 304}, "not-modified"),
        ({"status": 302}, "redirect"),
        ({"status": 404}, "missing"),
        ({"status": 410}, "missing"),
        ({"status": 403}, "failed:http-403"),
        ({"status": 503}, "failed:http-503"),
        ({"status": 404, "kind": Kind.ROBOTS}, "robots"),
        ({"kind": Kind.FEED, "headers": (("Content-Type", "application/rss+xml"),)}, "feed"),
        ({"kind": Kind.LISTING}, "listing"),
        ({"error": "bad-body zlib"}, "failed:bad-body"),
        ({"headers": (("content-type", "application/pdf"),)}, "rejected:not-html"),
        ({"headers": (("content-type", "TEXT/HTML"),)}, None),
    ],
)
def test_answers_that_need_no_reading(answer: dict[str, Any], outcome: str | None) -> None:
    assert refuse_answer(replace(CAPTURE, **answer)) == outcome


@pytest.mark.parametrize(
    "head",
    [
        "Không tìm thấy trang",
        "404 - Báo Sông",
        "Lỗi 404",
        "Trang bạn yêu cầu không tồn tại",
        "Bài viết này không tồn tại hoặc đã bị xoá",
        "Page not found",
        "The page you requested could not be found",
        "This article is no longer available",
    ],
)
def test_pages_that_say_they_are_not_there(head: str) -> None:
    assert is_not_found(head)


@pytest.mark.parametrize(
    "head",
    [
        "Không tìm thấy nạn nhân sau ba ngày lũ",
        "Tài khoản giả mạo đã bị xóa",
        "Khởi công quốc lộ 404 qua huyện",
        "The missing boat could not be found on Monday",
        "Trường học khang trang ở xã đảo",
    ],
)
def test_news_of_what_is_not_found(head: str) -> None:
    assert not is_not_found(head)


@pytest.mark.parametrize(
    ("lines", "changes", "code"),
    [
        ((), {}, "no-text"),
        (("Vài chữ thôi.",), {}, "too-short"),
        (("Vài chữ thôi.",), {"published": "2026-03-01"}, None),
        (("chữ " * 20,), {}, None),
        (("Xin lỗi.",), {"title": "Không tìm thấy trang"}, "soft-404"),
        (("chữ " * 100,), {"title": "Không tìm thấy trang đầu của cuốn sổ"}, None),
    ],
)
def test_the_evidence_of_the_page(lines: tuple[str, ...], changes: dict[str, Any], code: str | None) -> None:
    assert code_of(Shot(lines=lines, **changes).reading) == code


@pytest.mark.parametrize("body", ["<div id=root></div>", "<noscript>Please enable JavaScript</noscript>"])
def test_a_shell_without_its_script(body: str) -> None:
    assert code_of(Shot().reading, body) == "javascript-shell"


def code_of(reading: Reading, body: str = "") -> str | None:
    tree = fromstring(f"<html><body>{body}</body></html>")
    page = Page(url="http://song.test/bai-a", fetched_at=START, source=SOURCES["song"], tree=tree)
    found = refuse_page(reading, head_of(page))
    return found and found.code
