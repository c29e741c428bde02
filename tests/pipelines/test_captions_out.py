"""Captions as content systems print them, through the whole chain: in ``images``, and out of the text."""

from datetime import UTC, datetime

import pytest

from crawler.capture import Capture, Kind
from crawler.catalog import source_for_host
from pipelines.article import Article
from pipelines.chain import run_chain

PROSE = (
    "Con đường lên bản được mở từ sáng, đến trưa đã có những xe chè đầu tiên chạy xuống chợ huyện bán cho khách quen.",
    "Bà con nói chưa bao giờ nghĩ rằng từ bản ra chợ lại chỉ còn một giờ đồng hồ, trước đây phải đi từ lúc gà gáy.",
    "Xã đã lập một tổ bảy người trông coi cống rãnh, mỗi tháng hai lần dọn đất đá, tiền công lấy từ quỹ của các hộ.",
    "Năm tới con đường sẽ được nối với bến đò, để chè của cả vùng thượng đi thẳng xuống thành phố trong một ngày.",
)
CAPTION, CREDIT = "Những xe chè đầu tiên xuống chợ huyện.", "Mai Lam"
IMAGE = "<img src='/uploads/2026/che.jpg' alt='chè, đường mới, Sơn Hà' width='600'>"
LAYOUTS = {
    "figure": f"<figure>{IMAGE}<figcaption>{CAPTION} Ảnh: {CREDIT}</figcaption></figure>",
    "figure with paragraphs": f"<figure>{IMAGE}<figcaption><p>{CAPTION}</p><p>Ảnh: {CREDIT}</p></figcaption></figure>",
    "table of two rows": f"<table class='picture'><tbody><tr><td>{IMAGE}</td></tr>"
    f"<tr><td class='caption'>{CAPTION} Ảnh: {CREDIT}</td></tr></tbody></table>",
    "table with paragraphs": f"<table align='center'><tbody><tr><td><p>{IMAGE}</p></td></tr>"
    f"<tr><td><p><em>{CAPTION}</em></p><p><em>Ảnh: {CREDIT}</em></p></td></tr></tbody></table>",
    "table with a break": f"<table align='center'><tbody><tr><td>{IMAGE}</td></tr>"
    f"<tr><td><em>{CAPTION}<br>Ảnh: {CREDIT}</em></td></tr></tbody></table>",
    "box of a picture": f"<div class='pic' style='text-align:center'>{IMAGE}<br><em>{CAPTION} Ảnh: {CREDIT}</em></div>",
    "paragraph of a picture": f"<p style='text-align:center'>{IMAGE}<br><em>{CAPTION} Ảnh: {CREDIT}</em></p>",
    "paragraph below": f"<p>{IMAGE}</p><p>{CAPTION} Ảnh: {CREDIT}</p>",
    "centred below": f"<p style='text-align:center'>{IMAGE}</p>"
    f"<p style='text-align:center'><em>{CAPTION} Ảnh: {CREDIT}</em></p>",
    "class below": f"<div class='img-box'>{IMAGE}</div><div class='image-caption'>{CAPTION} (Ảnh: {CREDIT})</div>",
}


def read(layout: str) -> Article:
    body = "".join(f"<p>{text}</p>" for text in PROSE[:2]) + layout + "".join(f"<p>{text}</p>" for text in PROSE[2:])
    page = f"<article><h1>Đường mới lên bản</h1><div class='content'>{body}</div></article>"
    url = "https://baosonha.example/duong-moi-len-ban.html"
    capture = Capture(
        record_id="urn:caption",
        source="x",
        kind=Kind.PAGE,
        url=url,
        final_url=url,
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=f"<html><head><title>Đường mới</title></head><body>{page}</body></html>".encode(),
    )
    article = run_chain(capture, source_for_host("baosonha.example")).article
    assert article is not None
    return article


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_caption_is_the_pictures(layout: str) -> None:
    article = read(LAYOUTS[layout])
    assert article.text.split("\n") == list(PROSE)
    image, *others = article.metadata.images
    assert (image.caption, image.credit, others) == (CAPTION, CREDIT, [])


def test_a_table_of_figures_is_text_and_a_table_in_markdown() -> None:
    rows = [("Xã", "Chè búp (tấn)", "Hộ"), ("Sơn Hà", "", "212"), ("Hà Khê", "31,5", "")]
    cells = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in rows)
    article = read(f"<table border='1'>{cells}</table>")
    lines = ["Xã | Chè búp (tấn) | Hộ", "Sơn Hà | | 212", "Hà Khê | 31,5 |"]
    assert article.text.split("\n") == [*PROSE[:2], *lines, *PROSE[2:]]
    table = "| Xã | Chè búp (tấn) | Hộ |\n| --- | --- | --- |\n| Sơn Hà | | 212 |\n| Hà Khê | 31,5 | |"
    assert table in article.markdown


def test_markdown_keeps_what_a_block_is() -> None:
    items = f"<ul><li>{PROSE[0]} Một.</li><li>{PROSE[1]} Hai.</li></ul>"
    article = read(f"<h2>Một giờ ra chợ</h2>{items}<blockquote><p>Đường này là của bà con.</p></blockquote>")
    for line in ("## Một giờ ra chợ", f"- {PROSE[0]} Một.", "> Đường này là của bà con."):
        assert line in article.markdown.split("\n")
        assert line.split(" ", 1)[1] in article.text.split("\n")
