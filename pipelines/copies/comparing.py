"""Texts prepared for comparing, the most recent at hand: reprints come in the same days."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from pipelines.article import compared
from pipelines.copies.similarity import Prepared, prepare
from pipelines.sqlite import Connection

# Some 700 articles: a template's of the last two years, or the reprints of two days of sixty newspapers.
MOST_BYTES = 32 * 1024 * 1024
# With what is made for comparing it closely.
BYTES_A_WORD = 100
AT_ONCE = 900  # values in a statement


class Comparing:
    """Prepared texts by the digest of the words they were made of, the longest unused dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self.bytes = most_bytes, 0
        self._kept: OrderedDict[str | None, Prepared] = OrderedDict()

    def of(self, connection: Connection, articles: Sequence[int]) -> list[tuple[str, Prepared]]:
        """The id of each of *articles*, given as numbers, and its text, as its row says it."""
        rows = dict[int, tuple[str, str | None]]()
        for some in _chunks(articles):
            sql = f"SELECT n, id, sha256 FROM articles WHERE n IN ({', '.join('?' * len(some))})"
            rows |= {n: (id_, digest) for n, id_, digest in connection.execute(sql, some)}
        found = {n: self._kept[digest] for n, (_, digest) in rows.items() if digest in self._kept}
        for n in found:
            self._kept.move_to_end(rows[n][1])
        for some in _chunks([n for n in rows if n not in found]):
            sql = f"SELECT n, title, summary, text FROM articles WHERE n IN ({', '.join('?' * len(some))})"
            for n, *words in connection.execute(sql, some):
                found[n] = self._keep(rows[n][1], prepare(compared(*words)))
        return [(rows[n][0], found[n]) for n in articles]

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


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def _size(prepared: Prepared) -> int:
    return BYTES_A_WORD * (len(prepared) + 5)


# One for the process: what it holds depends on the words alone, not on the archive.
TEXTS = Comparing()
