"""The keys that copies are found by, in files beside archive.db: ``bands`` has the crowded ones alone."""

SIGNATURES = (
    "ALTER TABLE signatures RENAME TO old_signatures",
    # An entry is never changed, and its number never given again: the files name articles by it.
    """CREATE TABLE signatures (
        entry INTEGER PRIMARY KEY, article INTEGER NOT NULL UNIQUE REFERENCES articles(n), signature BLOB NOT NULL,
        figures BLOB, shingles INTEGER
    ) STRICT""",
    "INSERT INTO signatures SELECT article, article, signature, figures, shingles FROM old_signatures",
    "DROP TABLE old_signatures",
    """CREATE TABLE key_files (name TEXT PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL) STRICT""",
)
