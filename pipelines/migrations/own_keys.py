"""``bands`` with the crowded keys alone: until schema 5 it had all of them, the newest in ``new_bands``."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from pipelines.copies.sketches import sketch_of
from pipelines.fingerprint import BANDS, LEVELS, bands_of

_OLD = ("old_bands", "new_bands")


class Executes(Protocol):
    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Iterable[Any]: ...


def keep_crowded(db: Executes) -> None:
    """What an article has below 0 says that a key of its is crowded, and that it has longer ones: they stay too."""
    db.execute("ALTER TABLE bands RENAME TO old_bands")
    db.execute(
        "CREATE TABLE bands (key INTEGER NOT NULL, article INTEGER NOT NULL, sketch BLOB,"
        " PRIMARY KEY (key, article)) STRICT, WITHOUT ROWID"
    )
    for table in _OLD:
        sql = f"INSERT OR IGNORE INTO bands SELECT key, article, NULL FROM {table} WHERE key < 0 OR article = 0"
        db.execute(sql)
    crowded = {key for (key,) in db.execute("SELECT key FROM bands WHERE article = 0")}
    sql = "SELECT article, signature FROM signatures WHERE article IN (SELECT article FROM bands WHERE key < 0)"
    for n, signature in list(db.execute(sql)):
        sketch, bands = sketch_of(signature), [*range(BANDS)]  # an anchor has no longer key, and no sketch
        for level in range(len(LEVELS)):
            keys = bands_of(signature, level)
            for table in _OLD if level else ():
                sql = f"INSERT OR IGNORE INTO bands SELECT key, article, ? FROM {table} WHERE (key, article) = (?, ?)"
                for band in bands:
                    db.execute(sql, (sketch, keys[band], n))
            bands = [band for band in bands if keys[band] in crowded]
            for band in bands:
                db.execute("UPDATE bands SET sketch = ? WHERE key = ? AND article = ?", (sketch, ~keys[band], n))
    for table in _OLD:
        db.execute(f"DROP TABLE {table}")
