"""An archive that an older program made: what its schema had no room for is worked out at the next start."""

from pathlib import Path

import sqlite_utils
from old_archive import content, history, make

from pipelines.archive import open_archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.schema import migrations
from pipelines.siterules import unlearned


def copy_as_schema_three(path: Path, target: Path) -> None:
    """The archive at *path* as the program before word-by-word edits would have written it."""
    old = sqlite_utils.Database(target)
    migrations.apply(old, stop_before="m004_what_changed")
    old.execute("PRAGMA user_version = 3")
    old.execute("ATTACH DATABASE ? AS now", (str(path),))
    old.execute("PRAGMA foreign_keys = OFF")
    tables = [name for name in old.table_names() if not name.startswith(("articles_fts", "_", "sqlite_"))]
    for table in tables:
        columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
        old.execute(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM now.{table}")
    old.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
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
