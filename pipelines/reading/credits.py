"""Bylines, agency credits, signatures, datelines and photo credits, as newspapers print them. Pure.

An agency is never a person: "Theo TTXVN" is a credit, and its normal name is TTXVN.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Normal name: how it is printed. The first that matches counts.
_AGENCIES = (
    ("TTXVN", r"TTXVN|Thông tấn xã Việt Nam|VNA|Vietnam News Agency|VNS|Vietnam\+|VietnamPlus"),
    ("Chinhphu.vn", r"(?:bao)?chinhphu\.vn|Báo Chính phủ|VGP|Cổng TTĐT Chính phủ"),
    ("Nhân Dân", r"(?:Báo )?Nhân Dân|nhandan\.vn|NDO"),
    ("QĐND", r"QĐND|Báo Quân đội nhân dân|qdnd\.vn"),
    ("VOV", r"VOV(?:\.vn|\.VN|\d)?"),
    ("VTV", r"VTV(?:\.vn|\d)?"),
    ("VnExpress", r"VnExpress(?:\.net)?"),
    ("Xinhua", r"Xinhua|Tân Hoa [Xx]ã|THX"),
    ("Reuters", r"Reuters"),
    ("AFP", r"AFP|Agence France-Presse"),
    ("AP", r"AP|Associated Press"),
    ("Kyodo", r"Kyodo"),
    ("Yonhap", r"Yonhap"),
    ("TASS", r"TASS|ITAR-TASS"),
    ("Sputnik", r"Sputnik"),
    ("Bloomberg", r"Bloomberg"),
    ("PTI", r"PTI|Press Trust of India"),
    ("dpa", r"dpa"),
    ("PAP", r"PAP"),
)
_AGENCY = tuple((name, re.compile(rf"(?<![\w.])(?:{printed})(?!\w|\.\w)")) for name, printed in _AGENCIES)
# Outlets that are none of these, known by what they call themselves.
_OUTLET = re.compile(
    r"(?<!\w)(?:(?:Thông tấn(?: xã)?|Báo|Tạp chí|Đài)\s+(?P<name>[^,;:()|]+?)"
    r"(?=\s+(?:tại|của|ngày)\b|[,;:()|]|\s[-–]\s|$)"
    r"|(?P<before>[^,;:()|]+?)\s+(?:News Agency|Newspaper)\b)"
)
_LONGEST_OUTLET = 8  # words
_AGENCY_CODE = "TTXVN|VNA|VNS|VOV|AFP|AP|Reuters|Xinhua|PTI|THX"

_CREDIT_LINE = re.compile(
    r"^\(?\s*(?:theo|nguồn(?: tin)?|source|according to|from|via)\s*[:：]?\s+(?=\S)", re.IGNORECASE
)
_BY = re.compile(
    r"^(?:(?:(?:tin|bài|ảnh|thực hiện|nội dung|bài viết|bài và ảnh|tin và ảnh|chùm ảnh|đồ họa|video|clip)"
    r"\s*(?:[,&+/-]\s*)?)+[:：]"
    r"|(?:tác giả|người viết|phóng viên|biên tập(?: viên)?|pv|ctv|btv)\s*[:：]"
    r"|(?:written |reported |story )?by\b\s*:?|author\s*[:：]|words\s*[:：])\s*",
    re.IGNORECASE,
)
_PHOTO_BY = re.compile(
    r"\s*[,;|/–-]?\s*(?:ảnh|đồ họa|video|photos?|clip)\s*[:：].*$|\s*\((?:thực hiện|tổng hợp|t/h)\)\s*$", re.IGNORECASE
)
_TRANSLATOR = re.compile(r"^(?:translated by|biên dịch|dịch)\b", re.IGNORECASE)
# Not people: roles without a name, desks, the site's own account, and what a page prints under an article.
_NOBODY = re.compile(
    r"^(?:pv|p\.v|ctv|btv|phóng viên|nhóm pv|nhóm phóng viên|ban biên tập|tòa soạn|admin\w*|editor\w*|staff.*|webmaster"
    r"|root|user|unknown|guest|bbt|tổng hợp|super user|news ?desk|web ?desk|newsroom|correspondent)$",
    re.IGNORECASE,
)
# A desk that signs as one: "Nhóm phóng viên Kinh tế".
_COLLECTIVE = re.compile(r"^(?:Nhóm (?:PV|phóng viên)|Tổ phóng viên)(?:\s+[^\W\d_]+){1,5}$")
_NOT_IN_NAMES = re.compile(
    r"\b(?:the|of|and|for|in|on|to|at|by|read|more|related|news|articles?|comments?|share|print|tags?|view|next|previous"
    r"|home|back|top|writer|reporter|correspondent|editor|contact|about|subscribe|follow|us|xem|thêm|tin|liên quan"
    r"|privacy|policy|terms|service|copyright|rights|newsletter|sign|log|menu|search|advertis\w+|updated|published"
    r"|bình luận|chia sẻ|trang chủ|hà nội)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"^(?:báo|đài|tạp chí|cổng|trang|sở|ban|ubnd|văn phòng|trung tâm|tỉnh|thành phố)\s"
    r"|\b(?:times|press|agency|journal|online|herald|daily|media|radio|televis\w+|newspaper|magazine|tribune"
    r"|interactive|solutions|design|studio|group|ltd|inc|llc|corp|company|co|team|portal)\b"
    r"|\.(?:vn|com|net|org)\b|[@{}\d]|https?:",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[;,/&|•+]|\s[–—-]\s|\s-\s|\s(?:và|and|with)\s)\s*")

_FUNCTION = re.compile(
    r"\b(?:member|secretary|chair(?:man|woman|person)?|director|deputy|vice|head|chief|commander|commissar|minister"
    r"|president|colonel|general|lieutenant|major|captain|professor|prof|dr|phd|doctor|master|lecturer|researcher|institute|university|standing|committee|board|department"
    r"|academy|institute|ủy viên|uỷ viên|bí thư|chủ tịch|phó|giám đốc|trưởng|chính ủy|chính uỷ|tư lệnh|bộ trưởng|đại tá"
    r"|thượng tá|trung tá|thiếu tá|thiếu tướng|trung tướng|thượng tướng|đại tướng|tiến sĩ|thạc sĩ|giáo sư|ts|ths|pgs"
    r"|học viện|viện|thường vụ|ban chấp hành)\b",
    re.IGNORECASE,
)

_DESK = r"(?:[A-ZĐ]{2,8}|[A-Za-z][\w-]*(?:\.[a-z]{2,4}){1,2}|Chinhphu\.vn|Xinhua|Reuters)"
_DATELINE = re.compile(
    rf"^\s*(?:\((?P<desk>{_DESK})\)\s*[-–—:.]*\s*"
    rf"|(?P<both>[^\W\d_][\w.' ]{{1,30}}(?:,[^()]{{1,25}})?\s*\((?:{_DESK})\))\s*[-–—:]+\s*"
    r"|(?P<place>[^\W\d_](?:[^\W\d_]|[.' ]){1,40}?)\s*[-–—]{1,2}\s+)(?=\S)"
)
_ENDING = re.compile(
    rf"(?P<stop>[.!?…”\"]?)\s*(?:\.?/\.?|\.?\s*[-–—]\s*/?(?P<dash>{_AGENCY_CODE})|\((?P<paren>{_AGENCY_CODE})\))\s*/?\.?\s*$"
)

_CAPTION_CREDIT = re.compile(
    r"[\s(\[|–—.-]*(?:(?:ảnh|nguồn ảnh|nguồn|photos?|photo credit|credit|source|image|illustration)"
    r"(?:\s+(?:minh họa|by))?\s*[:：]\s*|photos?\s+by\s+)(?P<credit>[^:|]{2,80}?)[\s)\].|]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """*byline* is people, joined by "; ". *credit* is the agency line as printed, *agency* its normal name."""

    byline: str | None = None
    byline_role: str | None = None
    agency: str | None = None
    credit: str | None = None


NO_CREDITS = Credits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the last blocks of a text say of who wrote it; the text is its first *remaining* blocks."""

    credits: Credits
    remaining: int


def agency_of(text: str) -> str | None:
    """The normal name of the agency that *text* names."""
    return next((name for name, pattern in _AGENCY if pattern.search(text)), None)


def credited(line: str) -> str | None:
    """Whom a credit line names: an agency, or an outlet that calls itself "Thông tấn …", "Báo …", "… News Agency"."""
    if agency := agency_of(line):
        return agency
    outlet = _OUTLET.search(_CREDIT_LINE.sub("", line))
    words = (outlet["name"] or outlet["before"]).split() if outlet else []
    return outlet[0].strip() if outlet and words[0][0].isupper() and len(words) <= _LONGEST_OUTLET else None


def is_name(text: str) -> bool:
    """Whether *text* looks like a person's name: two to six capitalised words and nothing else."""
    words = text.split()
    if not 2 <= len(words) <= 6 or len(text) > 45 or _NOT_IN_NAMES.search(text):
        return False
    if _NOBODY.match(text) or _ORGANISATION.search(text) or agency_of(text):
        return False
    return all(
        word[0].isupper() and all(c.isalpha() or c in ".'’-" for c in word) for word in words if word not in _PARTICLES
    )


_PARTICLES = frozenset({"de", "van", "von", "der", "da", "di", "la", "el", "al", "bin", "al-"})


def parse_byline(printed: str, *, pen_names: bool = False) -> Credits:
    """What an author field or a printed byline says. *pen_names* lets a single word be a name, as in author fields."""
    line = " ".join(printed.split()).strip(" |-–—•,;")
    if not line or len(line) > 150 or _TRANSLATOR.match(line):
        return NO_CREDITS
    if _CREDIT_LINE.match(line):
        return Credits(agency=credited(line), credit=line.strip("()"))
    agency = agency_of(line)
    people = _people(_PHOTO_BY.sub("", _BY.sub("", line)), pen_names or bool(_BY.match(line)))
    return Credits(byline="; ".join(people) or None, agency=agency, credit=line if agency else None)


def _people(text: str, pen_names: bool) -> list[str]:
    names = [part.strip(" ().|-–—") for part in _AND.split(re.sub(r"\([^)]*\)", " ", text))]
    found = [name for name in names if is_name(name) or _COLLECTIVE.match(name) or (pen_names and _is_pen_name(name))]
    return list(dict.fromkeys(name.title() if name.isupper() and len(name) > 5 else name for name in found))


def _is_pen_name(text: str) -> bool:
    return text.isalpha() and text[0].isupper() and len(text) >= 3 and not _NOBODY.match(text) and not agency_of(text)


_SENTENCE_ENDS = (".", "!", "?", "…", '"', "”", "/", ":")


def split_signature(blocks: Sequence[str]) -> tuple[str | None, str | None, int]:
    """The signature that ends *blocks*: (byline, role, how many blocks are left).

    In capitals with up to four lines of functions under it, as journals print it; or after "Bài, ảnh:"; or a name alone
    where the text before it has ended with a sentence. The first block is never a signature.
    """
    count = len(blocks)
    for size in range(1, min(5, count - 1) + 1):
        name, *functions = (" ".join(block.split()) for block in blocks[count - size :])
        if functions and not _is_function(functions[0]):
            continue
        if functions:
            is_signed = name.isupper()
        else:
            is_signed = bool(_BY.match(name)) or blocks[-2].rstrip().endswith(_SENTENCE_ENDS)
        if is_signed and (byline := _signed(name)):
            return byline, "; ".join(functions) or None, count - size
    return None, None, count


def _signed(line: str) -> str | None:
    if len(line) > 80 or line.endswith((".", "!", "?", ":")) or _CREDIT_LINE.match(line):
        return None
    if line.isupper() and is_name(line):
        return line
    is_signature = is_name(line) or _BY.match(line) or _COLLECTIVE.match(line) or _all_names(line)
    return parse_byline(line).byline if is_signature else None


def _all_names(line: str) -> bool:
    return all(is_name(part) for part in _AND.split(re.sub(r"\([^)]*\)", " ", line)) if part.strip())


def _is_function(line: str) -> bool:
    return len(line) <= 120 and not line.endswith((".", "?", "!")) and _FUNCTION.search(line) is not None


def read_ending(blocks: Sequence[str]) -> Ending:
    """Signature and credit lines off the end of *blocks*, in whatever order they stand there."""
    byline = role = agency = credit = None
    remaining = len(blocks)
    while remaining > 1:
        line = " ".join(blocks[remaining - 1].split())
        if credit is None and _is_credit(line):
            credit, agency = line.strip("()"), credited(line)
        elif _NOBODY.match(line):
            pass
        elif byline is None and (signature := split_signature(blocks[:remaining]))[0]:
            byline, role, remaining = signature
            continue
        else:
            break
        remaining -= 1
    if remaining and agency is None:
        agency = strip_ending(blocks[remaining - 1])[1]
    return Ending(credits=Credits(byline=byline, byline_role=role, agency=agency, credit=credit), remaining=remaining)


def _is_credit(line: str) -> bool:
    """ "Theo TTXVN" and its like alone in a block; a sentence that starts with Theo is none."""
    if len(line) > 60 or line.endswith((".", "!", "?")):
        return False
    if re.fullmatch(rf"\(?(?:{_AGENCY_CODE})\)?", line):
        return True
    return _CREDIT_LINE.match(line) is not None and len(line.split()) <= 9 and line.count(",") < 2


def strip_dateline(text: str) -> tuple[str | None, str]:
    """(the desk code or place that opens *text*, the rest): "(BGO) - …", "BAC GIANG – …", "Hanoi (VNA) - …"."""
    match = _DATELINE.match(text)
    if not match or text[match.end()].islower() or (match["place"] and not match["place"].isupper()):
        return None, text
    label = match["desk"] or match["both"] or match["place"]
    return " ".join(label.split()), text[match.end() :]


def strip_ending(text: str) -> tuple[str, str | None]:
    """(*text* without the mark that ends it, the agency that the mark names): "./.", ".-VNA", "(TTXVN)"."""
    match = _ENDING.search(text)
    if not match or not (match["stop"] or match["dash"] or match["paren"] or "/." in match[0] or "./" in match[0]):
        return text, None
    code = match["dash"] or match["paren"]
    body = text[: match.start()].rstrip() + match["stop"]
    return body if body.endswith((".", "!", "?", "…", "”", '"')) else body + ".", agency_of(code) if code else None


def split_caption(text: str) -> tuple[str | None, str | None]:
    """(caption, credit) of the line under a picture: "… Ảnh: Văn Đức/TTXVN", "… Photo by Tran Uyen"."""
    line = " ".join(text.split()).strip(" |")
    match = _CAPTION_CREDIT.search(line)
    if not match:
        return line or None, None
    caption = line[: match.start()].strip(" |(") or None
    if caption and line[match.start() : match.start() + 1] == ".":
        caption += "."
    return caption, match["credit"].strip()
