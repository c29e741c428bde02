"""Texts prepared for comparing, the most recent at hand: reprints come in the same days."""

from collections import OrderedDict

from pipelines.article import compared
from pipelines.similarity import Prepared, prepare
from pipelines.sqlite import Connection

# Some 700 articles: a template's of the last two years, or the reprints of two days of sixty newspapers.
MOST_BYTES = 32 * 1024 * 1024
# With what is made for comparing it closely.
BYTES_A_WORD = 100


class Comparing:
    """Prepared texts by the digest of the words they were made of, the longest unused dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self.bytes = most_bytes, 0
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def of(self, connection: Connection, n: int) -> tuple[str, Prepared]:
        """The id of article *n* and its text, as its row says it."""
        article, digest = connection.execute("SELECT id, sha256 FROM articles WHERE n = ?", (n,)).fetchone()
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return article, self._kept[digest]
        words = connection.execute("SELECT title, summary, text FROM articles WHERE n = ?", (n,)).fetchone()
        return article, self._keep(digest, prepare(compared(*words)))

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
    return BYTES_A_WORD * (len(prepared.words) + 5)


# One for the process: what it holds depends on the words alone, not on the archive.
TEXTS = Comparing()
