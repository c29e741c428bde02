"""What stands under an article on its page and came along with the text: other headlines, comments, widgets. Pure.

Told by a line that announces it ("Tin liên quan", "Comments", "Business connection") where nothing but short lines
follows, up to the end. A sentence after such a line keeps all of it: prose is never cut.
"""

import re
from collections.abc import Sequence

from pipelines.article import Block
from pipelines.reading.people.agencies import is_credit
from pipelines.reading.people.credits import LABELLED

# Of other articles: a signature can still come behind such a box.
_OTHERS = (
    r"(?:các |những )?(?:tin|bài)(?: viết| bài)?(?: tức)? (?:liên quan|khác|cùng (?:chuyên mục|chủ đề|loại)"
    r"|mới(?: (?:nhất|hơn))?|cũ hơn|đã đưa(?: ngày)?|nổi bật|đọc nhiều|xem nhiều)"
    r"|có thể bạn quan tâm|cùng (?:chuyên mục|chủ đề|tác giả)|đọc (?:thêm|tiếp|nhiều(?: nhất)?)"
    r"|xem (?:thêm|nhiều(?: nhất)?|tiếp)|mới nhất|đọc nhiều nhất|>{1,2} ?xem thêm"
    r"|(?:related|other|more|latest|recent|hot)(?: ?\w*)? (?:news|articles?|stories|posts?|topics?)"
    r"|related|most (?:read|popular|viewed)|you may also like|in the same (?:issue|section)|see also|read more"
    r"|recommended"
)
_REST = (
    r"(?:\d+ )?(?:bình luận|ý kiến(?: bạn đọc| độc giả)?|phản hồi)|(?:gửi|viết) (?:bình luận|ý kiến"
    r"|phản hồi)(?: của bạn)?"
    r"|ý kiến bạn đọc(?: về bài viết)?|bạn (?:có thích|thấy|nghĩ gì về) bài (?:viết|báo) này.*"
    r"|new comment has just been added.*|(?:\d+ |leave a |add a |your |post a )?comments?|join the discussion"
    r"|(?:từ khóa|từ khoá|tags?|thẻ)(?: bài viết)?|business connection"
    r"|văn bản(?:,? chính sách)? mới(?: ban hành)?|rate exchange|exchange rates?"
    r"|thống kê truy cập|liên kết(?: web(?:site)?)?|thăm dò(?: ý kiến)?|thông tin (?:cần biết|tiện ích)"
    r"|chia sẻ(?: bài viết)?(?: (?:qua|trên|lên) \w+)?|share this(?: \w+)?|follow us.*|quảng cáo|kết nối doanh nghiệp"
)
_CUE = re.compile(rf"\W*(?:(?P<others>{_OTHERS})|{_REST})\s*(?:\(\s*\d+\s*\))?\W*", re.IGNORECASE)
# The same with what it announces in one line: "Từ khóa: lúa, hạn mặn", "Xem thêm: Ba xã có nước sạch".
_CUE_AND_MORE = re.compile(
    r"\W*(?P<others>tin liên quan|bài liên quan|xem thêm|đọc thêm|read more|see also)\s*[:：].+"
    r"|\W*(?:từ khóa|từ khoá|tags?|keywords?)\s*[:：].+",
    re.IGNORECASE,
)
_LONGEST_CUE = 60
# Players, counters and buttons that stand alone.
_WIDGET = re.compile(
    r"\W*(?:(?:nghe|đọc) (?:đọc )?(?:bài(?: viết| báo)?|audio)\W*)?(?:\d{1,2}:\d\d\s*/\s*\d{1,2}:\d\d)?\W*"
    r"|(?:(?:số |tổng (?:số )?)?(?:lượt|lần) (?:xem|đọc|truy cập)|(?:đang )?(?:online|trực tuyến)|views?|visits?)"
    r"\W*[\d.,]+|đánh giá\W*\d+.{0,20}|tổng số điểm của bài viết là\W*\d+.{0,30}|bản tin được đọc bằng giọng.{0,40}"
    r"|\d+ (?:bình luận|comments?)"
    r"|(?:in trang|về đầu trang|gửi email|chia sẻ|quay lại)(?:\W+(?:in trang|về đầu trang|gửi email|chia sẻ|quay lại))+"
    r"|sort(?: by)?\W*(?:new(?:est)?|best|oldest).{0,40}"
    r"|(?:in (?:bài viết|trang)|gửi (?:email|mail)|quay lại|lên đầu trang|facebook|twitter|zalo|chia sẻ|lưu bài"
    r"|in trang|về đầu trang|thích|like|share|print|back to top)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\W*(?:quảng cáo|advertisements?|sponsored content)\W*", re.IGNORECASE)
# A line above the text that says when it was published and no more.
_STAMP = re.compile(
    r"\W*(?:(?:cập nhật|đăng tải|đăng|ngày đăng|updated|published|posted)(?: lúc| ngày| on| at)?\W*)?"
    r"(?:(?:thứ\s+\w+|chủ nhật|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\W+)?(?:ngày\W+)?"
    r"(?=\d{1,4}\s*[:/.-]\s*\d)[\d\s:/.,|–-]+(?:SA|CH|am|pm)?[\d\s:/.,|–-]*(?:\(?(?:GMT|UTC)\s*[+-]?[\d:]*\)?)?\W*",
    re.IGNORECASE,
)
# A headline is shorter, and ends with no full stop.
_MOST_WORDS, _FEW_WORDS = 30, 6
_STOPS = (".", "!", "…", ";", ":", "”", '"', ".)")


def without_tail(blocks: Sequence[Block]) -> list[Block]:
    """*blocks* up to where the rest of the page begins, counters and players at either end left out, and labels of
    advertisements anywhere. One stays.
    """
    blocks = [block for block in blocks if not _LABEL.fullmatch(block.text)] or blocks
    short = len(blocks)
    while short > 1 and not _is_prose(blocks[short - 1]):
        short -= 1
    start = next((index for index in range(max(1, short), len(blocks)) if _announces(blocks[index].text)), len(blocks))
    kept = list(blocks[:start])
    if start < len(blocks) and _of_others(blocks[start].text) and signs(blocks[-1].text):
        kept.append(blocks[-1])
    while len(kept) > 1 and _is_widget(kept[-1].text):
        kept.pop()
    while len(kept) > 1 and (_is_widget(kept[0].text) or _is_stamp(kept[0].text)):
        del kept[0]
    return kept


def _is_widget(text: str) -> bool:
    return len(text) <= _LONGEST_CUE and any(c.isalnum() for c in text) and _WIDGET.fullmatch(text.strip()) is not None


def _is_stamp(text: str) -> bool:
    return len(text) <= _LONGEST_CUE and _STAMP.fullmatch(text) is not None


def _announces(text: str) -> bool:
    return (len(text) <= _LONGEST_CUE and _CUE.fullmatch(text) is not None) or _CUE_AND_MORE.fullmatch(text) is not None


def _of_others(text: str) -> bool:
    match = _CUE.fullmatch(text) or _CUE_AND_MORE.fullmatch(text)
    return match is not None and match["others"] is not None


def signs(text: str) -> bool:
    """Whether *text* says itself that it is a credit or a signature."""
    return is_credit(text) or LABELLED.match(text) is not None


def _is_prose(block: Block) -> bool:
    words = len(block.text.split())
    return words > _MOST_WORDS or (words > _FEW_WORDS and block.text.rstrip().endswith(_STOPS))
