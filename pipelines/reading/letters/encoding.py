"""A page's bytes as text, by evidence in this order: a byte order mark, valid UTF-8, UTF-8 but for some foreign bytes,
what the server says, what the page says; then Vietnamese encodings by their words. Pure.

Vietnamese in an encoding that is called Western European comes out in wrong letters here: letters/repair.py puts
them right, in those parts of a page that are wrong, and says so.
"""

import codecs
import re

from pipelines.reading.letters.legacy import WESTERN, told

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META_WINDOW = 4096  # HTML has <meta charset> within the first 1,024 bytes; old CMS put scripts before it
# What browsers take these names for (encoding.spec.whatwg.org): pages say the one and are written in the other.
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254"}
_WESTERN_NAMES = frozenset({"iso8859-1", "cp1252", "ascii"})
# Names for the encodings of Vietnamese that Python has no codec for.
_VIETNAMESE_NAMES = re.compile(r"tcvn|viscii|vni|vps", re.I)
_C1 = {byte: WESTERN[byte] for byte in range(0x80, 0xA0)}

_FOREIGN = re.compile("[\udc80-\udcff]")
# UTF-8 that was cut off, as editorial systems cut a summary: the beginning of a Vietnamese letter, and no letter next.
_CUT = re.compile("\udce1[\udcba\udcbb]|[\udcc3\udcc4\udcc6\udce1](?![^\\W\\d_\udc80-\udcff])")
# Letters of three bytes that are Vietnamese alone. Chinese in GB 2312 holds one of them by chance in 25,000 bytes.
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")
_LEAST_VIETNAMESE, _FOREIGN_A_LETTER = 2, 200


def decode(body: bytes, content_type: str | None = None) -> str | bytes:
    """The text, or the bytes where their encoding is anyone's guess."""
    text = _decode(body, content_type)
    # NUL and other C0 controls are no text, and libxml2 ends a document at the first of them.
    return text.replace("\0", "") if isinstance(text, str) else text


def _decode(body: bytes, content_type: str | None) -> str | bytes:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if body[:4] in (b"<\0!\0", b"<\0h\0", b"<\0H\0", b"\0<\0!", b"\0<\0h", b"\0<\0H"):
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    try:
        return body.decode()
    except UnicodeError:
        return _mixed(body) or _declared(body, content_type) or _guessed(body)


def _mixed(body: bytes) -> str | None:
    """UTF-8 with foreign bytes in it: a template in UTF-8 around an old text. None where it isn't UTF-8 at all."""
    text = body.decode("utf-8", "surrogateescape")
    foreign = len(_FOREIGN.findall(text))
    whole = sum(map(len, re.findall("[^\x00-\x7f]+", text))) - foreign
    if whole < foreign and len(_VIETNAMESE.findall(text)) < max(_LEAST_VIETNAMESE, foreign / _FOREIGN_A_LETTER):
        return None
    text = _CUT.sub("\ufffd", text)
    return _FOREIGN.sub(lambda match: WESTERN[ord(match[0]) - 0xDC00], text)


def _declared(body: bytes, content_type: str | None) -> str | None:
    stated = [_CHARSET.search(content_type or ""), _CHARSET.search(body[:_META_WINDOW].decode("latin-1"))]
    for label in (match[1] for match in stated if match):
        if _VIETNAMESE_NAMES.search(label):
            return _western(body)
        try:
            name = codecs.lookup(label).name
            if name.startswith("utf"):  # it isn't: that was tried
                continue
            if name in _WESTERN_NAMES:
                return _western(body)
            if name == "cp1258":
                return _windows_1258(body)
            return body.decode(_MEANT.get(name, name))
        except (UnicodeError, LookupError):
            continue
    return None


def _western(body: bytes) -> str:
    return body.decode("latin-1").translate(_C1)


def _windows_1258(body: bytes) -> str:
    """Texts in .Vn fonts were called windows-1258 as well, since that is "Vietnamese" in the list of an editor."""
    western = _western(body)
    found = told(western)
    if found is not None and found.name != "windows-1258":
        return western
    return "".join(_FROM_1258[byte] for byte in body) if not body.isascii() else western


_FROM_1258 = [bytes([byte]).decode("cp1258", "ignore") or WESTERN[byte] for byte in range(256)]


def _guessed(body: bytes) -> str | bytes:
    western = _western(body)
    return western if told(western) else body
