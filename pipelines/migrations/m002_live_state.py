"""What the network side remembers between runs."""

# What the network side remembers between runs. It is made anew by crawling: a rebuilt archive begins with none of it.
STATEMENTS = (
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
