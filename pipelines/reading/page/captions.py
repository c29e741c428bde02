"""The line under a picture, parted into what it shows and who made it. Pure."""

import re

_WORD = (
    r"(?:ảnh minh h[ọo]a|ảnh tư liệu|ảnh chụp màn hình|nguồn ảnh|ảnh|nguồn|đồ h(?:ọa|oạ)|photo credit|photos?|credit"
    r"|source|image|illustration|graphics?|hình)"
)
# Where a credit may begin: the line itself, or after a sentence, a bracket, a dash or a bar; never in mid-sentence.
_START = r"(?:^|(?<=[.!?…”\"|;,])|[(\[|]|\s[–—-]|(?<=\s)(?-i:(?=[A-ZĐẢ])))\s*[–—-]?\s*"
_LABELLED = re.compile(
    rf"{_START}\(?(?:{_WORD}(?:\s+by)?\s*[:：]\s*|photos?(?:\s+by|\s+courtesy of)\s+)"
    r"(?P<credit>[^:|]{2,80}?)[\s)\].|]*$",
    re.IGNORECASE,
)
# Without a colon only a name or an agency: "Ảnh Mai Lam", "VNA/VNS Photo Mai Lam".
_BARE = re.compile(
    r"(?:^|(?<=[.!?…”\"|])|[(\[]|\s[–—-])\s*\(?(?P<credit>(?:(?:VNA|VNS|VNP|AFP|Reuters|TTXVN)(?:/\w+)?\s+[Pp]hotos?"
    r"(?:\s+(?:by\s+)?[A-ZĐ][^.:|()]{2,40})?|[Pp]hotos?\s+(?:VNA|VNS|AFP|Reuters)[^.:|()]{0,40}"
    r"|[Ảả]nh (?:internet|CTV|TTXVN|TL)(?:\s[^.:|()]{1,30})?|Photo courtesy of [^.:|()]{2,60}))"
    r"[\s)\].|]*$"
)
_BY_NAME = re.compile(r"(?:^|(?<=[.!?…”\"])\s*|\s[–—-]\s*|\()Ảnh (?P<credit>(?:[A-ZĐ][^\W\d_]*\.?\s?){1,4})[\s)\].|]*$")


def split_caption(text: str) -> tuple[str | None, str | None]:
    """(caption, credit) of the line under a picture: "… Ảnh: Văn Đức/TTXVN", "… Photo by Tran Uyen"."""
    line = " ".join(text.split()).strip(" |")
    match = _LABELLED.search(line) or _BARE.search(line) or _BY_NAME.search(line)
    if not match:
        return line or None, None
    return line[: match.start()].rstrip(" |([–—-;,") or None, match["credit"].strip()
