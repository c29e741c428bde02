"""Lines of a page that are a date and little else. Pure."""

import re
import unicodedata
from datetime import date, timedelta

from pipelines.article import Page
from pipelines.reading.dates.stamp import Stamp, is_plausible, moment
from pipelines.reading.dates.text import choose, find_stamps, residue

# "05/01/2019 15:53 Số lượt xem: 52", "By John Smith, 7 June 2021 10:00".
LONGEST, _RESIDUE = 100, 45
# A page that states the minute it was fetched in states its own clock; two, as clocks differ.
_CLOCK = timedelta(minutes=2)
# How long a page may have waited in a cache.
_CACHED = timedelta(days=1)

_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./-]\d")
# Dates of other things: of the site's licence, of rates, of the weather, of what will take place, of what is in force.
_OF_OTHER_THINGS = re.compile(
    r"giấy phép|cấp (?:lại )?(?:ngày|lần)|\bgpl?xb\b|licen[cs]e|bản quyền|copyright|©|tỷ giá|tỉ giá|exchange rate"
    r"|rate exchange|giá vàng|thời tiết|nhiệt độ|weather|forecast|độ ẩm|°|\blịch\b|calendar|sinh (?:ngày|năm)"
    r"|hiệu lực|ban hành|hết hạn|khai mạc|sự kiện|event|vòng \d|kết quả|xổ số|mở thưởng|trực tiếp|\bvs\.?\b"
    r"|phiên bản|version|(?:từ|đến hết) ngày|\btừ\b.*\bđến\b|dương lịch|âm lịch|phiên họp|quyết định|nghị quyết",
    re.IGNORECASE,
)
# "Tiếp công dân ngày 12/03/2024": a sentence, not a label.
_SENTENCE = re.compile(r"[^\W\d_][\s]+(?:ngày|on|vào|từ|đến|tháng)[\s]*$", re.IGNORECASE)
# Two letters' worth of words each.
_IDEOGRAPHS = re.compile(r"[\u3040-\u9fff]")
# "Written by Jane Doe on 7 June 2021".
_BY = re.compile(r"^\s*(?:written |posted )?by\b", re.IGNORECASE)
_COUNTER = re.compile(
    r"(?:lượt (?:xem|đọc|truy cập)|đã xem|đọc|xem|views?|reads?|bình luận|comments?|chia sẻ|shares?|hits?|ý kiến|id|mã"
    r"|cỡ chữ|font)\W{0,3}[\d.,]+|[\d.,]+\W{0,2}(?:lượt|views?|bình luận|comments?|chia sẻ|ý kiến|phút đọc|min read)"
    # A time that stands apart from its date, or whose zone is anyone's guess.
    r"|\b\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?!\d)",
    re.IGNORECASE,
)


def today(page: Page) -> date:
    """The day of the fetch where the newspaper is."""
    return page.source.day_of(page.fetched_at)


def is_clock(stamp: Stamp, page: Page) -> bool:
    """Whether it is the moment of the fetch. What was published just then is dated by the feed, or by a later visit."""
    return len(stamp.at) > 10 and not stamp.relative and abs(moment(stamp) - page.fetched_at) <= _CLOCK


def is_recent(stamp: Stamp, page: Page) -> bool:
    """Whether it may be the page's clock: of the day of the fetch, or one day before for a page out of a cache."""
    if stamp.label == "published":
        return False
    if len(stamp.at) > 10 and stamp.day < today(page):
        return page.fetched_at - moment(stamp) < _CACHED
    return stamp.day >= today(page) - _CACHED


def may_be_date(text: str) -> bool:
    """Whether to look closer at *text*, a part of a line; what is longer than a line is none."""
    if len(text) > LONGEST:
        return False
    if _DIGITS.search(text):
        return True
    low = text.lower()
    if "trước" in low or " ago" in low or "vừa xong" in low or "just now" in low:
        return True
    return "hôm qua" in low or "yesterday" in low


def is_of_other_things(line: str) -> bool:
    return _OF_OTHER_THINGS.search(line) is not None


def stamps_of(page: Page, line: str, *, strict: bool) -> list[Stamp]:
    """The dates of *line* if it is a line of dates: a sentence that mentions one is not. *strict* is after prose, where
    nothing but a label may stand beside it.
    """
    source, line = page.source, unicodedata.normalize("NFC", line)
    stamps = find_stamps(line, day_first=source.day_first, timezone=source.timezone, now=page.fetched_at)
    stamps = [stamp for stamp in stamps if is_plausible(stamp, page.fetched_at) and not is_clock(stamp, page)]
    best = choose(line, stamps)
    if best is None:
        return []
    rest = _COUNTER.sub("", residue(line, stamps))
    if (
        len(rest) + len(_IDEOGRAPHS.findall(rest)) > _RESIDUE
        or _DIGIT.search(rest)
        or (not best.label and _SENTENCE.search(line[: best.start]) and not _BY.search(line))
    ):
        return []
    if strict and (best.relative or len(rest) > (_RESIDUE if best.label else 2)):
        return []
    if rest and is_of_other_things(line):
        return []
    return [best, *(stamp for stamp in stamps if stamp.label == "updated" and stamp != best)]
