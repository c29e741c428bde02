"""refused, accept and reject: what was no article to the program, and what the operator says of it."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.errors import LockedError, UsageError, did_you_mean
from crawler.identity import key as identity_key

PAGES = click.argument("pages", nargs=-1, required=True, metavar="URL|CAPTURE...")
UNDO = click.option("--undo", is_flag=True, help="Take back what was decided: the program judges again.")
NOTE = click.option("--note", default="", metavar="TEXT", help="Why; it stands beside the decision.")
# What an operator may overrule: the answer was a page.
_REFUSED = "kind = 'page' AND (outcome LIKE 'rejected:%' OR outcome = 'challenge')"


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--code", metavar="CODE", help="Every page refused with this code: listing, gambling, challenge, …")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="How many of them, the latest first."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {source, code, captures, latest, url, detail}.")
@click.pass_obj
def refused(archive: Path, slugs: tuple[str, ...], code: str | None, limit: int, as_json: bool) -> None:
    """Show which pages were taken for no articles, and why; `newsarchive accept` overrules it."""
    from pipelines.archive import open_readonly

    with contextlib.closing(open_readonly(archive)) as connection:
        check_slugs(connection, archive, slugs)
        found = _pages(connection, slugs, code, limit) if code else _groups(connection, slugs)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        count = f"{row['captures']} × " if "captures" in row else ""
        click.echo(f"{row['source']}  {count}{row['code']}  {row['latest'][:10]}")
        click.echo(f"  {row['url']}" + (f"\n  {row['detail']}" if row["detail"] else ""))
    if not found:
        click.echo("nothing was refused")


def _groups(connection: Any, slugs: Sequence[str]) -> list[dict[str, Any]]:
    """By source and code, with the latest page as an example (SQLite takes bare columns from max()'s row)."""
    sql = (
        "SELECT source, replace(outcome, 'rejected:', '') AS code, count(*) AS captures, max(fetched_at) AS latest,"
        f" final_url AS url, detail FROM captures WHERE {_REFUSED}{_of(slugs)}"
        " GROUP BY source, outcome ORDER BY source, captures DESC, code"
    )
    return _rows(connection, sql, tuple(slugs))


def _pages(connection: Any, slugs: Sequence[str], code: str, limit: int) -> list[dict[str, Any]]:
    outcome = code if code == "challenge" else f"rejected:{code.removeprefix('rejected:')}"
    sql = (
        "SELECT source, replace(outcome, 'rejected:', '') AS code, fetched_at AS latest, id AS capture,"
        f" final_url AS url, detail FROM captures WHERE {_REFUSED}{_of(slugs)} AND outcome = ?"
        " ORDER BY fetched_at DESC, id DESC LIMIT ?"
    )
    return _rows(connection, sql, (*slugs, outcome, limit))


def _of(slugs: Sequence[str]) -> str:
    return f" AND source IN ({', '.join('?' * len(slugs))})" if slugs else ""


def _rows(connection: Any, sql: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def check_slugs(connection: Any, archive: Path, slugs: Sequence[str]) -> None:
    known = [slug for (slug,) in connection.execute("SELECT slug FROM sources ORDER BY slug")]
    for slug in slugs:
        if slug not in known:
            hint = did_you_mean(slug, known)
            raise UsageError(f"nothing of a source {slug!r} is in {archive}{hint}; allowed: {', '.join(known) or '-'}")


@click.command()
@PAGES
@UNDO
@NOTE
@click.pass_obj
def accept(archive: Path, pages: tuple[str, ...], undo: bool, note: str) -> int:
    """Keep pages as articles, whatever the program takes them for: those captured, and those to come.

    A page is named by its address, or by a capture's number or record id. It is written to decisions.toml beside the
    archive, which a rebuild reads too.
    """
    from pipelines.decisions import Verdict

    return _decide(archive, pages, Verdict.UNDO if undo else Verdict.ACCEPT, note)


@click.command()
@PAGES
@UNDO
@NOTE
@click.pass_obj
def reject(archive: Path, pages: tuple[str, ...], undo: bool, note: str) -> int:
    """Take pages out that are no articles, and leave them out. Their bytes stay in the WARC files.

    It is written to decisions.toml beside the archive, as with `newsarchive accept`.
    """
    from pipelines.decisions import Verdict

    return _decide(archive, pages, Verdict.UNDO if undo else Verdict.REJECT, note)


def _decide(archive: Path, pages: Sequence[str], verdict: Any, note: str) -> int:
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue
    from pipelines.decisions import decide
    from pipelines.locks import crawl_lock, hold
    from pipelines.rereading.deciding import carry_out

    opened = archives.open_archive(archive)
    try:
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        decide(opened, [_decision(opened, catalogue, page, verdict, note) for page in pages])
        try:
            with hold(crawl_lock(opened.path), purpose="decisions"):
                changes = carry_out(opened, catalogue)
        except LockedError as error:
            click.echo(f"written down; it is carried out when the next run starts: {error}")
            return 0
    finally:
        opened.close()
    for change in changes:
        click.echo(
            f"{change.before} → {change.after}  {change.url}" + (f"  ({change.detail})" if change.detail else "")
        )
    if not changes:
        click.echo("written down; no capture in the archive ends otherwise for it")
    return 0


def _decision(opened: Any, catalogue: Any, page: str, verdict: Any, note: str) -> Any:
    """Raises UsageError where nobody knows whose page it is, or there is nothing to undo."""
    from pipelines.decisions import Decision, Kind, Verdict, load

    slug, url = _page(opened, catalogue, page)
    if verdict is Verdict.UNDO:
        source = catalogue.source(slug, url)
        if identity_key(url, source) not in load(opened.folder).pages(source):
            raise UsageError(f"nothing was decided on {url}")
    return Decision(kind=Kind.PAGE, source=slug, object=url, verdict=verdict, note=" ".join(note.split()))


def _page(opened: Any, catalogue: Any, page: str) -> tuple[str, str]:
    """(source, address) of what the operator names."""
    column = "id" if page.isdecimal() else "record_id" if "urn:" in page[:5] else None
    if column:
        value = page if column == "id" or page.startswith("<") else f"<{page}>"
        sql = f"SELECT source, final_url FROM captures WHERE {column} = ? AND kind = 'page'"
        row = opened.connection.execute(sql, (value,)).fetchone()
        if row is None:
            raise UsageError(f"no capture of a page has the {column.replace('_', ' ')} {page}")
        return str(row[0]), str(row[1])
    sql = "SELECT source FROM captures WHERE (url = ?1 OR final_url = ?1) AND kind = 'page' ORDER BY id DESC LIMIT 1"
    row = opened.connection.execute(sql, (page,)).fetchone()
    if row:
        return str(row[0]), page
    source = catalogue.for_url(page) if "://" in page else None
    if source is None:
        raise UsageError(f"{page} is no address of a source or of a capture; allowed: those, and a capture's number")
    return source.slug, page


COMMANDS: tuple[click.Command, ...] = (refused, accept, reject)
