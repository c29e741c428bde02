"""What is looked for of a withheld article in other records, and how far they were searched: ``archive-dark/words/``.

One file an article, written before its rows are emptied, since nothing says afterwards what is to be looked for in the
listings that are yet to come. Destroyed, it keeps the addresses alone. Only the operator's account can read it.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.errors import ArchiveError
from crawler.records.warcfile import sync_folder
from pipelines.archive import Archive, stamp
from pipelines.sqlite import Connection
from pipelines.withholding.records.deposits import UNFINISHED, Claim
from pipelines.withholding.words.items import paths_of
from pipelines.withholding.words.masking import Sought
from pipelines.withholding.words.wording import begun, wording

# A listing may name an article that is fetched a day later; nothing names one long before it was first seen.
EARLIER = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Of *article*: headlines, sapos, captions (*named*), texts (*said*), addresses. *since*: before that nothing can
    name it. *files*: the WARC files that were searched for it, each with the offset up to which it was taken in then.
    """

    article: str
    source: str
    since: str
    addresses: tuple[str, ...]
    named: tuple[str, ...] = field(default=(), repr=False)
    said: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    claim: str = Claim.QUOTED
    files: tuple[str, ...] = ()


def folder_of(archive: Path) -> Path:
    return archive.with_name(f"{archive.stem}-dark") / "words"


def of(archive: Path, article: str, claim: str = Claim.QUOTED) -> Words | None:
    """None where nothing was kept. ArchiveError where it is damaged."""
    return _load(_path(archive, article, claim))


def _path(archive: Path, article: str, claim: str) -> Path:
    return folder_of(archive) / f"{article}-{claim}.json"


def _load(path: Path) -> Words | None:
    try:
        fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        return Words(**values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ArchiveError(f"{path} does not say what is looked for ({error}): put back a copy of it") from None


def all_of(archive: Path) -> list[Words]:
    return [found for path in sorted(folder_of(archive).glob("*.json")) if (found := _load(path))]


def put(archive: Path, words: Words) -> None:
    """The whole file, durably, or none."""
    folder = folder_of(archive)
    for each in (folder.parent, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    path = _path(archive, words.article, words.claim)
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(words), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
    sync_folder(folder)


def reached(archive: Archive, words: Words, names: Sequence[str]) -> Words:
    """Note that what was taken in of these files so far is searched: what comes later is not."""
    sql = "SELECT name || ' ' || read_to FROM warc_files WHERE name IN (SELECT value FROM json_each(?))"
    new = {mark for (mark,) in archive.connection.execute(sql, (json.dumps(names),))}
    kept = {mark for mark in words.files if mark.rpartition(" ")[0] not in names}
    words = replace(words, files=tuple(sorted(kept | new)))
    put(archive.path, words)
    return words


def look_again(archive: Path, names: Iterable[str]) -> None:
    """Have these files searched again for all articles: what was withheld there comes back."""
    gone = set(names)
    for words in all_of(archive):
        kept = tuple(mark for mark in words.files if mark.rpartition(" ")[0] not in gone)
        if kept != words.files:
            put(archive, replace(words, files=kept))


def forget(archive: Path, article: str, claim: str = Claim.QUOTED) -> None:
    _path(archive, article, claim).unlink(missing_ok=True)


def keep(
    archive: Archive,
    article: str,
    addresses: Iterable[str] = (),
    *,
    names: Iterable[str] = (),
    claim: str = Claim.QUOTED,
) -> Words | None:
    """Note what *article* says, as its rows have it still, to be looked for in all files; what was noted before stays.
    None where there is nothing to look for. *names*: these alone, and those that were noted (``seeking.line_up``).
    """
    before = of(archive.path, article, claim)
    found = _read(archive.connection, article) or before
    if found is None:
        return None
    if before:
        found = replace(
            found,
            since=min(found.since, before.since),
            named=tuple(sorted({*found.named, *before.named})),
            said=tuple(sorted({*found.said, *before.said})),
            addresses=tuple(sorted({*found.addresses, *before.addresses})),
        )
    wanted = {*names, *(before.names if before else ())}
    places = tuple(sorted({*found.addresses, *addresses}))
    found = replace(found, addresses=places, files=(), names=tuple(sorted(wanted)), claim=claim)
    if found != before:
        put(archive.path, found)
    return found


def _read(connection: Connection, article: str) -> Words | None:
    sql = "SELECT source, first_seen_at, key FROM articles WHERE id = ? AND state <> 'withdrawn'"
    row = connection.execute(sql, (article,)).fetchone()
    if row is None:
        return None
    source, first_seen_at, key = row

    def texts(sql: str, *values: str) -> list[str]:
        return [text for line in connection.execute(sql, values or (article,)) for text in line if text]

    named = texts("SELECT title, summary FROM articles WHERE id = ?")
    named += texts("SELECT title, summary FROM revisions WHERE article = ?")
    named += texts("SELECT caption FROM images WHERE article = ?")
    named += texts("SELECT title FROM frontier WHERE source = ? AND key = ?", source, key)
    for captions in texts("SELECT captions FROM revisions WHERE article = ?"):
        named += captions.split("\n")
    said = texts("SELECT text FROM articles WHERE id = ?") + texts("SELECT text FROM revisions WHERE article = ?")
    said += texts("SELECT text FROM renditions WHERE article = ?")
    others = _others(connection, source, article)
    addresses = texts("SELECT url FROM addresses WHERE article = ?") + texts("SELECT url FROM articles WHERE id = ?")
    return Words(
        article=article,
        source=source,
        since=stamp(datetime.fromisoformat(first_seen_at) - EARLIER),
        addresses=tuple(sorted(set(addresses))),
        named=begun([text for text in named if text not in others]),
        said=tuple(sorted(set(said))),
    )


def _others(connection: Connection, source: str, article: str) -> set[str]:
    """Headlines and sapos that another article of the newspaper has as well ("Dự báo thời tiết"): they are its, too."""
    sql = (
        "SELECT o.title, o.summary, m.title, m.summary FROM articles m JOIN articles o ON o.source = m.source"
        " AND o.id <> m.id AND o.state <> 'withdrawn' AND (o.title = m.title OR o.summary = m.summary)"
        " WHERE m.id = ?2 AND m.source = ?1"
    )
    rows = connection.execute(sql, (source, article)).fetchall()
    return {text for row in rows for text in row if text}


def sought_for(archive: Archive, claims: Sequence[str], spared: Sequence[str] = ()) -> list[Sought]:
    """What is looked for for *claims*, but for what is *spared*; those that nothing is kept of say nothing."""
    found = list[Sought]()
    for claim in sorted(claims):
        article, _, why = claim.partition(" ")
        words = of(archive.path, article, why) if why in (Claim.QUOTED, Claim.NAMED) else None
        found += [replace(sought_of(words), spared=frozenset(spared))] if words else []
    return found


def sought_of(words: Words) -> Sought:
    return _made(words.article, words.named, words.said, words.addresses, words.names)


@lru_cache(maxsize=256)
def _made(
    article: str,
    named: tuple[str, ...],
    said: tuple[str, ...],
    addresses: tuple[str, ...],
    names: tuple[str, ...],
) -> Sought:
    return Sought(article=article, words=wording(named, said), paths=paths_of(addresses), names=names)
