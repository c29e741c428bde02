"""The articles of the fictional province: one file each, TOML between +++ lines, then the body in a little Markdown.

Body blocks are parted by blank lines: a paragraph, ``## a heading``, rows of a table that start with ``|``, or an image
``![caption](name.png "credit")``. A file with *copy_of* carries the other article's body after its own paragraphs.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

IMAGE = re.compile(r'!\[(?P<caption>.*)\]\((?P<name>\S+)(?: "(?P<credit>.*)")?\)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """*kind* is ``p``, ``h``, ``table`` (then *rows*) or ``image`` (then *text* is the caption, *image* the file)."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    image: str = ""
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """*ref* is ``site/number``. *printed_date* False: the page does not say when. *role*: lines under a signature."""

    ref: str
    id: int
    section: str
    title: str
    sapo: str
    published_at: datetime
    blocks: tuple[Block, ...] = field(repr=False)
    byline: str | None = None
    role: tuple[str, ...] = ()
    credit: str | None = None
    agency: str | None = None
    updated_at: datetime | None = None
    keywords: tuple[str, ...] = ()
    printed_date: bool = True
    copy_of: str | None = None
    without_last: int = 0  # paragraphs that a copy leaves out at the end

    @property
    def site(self) -> str:
        return self.ref.partition("/")[0]

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.kind == "p")

    @property
    def images(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == "image")

    @property
    def text(self) -> str:
        """Headings, paragraphs and table rows (cells parted by " | "), a line each, without sapo and captions."""
        lines = [block.text or "\n".join(" | ".join(row) for row in block.rows) for block in self.prose]
        return "\n".join(lines)

    @property
    def prose(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind != "image")


def slugify(title: str) -> str:
    """The title as these sites put it into addresses: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFD", title.replace("đ", "d").replace("Đ", "D"))
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", ascii_only)).strip("-")


def parse_block(source: str) -> Block:
    if source.startswith("## "):
        return Block(kind="h", text=source[3:])
    if source.startswith("|"):
        rows = tuple(tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in source.splitlines())
        return Block(kind="table", rows=rows)
    if image := IMAGE.fullmatch(source):
        return Block(kind="image", text=image["caption"], image=image["name"], credit=image["credit"])
    return Block(kind="p", text=" ".join(source.split()))


def parse_story(ref: str, source: str) -> Story:
    _, head, body = source.split("+++\n", 2)
    values: dict[str, Any] = tomllib.loads(head)
    for name in ("keywords", "role"):
        values[name] = tuple(values.get(name, ()))
    blocks = tuple(parse_block(part) for part in re.split(r"\n\s*\n", body.strip()) if part)
    return Story(ref=ref, blocks=blocks, **values)


def carry(copy: Story, original: Story) -> Story:
    """*copy* with the body of *original* after its own paragraphs; pictures stay with the paper that took them."""
    body = original.prose[: len(original.prose) - copy.without_last]
    return replace(copy, blocks=copy.blocks + body)


def load_stories(folder: Path) -> Mapping[str, Story]:
    """ref → story, over ``folder/<site>/<number>.md``."""
    read = {
        ref: parse_story(ref, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/*.md"))
        for ref in [f"{path.parent.name}/{path.stem}"]
    }
    return {ref: carry(story, read[story.copy_of]) if story.copy_of else story for ref, story in read.items()}
