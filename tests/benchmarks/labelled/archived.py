"""The set in a real archive, an article each, taken through pipelines/copies/edges.py."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from labelled.methods import Found
from labelled.sets import Text

from pipelines.archive import create
from pipelines.copies.edges import relate, settle
from pipelines.fingerprint import fingerprint

SEEN = "2026-03-01T00:00:00.000Z"


@dataclass(slots=True)
class Archived:
    """*stories*: the positions of the texts of each story."""

    found: Found
    stories: list[list[int]] = field(repr=False)


def archived(texts: Sequence[Text], folder: Path, order: Sequence[int]) -> Archived:
    """*order*: the positions of *texts* in order of arrival."""
    archive, found = create(folder / "archive.db"), Found()
    with archive.transaction() as connection:
        for n in order:
            source, text = f"bao{n % 7}", texts[n]
            connection.execute(
                "INSERT OR IGNORE INTO sources (slug, name, homepage) VALUES (?1, ?1, 'https://example.org/')",
                (source,),
            )
            row = connection.execute(
                "INSERT INTO articles (id, source, key, url, title, text, language, sha256, first_seen_at,"
                " last_seen_at) VALUES (?1, ?2, ?1, ?1, NULL, ?3, ?4, ?5, ?6, ?6) RETURNING n",
                (f"{n:06}", source, text.text, text.language, sha256(text.text.encode()).hexdigest(), SEEN),
            ).fetchone()
            relate(connection, f"{n:06}", row[0], fingerprint(text.text))
        began = time.process_time()
        settle(connection)
        found.timed("relate", began)
    edges = archive.connection.execute("SELECT a, b, kind FROM copies")
    found.pairs.update(((int(a), int(b)), kind) for a, b, kind in edges)
    stories = defaultdict[str, list[int]](list)
    for article, story in archive.connection.execute("SELECT id, story FROM articles ORDER BY id"):
        stories[story].append(int(article))
    archive.close()
    return Archived(found, [*stories.values()])
