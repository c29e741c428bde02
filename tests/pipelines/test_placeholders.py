from dataclasses import replace

import pytest

from pipelines.article import Block, Metadata, Published, Reading
from pipelines.reading.text.placeholders import tidy

PROSE = "Sáng 12/6, xã Tràng Ngạn khánh thành nhà văn hóa thôn Bãi Sậy."


def reading(*lines: str, title: str | None = "Khánh thành nhà văn hóa", summary: str | None = None) -> Reading:
    return Reading(
        extractor="x",
        metadata=Metadata(title=title, summary=summary),
        published=Published(),
        language="vi",
        machine_translated=False,
        blocks=tuple(Block(text=line) for line in lines),
        flags=("injected",),
    )


@pytest.mark.parametrize(
    "line",
    [
        "{keywords}",
        "| {keywords} |",
        "{{ article.title }}",
        "[[caption]]",
        "${page.title}",
        "<%= title %>",
        "%title%",
        "#NEWS_TITLE#",
        "DNUM_BFZAEZCACC",
        "DNUM_BFZAEZCACC, DNUM_CFZAEZCACE",
        "[email protected]",
        "[email\u00a0protected]",
        "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
        "undefined",
        "null",
        "NaN",
        "[object Object]",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
    ],
)
def test_alone_on_a_line_it_is_taken_out(line: str) -> None:
    tidied = tidy(reading(PROSE, line))
    assert [block.text for block in tidied.blocks] == [PROSE]
    assert tidied.flags == ("injected", "placeholder")
    tidied = tidy(reading(PROSE, title=line, summary=line))
    assert (tidied.metadata.title, tidied.metadata.summary) == (None, None)
    assert "placeholder" in tidied.flags


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ("It grew by DNUM_BFZAEZCACC percent in the first half of the year.", "placeholder"),
        ("Bạn đọc gửi thư về [email protected] trước ngày 20/6.", "placeholder"),
        ("Ông {author} cho biết sẽ hoàn thành trong tháng tới.", "placeholder"),
        ("Chào mừng bạn đến với {{ site.name }} của chúng tôi.", "placeholder"),
        ("The competition lasts from Day 2On July 6 to the end of the month.", "garbled-number"),
        ("\ufffdà Nẵng đón khách du lịch.", "broken-letters"),
        ("H?i ngh? t?ng k?t c?a t?nh B?c Ninh.", "broken-letters"),
    ],
)
def test_in_prose_it_is_flagged_alone(line: str, flag: str) -> None:
    tidied = tidy(reading(PROSE, line))
    assert [block.text for block in tidied.blocks] == [PROSE, line]
    assert tidied.flags == tuple(sorted(["injected", flag]))


@pytest.mark.parametrize(
    "line",
    [
        PROSE,
        "Giá trị sản xuất tăng 50%, trong đó 30% từ nuôi trồng, 20% từ khai thác.",
        "Ai được hỗ trợ? Bao giờ? Mức nào?",
        "Xem https://bao.example/tin?id=1&trang=2, https://bao.example/a?b=c và https://bao.example/d?e=f.",
        "COVID-19 and 5G, 4G; 2nd and 3rd; 7Up, 4Runner, 20Minutes",
        "Số quyết định #15 [1] [[2]] (x) {y}",
        "Hàm null của lập trình viên; kết quả undefined.",
        "Đề thi viết: tập nghiệm S = {1; 2}.",
    ],
)
def test_what_is_none(line: str) -> None:
    before = reading(PROSE, line)
    assert tidy(before) is before


def test_nothing_is_left_of_nothing() -> None:
    assert tidy(reading("{keywords}", title=None)).blocks == ()


def test_what_only_may_be_the_article_s_is_cleared_of_them_and_says_nothing_of_the_article() -> None:
    teaser = Block(text="Xem thêm {keywords} cùng chuyên mục", sure=-12)
    read = reading(PROSE)
    found = tidy(replace(read, blocks=(*read.blocks, teaser, Block(text="{{ item.title }}", sure=-3))))
    assert found.flags == ("injected",)
    assert [block.text for block in found.blocks] == [PROSE, teaser.text]
