"""What former programs had read of a withheld article (the table ``renditions``): ``archive-dark/former/``.

Its pages say it no more, whatever they are read with today, so that it cannot be made again. A file an article and
claim; only the operator's account can read it.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.errors import ArchiveError
from crawler.records.warcfile import sync_folder
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import load
from pipelines.sqlite import Connection
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.records.deposits import UNFINISHED, Claim
from pipelines.withholding.words.redacting import names_for, redact

Row = dict[str, Any]
_NAME = ("number", "extractor", "rules")
# The record of the page: row numbers are others in an archive that was made anew.
_ROWS = (
    "SELECT r.number, r.extractor, r.rules, r.text, r.sha256, r.at, c.record_id AS record FROM renditions r"
    " LEFT JOIN captures c ON c.id = r.capture WHERE r.article = ? ORDER BY 1, 2, 3"
)
_PUT = (
    "INSERT INTO renditions (article, number, extractor, rules, text, sha256, at, capture) SELECT :article, :number,"
    " :extractor, :rules, :text, :sha256, :at, (SELECT id FROM captures WHERE record_id = :record) WHERE true"
    " ON CONFLICT DO UPDATE SET text = excluded.text, sha256 = excluded.sha256"
)


def keep(archive: Archive, article: str, claim: Claim = Claim.WITHDRAWN) -> None:
    """Note what the table has of *article*, durably, beside what was noted of it before: that stays as it is."""
    cursor = archive.connection.execute(_ROWS, (article,))
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    known = {_name(row): row for row in (*found, *_load(_path(archive, article, claim)))}
    if found:
        _write(_path(archive, article, claim), [known[name] for name in sorted(known)])


def put_back(connection: Connection, archive: Archive, article: str, names: Sequence[str], claim: Claim) -> None:
    """What was noted, into the table, without *names*. In a transaction. ArchiveError where it is damaged."""
    for row in _load(_path(archive, article, claim)):
        text = row["text"] and redact(row["text"], names)
        # Without the digest: with the words around it, it would tell who guesses the name that he is right.
        sha256 = row["sha256"] if text == row["text"] else None
        connection.execute(_PUT, row | {"article": article, "text": text, "sha256": sha256})


def give_back(archive: Archive, catalogue: Catalogue) -> list[str]:
    """To every article that is withheld no more; what could not be given back, a line each. Repeatable."""
    problems: list[str] = []
    paths = sorted(_folder(archive).glob(f"*-{Claim.WITHDRAWN}.json"))
    decided = tombstones.decided(archive.folder) if paths else {}
    for path in paths:
        article = path.name.partition("-")[0]
        sql = "SELECT source, key, url FROM articles WHERE id = ? AND state <> 'withdrawn'"
        row = archive.connection.execute(sql, (article,)).fetchone()
        if row is None or article in decided:
            continue
        source, key, url = row
        names = names_for(load(archive.folder).names(catalogue.source(source, url)), key).all
        try:
            with archive.transaction() as connection:
                put_back(connection, archive, article, sorted(names), Claim.WITHDRAWN)
        except ArchiveError as error:
            problems.append(str(error))
        else:
            forget(archive, article, Claim.WITHDRAWN)
    return problems


def forget(archive: Archive, article: str, *claims: Claim) -> None:
    """For good."""
    for claim in claims or Claim:
        _path(archive, article, claim).unlink(missing_ok=True)


def _folder(archive: Archive) -> Path:
    return archive.path.with_name(f"{archive.path.stem}-dark") / "former"


def _path(archive: Archive, article: str, claim: Claim) -> Path:
    return _folder(archive) / f"{article}-{claim}.json"


def _name(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[part] for part in _NAME)


def _load(path: Path) -> list[Row]:
    try:
        said = json.loads(path.read_text("utf-8"))
        rows: list[Row] = said["rows"]
        is_whole = _digest(rows) == said["sha256"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ArchiveError(f"{path} does not say what former programs had read ({error}): put back a copy") from None
    if not is_whole:
        raise ArchiveError(f"{path} no longer has the digest that it was kept with: put back a copy")
    return rows


def _digest(rows: Sequence[Row]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _write(path: Path, rows: Sequence[Row]) -> None:
    """The whole file, durably, or none."""
    for each in (path.parent.parent, path.parent):
        each.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"sha256": _digest(rows), "rows": rows}, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)
