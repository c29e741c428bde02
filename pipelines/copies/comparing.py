"""Texts prepared for comparing, the most recent at hand: reprints come in the same days."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipelines.article import compared
from pipelines.copies.prepared import Outline
from pipelines.copies.similarity import Prepared, prepare
from pipelines.sqlite import Connection, select_in

# Some 700 articles: the reprints of two days of sixty newspapers.
MOST_BYTES = 32 * 1024 * 1024
# With what is made for comparing it closely.
BYTES_A_WORD = 100
# Of texts that are too long for theirs to stand beside the signature, some 2,000 of 400 words.
MOST_OF_OUTLINES = 4 * 1024 * 1024
# So many pairs of texts are in memory together: 6 MB of articles of 400 words.
AT_ONCE = 64

# Of what is kept, beside its words: its place, the objects.
_BYTES_EACH = 500

_T = TypeVar("_T")
_Row = tuple[str, str | None, str | None]  # id, language, digest of the words


class Text(NamedTuple):
    """Of an article."""

    id: str
    language: str | None
    words: Prepared


class Comparing:
    """Prepared texts and outlines by the digest of the words they were made of, the longest unused dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_of_outlines: int = MOST_OF_OUTLINES) -> None:
        self._texts = _Kept[Prepared](most_bytes)
        self._outlines = _Kept[Outline](most_of_outlines)

    @property
    def bytes(self) -> int:
        return self._texts.bytes + self._outlines.bytes

    def of(self, connection: Connection, articles: Collection[int]) -> dict[int, Text]:
        """*articles* are given as numbers. Of each its text, as its row says it."""
        rows = _rows(connection, articles)
        found = self._texts.of(rows)
        for n, made in _made(connection, [n for n in rows if n not in found]):
            self._texts.keep(rows[n][-1], made, BYTES_A_WORD * len(made))
            found[n] = made
        return {n: Text(id_, language, found[n]) for n, (id_, language, _) in rows.items()}

    def outlines(self, connection: Connection, articles: Collection[int]) -> dict[int, Outline]:
        """Of each as little of its text as tells whether it is worth more; of many articles more are at hand."""
        rows = _rows(connection, articles)
        found = self._outlines.of(rows)
        found |= {n: made.outline for n, made in self._texts.of({n: rows[n] for n in rows if n not in found}).items()}
        for n, made in _made(connection, [n for n in rows if n not in found]):
            found[n] = made.outline
            self._outlines.keep(rows[n][-1], found[n], len(found[n].packed))
        return found

    def clear(self) -> None:
        self._texts.clear()
        self._outlines.clear()


class _Kept(Generic[_T]):
    def __init__(self, most: int) -> None:
        self._most, self.bytes = most, 0
        self._by_digest: OrderedDict[str | None, tuple[_T, int]] = OrderedDict()

    def of(self, rows: dict[int, _Row]) -> dict[int, _T]:
        found = {n: self._by_digest[digest][0] for n, (*_, digest) in rows.items() if digest in self._by_digest}
        for n in found:
            self._by_digest.move_to_end(rows[n][-1])
        return found

    def keep(self, digest: str | None, made: _T, size: int) -> None:
        if digest and digest not in self._by_digest:
            size += _BYTES_EACH
            self._by_digest[digest] = made, size
            self.bytes += size
            while self.bytes > self._most:
                _, (_, dropped) = self._by_digest.popitem(last=False)
                self.bytes -= dropped

    def clear(self) -> None:
        self._by_digest.clear()
        self.bytes = 0


def _rows(connection: Connection, articles: Collection[int]) -> dict[int, _Row]:
    sql = "SELECT n, id, language, sha256 FROM articles WHERE n IN ({})"
    return {n: tuple(said) for n, *said in select_in(connection, sql, [*articles])}


def _made(connection: Connection, articles: Sequence[int]) -> Iterator[tuple[int, Prepared]]:
    sql = "SELECT n, title, summary, text FROM articles WHERE n IN ({})"
    for n, *words in select_in(connection, sql, articles):
        yield n, prepare(compared(*words))


# One for the process: what it holds depends on the words alone, not on the archive.
TEXTS = Comparing()
