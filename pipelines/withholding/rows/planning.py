"""What a withdrawal would do, before it is decided: for ``--dry-run``, and to be confirmed."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from pipelines.archive import Archive
from pipelines.withholding.decisions import aftermath
from pipelines.withholding.rows import traces
from pipelines.withholding.rows.entombing import counts

_CAPTURES = (
    "SELECT count(*), count(DISTINCT warc_file) FROM captures"
    " WHERE article IN (SELECT value FROM json_each(?)) AND kind = 'page' AND bytes IS NULL"
)


def plan(archive: Archive, articles: Sequence[str]) -> dict[str, Any]:
    """*room* is in bytes, free while it runs."""
    captures, files = archive.connection.execute(_CAPTURES, (json.dumps(list(articles)),)).fetchone()
    return {
        "rows": {each: counts(archive.connection, each) for each in articles},
        "captures": captures,
        "files": files,
        "room": traces.room(archive.connection),
        "kin": [asdict(each) for each in aftermath.kin_of_all(archive.connection, articles)],
        "releases": [asdict(each) for each in aftermath.releases_of_all(archive.path, articles)],
    }


def show_plan(archive: Archive, articles: Sequence[str], planned: dict[str, Any], destroy: bool) -> None:
    for article in articles:
        show_article(archive, article)
        rows = ", ".join(f"{count} {table}" for table, count in planned["rows"][article].items())
        click.echo(f"  rows to go: {rows or 'none'}")
    captures, files = planned["captures"], planned["files"]
    if captures:
        goes = "are destroyed" if destroy else "go to archive-dark"
        click.echo(
            f"captured {captures} time{'s' * (captures != 1)}, in {files} WARC file{'s' * (files != 1)}: the records"
            f" {goes}"
        )
    click.echo(f"takes {traces.megabytes(planned['room'])} of free disk meanwhile")
    for other in planned["kin"]:
        like = "" if other["similarity"] is None else f" {other['similarity']:.0%}"
        click.echo(f"stays, decide on it: {other['id']} ({other['how']}{like}, {other['source']})  {other['url']}")
    show_releases(planned["releases"])


def show_article(archive: Archive, article: str) -> None:
    sql = (
        "SELECT source, url, title, state FROM articles WHERE id = ?1"
        " UNION SELECT source, url, NULL, 'withdrawn' FROM tombstones WHERE article = ?1 LIMIT 1"
    )
    source, url, title, state = archive.connection.execute(sql, (article,)).fetchone()
    click.echo(f"{article}  {source}  {title or f'({state})'}\n  {url}")


def show_releases(releases: Sequence[dict[str, Any]]) -> None:
    for release in releases:
        has = {True: "has it", False: "has it not, as asked today", None: "may have it"}[release["contains"]]
        click.echo(f"given out on {release['at'][:10]}: {release['file']}  {has}  (sha256 {release['sha256'][:12]}…)")
