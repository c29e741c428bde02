"""``bands`` without those who have a crowded key of the shortest: until schema 6 it named them, and files do."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from pipelines.fingerprint import bands_of


class Executes(Protocol):
    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Iterable[Any]: ...


def drop_shortest(db: Executes) -> None:
    for (key,) in list(db.execute("SELECT key FROM bands WHERE article = 0")):
        # A crowded key is of one length alone, so that any who has it tells which.
        sql = "SELECT signature FROM signatures WHERE article = (SELECT article FROM bands WHERE key = ? LIMIT 1)"
        for (signature,) in list(db.execute(sql, (~key,))):
            if key in bands_of(signature):
                db.execute("DELETE FROM bands WHERE key = ?", (~key,))
