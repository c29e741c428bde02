"""Vietnamese in the encodings of before Unicode, and UTF-8 as those saw it who read it wrongly."""

import unicodedata

from pipelines.reading.letters import legacy

TONES = "\u0300\u0301\u0303\u0309\u0323"

# The letters as the tables of the encodings have them (TCVN 5712:1993, RFC 1456), for those that have one code each.
MARKED = "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
TCVN3 = (
    "A8 A9 AA AB AC AD AE B5 B6 B7 B8 B9 BB BC BD BE C6 C7 C8 C9 CA CB CC CE CF D0 D1 D2 D3 D4 D5 D6 D7 D8 DC DD DE DF "
    "E1 E2 E3 E4 E5 E6 E7 E8 E9 EA EB EC ED EE EF F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FD FE"
)
VISCII = (
    "E5 E2 EA F4 BD DF F0 E0 E4 E3 E1 D5 A2 C6 C7 A1 A3 A5 A6 E7 A4 A7 E8 EB A8 E9 A9 AB AC AD AA AE EC EF EE ED B8 F2 "
    "F6 F5 F3 F7 B0 B1 B2 AF B5 B6 B7 DE BE FE F9 FC FB FA F8 D7 D8 E6 D1 F1 CF D6 DB FD DC"
)
TO_TCVN3 = dict(zip(MARKED, bytes.fromhex(TCVN3), strict=True)) | dict(zip("ĂÂÊÔƠƯĐ", range(0xA1, 0xA8), strict=True))
TO_VISCII = dict(zip(MARKED, bytes.fromhex(VISCII), strict=True)) | {"Đ": 0xD0, "Ô": 0xD4, "Á": 0xC1}


def tcvn3(text: str) -> bytes:
    """Letters that the fonts lack are typed small: their capitals look like capitals in .VnTimeH alone."""
    return b"".join(_byte(TO_TCVN3, letter) or _byte(TO_TCVN3, letter.lower()) or letter.encode() for letter in text)


def viscii(text: str) -> bytes:
    return b"".join(_byte(TO_VISCII, letter) or letter.encode("ascii") for letter in text)


def _byte(table: dict[str, int], letter: str) -> bytes:
    return bytes([table[letter]]) if letter in table else b""


def windows_1258(text: str) -> bytes:
    """The tone behind the letter, as Windows types it."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        decomposed = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in decomposed if mark in TONES)
        base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in TONES))
        out += base.encode("cp1258") + tone.encode("cp1258")
    return out


def vni(text: str) -> bytes:
    table = {value: key for key, value in legacy._FROM_VNI.items()}
    return "".join(table.get(letter, letter) for letter in text).encode("latin-1")


def western(data: bytes) -> str:
    """As who takes the bytes for windows-1252 sees them."""
    return "".join(legacy.WESTERN[byte] for byte in data)


def misread(text: str, times: int = 1) -> str:
    """UTF-8 read as windows-1252, *times* over."""
    for _ in range(times):
        text = western(text.encode())
    return text


ENCODERS = {"tcvn3": tcvn3, "windows-1258": windows_1258, "vni": vni, "viscii": viscii}
