"""Where the words of a withheld article may stand besides its own pages."""

import json
from urllib.parse import urlsplit

from pipelines.archive import Archive
from pipelines.withholding.records.moving import Wanted
from pipelines.withholding.records.searched import Words


def places_of(archive: Archive, words: Words) -> dict[str, list[Wanted]]:
    """By WARC file, what may have them: what was captured of the newspaper, and of others on its hosts, since. What is
    withheld itself is looked through when it is back (``searched.look_again``).
    """
    connection = archive.connection
    sql = "SELECT name FROM warc_files WHERE name || ' ' || read_to NOT IN (SELECT value FROM json_each(?))"
    found: dict[str, list[Wanted]] = {name: [] for (name,) in connection.execute(sql, (json.dumps(words.files),))}
    if not found:
        return {}
    slugs = json.dumps(_neighbours(archive, words))
    sql = (
        "SELECT id AS row, record_id, warc_file AS file, warc_offset AS offset, warc_length AS length, outcome, detail,"
        " reading IS NOT NULL AS is_read FROM captures WHERE source IN (SELECT value FROM json_each(?1))"
        " AND fetched_at >= ?2 AND kind IN ('page', 'listing', 'feed') AND article IS NOT ?3 AND outcome <> 'withheld'"
        " AND warc_file IN (SELECT value FROM json_each(?4)) ORDER BY warc_file, warc_offset"
    )
    asked = (slugs, words.since, words.article, json.dumps(list(found)))
    for row in connection.execute(sql, asked):
        one = Wanted(**dict(zip(Wanted.__slots__, row, strict=True)))
        found.setdefault(one.file, []).append(one)
    return found


def _neighbours(archive: Archive, words: Words) -> list[str]:
    """The newspaper's own slug, and those of sources under the same name: its editions, its former hosts, imports."""
    own = {_name(urlsplit(address).hostname or "") for address in words.addresses}
    rows = archive.connection.execute("SELECT slug, homepage FROM sources ORDER BY slug")
    return [slug for slug, home in rows if slug == words.source or _name(urlsplit(home).hostname or "") in own]


def _name(host: str) -> str:
    """What is registered: two labels, three under .gov.vn, .com.vn and the like."""
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[-2:])
