"""Figures and what they are worth, whether written in digits or in words, Vietnamese and English. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

_UNITS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
# What is no number by itself: "đầu tư", "đại tá", "năm lẻ".
_AFTER_A_NUMBER = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_SCALES = {
    "mươi": 10, "chục": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000, "vạn": 10_000, "triệu": 10**6, "tỷ": 10**9,
    "tỉ": 10**9, "dozen": 12, "dozens": 12, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000,
    "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9,
}  # fmt: skip
_JOINS = frozenset(("linh", "lẻ", "-"))
_DEPENDENT = _AFTER_A_NUMBER.keys() | {"mươi", "tá"} | _JOINS
_DOZEN = {"tá": 12}
# What may come and go beside a figure that was revised: "ít nhất 3 người" and "5 người".
_ABOUT = re.compile(
    r"\b(?:ít nhất|tối thiểu|khoảng|hơn|trên|gần|chừng|tổng cộng|có|at least|about|around|some|more than|over|nearly"
    r"|almost|up to|a total of)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def marks(words: Sequence[str]) -> list[bool]:
    """Which of *words* are figures or parts of one."""
    found: list[bool] = []
    for place, word in enumerate(words):
        after = bool(found) and found[-1]
        found.append(_is_number(word, after, words[place + 1] if place + 1 < len(words) else ""))
    return found


def _is_number(word: str, is_after: bool, following: str) -> bool:
    low = word.casefold()
    if low in _JOINS:
        return is_after and _is_number(following, False, "") and not following[:1].isdigit()
    if low in _DEPENDENT:
        return is_after
    return low in _UNITS or low in _SCALES or _DIGITS.search(word) is not None


def joins(before: str, word: str) -> bool:
    """Whether two neighbours that are numbers make one: "năm 2024" is a word for year and a figure."""
    if _DIGITS.search(word):
        return False
    return not _DIGITS.search(before) or word.casefold() in _SCALES | _DOZEN


def shape(words: Sequence[str]) -> str:
    """*words* with a mark for each number, so that those which differ in numbers alone have the same."""
    found: list[str] = []
    is_number = marks(words)
    for place, word in enumerate(words):
        if not is_number[place]:
            found.append(word.casefold())
        elif _DIGITS.search(word):
            found.append(_DIGITS.sub("#", word).casefold())
        elif not (place and is_number[place - 1] and joins(words[place - 1], word)):
            found.append("#")
    return " ".join(_ABOUT.sub(" ", " ".join(found)).split())


def values(words: Sequence[str]) -> list[Decimal | str]:
    """What each number in *words* is worth; one that is no count (54-NQ/TW) is itself."""
    found: list[Decimal | str] = []
    run: list[str] = []
    is_number = marks(words)
    for place, word in enumerate(words):
        if run and not (is_number[place] and joins(run[-1], word)):
            found.append(_value(run))
            run = []
        if is_number[place]:
            run.append(word)
    return [*found, _value(run)] if run else found


def _value(run: Sequence[str]) -> Decimal | str:
    total = hundreds = pending = Decimal(0)
    is_counted = False
    for word in run:
        low = word.casefold()
        scale = _SCALES.get(low) or _DOZEN.get(low)
        if scale and scale >= 1000:
            total += (hundreds + pending if is_counted else Decimal(1)) * scale
            hundreds = pending = Decimal(0)
        elif scale:
            hundreds += (pending or 1) * scale
            pending = Decimal(0)
        elif low not in _JOINS:
            worth = _worth(low)
            if worth is None:
                return " ".join(run).casefold()
            hundreds, pending = hundreds + pending, worth
        is_counted = True
    return total + hundreds + pending


def _worth(word: str) -> Decimal | None:
    known = _UNITS.get(word, _AFTER_A_NUMBER.get(word))
    if known is not None:
        return Decimal(known)
    match = _DIGITS.search(word)
    rest = word.replace(match[0], "", 1) if match else ""
    if match is None or any(character.isdigit() or character in "/:-–−" for character in rest):
        return None
    plain = match[0]
    if _GROUPED.fullmatch(plain) and not plain.startswith("0"):
        plain = plain.replace(".", "").replace(",", "")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:  # several stops: a date, a number of a document
        return None
