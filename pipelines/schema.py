"""The tables of archive.db, as numbered, append-only migrations. What each column means: docs/data-dictionary.md.

A migration is never edited once released: a new one is added below it. ``SCHEMA_VERSION`` is their number; an archive
with a higher one was written by a newer program and is refused.
"""

import sqlite_utils
from sqlite_utils import Migrations

from pipelines import views

# "nwsa", big-endian, in the SQLite header: how a database is known to be one of ours.
APPLICATION_ID = 0x6E777361

migrations = Migrations("newsarchive")

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


@migrations()
def m001_the_record(db: sqlite_utils.Database) -> None:
    for statement in (*TABLES, *INDEXES):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


# What the network side remembers between runs. It is made anew by crawling: a rebuilt archive begins with none of it.
LIVE_STATE = (
    # What points at an article: looked through when its captures turn out to be another's and its row goes.
    "CREATE INDEX articles_reprint ON articles(reprint_of) WHERE reprint_of IS NOT NULL",
    "CREATE INDEX stories_first ON stories(first_article)",
    "ALTER TABLE captures ADD COLUMN etag TEXT",
    "ALTER TABLE captures ADD COLUMN last_modified TEXT",
    "ALTER TABLE captures ADD COLUMN payload_digest TEXT",
    "ALTER TABLE captures ADD COLUMN refers_to TEXT",
    "CREATE INDEX captures_refers ON captures(refers_to) WHERE refers_to IS NOT NULL",
    "CREATE INDEX captures_requisite ON captures(payload_digest) WHERE kind = 'requisite'",
    "CREATE INDEX captures_url ON captures(url)",
    "CREATE INDEX runs_started ON runs(started_at)",
    "ALTER TABLE sources ADD COLUMN verified_at TEXT",
    "ALTER TABLE sources ADD COLUMN verdict TEXT",
    """CREATE TABLE endpoints (
        source TEXT NOT NULL, url TEXT NOT NULL, via TEXT NOT NULL, parent TEXT, stated TEXT,
        record_id TEXT, fetched_at TEXT, payload_digest TEXT, etag TEXT, last_modified TEXT,
        complete INTEGER NOT NULL DEFAULT 0, asked_at TEXT, settled_at TEXT, changed_at TEXT,
        interval INTEGER, next_at TEXT, links INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (source, url)
    ) STRICT""",
    "CREATE INDEX endpoints_parent ON endpoints(source, parent) WHERE parent IS NOT NULL",
    """CREATE TABLE frontier (
        source TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, title TEXT, section TEXT, published_at TEXT,
        via TEXT, via_kind TEXT NOT NULL, found_at TEXT NOT NULL, backfill INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0, next_at TEXT, outcome TEXT,
        PRIMARY KEY (source, key)
    ) STRICT""",
    "CREATE INDEX frontier_next ON frontier(source, backfill, published_at)",
    """CREATE TABLE robots (
        site TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE backfills (
        source TEXT PRIMARY KEY, since TEXT NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
        reached TEXT, listings INTEGER NOT NULL DEFAULT 0, found INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE backfill_listings (
        source TEXT NOT NULL, url TEXT NOT NULL, form TEXT NOT NULL DEFAULT '', via TEXT NOT NULL,
        rank TEXT NOT NULL DEFAULT '', page INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
        tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (source, url, form)
    ) STRICT""",
    """CREATE TABLE edit_rates (
        source TEXT NOT NULL, age INTEGER NOT NULL, looks INTEGER NOT NULL DEFAULT 0,
        changes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (source, age)
    ) STRICT""",
    "CREATE TABLE thinning (level INTEGER PRIMARY KEY, since TEXT NOT NULL) STRICT",
    "CREATE INDEX captures_when ON captures(source, fetched_at)",
    "CREATE INDEX warc_files_closed ON warc_files(closed_at)",
    """CREATE TABLE requisites (
        article TEXT NOT NULL REFERENCES articles(id), url TEXT NOT NULL, source TEXT NOT NULL,
        kind TEXT NOT NULL, capture INTEGER REFERENCES captures(id), outcome TEXT, tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT, PRIMARY KEY (article, url)
    ) STRICT""",
    "CREATE INDEX requisites_url ON requisites(url)",
    "CREATE INDEX requisites_next ON requisites(source, next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX images_url ON images(url)",
    "CREATE INDEX article_places_place ON article_places(place)",
)


@migrations()
def m002_live_state(db: sqlite_utils.Database) -> None:
    for statement in LIVE_STATE:
        db.execute(statement)


CLEAN_ARTICLES = (
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


@migrations()
def m003_clean_articles(db: sqlite_utils.Database) -> None:
    for statement in CLEAN_ARTICLES:
        db.execute(statement)


WHAT_CHANGED = (
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
    # As decided (decisions.toml): there before its article, where an archive is made anew.
    """CREATE TABLE tombstones (
        article TEXT PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, published_at TEXT,
        language TEXT, at TEXT NOT NULL, reason TEXT NOT NULL, reference TEXT, bytes TEXT NOT NULL DEFAULT 'dark'
    ) STRICT""",
    """CREATE TABLE tombstone_marks (
        kind TEXT NOT NULL, mark TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (kind, mark, article)
    ) STRICT, WITHOUT ROWID""",
    # Where the words of its record are, if not in its WARC file: dark or destroyed.
    "ALTER TABLE captures ADD COLUMN bytes TEXT",
)


@migrations()
def m004_what_changed(db: sqlite_utils.Database) -> None:
    for statement in (*WHAT_CHANGED, *views.VIEWS, views.COUNTED):
        db.execute(statement)


SCHEMA_VERSION = 4


def migrate(db: sqlite_utils.Database) -> None:
    """Bring *db* (empty or older) to ``SCHEMA_VERSION``, each migration in one transaction."""
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
