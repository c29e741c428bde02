"""Edits word by word, aligned copies, what reprints add, tombstones, counts under either borders."""

from pipelines import views

STATEMENTS = (
    "ALTER TABLE revisions ADD COLUMN updated_at TEXT",
    "ALTER TABLE revisions ADD COLUMN captions TEXT",
    "ALTER TABLE changes ADD COLUMN silent INTEGER",
    # What the page says of its dates, kept apart from what a feed says of them: only this is compared.
    "ALTER TABLE revisions ADD COLUMN stated_at TEXT",
    "ALTER TABLE readings ADD COLUMN stated TEXT",
    "ALTER TABLE readings ADD COLUMN updated TEXT",
    # Versions and what changed between them are worked out anew at the next start (pipelines/siterules.py).
    "UPDATE articles SET rules = NULL WHERE state <> 'withdrawn'",
    # One passage of a field that differs; with the words around it, so that one query finds what was revised.
    """CREATE TABLE edits (
        article TEXT NOT NULL REFERENCES articles(id), old_number INTEGER NOT NULL, new_number INTEGER NOT NULL,
        field TEXT NOT NULL, position INTEGER NOT NULL, class TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (article, old_number, new_number, field, position)
    ) STRICT""",
    "ALTER TABLE copies ADD COLUMN aligned REAL",
    # What a reprint has and its original has not, a passage a line.
    "ALTER TABLE articles ADD COLUMN added TEXT",
    "ALTER TABLE stories ADD COLUMN agency TEXT",
    "ALTER TABLE signatures ADD COLUMN figures BLOB",
    "ALTER TABLE signatures ADD COLUMN shingles INTEGER",
    "ALTER TABLE bands ADD COLUMN sketch INTEGER",
    """CREATE TABLE new_bands (
        key INTEGER NOT NULL, article INTEGER NOT NULL, sketch INTEGER, PRIMARY KEY (key, article)
    ) STRICT, WITHOUT ROWID""",
    # As decided (decisions.toml): there before its article, where an archive is made anew.
    """CREATE TABLE tombstones (
        article TEXT PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, published_at TEXT,
        language TEXT, province TEXT, at TEXT NOT NULL, reason TEXT NOT NULL, reference TEXT,
        bytes TEXT NOT NULL DEFAULT 'dark'
    ) STRICT""",
    """CREATE TABLE tombstone_marks (
        kind TEXT NOT NULL, mark TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (kind, mark, article)
    ) STRICT, WITHOUT ROWID""",
    # Where the words of its record are, if not in its WARC file: dark or destroyed.
    "ALTER TABLE captures ADD COLUMN bytes TEXT",
)

VIEWS = (*views.VIEWS, views.COUNTED)
