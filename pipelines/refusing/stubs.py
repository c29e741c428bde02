"""Pages that stand for one that is not there: soft 404s, shells that wait for their script, walls before a login."""

import re

from lxml.etree import XPath

from pipelines.refusing.listing import BODY, NOTICE
from pipelines.refusing.refusal import Refusal, Suspect
from pipelines.vietnamese import fold

# In folded letters, and always of a page: "khong tim thay" alone is what search parties report, "da bi xoa" what became
# of a false account, 404 the number of a road.
_WHAT = r"(?:trang|bai viet|bai bao|noi dung|duong dan|lien ket|tin bai|chuyen muc|du lieu)"
_NOT_FOUND = re.compile(
    rf"khong tim thay {_WHAT}"
    rf"|{_WHAT}\b.{{0,30}}(?:khong ton tai|khong tim thay|khong duoc tim thay|(?:da )?bi xoa|da bi go)"
    r"|(?:page|article|content|url|resource)\b"
    r".{0,40}(?:not found|not be found|no longer (?:available|exists)|does not exist)"
    r"|^\W*404\b|\b(?:error|loi|http) 404\b|\b404 (?:not found|error)|^\W*not found\b"
)
NOT_FOUND_WORDS = 80
# What a shell shows: a logo's text, "loading", a sentence on JavaScript.
_SHELL_WORDS = 30
_SHELL = re.compile(r"enable javascript|bat javascript|javascript is required|requires javascript|kich hoat javascript")
_ROOT = XPath("//body//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt']")
_TEXT = XPath("string(//body)")
# Not "đăng nhập để bình luận", which every article says.
_LOGIN = re.compile(
    r"dang nhap (?:tai khoan )?de (?:doc|xem|tiep tuc|truy cap)"
    r"|(?:danh cho|danh rieng cho) (?:thanh vien|hoi vien|thue bao|ban doc dang ky|tai khoan)"
    r"|(?:log|sign) ?in to (?:continue|read|view|access)|subscribe to (?:continue|read)|subscribers? only"
)
_IS_LOGIN = re.compile(r"^\W*(?:dang nhap|log ?in|sign ?in)\b")
_PASSWORD = XPath("boolean(//input[@type='password'])")


def is_not_found(head: str) -> bool:
    """Whether a title and first lines say that the page is not there."""
    return _NOT_FOUND.search(fold(head).lower()) is not None


def soft_404(page: Suspect) -> Refusal | None:
    heading = page.head.title.text_content() if page.head.title is not None else None
    blocks = (block.text for block in page.reading.body[:2])
    title = page.reading.metadata.title or page.head.stated_title
    heads = (" ".join(filter(None, (title, *blocks))), heading or "")
    found = next(filter(None, (_NOT_FOUND.search(fold(head).lower()) for head in heads)), None)
    if not found or page.own >= NOT_FOUND_WORDS or (page.is_dated and page.prose >= BODY):
        return None
    return Refusal("soft-404", f'"{found[0].strip()}" in {page.own} words')


def javascript_shell(page: Suspect) -> Refusal | None:
    if page.own >= NOTICE or page.layout.words >= _SHELL_WORDS:
        return None
    tree = page.head.page.tree
    if _SHELL.search(fold(_TEXT(tree)[:4000]).lower()):
        return Refusal("javascript-shell", f"asks for JavaScript, and shows {page.layout.words} words")
    if _ROOT(tree) and not page.own:
        return Refusal("javascript-shell", f"an element for a script to fill, and {page.layout.words} words")
    return None


def login_wall(page: Suspect) -> Refusal | None:
    if max(page.prose, page.own) >= BODY:
        return None
    has_form = bool(_PASSWORD(page.head.page.tree))
    free = str(page.head.about.get("isAccessibleForFree", "")).lower() == "false"
    marks = {
        "asks to log in": _LOGIN.search(fold(_TEXT(page.head.page.tree)[:20_000]).lower()) is not None,
        "is called a login": _IS_LOGIN.search(fold(page.reading.metadata.title or "").lower()) is not None,
        "has a field for a password": has_form,
        "is stated not to be free": free,
        "no text": max(page.prose, page.own) < NOTICE,
    }
    found = [mark for mark, is_there in marks.items() if is_there]
    asks = marks["asks to log in"] or marks["is called a login"]
    return Refusal("login-wall", ", ".join(found)) if asks and len(found) > 1 else None
