"""What stands under an article on its page: cut where a line announces it and no prose follows, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block
from pipelines.reading.text.tails import without_tail

PROSE = "Con đường lên bản được mở từ sáng, đến trưa đã có những xe chè đầu tiên chạy xuống chợ huyện."
MORE = "Bà con nói chưa bao giờ nghĩ rằng từ bản ra chợ lại chỉ còn một giờ đồng hồ như hôm nay."
TITLES = ("Ba xã vùng cao có nước sạch", "Khởi công trạm bơm Bến Vọng", "Giá chè búp tăng trở lại")
CUES = (
    "Tin liên quan", "TIN LIÊN QUAN:", "Bài viết liên quan", "Các tin khác", "CÁC TIN ĐÃ ĐƯA", "Tin cùng chuyên mục",
    "Cùng chuyên mục", "Những tin mới hơn", "Đọc nhiều", "Xem thêm", ">> Xem thêm", "Có thể bạn quan tâm",
    "Bình luận (0)",
    "Ý kiến bạn đọc", "Gửi bình luận", "Từ khóa:", "Related news", "Related articles", "Other news", "Most read",
    "Comments",
    "3 comments", "Leave a comment", "Business connection", "Văn bản, chính sách mới",
    "Rate exchange", "Thống kê truy cập", "Liên kết website",
    "New comment has just been added. Click here", "Bạn có thích bài viết này?", "Read more",
)  # fmt: skip


def texts_of(*texts: str) -> list[str]:
    return [block.text for block in without_tail([Block(text=text) for text in texts])]


@pytest.mark.parametrize("cue", CUES)
def test_headlines_behind_a_cue_go(cue: str) -> None:
    assert texts_of(PROSE, MORE, cue, *TITLES) == [PROSE, MORE]


@pytest.mark.parametrize("cue", CUES)
def test_prose_behind_a_cue_stays_with_all_before_it(cue: str) -> None:
    texts = [PROSE, cue, *TITLES, MORE]
    assert texts_of(*texts) == texts
    assert texts_of(*texts, "Tin liên quan", TITLES[0]) == texts


@pytest.mark.parametrize(
    "tail",
    [
        ["Business connection", "Văn bản mới Tiếng Anh | CERTIFICATE OF FIRE SAFETY", "Rate exchange", "USD | 25311"],
        ["Sort:NewBest News"],
        ["0:00 / 3:12"],
        ["Lượt xem: 421"],
        ["In trang Về đầu trang"],
        ["Xem thêm: Ba xã vùng cao có nước sạch"],
        ["Từ khóa: chè, đường lên bản"],
        ["Bình luận", "Hải Đăng", "Hay quá!", "Trả lời"],
    ],
)
def test_what_pages_print_below(tail: list[str]) -> None:
    assert texts_of(PROSE, *tail) == [PROSE]


@pytest.mark.parametrize(
    "line", ["Tin vui về bản", "Bình luận viên Mai Lam", "Đọc sách dưới trăng", "Comments on the plan were few"]
)
def test_a_line_that_only_begins_like_a_cue_announces_nothing(line: str) -> None:
    assert texts_of(PROSE, line, *TITLES) == [PROSE, line, *TITLES]


def test_short_lines_without_a_cue_stay() -> None:
    assert texts_of(PROSE, *TITLES) == [PROSE, *TITLES]


def test_a_credit_behind_other_headlines_stays() -> None:
    assert texts_of(PROSE, "Tin liên quan", *TITLES, "Bài, ảnh: Mai Lam") == [PROSE, "Bài, ảnh: Mai Lam"]
    assert texts_of(PROSE, "Tin liên quan", *TITLES, "Theo TTXVN") == [PROSE, "Theo TTXVN"]


def test_counters_before_the_text_go() -> None:
    assert texts_of("Online: | 31", "Lượt xem: 1.204", PROSE, MORE) == [PROSE, MORE]


LINES = st.one_of(
    st.sampled_from((*CUES, *TITLES, PROSE, MORE, "Lượt xem: 12", "Mai Lam", "Theo TTXVN")), st.text(max_size=60)
)


@given(st.lists(LINES, min_size=1, max_size=12))
def test_no_prose_is_ever_lost(lines: list[str]) -> None:
    kept = texts_of(*lines)
    assert kept and [line for line in kept if line in (PROSE, MORE)] == [
        line for line in lines if line in (PROSE, MORE)
    ]
    assert texts_of(*kept) == kept
    rest = iter(lines)
    assert all(line in rest for line in kept), "in the order of the page, nothing else"


@given(st.lists(LINES, max_size=8), st.sampled_from((PROSE, MORE)))
def test_what_stands_before_the_last_sentence_stays(before: list[str], last: str) -> None:
    """But for counters at the very top."""
    texts = [PROSE, *before, last]
    assert texts_of(*texts) == texts
