"""What a site's software left of its own in the text: taken out where it stands alone, only flagged in prose. Pure."""

import re
from dataclasses import replace

from pipelines.article import Reading

PLACEHOLDER, BROKEN_LETTERS, GARBLED_NUMBER = "placeholder", "broken-letters", "garbled-number"

_NAME = r"[A-Za-z_][\w.:-]"
# Slots of templates, numbers that a translator put aside (DNUM_), what hides addresses from robots, a picture's bytes.
_SLOTS = (
    rf"\{{\{{[^{{}}\n]{{1,60}}\}}\}}|\[\[{_NAME}{{2,40}}\]\]|\$\{{[^{{}}\s]{{1,60}}\}}|<%[^%\n]{{1,60}}%>"
    rf"|(?<!\w)%{_NAME}{{2,30}}%(?!\w)|(?<!\w)#[A-Z]+_[A-Z_]+#(?!\w)"
    r"|\bDNUM_[A-Z]{10}\b|\[email[\s\u00a0]+protected\]|data:image/[\w.+-]+;base64\S*|\[object Object\]"
)
# Most texts have none of these, which is quicker to find out.
_HINTS = ("{", "[[", "[e", "[o", "<%", "DNUM_", "data:", "%", "#")
_WITHIN = re.compile(rf"{_SLOTS}|\{{[A-Za-z_]{{3,30}}\}}")
_ALONE = re.compile(
    rf"[\s|,;:*•-]*(?:(?:{_SLOTS}|\{{\w{{1,40}}\}}|data:image/\S*|undefined|null|NaN)[\s|,;:*•-]*)+"
    r"|Lorem ipsum dolor\b.*",
    re.DOTALL,
)
_LOST = "\ufffd"
# "H?i ngh?": an encoding without the letter; in an address a question mark stands between letters too.
_HINT_OF_QUESTIONED = re.compile(r"\?(?<=[^\W\d_]\?)[^\W\d_]")
_QUESTIONED = re.compile(r"(?<![^\s(“\"])[^\W\d_]*[^\W\d_]\?[^\W\d_]+(?![^\s,.;:)”\"])")
_MOST_QUESTIONED = 2
# "Day 2On July 6": what a translator makes of a number that it had put aside.
_GARBLED = re.compile(r"\b\d{1,2}(?:On|In|At|The|This|From|And|By|For|With|Of|To)\b")


def tidy(reading: Reading) -> Reading:
    """*reading* without lines, title and summary that are placeholders and nothing else; with its marks of quality.

    ``placeholder``: there is or was one; ``broken-letters``: letters that cannot be recovered; ``garbled-number``.
    """
    stated = reading.metadata
    texts = [text for text in (stated.title, stated.summary, *(block.text for block in reading.body)) if text]
    whole = "\n".join(texts)
    flags = set(reading.flags)
    alone = {text for text in texts if _ALONE.fullmatch(text)}
    if alone or (any(hint in whole for hint in _HINTS) and _WITHIN.search(whole)):
        flags.add(PLACEHOLDER)
    is_questioned = _HINT_OF_QUESTIONED.search(whole) and len(_QUESTIONED.findall(whole)) > _MOST_QUESTIONED
    if _LOST in whole or is_questioned:
        flags.add(BROKEN_LETTERS)
    if _GARBLED.search(whole):
        flags.add(GARBLED_NUMBER)
    blocks = tuple(block for block in reading.blocks if not _ALONE.fullmatch(block.text))
    if blocks == reading.blocks and not alone and flags == set(reading.flags):
        return reading
    return replace(
        reading,
        metadata=replace(
            stated,
            title=None if stated.title in alone else stated.title,
            summary=None if stated.summary in alone else stated.summary,
        ),
        blocks=blocks,
        flags=tuple(sorted(flags)),
    )
