"""People as newspapers print them: names, pen names, initials, ranks before them and offices after them. Pure."""

import re

from pipelines.reading.people.agencies import agency_of

# Not people: roles without a name, desks, the site's own account, and what a page prints under an article.
NOBODY = re.compile(
    r"^(?:pv|p\.v\.?|ctv|btv|phóng viên|cộng tác viên|nhóm pv|nhóm phóng viên|pv,? ?ctv|ban biên tập|tòa soạn|bbt"
    r"|tổng hợp|t/h|admin\w*|editor\w*|staff.*|webmaster|root|user|unknown|guest|super user|news ?desk|web ?desk"
    r"|newsroom|correspondent|reporter)$",
    re.IGNORECASE,
)
# Desks that sign with no name: what a text ends with, unlike the accounts of a content system above.
DESK = re.compile(
    r"^(?:(?:nhóm|tổ) (?:pv|p\.v|phóng viên)|pv|p\.v\.?|ctv|btv|bbt|phóng viên|cộng tác viên|ban biên tập|tòa soạn"
    r"|t/h|tổng hợp)(?:\s*(?:[-–—,&/]|và)?\s*\(?(?:pv|ctv|btv|t/h|tổng hợp|thực hiện|biên tập|ghi)\)?)*$",
    re.IGNORECASE,
)
# A desk that signs as one: "Nhóm phóng viên Kinh tế".
COLLECTIVE = re.compile(r"^(?:Nhóm (?:PV|phóng viên)|Tổ phóng viên)(?:\s+[^\W\d_]+){1,5}$")
_NOT_IN_NAMES = re.compile(
    r"\b(?:the|of|and|for|in|on|to|at|by|read|more|related|news|articles?|comments?|share|print|tags?|view|next"
    r"|previous"
    r"|home|back|top|writer|reporter|correspondent|editor|contact|about|subscribe|follow|us|xem|thêm|tin|liên quan"
    r"|privacy|policy|terms|service|copyright|rights|newsletter|sign|log|menu|search|advertis\w+|updated|published"
    r"|bình luận|chia sẻ|trang chủ|hà nội|việt nam|vietnam|viet nam|hồ chí minh|ho chi minh)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"^(?:báo|đài|tạp chí|cổng|trang|sở|ban|ubnd|văn phòng|trung tâm|tỉnh|thành phố)\s"
    r"|\b(?:times|press|agency|journal|online|herald|daily|media|radio|televis\w+|newspaper|magazine|tribune"
    r"|interactive|solutions|design|studio|group|ltd|inc|llc|corp|company|co|team|portal)\b"
    r"|\.(?:vn|com|net|org)\b|[@{}\d]|https?:",
    re.IGNORECASE,
)
_LONGEST_INITIAL = 4  # "Jr.", "Ngô.": a longer word with a full stop ends a sentence
_PARTICLES = frozenset({"de", "van", "von", "der", "da", "di", "la", "el", "al", "bin", "al-"})
# "N.T", "H.Linh", "Ng.Hà": reporters of small papers sign so.
_INITIALS = re.compile(r"[A-ZĐĂÂÊÔƠƯ][a-z]{0,2}\.\s?(?:[A-ZĐĂÂÊÔƠƯ][^\W\d_]*\.?\s?){1,2}")
_RANK = re.compile(
    r"(?:(?:GS|PGS|TSKH|TS|Th\.?[Ss]|THS|BS|CK ?I{1,2}|CK[12]|DS|KS|KTS|LS|CN|NSND|NSƯT|NNND|NNƯT|NGND|NGƯT|TTND"
    r"|TTƯT|AHLĐ|[Gg]iáo sư|[Pp]hó [Gg]iáo sư|[Tt]iến s[ĩỹ]|[Tt]hạc s[ĩỹ]|[Bb]ác s[ĩỹ]|[Dd]ược s[ĩỹ]|[Kk]ỹ sư"
    r"|[Kk]iến trúc sư|[Ll]uật sư|[Nn]hà báo|[Nn]hà văn|[Nn]hà thơ|[Nn]hạc s[ĩỹ]|[Hh]ọa s[ĩỹ]"
    r"|[Nn]ghệ s[ĩỹ](?: (?:[Nn]hân dân|[Ưư]u tú))?|[Nn]ghệ nhân(?: (?:[Nn]hân dân|[Ưư]u tú))?|[Đđ]ại tướng"
    r"|[Tt]hượng tướng|[Tt]rung tướng|[Tt]hiếu tướng"
    r"|[Pp]hó [Đđ]ô đốc|[Cc]huẩn [Đđ]ô đốc|[Đđ]ô đốc|(?:[Đđ]ại|[Tt]hượng|[Tt]rung|[Tt]hiếu) (?:tá|úy|uý)"
    r"|ĐẠI TÁ|THƯỢNG TÁ|TRUNG TÁ|THIẾU TÁ|THIẾU TƯỚNG|TRUNG TƯỚNG|THƯỢNG TƯỚNG|ĐẠI TƯỚNG|TIẾN SĨ|THẠC SĨ|GIÁO SƯ"
    r"|Assoc(?:\.|iate) Prof(?:essor)?|Prof(?:essor)?|Dr|PhD|Ph\.D|MSc|MA|Doctor|Lawyer|Journalist"
    r"|(?:(?:Senior|Sen\.?|Lieutenant|Lt\.?|Major|Maj\.?|Brigadier|Rear|Vice) )?"
    r"(?:Colonel|Col|General|Gen|Lieutenant|Admiral|Captain|Capt|Major))(?![^\W\d_])[.,\s-]*)+"
)
_DESK_BEFORE = re.compile(
    r"(?:PV|P\.V|CTV|BTV|[Pp]hóng viên|[Cc]ộng tác viên|Reporter|Correspondent)[.:]?\s+(?=[^\W\d_])"
)
_MARK_AFTER = re.compile(
    r"\s+(?:(?:tổng hợp|t/h|thực hiện|lược ghi|ghi chép|ghi|lược dịch|biên dịch|dịch|sưu tầm|biên soạn|CTV|PV)\b)$"
)

FUNCTION = re.compile(
    r"\b(?:member|secretary|chair(?:man|woman|person)?|director|deputy|vice|head|chief|commander|commissar|minister"
    r"|president|rector|colonel|general|lieutenant|major|captain|professor|prof|dr|phd|doctor|master|lecturer"
    r"|researcher"
    r"|institute|university|standing|committee|board|department|academy|former|ủy viên|uỷ viên|bí thư|chủ tịch|phó"
    r"|giám đốc|trưởng|chính ủy|chính uỷ|tư lệnh|bộ trưởng|đại biểu|đại tá|thượng tá|trung tá|thiếu tá|thiếu tướng"
    r"|trung tướng|thượng tướng|đại tướng|tiến sĩ|thạc sĩ|giáo sư|ts|ths|pgs|học viện|viện|thường vụ|ban chấp hành"
    r"|hiệu trưởng|nguyên|giảng viên|hội viên|sở|hội|trường|ban|đài|công an|bộ chỉ huy|tổng)\b",
    re.IGNORECASE,
)
# A line with one of these says what somebody did: it is prose or a caption, whatever office it names.
_VERB = re.compile(
    r"\b(?:is|was|were|are|be|been|has|have|had|will|would|said|says|told|led|spoke|gave|met"
    r"|(?!(?:united|armed|retired|associated|advanced|applied|limited|centrally-governed)\b)[a-z]{2,}ed"
    r"|(?!(?:standing|advertising|engineering|training|planning|accounting|mining|banking|building|housing|publishing"
    r"|manufacturing|processing|broadcasting|nursing|marketing|farming|fishing|during)\b)[a-z]{2,}ing"
    r"|visits|leads|attends|speaks|presents|hosts|chairs|meets|addresses|delivers|inspects|talks|receives|awards|gives"
    r"|cho biết|cho rằng|phát biểu|(?<!iếng )nói|chia sẻ|khẳng định|nhấn mạnh|đã|sẽ|đang|là|được|bị"
    r"|dự(?! án| bị| toán| báo)|chủ trì|thăm|tặng|trao|yêu cầu|đề nghị|chúc|gặp|động viên|khen|bày tỏ|kết luận"
    r"|trả lời|thông tin thêm)\b"
)
_AUTHORITY = re.compile(
    r"(?:Ban|Phòng|Văn phòng|Sở|Trung tâm|Chi cục|Cục|UBND|HĐND|Ủy ban|Công an|Bộ Chỉ huy|Hội|Liên đoàn|Trường"
    r"|Bệnh viện|BHXH"
    r"|Kho bạc|Đảng ủy|Huyện ủy|Thành ủy|Tỉnh ủy|Đoàn Thanh niên|Tỉnh đoàn)\s"
)
_MOST_AUTHORITY_WORDS = 9
_LONGEST_OFFICE, _MOST_OFFICE_WORDS = 300, 60


def is_name(text: str) -> bool:
    """Whether *text* looks like a person's name: two to six capitalised words and nothing else."""
    words = text.split()
    if not 2 <= len(words) <= 6 or len(text) > 45 or _NOT_IN_NAMES.search(text):
        return False
    if NOBODY.match(text) or _ORGANISATION.search(text) or agency_of(text):
        return False
    return all(
        word[0].isupper()
        and all(c.isalpha() or c in ".'’-" for c in word)
        and not (word.endswith(".") and len(word) > _LONGEST_INITIAL)
        for word in words
        if word not in _PARTICLES
    )


def is_pen_name(text: str) -> bool:
    """A single word, as an author field or a label names it."""
    return text.isalpha() and text[0].isupper() and len(text) >= 3 and not NOBODY.match(text) and not agency_of(text)


def is_initials(text: str) -> bool:
    return len(text) <= 16 and _INITIALS.fullmatch(text) is not None and not NOBODY.match(text)


def person_of(text: str) -> tuple[str, str | None] | None:
    """(name, rank) where *text* is a person with or without a rank: "PGS.TS. Nguyễn Văn Sơn", "CTV Văn Đức"."""
    desk = _DESK_BEFORE.match(text)
    bare = _MARK_AFTER.sub("", text[desk.end() :] if desk else text).strip()
    rank = _RANK.match(bare)
    if rank and is_name(name := bare[rank.end() :]):
        return name, rank[0].strip(" ,-") or None
    if is_name(bare) or is_initials(bare):
        return bare, None
    return None


def is_rank(text: str) -> bool:
    return _RANK.fullmatch(text) is not None


def is_authority(text: str) -> bool:
    """Whether *text* is an authority that signs its notice: "Ban Giám hiệu", "Phòng Tài chính - Kế hoạch"."""
    return (
        len(text.split()) <= _MOST_AUTHORITY_WORDS
        and _AUTHORITY.match(text) is not None
        and any(word[0].isupper() for word in text.split()[1:3])
        and text[-1].isalnum()
        and _VERB.search(text) is None
    )


def is_office(text: str) -> bool:
    """Whether *text* is nothing but offices ("Secretary of the City Party Committee"), in any number, no sentence."""
    if len(text) > _LONGEST_OFFICE or len(text.split()) > _MOST_OFFICE_WORDS or _VERB.search(text):
        return False
    if text.endswith(("!", "?", ":", ";")) or re.search(r"[.!?…]\s", text):
        return False
    start = " ".join(text.split()[:4])
    return FUNCTION.search(start) is not None
