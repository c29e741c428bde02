"""From a reading to an article: boilerplate, title, captions, dateline and signature out of the text."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.article import Article, Block, Metadata, Reading
from pipelines.boilerplate import NO_RULES, Rules
from pipelines.reading.people.credits import NO_CREDITS, Credits, joined
from pipelines.reading.text.datelines import strip_dateline
from pipelines.reading.text.endings import read_ending
from pipelines.reading.text.tails import signs, without_tail
from pipelines.vietnamese import clean as clean_text
from pipelines.vietnamese import fold
from pipelines.words import count_words

# A caption or a list of keywords has fewer words; a longer block is prose, whatever alternative text repeats it.
LONGEST_NOISE = 60
# Name, four functions, credit.
MOST_SIGNATURE = 6
_MARKS = {"h": "## ", "li": "- ", "quote": "> "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body put in order: what stays, and what its beginning and its end said of place, author and agency."""

    blocks: tuple[Block, ...] = field(repr=False)
    credits: Credits = NO_CREDITS
    dateline: str | None = None


def clean(reading: Reading, rules: Rules, *, source: str, key: str, url: str) -> Article:
    """The article that *reading* is under *rules*. Pure: the same reading and rules give the same article."""
    body = put_in_order(reading.blocks, reading.metadata, rules)
    metadata = _completed(reading.metadata, body)
    text = "\n".join(block.text for block in body.blocks)
    return Article(
        source=source,
        key=key,
        url=url,
        reading=reading,
        metadata=metadata,
        rules=rules.version,
        text=text,
        markdown=markdown(body.blocks),
        word_count=count_words(text),
        sha256=digest(metadata, text),
    )


def _completed(metadata: Metadata, body: Body) -> Metadata:
    """*metadata*, and behind what the page states what *body* said besides: who signs has written it."""
    found = body.credits
    metadata = replace(
        metadata,
        byline=joined(metadata.byline, found.byline),
        byline_role=metadata.byline_role or found.byline_role,
        agency=metadata.agency or found.agency,
        credit=joined(metadata.credit, found.credit),
    )
    return replace(metadata, dateline=joined(metadata.dateline, body.dateline))


def put_in_order(blocks: Sequence[Block], metadata: Metadata, rules: Rules = NO_RULES) -> Body:
    """*blocks* without what is no body: the site's boilerplate, noise, the title; then dateline, signature and credit.

    The signature is read off before the rules have their say too: a byline on three articles is one of their blocks.
    """
    own = [block if (text := clean_text(block.text)) == block.text else replace(block, text=text) for block in blocks]
    *_, (_, kept) = narrowed(own, metadata, rules)
    if not kept:
        return Body(blocks=())
    ending = read_ending(kept)
    last = max(index for index, block in enumerate(own) if block is kept[-1])
    behind = own[last + 1 :]
    if behind and not ending.credits.byline:  # an advertisement may stand before who signs
        noise = {fold(line) for line in metadata.noise}
        behind = [block for block in behind if fold(block.text) not in noise]
    credits = _completed_credits(ending.credits, _removed_signature([*own[: last + 1], *behind], last))
    kept = kept[: ending.remaining]
    kept[-1] = replace(kept[-1], text=ending.last)
    dateline = _take_dateline(kept, 0)
    if len(kept) > 1 and metadata.summary and fold(kept[0].text) == fold(metadata.summary):
        dateline = joined(dateline, _take_dateline(kept, 1))
    return Body(blocks=tuple(block for block in kept if block.text), credits=credits, dateline=dateline)


def narrowed(own: Sequence[Block], metadata: Metadata, rules: Rules) -> Iterator[tuple[str, list[Block]]]:
    """What is left of *own* after each step that takes blocks out, with the step's name."""
    kept = [block for block in own if rules.keeps(block)]
    yield "rules", kept
    kept = _without_noise(kept, metadata)
    yield "noise", kept
    kept = _without_title(kept, metadata)
    yield "title", kept
    yield "tail", without_tail(kept)


def _take_dateline(blocks: list[Block], index: int) -> str | None:
    """The text begins at its first block, and again under a sapo."""
    dateline, rest = strip_dateline(blocks[index].text)
    blocks[index] = replace(blocks[index], text=rest)
    return dateline


def _without_noise(blocks: list[Block], metadata: Metadata) -> list[Block]:
    """Prose that a page also has as an alternative text or a caption stays: what is long, or most of the text."""
    noise = {fold(line) for line in metadata.noise}
    words = [count_words(block.text) for block in blocks]
    limit = min(LONGEST_NOISE, sum(words) // 2)
    kept = [b for b, count in zip(blocks, words, strict=True) if count > limit or fold(b.text) not in noise]
    return kept or blocks


def _without_title(blocks: list[Block], metadata: Metadata) -> list[Block]:
    if len(blocks) > 1 and metadata.title and fold(blocks[0].text) == fold(metadata.title):
        return blocks[1:]
    return blocks


def _removed_signature(blocks: Sequence[Block], last: int) -> Credits:
    """What the blocks behind the *last* kept one say that the rules have taken out: a signature stands right there."""
    for end in range(min(len(blocks), last + 1 + MOST_SIGNATURE), last + 1, -1):
        ending = read_ending(blocks[:end])
        if ending.remaining <= last + 1:
            return ending.credits
    for block in blocks[last + 1 : last + 1 + MOST_SIGNATURE]:  # behind a teaser: what says itself that it signs
        found = read_ending([blocks[last], block])
        if found.remaining == 1 and (signs(block.text) or (found.credits.byline and found.credits.byline_role)):
            return found.credits
    return NO_CREDITS


def _completed_credits(first: Credits, second: Credits) -> Credits:
    people = first if first.byline else second
    is_told = first.credit or (first.agency and second.agency not in (None, first.agency))
    source = first if is_told or not second.credit else second
    return Credits(byline=people.byline, byline_role=people.byline_role, agency=source.agency, credit=source.credit)


def markdown(blocks: Iterable[Block]) -> str:
    """Paragraphs parted by blank lines; headings, lists, quotations and table rows marked."""
    lines: list[str] = []
    previous = None
    for block in blocks:
        if lines and not (block.kind == previous and block.kind in ("li", "table", "quote")):
            lines.append("")
        text = f"| {block.text} |" if block.kind == "table" else _MARKS.get(block.kind, "") + block.text
        if block.kind == "table" and previous != "table":
            columns = block.text.count("|") + 1
            lines += [text, "|" + " --- |" * columns]
        else:
            lines.append(text)
        previous = block.kind
    return "\n".join(lines)


def captions(metadata: Metadata) -> str | None:
    """One a line, as the pictures stand on the page."""
    return "\n".join(image.caption for image in metadata.images if image.caption) or None


def digest(metadata: Metadata, text: str) -> str:
    """What makes a version of an article: its words. Dates are left out, a feed may or may not have brought one
    (pipelines/versions/dating.py); so is the order of pictures, which a carousel changes.
    """
    shown = "\n".join(sorted((captions(metadata) or "").split("\n")))
    parts = (metadata.title, metadata.summary, text, metadata.byline, metadata.credit, shown)
    joined = "\x1f".join(clean_text(part or "") for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
