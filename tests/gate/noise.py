"""A page of the gate set as it is fetched again: everything around the article has moved on, its words have not.

By its slots: counters count, clocks tick, lists of other articles rotate, comments come in, tags change places. By its
HTML, as any server may: nonces and session ids, other sizes of images, advertisements in and beside the text.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import html
from pages import GatePage, filled

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Slots by what their content does between two fetches; the others are the article's or its place's.
COUNTS = frozenset(
    """views views_js online visits count today month total points votes likes comment_count commentcount rating
    degrees gold gold_buy gold_sell gold_ring goldbuy goldsell usd rubber coffee rates weather lottery tide rank
    """.split()  # noqa: SIM905 forty strings would be read by nobody
)
LISTS = frozenset(
    """related latest most_read mostread hot newer older same_zone ticker documents notices laws tinlienquan maybe
    """.split()  # noqa: SIM905
)
HEADLINES = (
    "Chợ đêm Bến Trâu mở thêm bốn mươi gian hàng",
    "Học sinh vùng lũ trở lại trường sau một tuần nghỉ",
    "Khởi công đường nối hai khu công nghiệp phía tây",
    "Vải thiều Lục Sơn được giá đầu vụ",
    "Đội bóng chuyền nữ vào chung kết giải khu vực",
    "Cấp nước sạch cho ba xã ven biển trước mùa khô",
    "Trao nhà tình nghĩa cho gia đình chính sách",
    "Xét xử nhóm khai thác cát trái phép trên sông",
    "Lễ hội đua thuyền thu hút hàng nghìn người xem",
    "Trạm y tế xã có thêm bác sĩ trẻ",
)
COMMENTS = (
    "Bài viết rất hay, mong tòa soạn tiếp tục thông tin.",
    "Quê tôi ở gần đó, nghe tin mà mừng quá.",
    "Đề nghị các cơ quan vào cuộc sớm cho dân nhờ.",
)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"\b\d{1,2}([/-])\d{1,2}[/-]\d{4}")
_DAY_IN_WORDS = re.compile(r"ngày \d{1,2} tháng \d{1,2} năm \d{4}")
_HOUR = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?")
_WEEKDAY = re.compile(r"(?:Thứ|thứ) (?:\d|[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy)|Chủ [Nn]hật")


def fetched_again(page: GatePage, seed: int, after: timedelta) -> GatePage:
    """*page* as it might be *after* that time; the same for the same *seed*."""
    chance = random.Random(f"{page.name} {seed}")
    fetched_at = page.truth.fetched_at + after
    truth = replace(page.truth, fetched_at=fetched_at)
    sections = {name: _moved(name, content, chance, fetched_at) for name, content in page.sections.items()}
    text = _served_again(filled(page, sections), chance)
    return replace(page, html=text.encode(page.site.encoding, "xmlcharrefreplace"), truth=truth)


def _moved(name: str, content: str, chance: random.Random, now: datetime) -> str:
    if name == "clock":
        return _ticked(content, now.astimezone(ZONE))
    if name in COUNTS:
        return _DIGITS.sub(lambda match: _jittered(match[0], chance), content)
    if name in LISTS:
        return _rotated(content, chance)
    if name == "comments":
        return _commented(content, chance)
    return _reordered(content, chance) if name == "tags" else content


def _jittered(number: str, chance: random.Random) -> str:
    """Another number of as many digits."""
    return "".join(chance.choice("123456789") for _ in number)


def _ticked(content: str, now: datetime) -> str:
    content = _DAY.sub(lambda match: now.strftime(f"%d{match[1]}%m{match[1]}%Y"), content)
    content = _DAY_IN_WORDS.sub(f"ngày {now.day} tháng {now.month} năm {now.year}", content)
    content = _WEEKDAY.sub(WEEKDAYS[now.weekday()], content)
    return _HOUR.sub(lambda match: now.strftime("%H:%M:%S" if match[0].count(":") == 2 else "%H:%M"), content)


def _of_fragments(content: str, change: Callable[[list[html.HtmlElement]], list[html.HtmlElement]]) -> str:
    if not content.strip().startswith("<"):
        return content
    items = [each for each in html.fragments_fromstring(content) if isinstance(each, html.HtmlElement)]
    return "".join(html.tostring(each, encoding="unicode") for each in change(items))


def _rotated(content: str, chance: random.Random) -> str:
    """Other headlines, in another order, one fewer at times."""

    def change(items: list[html.HtmlElement]) -> list[html.HtmlElement]:
        for link in [link for item in items for link in item.iter("a")]:
            headline = chance.choice(HEADLINES)
            holder = next((node for node in link.iter() if (node.text or "").strip()), link)
            if (holder.text or "").strip():
                holder.text = headline
            link.set("href", _DIGITS.sub(lambda match: _jittered(match[0], chance), link.get("href") or ""))
            for image in link.iter("img"):
                image.set("alt", headline)
        chance.shuffle(items)
        return items[: max(1, len(items) - chance.randrange(2))]

    return _of_fragments(content, change)


def _commented(content: str, chance: random.Random) -> str:
    """One comment more, in the form of the others."""

    def change(items: list[html.HtmlElement]) -> list[html.HtmlElement]:
        if items:
            fresh = html.fragment_fromstring(html.tostring(items[0], encoding="unicode"))
            lines = [node for node in fresh.iter() if len((node.text or "").split()) > 4]
            for line in lines:
                line.text = chance.choice(COMMENTS)
            items.insert(0, fresh)
        return items

    return _of_fragments(content, change)


def _reordered(content: str, chance: random.Random) -> str:
    def change(items: list[html.HtmlElement]) -> list[html.HtmlElement]:
        tails = [item.tail for item in items]
        chance.shuffle(items)
        for item, tail in zip(items, tails, strict=True):
            item.tail = tail
        return items

    return _of_fragments(content, change)


AT = "https://quangcao.example/{n}"
ADS = (
    f"<div class='ads' id='ad-{{n}}'><a href='{AT}'><img src='{AT}.gif'></a></div>",
    "<ins class='adsbygoogle' data-ad-slot='{n}'></ins><script>(adsbygoogle || []).push({n});</script>",
    f"<div class='banner-ads quangcao'><span>Quảng cáo</span> <a href='{AT}'>Vay nhanh 24 giờ, lãi chỉ từ 0,{{n}}%"
    " một tháng</a></div>",
    f"<iframe class='adv' src='{AT}'></iframe>",
)


def _served_again(text: str, chance: random.Random) -> str:
    token = f"{chance.getrandbits(64):016x}"
    text = re.sub(r"<script(?=[\s>])", lambda _: f'<script nonce="{token}"', text)
    text = re.sub(
        r'(<img[^>]*?\ssrc=")([^"?]+)"', rf'\1\2?w={chance.choice((480, 680, 1024))}&amp;v={token[:6]}"', text
    )
    text = re.sub(r'(<a\s[^>]*?href="/[^"?#]*)"', rf'\1?sid={token}"', text)
    text = text.replace("</head>", f'<meta name="csrf-token" content="{token}"></head>', 1)
    text = re.sub(r'(name="__(?:VIEWSTATE|REQUESTDIGEST)" value=")[^"]*', rf"\g<1>{token}", text)
    advertised = iter(range(len(text)))

    def advertise(match: re.Match[str]) -> str:
        """Behind the second paragraph that ends a sentence, and rarely behind others."""
        if next(advertised) != 1 and chance.random() > 0.1:
            return match[0]
        return match[0] + chance.choice(ADS).format(n=chance.randrange(1, 9))

    text = re.sub(r"(?<=[.!?”])</p>(?=\s*<p)", advertise, text)
    return text.replace("</body>", f"<!-- {token}: {chance.random():.3f} s --></body>")


def revised(page: GatePage) -> tuple[GatePage, list[tuple[str, str]]]:
    """*page* with three figures of its text changed; which. Fewer where it has not three that stand there once."""
    sections = dict(page.sections)
    changed: list[tuple[str, str]] = []
    text = sections["article"]
    for figure in re.findall(r"(?<![\w.,/:%-])\d{2,3}(?![\w/:%-]|[.,]\d)", page.truth.text):
        alone = rf"(?<![\w.,/:%#-]){figure}(?![\w/:%\"-]|[.,]\d|px|pt)"
        if len(changed) == 3 or len(re.findall(alone, text)) != 1 or len(re.findall(alone, page.truth.text)) != 1:
            continue
        other = figure[:-1] + str((int(figure[-1]) + 1) % 10)
        text = re.sub(alone, other, text)
        changed.append((figure, other))
    body = filled(page, {**sections, "article": text}).encode(page.site.encoding)
    return replace(page, html=body, sections={**sections, "article": text}), changed
