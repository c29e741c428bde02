"""The forms that addresses of articles have: where the number stands, or that there is none. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    TAIL = "tail"  # /<slug>-post123.html
    NUMBER = "number"  # /<section>/123.html
    FRONT = "front"  # /123-<slug>.html
    FOLDER = "folder"  # /123/<slug>.html
    HEX = "hex"  # /<slug>-0a1b2c3.html
    QUERY = "query"  # /page.aspx?ItemID=123
    SLUG = "slug"  # /<slug>.html


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """*mark* is what stands right before the number: ``-post``, or the name of a query's parameter. *words* counts
    the words of the slug; *digits* are the number's, for ``hex`` all its letters.
    """

    form: Form
    mark: str = ""
    ending: str = ""
    words: int = 0
    number: str = ""

    @property
    def group(self) -> tuple[Form, str]:
        """Forms of one group differ in ending and mark only, which one pattern can name side by side."""
        return self.form, self.mark[:1] if self.form in (Form.TAIL, Form.HEX) else self.mark


_ENDING = re.compile(r"(?<=.)(\.[a-z]{2,5})$", re.I)
_QUERY_ID = re.compile(r"(?:^|&)([a-z]*id)=(\d+)", re.I)
# Glued to the number: "-post123", "-a123"; a longer word before digits is the slug's last.
_TAIL = re.compile(r"(.+?)([-_.,])([a-z]{0,6}?)(\d{2,})", re.I)
_FRONT = re.compile(r"(\d{3,})[-_](.*\D.*)")
_HEX = re.compile(r"(?:(.*)([-_.]))?([0-9a-f]{6,})", re.I)
# As long as no word of letters a to f, and no number that counts articles.
WHOLE_HEX = 16


def shape_of(path: str, hex_length: int = 0) -> Shape:
    """*path* as identity keys have it, with its query. *hex_length*: a last part of so many hex digits is the id."""
    path, _, query = path.partition("?")
    *folders, last = path.strip("/").split("/")
    found = _ENDING.search(last)
    ending = found[1] if found else ""
    stem = last.removesuffix(ending)
    if named := _QUERY_ID.search(query):
        return Shape(form=Form.QUERY, mark=named[1], ending=ending, number=named[2])
    match = _HEX.fullmatch(stem)
    if match and hex_length and len(match[3]) == hex_length:
        return Shape(form=Form.HEX, mark=match[2] or "", ending=ending, words=words_of(match[1] or ""), number=match[3])
    if re.fullmatch(r"\d{3,}", stem):
        return Shape(form=Form.NUMBER, ending=ending, words=words_of(folders[-1] if folders else ""), number=stem)
    if match := _TAIL.fullmatch(stem):
        mark = match[2] + match[3]
        return Shape(form=Form.TAIL, mark=mark, ending=ending, words=words_of(match[1]), number=match[4])
    if match := _FRONT.fullmatch(stem):
        return Shape(form=Form.FRONT, ending=ending, words=words_of(match[2]), number=match[1])
    if folders and re.fullmatch(r"\d{4,}", folders[-1]):
        return Shape(form=Form.FOLDER, ending=ending, words=words_of(stem), number=folders[-1])
    return Shape(form=Form.SLUG, ending=ending, words=words_of(stem))


def words_of(slug: str) -> int:
    """How many words a slug has: "tin-tuc" two."""
    return len([word for word in re.split(r"[-_+.]|%20", slug) if word])


def shapes_of(paths: Sequence[str]) -> list[Shape]:
    """The shape of each; what could be a number or a hex code is told by the others."""
    length = hex_length(paths)
    shapes = [shape_of(path, length) for path in paths]
    marks = Counter(shape.mark for shape in shapes if shape.form is Form.TAIL)
    # "…-nam-2026.html" and "…-covid19.html" on a site without numbers: their ends are words among many that have none.
    slugs = sum(shape.form is Form.SLUG for shape in shapes)
    rare = {mark for mark, count in marks.items() if count * 4 < len(shapes) and (slugs * 2 > len(shapes) or mark[1:])}
    return [_as_slug(shape) if shape.form is Form.TAIL and shape.mark in rare else shape for shape in shapes]


def _as_slug(shape: Shape) -> Shape:
    return Shape(form=Form.SLUG, ending=shape.ending, words=shape.words + 1)


def hex_length(paths: Iterable[str]) -> int:
    """The length of the hex codes that most of *paths* end with, 0 where they don't."""
    ends = [_HEX.fullmatch(_ENDING.sub("", path.partition("?")[0].strip("/").rpartition("/")[2])) for path in paths]
    codes = [match[3] for match in ends if match]
    # "a12345" is a letter and a number.
    mixed = Counter(len(code) for code in codes if re.search(r"\d[a-f]", code, re.I))
    if not mixed:
        return 0
    length, count = mixed.most_common(1)[0]
    # Of codes of seven hex digits, four of five have a letter behind a digit.
    same = sum(len(code) == length for code in codes)
    return length if same * 2 > len(ends) and count * 2 >= same else 0
