"""Who made an article, as one printed line says it: people, their ranks and offices, the agency credited. Pure.

An agency is never a person: "Theo TTXVN" is a credit, and its normal name is TTXVN. Of a line that ends a text no word
is lost: what byline and role do not hold is in the credit, which is the line as printed. Only what such lines are
labelled with ("Tin, ảnh:", "By", "CTV", "t/h") goes, and a desk that signs with nothing else ("P.V").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.reading.page.titles import condense
from pipelines.reading.people.agencies import CREDIT_LINE, agency_of, credited, is_credit, is_outlet
from pipelines.reading.people.names import (
    COLLECTIVE,
    DESK,
    NOBODY,
    is_authority,
    is_initials,
    is_name,
    is_office,
    is_pen_name,
    is_rank,
    person_of,
)

LONGEST_LINE = 150
_TEXT_WORD = (
    r"tin|bài viết|bài|thực hiện|nội dung|tác giả|người viết|phóng viên|biên tập(?: viên)?|pv|ctv|btv|tổng hợp|story"
    r"|words?|text|author"
)
_PICTURE_WORD = (
    r"chùm ảnh|hình ảnh|ảnh|hình|đồ họa|đồ hoạ|video|clip|photos?|pictures?|graphics?|trình bày|thiết kế|dựng phim"
    r"|kỹ thuật"
)
_OTHER_WORD = r"người dịch|biên dịch|lược dịch|dịch|(?:translated|edited|compiled|photos?) by|nguồn(?: tin)?|theo"
_WORD = rf"(?:{_TEXT_WORD}|{_PICTURE_WORD}|{_OTHER_WORD})"
LABELLED = re.compile(
    rf"(?:^|(?<=[\s,;.|/(–—-]))(?P<label>{_WORD}(?:(?:\s*[,&+/-]\s*|\s+và\s+|\s+){_WORD})*)"
    rf"(?:\s*[:：]\s*|(?<=\sby)\s+)",
    re.IGNORECASE,
)
# In a block of its own, over the name.
LABEL_ALONE = re.compile(rf"\(?{_WORD}(?:(?:\s*[,&+/-]\s*|\s+và\s+|\s+){_WORD})*\s*[:：]", re.IGNORECASE)
_IS_TEXT, _IS_PICTURE = re.compile(rf"\b(?:{_TEXT_WORD})\b", re.I), re.compile(rf"\b(?:{_PICTURE_WORD})\b", re.I)
_BY = re.compile(r"^(?:(?:written|reported|story|compiled) by\b|by\b)\s*:?\s*", re.IGNORECASE)
_TRANSLATOR = re.compile(r"^(?:translated by|edited by|biên dịch|lược dịch|dịch|người dịch)\b", re.IGNORECASE)
# "(*) Đầu đề do Tòa soạn đặt."
_DESK_NOTE = re.compile(
    r"(?:\(?\*+\)?\W*)?(?:đầu đề|tít|tiêu đề|tên bài)\b.{0,30}"
    r"\b(?:tòa soạn|toà soạn|bbt|ban biên tập|báo|chúng tôi)\b.{0,12}\bđặt\b\W*$",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_AND = re.compile(r"\s*(?:[;,/&|•+]|\s[–—-]\s|\s(?:và|and|with)\s)\s*|(?<=[^\W\d_])[–—](?=[^\W\d_])")
# "Nguyễn Văn Sơn, Bí thư Tỉnh ủy, …", "TRẦN VĂN NÚI - Hội Nhà báo tỉnh".
_OFFICE_AFTER = re.compile(r"\s*(?:,|\s[–—-])\s+")
_FEWEST_CAPITALS = 6
_MOST_NOTE_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """*byline* is people, joined by "; ". *credit* is the agency line as printed, *agency* its normal name."""

    byline: str | None = None
    byline_role: str | None = None
    agency: str | None = None
    credit: str | None = None


NO_CREDITS = Credits()


@dataclass(slots=True)
class _Found:
    """What has been made out of a line; *rest* are its parts that say something else."""

    people: list[str]
    roles: list[str]
    extra: bool = False  # says more than people and roles hold
    rest: bool = False


def joined(stated: str | None, signed: str | None) -> str | None:
    """*stated* and what of *signed* it doesn't say already, whatever its letter case, marks and spaces."""
    known = condense(stated or "")
    more = [part for part in (signed or "").split("; ") if part and condense(part) not in known]
    return "; ".join([*filter(None, [stated]), *more]) or None


def parse_byline(printed: str, *, pen_names: bool = False) -> Credits:
    """What an author field or a printed byline says. *pen_names* lets a single word be a name, as in author fields.

    Lenient: a name between words that are none is taken.
    """
    line = " ".join(printed.split()).strip(" |-–—•,;")
    if not line or len(line) > LONGEST_LINE or _TRANSLATOR.match(line):
        return NO_CREDITS
    if CREDIT_LINE.match(line):
        return Credits(agency=credited(line), credit=line.strip("()"))
    if is_authority(line):
        return Credits(credit=line)
    found = _read(line, pen_names)
    agency = agency_of(line) or (credited(line) if found.people and found.extra else None)
    names = list(dict.fromkeys(_cased(name) for name in found.people))
    return Credits(
        byline="; ".join(names) or None,
        byline_role=", ".join(found.roles) or None if names else None,
        agency=agency,
        credit=line if agency or (names and found.extra) else None,
    )


def _cased(name: str) -> str:
    return name.title() if name.isupper() and len(name) >= _FEWEST_CAPITALS and "." not in name else name


def parse_signature(text: str) -> Credits | None:
    """What a line that ends a text says, or None where it is anything but a signature or a credit: strict.

    A name alone stays in capitals, as journals sign; those of several and under a label are lowered.
    """
    line = " ".join(text.split()).strip(" |-–—•;*_")
    if _DESK_NOTE.match(line):
        return NO_CREDITS
    if not line or len(line) > 2 * LONGEST_LINE or not any(c.isalpha() for c in line):
        return None
    if is_credit(line):
        return Credits(agency=credited(line), credit=line.strip("()[] "))
    inner = line[1:-1].strip() if line[0] in "([" and line[-1] in ")]" else line
    if DESK.match(inner):
        return NO_CREDITS
    if _TRANSLATOR.match(inner):
        return Credits(credit=inner) if len(inner) <= 60 and inner[-1] not in "!?:" else None
    if officer := _officer(inner):
        return officer
    if is_authority(inner):
        return Credits(credit=inner)
    if inner[-1] in "!?:" or len(inner) > 90:
        return None
    found = _read(inner, pen_names=False)
    if found.rest or not (found.people or found.extra):
        return None
    named = agency_of(inner) or (credited(inner) if found.extra else None)
    is_alone = len(found.people) == 1 and inner.isupper() and "(" not in inner and LABELLED.match(inner) is None
    names = found.people if is_alone else [_cased(name) for name in found.people]
    return Credits(
        byline="; ".join(dict.fromkeys(names)) or None,
        byline_role=", ".join(found.roles) or None,
        agency=named,
        credit=inner if found.extra else None,
    )


def _officer(line: str) -> Credits | None:
    """One person with offices: "DUONG VAN SON, member of the Party Committee, Secretary of …", in any case."""
    for cut in _OFFICE_AFTER.finditer(line):
        person = person_of(line[: cut.start()])
        office = line[cut.end() :].removesuffix(".")
        if person and is_name(person[0]) and is_office(office) and not (is_rank(office) or is_outlet(office)):
            return Credits(byline=person[0], byline_role=", ".join(filter(None, (person[1], office))))
    return None


def _read(line: str, pen_names: bool) -> _Found:
    found = _Found(people=[], roles=[])
    for label, content in _labelled(_BY.sub("", line)):
        is_labelled = label is not None or _BY.match(line) is not None
        if label is not None and not _IS_TEXT.search(label):
            found.extra = True
            found.rest |= not (_IS_PICTURE.search(label) or _is_short(content))
            continue
        _read_names(found, content, pen_names or is_labelled)
    return found


def _labelled(line: str) -> Iterator[tuple[str | None, str]]:
    """(label, what it labels): "Tin: A - Ảnh: B" has two."""
    marks = list(LABELLED.finditer(line))
    if not marks or line[: marks[0].start()].strip(" -–—,;|/"):
        yield None, line[: marks[0].start()] if marks else line
    ends = [*(mark.start() for mark in marks[1:]), len(line)]
    for mark, end in zip(marks, ends, strict=False):
        yield mark["label"], line[mark.end() : end]


def _is_short(content: str) -> bool:
    return len(content.split()) <= _MOST_NOTE_WORDS


def _read_names(found: _Found, content: str, pen_names: bool) -> None:
    for note in _NOTE.findall(content):
        _read_note(found, note.strip())
    for part in _AND.split(_NOTE.sub(" ", content)):
        name = part.strip(" ().|-–—*") if not is_initials(part.strip()) else part.strip()
        if not name or DESK.match(name):
            continue
        if is_credit(name):
            found.extra = True
        elif is_rank(name):
            found.roles.append(name)
        elif person := person_of(name):
            found.people.append(person[0])
            found.roles += [person[1]] if person[1] else []
        elif COLLECTIVE.match(name) or (pen_names and is_pen_name(name)):
            found.people.append(name)
        elif not NOBODY.match(name):
            found.rest = True


def _read_note(found: _Found, note: str) -> None:
    """What stands in brackets after a name: that it was compiled, from whom, or where its author belongs."""
    if (
        not note
        or DESK.match(note)
        or re.fullmatch(r"(?:t/h|th|thực hiện|ghi|lược ghi|dịch|biên dịch|st)\.?", note, re.I)
    ):
        return
    if is_outlet(note) or re.match(r"(?:tổng hợp|t/h|dịch|biên dịch)?\s*(?:theo|từ|nguồn|source)\b", note, re.I):
        found.extra = True
    elif _is_short(note) and all(c.isalpha() or c in " .,-–" for c in note):
        found.roles.append(note)
    else:
        found.rest = True
