"""Why a line of a page is in its article's text or is not: each block that may be, with what decided. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipelines.article import Block, Reading
from pipelines.boilerplate import HELP, NO_RULES, Rules, block_key, place_key
from pipelines.clean import narrowed
from pipelines.reading.text.endings import read_ending
from pipelines.vietnamese import clean as clean_text
from pipelines.vietnamese import fold

CAPTION = "a picture's caption or credit"
_STEPS = {
    "noise": "a byline, a label, or a line of what stands around the article",
    "tail": "what stands before or behind an article: related ones, counters, buttons, its date",
    "title": "the title",
    "ending": "a signature or credit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """*text* is as it was read. *is_kept*: the article's text has it, perhaps without a dateline or a signature."""

    text: str = field(repr=False)
    sure: int
    path: str
    is_kept: bool
    reason: str


def explain(reading: Reading, rules: Rules = NO_RULES, reasons: Mapping[int, str] | None = None) -> list[Explained]:
    """The blocks of *reading* in the page's order. *reasons* of the rules, by key, are as ``boilerplate`` has them."""
    own = [replace(block, text=clean_text(block.text)) for block in reading.blocks]
    taken: dict[int, str] = {}
    before = own
    for name, after in narrowed(own, reading.metadata, rules):
        _take(taken, before, after, name)
        before = after
    if before:
        _take(taken, before, before[: read_ending(before).remaining], "ending")
    captions = {fold(text) for image in reading.metadata.images for text in (image.caption, image.credit) if text}
    found = []
    for block in own:
        step = taken.get(id(block))
        if step is None or step == "rules":
            reason = _ruled(block, rules, reasons or {})
        else:
            reason = CAPTION if step == "noise" and fold(block.text) in captions else _STEPS[step]
        found.append(Explained(text=block.text, sure=block.sure, path=block.path, is_kept=step is None, reason=reason))
    return found


def _take(taken: dict[int, str], before: list[Block], after: list[Block], step: str) -> None:
    """Note which blocks *step* took; blocks of one text are told apart by their identity."""
    still = {id(block) for block in after}
    taken.update({id(block): step for block in before if id(block) not in still})


def _ruled(block: Block, rules: Rules, reasons: Mapping[int, str]) -> str:
    """What Rules.keeps went by."""
    key, place = block_key(block.text), place_key(block.path)
    by_page = f"sure {block.sure:+} by the page"
    if key in rules.kept or key in rules.removed:
        word = "kept" if key in rules.kept else "removed"
        return f"{word}: {reasons[key]}" if reasons.get(key) else word
    if abs(block.sure) > HELP or not any(place in part for part in rules.parts):
        return by_page
    is_good = place in rules.trusted or place in rules.kept
    word = "trusted" if is_good else "doubted"
    return f"{by_page}, its place {word}" + (f": {reasons[place]}" if reasons.get(place) else "")
