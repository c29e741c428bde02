"""Pages that advertise gambling, as are put on hacked portals. News of arrests and of draws are articles.

Words are weighed: a house's name, what its advertisements promise, what all speak of. The law's words speak for news.
"""

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.refusing.refusal import Refusal, Suspect
from pipelines.words import count_words

_HOUSES = (
    "kuwin|kubet|thabet|jun88|shbet|okvip|mb66|sunwin|go88|hitclub|rikvip|xoilac|bong88|sbobet|sv388|nohu90|five88|vwin|"
    "debet|oxbet|vnloto|loto188|typhu88|188loto|lucky88|b52club|fabet|ufabet|hello88|red88|nhacaiuytin|cwin|win55|"
    "bet88|may88|sky88|vn88|789club|iwin68|zowin|manclub|ku casino|dafabet|1xbet|cakhia|mitom tv"
)
# w88, 98win, 789bet, new88, fun88, f8bet, hi88.com
_LIKE_A_HOUSE = (
    r"[a-z]{1,6}(?:88|99|77|68|66|789|365|777|888)|\d{1,4}(?:win|bet|club|loto|vip|clb)|[a-z]{1,3}\d{1,2}bet"
)
HOUSE = re.compile(rf"(?<![\w@/.-])(?:{_HOUSES}|{_LIKE_A_HOUSE})(?:\.\w+)?(?![\w-])")
_PROMISE = re.compile(
    r"link (?:vào|truy cập|đăng nhập|mới nhất)|không bị chặn|nạp (?:tiền|rút)|rút tiền|nạp - rút|"
    r"khuyến mãi|đổi thưởng|"
    r"uy tín (?:nhất|số 1|hàng đầu)|tặng (?:ngay )?\d+k|nhận (?:ngay )?\d+k|"
    r"hoàn trả|tỷ lệ (?:kèo|thưởng|cược)|thưởng nạp|"
    r"đăng ký (?:ngay|tài khoản)|tải app|trang chủ chính thức|"
    r"đẳng cấp|xanh chín|cược thủ|bet thủ|người chơi|trải nghiệm"
)
_GAME = re.compile(
    r"cá độ|cá cược|nhà cái|tài xỉu|soi cầu|soi kèo|kèo nhà|lô đề|xổ số (?:online|trực tuyến)|game bài|nổ hũ|bắn cá|"
    r"\bcasino\b|\bslots?\b|baccarat|đá gà|jackpot|\bpoker\b|xóc đĩa|đánh bài|rồng hổ|\bbetting\b|"
    r"\b(?:ca do bong da|nha cai|tai xiu|soi cau|game bai|no hu|ban ca doi thuong|lo de online)\b"
)
_LAW = re.compile(
    r"công an|khởi tố|bắt giữ|bắt quả tang|tạm giữ|tạm giam|đối tượng|truy tố|xét xử|tòa án|toà án|triệt phá|"
    r"viện kiểm sát|bị cáo|bị can|điều tra|vi phạm|tuyên phạt|lừa đảo|cảnh báo|xử lý|"
    r"\bpolice\b|arrest|\bcourt\b|prosecut|illegal|sentenced"
)
# In an address or in the text of a link.
LINK = re.compile(
    rf"{HOUSE.pattern}|ca-do|ca-cuoc|nha-?cai|tai-xiu|soi-cau|soi-keo|keo-nha|game-bai|no-?hu\b|ban-ca\b|lo-de|"
    r"casino|baccarat|xo-so-online|slot-|da-ga\b|cá độ|cá cược|nhà cái|tài xỉu|soi cầu|game bài|nổ hũ|bắn cá|"
    r"đá gà|lô đề|xổ số online|\bslots?\b"
)
# The cheap questions for every page: to look through all of its bytes for these would take 2 ms.
_IN_ADDRESSES = (
    "casino", "nha-cai", "nhacai", "ca-do", "ca-cuoc", "tai-xiu", "game-bai", "no-hu", "soi-cau", "soi-keo", "kuwin",
    "kubet", "8win", "win8", "bet8", "9bet", "8bet", "n88", "w88", "b88", "88.", "789", "sunwin", "go88", "okvip",
)  # fmt: skip
_IN_PAGES = ("nhà cái", "cá độ", "cá cược", "tài xỉu", "nổ hũ", "game bài", "casino", "soi cầu", "nha cai", "kuwin")
_IN_LINKS = (
    *_IN_PAGES, "lô đề", "bắn cá", "đá gà", "xổ số online", "soi kèo", "slot", "kubet", "8win", "win8", "bet8", "9bet",
    "8bet", "n88", "w88", "b88", "789", "sunwin", "go88", "okvip",
)  # fmt: skip
_ADDRESSES = XPath("descendant::a/@href", smart_strings=False)
_LINK_TEXTS = XPath("descendant::a/descendant::text()", smart_strings=False)
# A word in twelve of what an advertisement says; news of a raid has one in forty.
DENSE = 8.0
_LINKS, _NAMES, _PROMISES = 3, 3, 4
# A page of links alone.
_ONLY_LINKS = 8
_HOUSE_WEIGHT, _PROMISE_WEIGHT = 3, 2


def has_hints(tree: HtmlElement) -> bool:
    """Whether any link of the page may be one to gambling."""
    return _has(_IN_ADDRESSES, "\n".join(_ADDRESSES(tree))) or _has(_IN_LINKS, "\n".join(_LINK_TEXTS(tree)))


def _has(hints: tuple[str, ...], text: str) -> bool:
    text = text.lower()
    return any(hint in text for hint in hints)


def is_gambling(link: HtmlElement) -> bool:
    """Whether a link's text or address advertises gambling."""
    address = (link.get("href") or "").lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return LINK.search(link.text_content().lower()) is not None or LINK.search(address) is not None


def refuse(page: Suspect) -> Refusal | None:
    text = page.text.lower()
    if not _has(_IN_PAGES, text):
        return None
    names, promises, games = (len(pattern.findall(text)) for pattern in (HOUSE, _PROMISE, _GAME))
    law, words = len(_LAW.findall(text)), max(1, count_words(text))
    density = 100 * (_HOUSE_WEIGHT * names + _PROMISE_WEIGHT * promises + games) / words
    if density < DENSE or law * 3 > names + promises + games:
        return None
    links = sum(map(is_gambling, page.head.page.tree.iter("a")))
    named = names >= _NAMES and (links >= _LINKS or promises >= _PROMISES)
    unnamed = games >= 2 * _PROMISES and promises >= _PROMISES and links >= _LINKS
    bare = links >= _ONLY_LINKS and page.prose < 60 and (names + games) > 1
    if not (named or unnamed or bare):
        return None
    counts = f"{names} names of betting houses, {promises} promises, {games} games in {words} words"
    return Refusal("gambling", f"{counts}, {links} links to such pages, {law} words of the law")
