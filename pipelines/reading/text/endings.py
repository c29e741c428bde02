"""What ends a text and is none of it: signatures, credits, an agency's mark, "./.". Pure.

Only the end is ever looked at, and of what is there only what says nothing else: a sentence, a list's last item, a
line of verse, the name under a quotation stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.article import Block
from pipelines.reading.people.agencies import CODES, CREDIT_LINE, agency_of
from pipelines.reading.people.credits import LABEL_ALONE, NO_CREDITS, Credits, parse_signature
from pipelines.reading.people.names import is_authority, is_office, person_of

# Name, function lines: four as journals print them.
_MOST_LINES = 5
_LONGEST_LINE = 120
_STOPS = (".", "!", "?", ":")
_SENTENCE_ENDS = (".", "!", "?", "…", '"', "”", "»", "/", "’", ")")
_STOP_MARKS = '.!?…”"'
_END_MARK = re.compile(
    rf"(?P<stop>[{_STOP_MARKS}]?)\s*(?:\.?/\.?|\.?\s*[-–—]\s*/?(?P<dash>{CODES})|\((?P<paren>{CODES})\)"
    rf"|(?<=[{_STOP_MARKS}/])\s*(?P<bare>TTXVN|VNA|VNS))\s*/?\.?\s*$"
)
_NOTHING = re.compile(r"[\W_]*")
# A signature in the same paragraph: after a sentence of some words that ends with no abbreviation, "… Mai Thương".
_IN_LINE = re.compile(
    r"(?P<stop>[.!?…”\"])\s*(?P<tail>[(\[]?[^\W\d_][^.!?…”\"]{0,58}(?:\.[^\W\d_][^.!?…\"]{0,30})?[)\]]?)\.?\s*$"
)
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[A-ZĐ][^\W\d_]{0,3}|[^\W\d_]|\d+|tr|tp|vs|etc|no)\.$|\w\.\w+\.$")
_FEWEST_WORDS = 6  # of the sentence before it
_QUOTED = re.compile(r"[“\"«].*[”\"»][.!?…]?", re.DOTALL)
_LISTED = frozenset({"li", "table"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the last blocks of a text say of who made it. Its first *remaining* blocks stay, the last reading *last*."""

    credits: Credits
    remaining: int
    last: str = ""


def read_ending(blocks: Sequence[Block]) -> Ending:
    """Signatures, credits and marks off the end of *blocks*, in whatever order they stand there; one block stays."""
    found: list[Credits] = []
    remaining = len(blocks)
    while remaining > 1:
        text = blocks[remaining - 1].text
        if _NOTHING.fullmatch(text) or (found and LABEL_ALONE.fullmatch(text.strip())):
            remaining -= 1
        elif taken := _signature(blocks[:remaining], is_last=not found):
            credits, count = taken
            found.insert(0, credits)
            remaining -= count
        else:
            break
    last = " ".join(blocks[remaining - 1].text.split()) if remaining else ""
    if remaining and blocks[remaining - 1].kind not in _LISTED:
        last, inner = _strip_line(last)
        found[:0] = inner
    return Ending(credits=joined(found), remaining=remaining, last=last)


def joined(found: Sequence[Credits]) -> Credits:
    """All that the lines of an ending say, in their order."""
    if len(found) < 2:
        return found[0] if found else NO_CREDITS
    return Credits(
        byline=_listed([each.byline for each in found]),
        byline_role=_listed([each.byline_role for each in found]),
        agency=next((each.agency for each in found if each.agency), None),
        credit=_listed([each.credit for each in found]),
    )


def _listed(values: Sequence[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(filter(None, values))) or None


def _signature(blocks: Sequence[Block], *, is_last: bool) -> tuple[Credits, int] | None:
    """What the last block, or the last few, sign; and how many they are."""
    lines = [" ".join(block.text.split()) for block in blocks[-_MOST_LINES - 1 :]]
    last, before = blocks[-1], blocks[-2]
    if last.kind in _LISTED:
        return None
    credits = parse_signature(lines[-1])
    if credits and (_is_sure(lines[-1], credits) or _has_ended(before) or _is_signed(blocks[:-1], credits)):
        is_attribution = before.kind == "quote" or (credits.byline_role and _is_quotation(before))
        return None if is_attribution and not credits.credit else (credits, 1)
    return _with_offices(blocks, lines)


def _is_sure(line: str, credits: Credits) -> bool:
    """Whether *line* signs whatever stands before it: it is labelled ("Bài, ảnh:"), or credits an agency."""
    if is_authority(line):
        return False
    if credits.byline is None:
        is_named = CREDIT_LINE.match(line) is not None
        return agency_of(line) is not None or is_named == (credits.agency is not None)
    return ":" in line or credits.credit is not None


def _has_ended(block: Block) -> bool:
    """Whether the text may end with *block*: a sentence does, a list or a table does; a heading or verse doesn't."""
    text = block.text.rstrip()
    return block.kind in _LISTED or text.endswith(_SENTENCE_ENDS) or LABEL_ALONE.fullmatch(text) is not None


def _is_signed(blocks: Sequence[Block], credits: Credits) -> bool:
    """Whether a credit stands under a signature, which ends with no full stop."""
    if credits.byline or len(blocks) < 2:
        return False
    above = parse_signature(blocks[-1].text)
    return above is not None and above.byline is not None and _has_ended(blocks[-2])


def _is_quotation(block: Block) -> bool:
    return block.kind == "quote" or _QUOTED.fullmatch(block.text.strip()) is not None


def _with_offices(blocks: Sequence[Block], lines: Sequence[str]) -> tuple[Credits, int] | None:
    """A name over lines of offices, as journals print it: in capitals after anything, else after a sentence."""
    for count in range(2, min(_MOST_LINES, len(blocks) - 1) + 1):
        name, *offices = lines[-count:]
        if blocks[-count + 1].kind in _LISTED or len(offices[0]) > _LONGEST_LINE or offices[0].endswith(_STOPS):
            return None
        signed = _name_line(name)
        if signed is None or signed.byline is None or not is_office(offices[0]):
            continue
        before, in_capitals = blocks[-count - 1], signed.byline.isupper()
        if not in_capitals and (_is_quotation(before) or not _has_ended(before)):
            return None
        roles = [role for role in (signed.byline_role, *offices) if role]
        return Credits(byline=signed.byline, byline_role="; ".join(roles)), count
    return None


def _name_line(line: str) -> Credits | None:
    signed = parse_signature(line) if len(line) <= _LONGEST_LINE and not line.endswith(_STOPS) else None
    return signed if signed and not signed.credit else None


def strip_ending(text: str) -> tuple[str, str | None]:
    """(*text* without the mark that ends it, the agency that the mark names): "./.", ".-VNA", "(TTXVN)"."""
    match = _END_MARK.search(text)
    if not match or not any(
        (match["stop"], match["dash"], match["paren"], match["bare"], "/." in match[0], "./" in match[0])
    ):
        return text, None
    code = match["dash"] or match["paren"] or match["bare"]
    body = text[: match.start()].rstrip() + match["stop"]
    if not any(c.isalnum() for c in body):
        return text, None
    body = body if body.endswith((".", "!", "?", "…", "”", '"')) else body + "."
    return body, agency_of(code) if code else None


def _strip_line(text: str) -> tuple[str, list[Credits]]:
    """*text* without what ends it in its own line, and what that said, in order."""
    found: list[Credits] = []
    while True:
        shorter, agency = strip_ending(text)
        if shorter == text:
            match = _IN_LINE.search(text)
            credits = parse_signature(match["tail"]) if match and _is_own(text[: match.end("stop")]) else None
            if match is None or credits is None or not _ends_a_line(match["tail"], credits):
                return text, found
            shorter, agency = text[: match.end("stop")], None
            found.insert(0, credits)
        elif agency:
            found.insert(0, Credits(agency=agency))
        text = shorter


def _is_own(sentence: str) -> bool:
    return len(sentence.split()) >= _FEWEST_WORDS and _ABBREVIATION.search(sentence) is None


def _ends_a_line(tail: str, credits: Credits) -> bool:
    """Within a paragraph only a person, a desk or an agency, each alone: "… Mai Thương", "… (Theo TTXVN)"."""
    if credits.byline:
        return person_of(tail.strip("() ")) is not None or credits.credit is not None
    return credits == NO_CREDITS or credits.agency is not None or credits.credit is not None
