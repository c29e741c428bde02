"""The tables of archive.db, as numbered, append-only migrations; their statements: pipelines/migrations. What each
column means: docs/data-dictionary.md.

A migration is never edited once released: a new one is added below it. ``SCHEMA_VERSION`` is their number; an archive
with a higher one was written by a newer program and is refused.
"""

import sqlite_utils
from sqlite_utils import Migrations

from pipelines.migrations import m001_the_record as m001
from pipelines.migrations import m002_live_state as m002
from pipelines.migrations import m003_clean_articles as m003
from pipelines.migrations import m004_what_changed as m004
from pipelines.migrations import m005_keys_beside as m005
from pipelines.migrations import m006_outlines as m006
from pipelines.migrations import own_crowds, own_days, own_keys, own_outlines

# "nwsa", big-endian, in the SQLite header: how a database is known to be one of ours.
APPLICATION_ID = 0x6E777361

migrations = Migrations("newsarchive")


@migrations()
def m001_the_record(db: sqlite_utils.Database) -> None:
    _execute(db, m001.TABLES + m001.INDEXES)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_live_state(db: sqlite_utils.Database) -> None:
    _execute(db, m002.STATEMENTS)


@migrations()
def m003_clean_articles(db: sqlite_utils.Database) -> None:
    _execute(db, m003.STATEMENTS)


@migrations()
def m004_what_changed(db: sqlite_utils.Database) -> None:
    _execute(db, m004.STATEMENTS + m004.VIEWS)
    own_days.recount(db)


@migrations()
def m005_keys_beside(db: sqlite_utils.Database) -> None:
    _execute(db, m005.SIGNATURES)
    own_keys.keep_crowded(db)


@migrations()
def m006_outlines(db: sqlite_utils.Database) -> None:
    _execute(db, m006.STATEMENTS)
    own_outlines.keep_outlines(db)
    own_crowds.keep_apart(db)


def _execute(db: sqlite_utils.Database, statements: tuple[str, ...]) -> None:
    for statement in statements:
        db.execute(statement)


SCHEMA_VERSION = 6


def migrate(db: sqlite_utils.Database) -> None:
    """Bring *db* (empty or older) to ``SCHEMA_VERSION``, each migration in one transaction."""
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
