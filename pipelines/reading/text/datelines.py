"""The place or the desk code that opens a text: "(BGO) - …", "BAC GIANG – …", "Hanoi (VNA) – …". Pure."""

import re

_CODE = r"[A-ZĐ]{2,8}(?:&[A-ZĐ]{1,4})?\d?"
_HOST = r"[A-Za-z][\w-]*(?:\.[A-Za-z]{2,4}){1,2}"
_DESK = rf"(?:{_HOST}|{_CODE}|Xinhua|Reuters|Kyodo|Yonhap)"
_DASH = r"\s*[-–—:.]*\s*"
_DATELINE = re.compile(
    rf"^\s*(?:\((?P<desk>{_DESK})\){_DASH}"
    # What calls itself by words needs its dash: "(Dân trí) - ", "(Báo Sơn Hà) - ", "(LĐ online) - ", "(BAC GIANG)- ".
    r"|\((?P<named>[A-ZĐ][^\W\d_]*(?: [^\W\d_]+){0,4})\)\s*\.?\s*[-–—]+\s*"
    rf"|(?P<both>[^\W\d_][\w.' ]{{1,30}}(?:,[^()]{{1,30}})?\s*\((?:{_DESK})\))\s*[-–—:]+\s*"
    rf"|(?P<site>{_HOST}|[A-ZĐ]{{2,6}}&[A-ZĐ]{{1,4}})\s+[-–—]{{1,2}}\s*"
    r"|(?P<place>[^\W\d_](?:[^\W\d_]|[.' ]){1,40}?)(?:\s*[-–—]{1,2}\s+|\s+[–—]))(?=\S)"
)
# In brackets at the beginning, and no desk.
_NO_DESK = re.compile(r"\b(?:ảnh|tiếp|kỳ|bài|phần|xem|video|clip|minh họa|photo|part|continued)\b", re.IGNORECASE)


def strip_dateline(text: str) -> tuple[str | None, str]:
    """(the desk code or place that opens *text*, the rest): both where both stand there, "(Dân trí) - HÀ NỘI - …"."""
    labels: list[str] = []
    while found := _one(text):
        label, text = found
        labels.append(label)
    return " - ".join(labels) or None, text


def _one(text: str) -> tuple[str, str] | None:
    match = _DATELINE.match(text)
    if not match or text[match.end()].islower() or (match["place"] and not match["place"].isupper()):
        return None
    if match["named"] and _NO_DESK.search(match["named"]):
        return None
    if match["site"] and "." in match["site"] and not text[match.end()].isupper():
        return None
    label = next(value for value in match.groupdict().values() if value)
    return " ".join(label.split()).rstrip("."), text[match.end() :]
