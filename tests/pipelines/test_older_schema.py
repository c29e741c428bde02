"""An archive that an older program made: what its schema had no room for is worked out at the next start."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlite_utils
from old_archive import content, history, make

from pipelines.archive import create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.copies import crowds
from pipelines.copies.entering import enter_all
from pipelines.copies.standing import standings
from pipelines.fingerprint import OUTLINED, fingerprint
from pipelines.ingest import Ingest
from pipelines.schema import migrations
from pipelines.siterules import unlearned
from pipelines.sqlite import Connection

LONG = " ".join(f"dài{n}" for n in range(OUTLINED + 1))
# Of one form, three of them the same to the word, and what each says itself.
CROWDED = [
    " ".join([*(f"mẫu{n}" for n in range(60)), *(f"riêng{max(at, 3)}{n}" for n in range(30))]) for at in range(1, 7)
]


def copy_as_older(path: Path, target: Path, version: int, before: str) -> sqlite_utils.Database:
    """The archive at *path* as a program of schema *version* would have it, but for what its columns meant then."""
    old = sqlite_utils.Database(target)
    migrations.apply(old, stop_before=before)
    old.execute(f"PRAGMA user_version = {version}")
    old.execute("ATTACH DATABASE ? AS now", (str(path),))
    old.execute("PRAGMA foreign_keys = OFF")
    tables = [name for name in old.table_names() if not name.startswith(("articles_fts", "_", "sqlite_"))]
    for table in tables:
        columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
        old.execute(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM now.{table}")
    old.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    return old


def copy_as_schema_three(path: Path, target: Path) -> None:
    """The archive at *path* as the program before word-by-word edits would have written it."""
    old = copy_as_older(path, target, version=3, before="m004_what_changed")
    for table, column in (("readings", "words"), ("revisions", "sha256"), ("articles", "sha256")):
        old.execute(f"UPDATE {table} SET {column} = 'old' || substr({column}, 4)")
    old.execute("UPDATE changes SET old = 'whole lines', class = 'rewritten'")
    old.conn.commit()
    old.close()


def test_its_changes_are_told_word_by_word_at_the_next_start(tmp_path: Path) -> None:
    made = make(tmp_path, history()[:4] + history()[24:27])
    expected = content(made)
    assert expected["edits"]
    made.close()
    folder = tmp_path / "old"
    folder.mkdir()
    copy_as_schema_three(made.path, folder / "archive.db")
    archive = open_archive(folder / "archive.db")
    assert archive.connection.execute("SELECT count(*) FROM edits").fetchone() == (0,)
    with Ingest(archive, Catalogue.beside(archive.path), workers=1):
        pass
    assert content(archive) == expected
    assert unlearned(archive) == set()
    archive.close()


def test_its_short_texts_are_outlined_and_its_crowds_are_told_by_the_files_alone(tmp_path: Path) -> None:
    with patch.object(crowds, "CROWD", 2):
        made = create(tmp_path / "archive.db")
        with made.transaction() as connection:
            connection.execute("INSERT INTO sources (slug, name, homepage) VALUES ('song', 'Báo Sông', '')")
            for n, text in enumerate([*CROWDED, LONG], 1):
                connection.execute(
                    "INSERT INTO articles (n, id, source, key, url, text, first_seen_at, last_seen_at)"
                    " VALUES (?1, ?2, 'song', ?2, ?2, ?3, '', '')",
                    (n, f"a{n}", text),
                )
                enter_all(connection, {n: fingerprint(text)})
        expected = indexed(made.connection)
        own = dict(made.connection.execute("SELECT article, signature FROM signatures"))
        found = standings(made.connection, own)
        made.close()
        short = [(~key, n) for n, keys in found.items() for key, (_, level) in keys.crowded.items() if not level]
        longer = [key for keys in found.values() for key in [*keys.longer, *keys.crowded]]
        assert short and {key for key, *_ in expected["bands"] if key < 0} and longer
        old = copy_as_older(tmp_path / "archive.db", tmp_path / "old.db", version=5, before="m006_outlines")
        old.conn.executemany("INSERT INTO bands (key, article, sketch) VALUES (?, ?, x'00')", short)
        old.conn.executemany("INSERT INTO bands (key, article) VALUES (?, 0)", expected["crowded"])
        old.conn.commit()
        old.close()
        archive = open_archive(tmp_path / "old.db")
        assert indexed(archive.connection) == expected
        archive.close()


def indexed(connection: Connection) -> dict[str, list[Any]]:
    return {
        "crowded": connection.execute("SELECT key FROM crowded ORDER BY 1").fetchall(),
        "bands": connection.execute("SELECT key, article, sketch FROM bands ORDER BY 1, 2").fetchall(),
        "signatures": connection.execute("SELECT * FROM signatures ORDER BY 1").fetchall(),
    }
