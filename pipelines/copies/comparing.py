"""Texts prepared for comparing, the most recent at hand: reprints come in the same days."""

from collections import OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from pipelines.article import compared
from pipelines.copies.similarity import Prepared, prepare
from pipelines.sqlite import Connection, select_in

# Some 700 articles: a template's of the last two years, or the reprints of two days of sixty newspapers.
MOST_BYTES = 32 * 1024 * 1024
# With what is made for comparing it closely.
BYTES_A_WORD = 100
# Of as many articles texts are asked for together: 3 MB.
AT_ONCE = 64


class Text(NamedTuple):
    """Of an article."""

    id: str
    language: str | None
    words: Prepared


class Comparing:
    """Prepared texts by the digest of the words they were made of, the longest unused dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self.bytes = most_bytes, 0
        self._kept: OrderedDict[str | None, Prepared] = OrderedDict()

    def of(self, connection: Connection, articles: Collection[int]) -> dict[int, Text]:
        """*articles* are given as numbers. Of each its text, as its row says it."""
        sql = "SELECT n, id, language, sha256 FROM articles WHERE n IN ({})"
        rows: dict[int, tuple[str, str | None, str | None]]
        rows = {n: tuple(said) for n, *said in select_in(connection, sql, [*articles])}
        found = {n: self._kept[digest] for n, (*_, digest) in rows.items() if digest in self._kept}
        for n in found:
            self._kept.move_to_end(rows[n][-1])
        sql = "SELECT n, title, summary, text FROM articles WHERE n IN ({})"
        for n, *words in select_in(connection, sql, [n for n in rows if n not in found]):
            found[n] = self._keep(rows[n][-1], prepare(compared(*words)))
        return {n: Text(id_, language, found[n]) for n, (id_, language, _) in rows.items()}

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0

    def _keep(self, digest: str | None, prepared: Prepared) -> Prepared:
        if digest:
            self._kept[digest] = prepared
            self.bytes += _size(prepared)
            while self.bytes > self._most:
                _, dropped = self._kept.popitem(last=False)
                self.bytes -= _size(dropped)
        return prepared


def _size(prepared: Prepared) -> int:
    return BYTES_A_WORD * (len(prepared) + 5)


# One for the process: what it holds depends on the words alone, not on the archive.
TEXTS = Comparing()
