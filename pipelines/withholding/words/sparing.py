"""What a living article says itself stays on its pages, also where a withdrawn one of its newspaper says the same: a
paragraph that ten articles print, a reprint under another key.

A headline or sapo that makes most of a block is a teaser that was read with the text, and goes, unless the article is a
reprint: then it is its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from crawler.records.exchanges import Stored
from pipelines.sqlite import Connection
from pipelines.versions.readings import unpack
from pipelines.withholding.words import masking, wording
from pipelines.withholding.words.letters import plain
from pipelines.withholding.words.masking import Sought

# Of the sentences of the withdrawn article: from there on another one is a reprint of it.
REPRINTS = 0.5
_NAMED = (
    "SELECT title, summary FROM articles WHERE id = ?",
    "SELECT title, summary, captions FROM revisions WHERE article = ?",
    "SELECT caption FROM images WHERE article = ?",
)
_SAID = (
    "SELECT text FROM articles WHERE id = ?",
    "SELECT text FROM revisions WHERE article = ?",
    "SELECT text FROM renditions WHERE article = ?",
)
# With what the rules of today leave out as the site's, since those of tomorrow may not.
_READ = "SELECT reading FROM readings WHERE article = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The letters of an article's headlines, sapos and captions (*named*), of its texts, of their blocks."""

    named: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)
    blocks: frozenset[str] = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.texts or self.named)

    def has(self, letters: str, *, is_said: bool) -> bool:
        """Whether it says so in its own right. *is_said*: the other article says it in its text."""
        if any(letters in one for one in self.named):
            return True
        if is_said:
            return any(letters in one for one in self.texts)
        return any(letters in one and 2 * len(letters) < len(one) for one in self.blocks)

    def reprints(self, sought: Sought) -> bool:
        there = sum(any(one in text for text in self.texts) for one in sought.words.said)
        return there > 0 and there >= REPRINTS * len(sought.words.said)


def own_of(connection: Connection, article: str | None) -> Own:
    """In every version that is kept; nothing of one that is withheld."""

    def lines(queries: Iterable[str]) -> list[str]:
        rows = [row for sql in queries for row in connection.execute(sql, (article,))] if article else []
        return [text for row in rows for text in row if text]

    read = [unpack(packed) for (packed,) in connection.execute(_READ, (article,))] if article else []
    said = [*lines(_SAID), *("\n".join(block.text for block in one.blocks) for one in read)]
    named = {plain(line) for text in lines(_NAMED) for line in text.split("\n")} - {""}
    blocks = {plain(block) for text in said for block in text.split("\n")} - {""}
    return Own(named=frozenset(named), texts=frozenset(map(plain, said)), blocks=frozenset(blocks))


def own_of_page(connection: Connection, row: int) -> Own:
    """Of the article that the capture *row* is read as, if it is."""
    sql = "SELECT article FROM captures WHERE id = ? AND reading IS NOT NULL"
    found = connection.execute(sql, (row,)).fetchone()
    return own_of(connection, found[0] if found else None)


def spared(stored: Stored, sought: Sought, own: Own) -> tuple[str, ...]:
    """The letters of what is *sought* and found in *stored* and is the *own* of the article whose page it is."""
    return _spared(masking.texts(stored), sought, own) if own else ()


def says(text: str, sought: Sought, own: Own) -> bool:
    """Whether *text*, which another article's rows have, says what is *sought*, and not in its own right."""
    if not sought.is_there(text):
        return False
    kept = frozenset(_spared([(text, "")], sought, own))
    if sought.names:
        return bool(replace(sought, spared=kept).spans(text, ""))
    return bool(wording.spans(sought.words, text, kept))


def _spared(texts: Iterable[tuple[str, str]], sought: Sought, own: Own) -> tuple[str, ...]:
    is_reprint = own.reprints(sought)
    kept, goes = set[str](), set[str]()
    for text, media in texts:
        if not sought.is_there(text):
            continue
        found = [(run.letters, run.is_said) for run in wording.runs(sought.words, text)]
        found += [(letters, False) for _, letters in sought.linked(text, media)]
        for letters, is_said in found:
            (kept if own.has(letters, is_said=is_said or is_reprint) else goes).add(letters)
    return tuple(sorted(kept - goes))
