"""From a reading to an article: boilerplate, title, captions, dateline and signature out of the text."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipelines.article import Article, Block, Metadata, Reading
from pipelines.boilerplate import Rules, block_key
from pipelines.credits import split_signature
from pipelines.metadata import strip_dateline
from pipelines.vietnamese import clean as clean_text
from pipelines.vietnamese import fold

_MARKS = {"h": "## ", "li": "- ", "quote": "> "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body put in order: what stays, and what its ends said of author and place."""

    blocks: tuple[Block, ...] = field(repr=False)
    byline: str | None = None
    byline_role: str | None = None
    dateline: str | None = None


def clean(reading: Reading, rules: Rules, *, source: str, key: str, url: str) -> Article:
    """The article that *reading* is under *rules*. Pure: the same reading and rules give the same article."""
    kept = tuple(block for block in reading.blocks if block_key(block.text) not in rules.removed)
    body = put_in_order(kept, reading.metadata)
    metadata = replace(
        reading.metadata,
        byline=reading.metadata.byline or body.byline,
        byline_role=reading.metadata.byline_role or body.byline_role,
        dateline=reading.metadata.dateline or body.dateline,
    )
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
        word_count=len(text.split()),
        sha256=digest(metadata, text),
    )


def put_in_order(blocks: Sequence[Block], metadata: Metadata) -> Body:
    noise = {fold(line) for line in metadata.noise}
    kept = [replace(block, text=clean_text(block.text)) for block in blocks if fold(block.text) not in noise]
    if kept and metadata.title and fold(kept[0].text) == fold(metadata.title):
        kept = kept[1:]
    if not kept:
        return Body(blocks=())
    dateline, rest = strip_dateline(kept[0].text)
    kept[0] = replace(kept[0], text=rest)
    byline, role, count = split_signature([block.text for block in kept])
    return Body(
        blocks=tuple(block for block in kept[:count] if block.text), byline=byline, byline_role=role, dateline=dateline
    )


def markdown(blocks: Iterable[Block]) -> str:
    """Paragraphs parted by blank lines; headings, lists, quotations and table rows marked."""
    lines: list[str] = []
    previous = None
    for block in blocks:
        if lines and not (block.kind == previous and block.kind in ("li", "table", "quote")):
            lines.append("")
        text = f"| {block.text} |" if block.kind == "table" else _MARKS.get(block.kind, "") + block.text
        if block.kind == "table" and previous != "table":
            columns = block.text.count(" | ") + 1
            lines += [text, "|" + " --- |" * columns]
        else:
            lines.append(text)
        previous = block.kind
    return "\n".join(lines)


def digest(metadata: Metadata, text: str) -> str:
    """What makes a version of an article: its words. Dates are left out, a feed may or may not have brought one."""
    parts = (metadata.title, metadata.summary, text, metadata.byline, metadata.credit)
    joined = "\x1f".join(clean_text(part or "") for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
