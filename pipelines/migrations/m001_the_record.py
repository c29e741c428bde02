"""The record: provinces, sources, runs, captures, articles and what is told of them."""

TABLES = (
    """CREATE TABLE provinces (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT, gso_code TEXT, unit_type TEXT,
        valid_from TEXT, valid_to TEXT, successor TEXT
    ) STRICT""",
    """CREATE TABLE sources (
        slug TEXT PRIMARY KEY, name TEXT NOT NULL, province TEXT REFERENCES provinces(id), language TEXT,
        homepage TEXT NOT NULL, kind TEXT, collection TEXT, reason TEXT, rights TEXT, started TEXT, ended TEXT,
        status TEXT NOT NULL DEFAULT 'unverified', definition TEXT
    ) STRICT""",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, schedule TEXT, started_at TEXT NOT NULL, ended_at TEXT,
        state TEXT NOT NULL,
        sources INTEGER, captures INTEGER NOT NULL DEFAULT 0, articles INTEGER NOT NULL DEFAULT 0,
        added INTEGER NOT NULL DEFAULT 0, revised INTEGER NOT NULL DEFAULT 0, reprints INTEGER NOT NULL DEFAULT 0,
        outcomes TEXT, program TEXT
    ) STRICT""",
    """CREATE TABLE source_runs (
        run TEXT NOT NULL REFERENCES runs(id), source TEXT NOT NULL REFERENCES sources(slug), schedule TEXT,
        started_at TEXT, ended_at TEXT, seconds REAL, state TEXT, cause TEXT, evidence TEXT, suggestion TEXT,
        scheduled INTEGER NOT NULL DEFAULT 0, accounted INTEGER NOT NULL DEFAULT 0,
        discovered INTEGER NOT NULL DEFAULT 0,
        captures INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0, revised INTEGER NOT NULL DEFAULT 0,
        reprints INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, outcomes TEXT,
        PRIMARY KEY (run, source)
    ) STRICT""",
    """CREATE TABLE coverage (
        source TEXT NOT NULL REFERENCES sources(slug), day TEXT NOT NULL, discovered INTEGER NOT NULL DEFAULT 0,
        fetched INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0, expected INTEGER, why TEXT,
        PRIMARY KEY (source, day)
    ) STRICT""",
    """CREATE TABLE warc_files (
        name TEXT PRIMARY KEY, bytes INTEGER, sha256 TEXT, closed_at TEXT, verified_at TEXT, location TEXT,
        read_to INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE stories (
        id TEXT PRIMARY KEY, first_article TEXT REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
        articles INTEGER NOT NULL, sources INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE articles (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL REFERENCES sources(slug),
        key TEXT NOT NULL,
        url TEXT NOT NULL, title TEXT, summary TEXT, text TEXT, markdown TEXT, byline TEXT, byline_role TEXT,
        agency TEXT, credit TEXT, dateline TEXT,
        published_at TEXT, published_raw TEXT, published_precision TEXT, published_method TEXT,
        date_conflict INTEGER NOT NULL DEFAULT 0, updated_at TEXT, year INTEGER, month TEXT,
        section TEXT, keywords TEXT, language TEXT, machine_translated INTEGER NOT NULL DEFAULT 0,
        translation_of TEXT REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
        province TEXT REFERENCES provinces(id), word_count INTEGER NOT NULL DEFAULT 0,
        first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, gone_since TEXT, revision INTEGER NOT NULL DEFAULT 1,
        story TEXT REFERENCES stories(id) DEFERRABLE INITIALLY DEFERRED,
        relation TEXT NOT NULL DEFAULT 'original',
        reprint_of TEXT REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
        similarity REAL, state TEXT NOT NULL DEFAULT 'live', extractor TEXT, rules TEXT, sha256 TEXT,
        next_visit_at TEXT,
        UNIQUE (source, key)
    ) STRICT""",
    """CREATE TABLE captures (
        id INTEGER PRIMARY KEY, record_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources(slug),
        article TEXT REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
        key TEXT, url TEXT NOT NULL, final_url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER, sha256 TEXT,
        warc_file TEXT NOT NULL REFERENCES warc_files(name), warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
        tls_verified INTEGER, outcome TEXT NOT NULL, detail TEXT, run TEXT, reading TEXT
    ) STRICT""",
    """CREATE TABLE addresses (
        url TEXT NOT NULL, key TEXT NOT NULL, article TEXT NOT NULL REFERENCES articles(id),
        first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, PRIMARY KEY (url, article)
    ) STRICT""",
    """CREATE TABLE revisions (
        article TEXT NOT NULL REFERENCES articles(id), number INTEGER NOT NULL, captured_at TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT, summary TEXT, text TEXT, byline TEXT, credit TEXT, published_at TEXT, sha256 TEXT NOT NULL,
        capture INTEGER NOT NULL REFERENCES captures(id), extractor TEXT, rules TEXT,
        PRIMARY KEY (article, number)
    ) STRICT""",
    """CREATE TABLE readings (
        article TEXT NOT NULL REFERENCES articles(id), sha256 TEXT NOT NULL, words TEXT NOT NULL, reading BLOB NOT NULL,
        PRIMARY KEY (article, sha256)
    ) STRICT""",
    """CREATE TABLE renditions (
        article TEXT NOT NULL REFERENCES articles(id), number INTEGER NOT NULL, extractor TEXT NOT NULL,
        rules TEXT NOT NULL, text TEXT, sha256 TEXT, at TEXT NOT NULL, PRIMARY KEY (article, number, extractor, rules)
    ) STRICT""",
    """CREATE TABLE changes (
        article TEXT NOT NULL REFERENCES articles(id), old_number INTEGER NOT NULL, new_number INTEGER NOT NULL,
        field TEXT NOT NULL, class TEXT, old TEXT, new TEXT, PRIMARY KEY (article, old_number, new_number, field)
    ) STRICT""",
    """CREATE TABLE observations (
        article TEXT NOT NULL REFERENCES articles(id), at TEXT NOT NULL, state TEXT NOT NULL,
        evidence INTEGER NOT NULL REFERENCES captures(id), PRIMARY KEY (article, at, state)
    ) STRICT""",
    """CREATE TABLE copies (
        a TEXT NOT NULL REFERENCES articles(id), b TEXT NOT NULL REFERENCES articles(id), jaccard REAL NOT NULL,
        containment REAL NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (a, b)
    ) STRICT""",
    """CREATE TABLE images (
        article TEXT NOT NULL REFERENCES articles(id), position INTEGER NOT NULL, url TEXT NOT NULL, caption TEXT,
        credit TEXT, capture INTEGER REFERENCES captures(id), PRIMARY KEY (article, position)
    ) STRICT""",
    """CREATE TABLE boilerplate (
        source TEXT NOT NULL REFERENCES sources(slug), text TEXT NOT NULL, articles INTEGER NOT NULL,
        decision TEXT NOT NULL, reason TEXT, rules TEXT, key INTEGER NOT NULL, PRIMARY KEY (source, key)
    ) STRICT""",
    """CREATE TABLE site_blocks (
        source TEXT NOT NULL, article TEXT NOT NULL, key INTEGER NOT NULL, removable INTEGER NOT NULL,
        telling INTEGER NOT NULL,
        PRIMARY KEY (source, article, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE article_places (
        article TEXT NOT NULL REFERENCES articles(id), place TEXT NOT NULL REFERENCES provinces(id), method TEXT,
        PRIMARY KEY (article, place)
    ) STRICT""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, object_kind TEXT, object TEXT, agent TEXT,
        outcome TEXT, detail TEXT
    ) STRICT""",
    """CREATE TABLE signatures (article INTEGER PRIMARY KEY REFERENCES articles(n), signature BLOB NOT NULL) STRICT""",
    """CREATE TABLE bands (
        key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE search_docs (
        docid INTEGER PRIMARY KEY REFERENCES articles(n), article TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
        text TEXT NOT NULL,
        title_f TEXT NOT NULL, text_f TEXT NOT NULL, fold_version INTEGER NOT NULL
    ) STRICT""",
    """CREATE VIRTUAL TABLE articles_fts USING fts5(
        title, text, title_f, text_f, content='search_docs', content_rowid='docid',
        tokenize='unicode61 remove_diacritics 0'
    )""",
)

INDEXES = (
    "CREATE INDEX articles_source ON articles(source, published_at)",
    "CREATE INDEX articles_province ON articles(province)",
    "CREATE INDEX articles_language ON articles(language)",
    "CREATE INDEX articles_year ON articles(year)",
    "CREATE INDEX articles_relation ON articles(relation)",
    "CREATE INDEX articles_state ON articles(state)",
    "CREATE INDEX articles_story ON articles(story)",
    "CREATE INDEX articles_published ON articles(published_at)",
    "CREATE INDEX articles_translation ON articles(translation_of) WHERE translation_of IS NOT NULL",
    "CREATE INDEX articles_rules ON articles(source, rules)",
    "CREATE INDEX articles_due ON articles(source, next_visit_at)",
    "CREATE INDEX captures_key ON captures(source, key)",
    "CREATE INDEX captures_article ON captures(article)",
    "CREATE INDEX captures_run ON captures(run, source)",
    "CREATE INDEX captures_outcome ON captures(outcome)",
    "CREATE INDEX addresses_article ON addresses(article)",
    "CREATE INDEX copies_b ON copies(b)",
    "CREATE INDEX events_kind ON events(kind, at)",
    "CREATE INDEX source_runs_source ON source_runs(source, started_at)",
)
