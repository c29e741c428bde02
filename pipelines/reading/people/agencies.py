"""News agencies and newspapers as others credit them: how they are printed, and their normal names. Pure."""

import re

# Normal name: how it is printed. The first that matches counts.
_AGENCIES = (
    ("TTXVN", r"TTXVN|Thông tấn xã Việt Nam|VNA|Vietnam News Agency|VNS|VNP|Viet Nam News|Vietnam\+|VietnamPlus"),
    ("Chinhphu.vn", r"(?:bao)?[Cc]hinhphu\.vn|Báo Chính phủ|VGP|Cổng TTĐT Chính phủ"),
    ("Nhân Dân", r"(?:Báo )?Nhân Dân|Báo Nhân dân|[Nn]handan\.vn|NDO"),
    ("QĐND", r"QĐND|Báo Quân đội nhân dân|[Qq]dnd\.vn"),
    ("VOV", r"VOV(?:\.vn|\.VN|\d)?"),
    ("VTV", r"VTV(?:\.vn|\.VN|\d)?"),
    ("VnExpress", r"(?:VnExpress|VNExpress|Vnexpress)(?:\.net)?"),
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
_ANY = re.compile(rf"(?<![\w.])(?:{'|'.join(printed for _, printed in _AGENCIES)})(?!\w|\.\w)")
# Newspapers whose names are words of the language as well: an agency only where a credit line names them.
_PAPERS = re.compile(
    r"Dân [Tt]rí|Tuổi [Tt]rẻ|Thanh [Nn]iên|Tiền [Pp]hong|Lao [Đđ]ộng|Người [Ll]ao [Đđ]ộng|Viet[Nn]am[Nn]et|Zing"
    r"|Znews|VTC"
    r"|SGGP|Sài Gòn [Gg]iải [Pp]hóng|Công an [Nn]hân dân|CAND|Sức khỏe (?:&|và) Đời sống|Hà Nội mới"
    r"|Hànộimới|Đại [Đđ]oàn kết|Kinh tế (?:&|và) Đô thị|Pháp luật Việt Nam|PLVN|BBC|CNN|CNA|RT|Guardian|Anadolu"
    r"|EFE|ANSA"
)
_DOMAIN = re.compile(r"(?<![\w@.])(?:[a-z0-9-]+\.)+(?:vn|com|net|org)(?![\w.])", re.IGNORECASE)
# Outlets that are none of these, known by what they call themselves.
_OUTLET = re.compile(
    r"(?<!\w)(?:(?:Thông tấn(?: xã)?|Báo(?: điện tử)?|Tạp chí|Đài|(?:Cổng|Trang) (?:TTĐT|[Tt]hông tin [Đđ]iện tử))"
    r"\s+(?P<name>[^,;:()|]+?)(?=\s+(?:tại|của|ngày)\b|[,;:()|]|\s[-–]\s|$)"
    r"|(?P<before>[^,;:()|]+?)\s+(?:News Agency|Newspaper)\b)"
)
_LONGEST_OUTLET = 8  # words
_BARE_OUTLET = re.compile(
    r"(?:Báo(?: điện tử)?|Tạp chí|Thông tấn(?: xã)?|(?:Cổng|Trang) (?:TTĐT|[Tt]hông tin [Đđ]iện tử)"
    r"|Đài (?:Phát thanh|Truyền hình|PT-?TH|PTTH|TNVN|Tiếng nói))(?:\s|$)"
)
# Marks at the end of a text: what an agency calls itself there.
CODES = "TTXVN|VNA|VNS|VNP|VOV|AFP|AP|Reuters|Xinhua|PTI|THX|VGP"

CREDIT_LINE = re.compile(
    r"^\(?\s*(?:(?:theo|nguồn(?: tin)?|source|according to)\s*(?:[:：]\s*|\s)|(?:from|via)\s*[:：]\s*)(?=\S)",
    re.IGNORECASE,
)
# What a credit line may name without a capital: "Theo phóng viên TTXVN", "Theo báo cáo", "Theo báo Sơn Hà".
_SOURCE_NOUN = re.compile(
    r"(?:báo|đài|tạp chí|cổng|trang|phóng viên|pv|website|tổng hợp|hãng|truyền thông|the)\b", re.IGNORECASE
)


def agency_of(text: str) -> str | None:
    """The normal name of the agency that *text* names."""
    if not _ANY.search(text):
        return None
    return next(name for name, pattern in _AGENCY if pattern.search(text))


def credited(line: str) -> str | None:
    """Whom a credit line names: an agency, a newspaper, who calls itself "Báo …" or "… News Agency", a host."""
    if agency := agency_of(line):
        return agency
    said = CREDIT_LINE.sub("", line).strip(" ()")
    outlet = _OUTLET.search(said)
    words = (outlet["name"] or outlet["before"]).split() if outlet else []
    if outlet and words[0][0].isupper() and len(words) <= _LONGEST_OUTLET:
        return outlet[0].strip()
    if _PAPERS.fullmatch(said):
        return said
    host = _DOMAIN.search(said)
    return host[0].lower().removeprefix("www.") if host else None


def is_outlet(text: str) -> bool:
    """Whether *text* is the name of an agency or an outlet and nothing else: "TTXVN/Vietnam+", "Báo Sơn Hà"."""
    if not text or len(text.split()) > _LONGEST_OUTLET:
        return False
    if not _ANY.sub("", text).strip(" /&,-–—."):
        return True
    return _BARE_OUTLET.match(text) is not None and text[-1:] not in ".!?" and credited(text) == text


def is_credit(line: str) -> bool:
    """Whether *line* is "Theo TTXVN" and its like, or an agency alone; a sentence that starts with Theo is none."""
    line = line.strip(" *_–—-")
    if len(line) > 80 or line.endswith((".", "!", "?")):
        return False
    if is_outlet(line.strip("()[] ")):
        return True
    start = CREDIT_LINE.match(line)
    return start is not None and len(line.split()) <= 10 and line.count(",") < 2 and names_source(line[start.end() :])


def names_source(said: str) -> bool:
    """Whether what follows "Theo" is a source: a line of verse follows something as well ("Theo dòng nước bạc…")."""
    return said[:1].isupper() or _SOURCE_NOUN.match(said) is not None or _DOMAIN.match(said) is not None
