"""What clean articles need: what was repaired, what sites teach, who translates whom."""

STATEMENTS = (
    "ALTER TABLE articles ADD COLUMN repaired TEXT",
    "ALTER TABLE articles ADD COLUMN flags TEXT",
    # With what it was read, and what follows from all of a site's articles was worked out (pipelines/program.py).
    "ALTER TABLE captures ADD COLUMN read_by TEXT",
    "ALTER TABLE sources ADD COLUMN read_by TEXT",
    "ALTER TABLE renditions ADD COLUMN capture INTEGER",
    """CREATE TABLE alternates (
        article TEXT NOT NULL REFERENCES articles(id), url TEXT NOT NULL, key TEXT NOT NULL, language TEXT,
        method TEXT NOT NULL, PRIMARY KEY (article, url)
    ) STRICT""",
    "CREATE INDEX alternates_key ON alternates(key)",
    "ALTER TABLE site_blocks ADD COLUMN sure INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE site_places (
        source TEXT NOT NULL, article TEXT NOT NULL, place INTEGER NOT NULL, kept INTEGER NOT NULL,
        words INTEGER NOT NULL, open INTEGER NOT NULL, PRIMARY KEY (source, article, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE unlearned (source TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    """CREATE TABLE handles (
        handle TEXT NOT NULL, article TEXT NOT NULL REFERENCES articles(id), PRIMARY KEY (handle, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX handles_article ON handles(article)",
)
