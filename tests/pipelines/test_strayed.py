"""Pages whose head and body nobody parted."""

from dataclasses import replace

import pytest
from record_side import SOURCES, Shot

from pipelines.chain import run_chain
from pipelines.extract import parse

TITLE = "Cầu Nà Lạn nối hai bờ"
LINES = [
    f"Đoạn thứ {n}, đội thi công {place} đổ xong bê tông trụ cầu, người dân hai bờ mừng vì sắp hết cảnh chờ đò."
    for n, place in enumerate(("Sơn Hà", "Tràng Ngạn", "Bến Gỗ", "Chợ Cũ", "Đồi Thông"), start=1)
]
HEADLINE, TEXT = f"<h1>{TITLE}</h1>", "".join(f"<p>{line}</p>" for line in LINES)
FOOT = "<footer><p>Bản quyền thuộc Báo Sơn Hà</p></footer>"


@pytest.mark.parametrize(
    "page",
    [
        f"<html lang='vi'><title>{TITLE}</title><article>{HEADLINE}{TEXT}</article></html>",
        f"<html><title>{TITLE}</title><header>Báo Sơn Hà</header><main>{HEADLINE}{TEXT}</main>{FOOT}</html>",
        f"<html><title>{TITLE}</title><article>{HEADLINE}{TEXT}</article><p>Bản quyền thuộc Báo Sơn Hà</p></html>",
        f"<html><head><title>{TITLE}</title><header>Sơn Hà</header><body><main>{HEADLINE}{TEXT}</main></body></html>",
        f"<html><head><title>{TITLE}</title></head><article>{HEADLINE}{TEXT}</article></html>",
        f"<html><head><title>{TITLE}</title></head><body><article>{HEADLINE}{TEXT}</article></body></html>",
    ],
)
def test_an_article_is_read_whatever_tags_of_the_page_were_left_out(page: str) -> None:
    capture = replace(Shot(lines=("x",)).capture, body=f"<!DOCTYPE html>{page}".encode())
    result = run_chain(capture, SOURCES["song"])
    assert result.article is not None, result
    assert result.article.text.split("\n") == LINES
    assert result.article.metadata.title == TITLE


def test_what_strayed_stands_first_in_the_body_and_the_rest_stays() -> None:
    tree = parse(
        b"<html><head><title>a</title><header>b</header><meta name='c'><nav>d</nav>e<body>f<p>g</p></body></html>"
    )
    assert [child.tag for child in tree.find("head")] == ["title", "meta"]
    body = tree.find("body")
    assert [child.tag for child in body][:2] == ["header", "nav"]
    assert "".join(body.itertext()) == "bdefg"


def test_a_head_s_own_elements_stay_and_make_no_body() -> None:
    tree = parse(b"<html><head><title>a</title><site-style><style>p{}</style></site-style></head><body><p>b</p></body>")
    assert [child.tag for child in tree.find("head")] == ["title", "site-style"]
    assert [child.tag for child in tree.find("body")] == ["p"]
