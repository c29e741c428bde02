"""boilerplate, keep and remove: what a site's pages were found to repeat, and what the operator says of it."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.errors import UsageError
from pipelines.refusing.commands import check_slugs

SLUG = click.argument("slug", metavar="SLUG")
KEYS = click.argument("keys", nargs=-1, required=True, metavar="KEY...")
UNDO = click.option("--undo", is_flag=True, help="Take back what was decided: what was learned holds again.")
# A key has 63 bits, so hardly ever fewer figures; a year or a number alone on a line is a block.
_FEWEST, _END = 12, 2**63
NOTE = click.option("--note", default="", metavar="TEXT", help="Why; it stands beside the decision.")


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {source, key, decision, articles, reason, text}.")
@click.pass_obj
def boilerplate(archive: Path, slugs: tuple[str, ...], as_json: bool) -> None:
    """Show what is taken out of the texts of each source, and why; `newsarchive keep` and `remove` overrule it."""
    from pipelines.archive import open_readonly

    marks = f" WHERE source IN ({', '.join('?' * len(slugs))})" if slugs else ""
    sql = f"SELECT source, key, decision, articles, reason, text FROM boilerplate{marks}"
    with contextlib.closing(open_readonly(archive)) as connection:
        check_slugs(connection, archive, slugs)
        cursor = connection.execute(sql + " ORDER BY source, decision, articles DESC, text", slugs)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        click.echo(f"{row['source']}  {row['decision']}  {row['key']}  {row['reason']}\n  {row['text']}")
    if not found:
        click.echo("nothing was found to repeat")


@click.command()
@SLUG
@KEYS
@UNDO
@NOTE
@click.pass_obj
def keep(archive: Path, slug: str, keys: tuple[str, ...], undo: bool, note: str) -> None:
    """Keep blocks in the texts of a source, whatever was learned of them. KEY: as `newsarchive boilerplate` shows it.

    It is written to decisions.toml beside the archive, which a rebuild reads too.
    """
    from pipelines.decisions import Verdict

    _decide(archive, slug, keys, Verdict.UNDO if undo else Verdict.KEEP, note)


@click.command()
@SLUG
@KEYS
@UNDO
@NOTE
@click.pass_obj
def remove(archive: Path, slug: str, keys: tuple[str, ...], undo: bool, note: str) -> None:
    """Take blocks out of the texts of a source. KEY: the block as it is printed, or its key.

    It is written to decisions.toml beside the archive, which a rebuild reads too.
    """
    from pipelines.decisions import Verdict

    _decide(archive, slug, keys, Verdict.UNDO if undo else Verdict.REMOVE, note)


def _decide(archive: Path, slug: str, keys: Sequence[str], verdict: Any, note: str) -> None:
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue
    from pipelines.decisions import Decision, Kind, decide
    from pipelines.siterules import relearn

    opened = archives.open_archive(archive)
    try:
        check_slugs(opened.connection, archive, [slug])
        objects = [_key(opened, slug, key, verdict) for key in keys]
        said = " ".join(note.split())
        decide(
            opened,
            [Decision(kind=Kind.BLOCK, source=slug, object=each, verdict=verdict, note=said) for each in objects],
        )
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        count = relearn(opened, [slug], catalogue)
    finally:
        opened.close()
    click.echo(f"{count} articles of {slug} cleaned again")


def _key(opened: Any, slug: str, named: str, verdict: Any) -> str:
    """Raises UsageError where no page of the source has such a block, or there is nothing to undo."""
    from pipelines.boilerplate import block_key
    from pipelines.decisions import Kind, Verdict, load

    is_key = named.isascii() and named.isdecimal() and len(named) >= _FEWEST and int(named) < _END
    key = named if is_key else str(block_key(named))
    if verdict is Verdict.UNDO:
        if key not in load(opened.folder).of(Kind.BLOCK, slug):
            raise UsageError(f"nothing was decided on {named!r} of {slug}")
        return key
    sql = "SELECT 1 FROM site_blocks WHERE source = ? AND key = ?"
    if opened.connection.execute(sql, (slug, int(key))).fetchone() is None:
        raise UsageError(f"no page of {slug} has a block {named!r}; allowed: its key, or its text as it is printed")
    return key


COMMANDS: tuple[click.Command, ...] = (boilerplate, keep, remove)
