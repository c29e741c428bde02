"""boilerplate, keep and remove: what a site's pages were found to repeat, and what the operator says of it."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.errors import LockedError, UsageError
from pipelines.refusing.commands import check_slugs

SLUG = click.argument("slug", metavar="SLUG")
KEYS = click.argument("keys", nargs=-1, required=True, metavar="KEY...")
UNDO = click.option("--undo", is_flag=True, help="Take back what was decided: what was learned holds again.")
NOTE = click.option("--note", default="", metavar="TEXT", help="Why; it stands beside the decision.")


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {source, key, decision, articles, reason, text}.")
@click.pass_obj
def boilerplate(archive: Path, slugs: tuple[str, ...], as_json: bool) -> None:
    """Show what is taken out of the texts of each source, and why; `newsarchive keep` and `remove` overrule it.

    Of places (class paths) it is shown which are trusted to hold articles and which are doubted.
    """
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
        click.echo(f"{row['source']}  {row['decision']}  {row['key']}  {row['reason']}")
        click.echo(f"  {row['text'] or 'on no page any more'}")
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

    KEY may be the block as it is printed too. A place that is kept is trusted to hold the source's articles. It is
    written to decisions.toml beside the archive, which a rebuild reads too.
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

    A place that is removed is doubted to hold the source's articles. It is written to decisions.toml beside the
    archive, which a rebuild reads too.
    """
    from pipelines.decisions import Verdict

    _decide(archive, slug, keys, Verdict.UNDO if undo else Verdict.REMOVE, note)


def _decide(archive: Path, slug: str, keys: Sequence[str], verdict: Any, note: str) -> None:
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue
    from pipelines.decisions import Decision, Kind, decide
    from pipelines.locks import crawl_lock, hold
    from pipelines.siterules import relearn

    opened = archives.open_archive(archive)
    try:
        check_slugs(opened.connection, archive, [slug])
        objects = list(dict.fromkeys(_key(opened, slug, key, verdict) for key in keys))
        said = " ".join(note.split())
        decide(
            opened,
            [Decision(kind=Kind.BLOCK, source=slug, object=each, verdict=verdict, note=said) for each in objects],
        )
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        try:
            with hold(crawl_lock(opened.path), purpose="decisions"):
                count = relearn(opened, [slug], catalogue)
        except LockedError as error:
            click.echo(f"written down; it is carried out when the next run starts: {error}")
            return
    finally:
        opened.close()
    click.echo(f"written down; {count} articles cleaned again")


def _key(opened: Any, slug: str, named: str, verdict: Any) -> str:
    """Raises UsageError where no page of the source has such a block or place, or there is nothing to undo."""
    from pipelines.boilerplate import block_key, place_key
    from pipelines.decisions import Kind, Verdict, key_of, load

    said = key_of(named)  # a year or a number alone on a line is a block as well
    keys = ([] if said is None else [said]) + [block_key(named), place_key(named)]
    if verdict is Verdict.UNDO:
        decided = load(opened.folder).of(Kind.BLOCK, slug)
        if found := next((str(key) for key in keys if str(key) in decided), None):
            return found
        names = ", ".join(decided) or "-"
        raise UsageError(f"nothing was decided on {named!r} of {slug}; allowed: {names}")
    sql = (
        "SELECT EXISTS (SELECT 1 FROM site_blocks WHERE source = ?1 AND key = ?2)"
        " OR EXISTS (SELECT 1 FROM site_places WHERE source = ?1 AND place = ?2)"
    )
    for key in keys:
        if opened.connection.execute(sql, (slug, key)).fetchone()[0]:
            return str(key)
    raise UsageError(
        f"no page of {slug} has a block {named!r}; allowed: its text as it is printed, a key of"
        f" `newsarchive boilerplate {slug}`"
    )


COMMANDS: tuple[click.Command, ...] = (boilerplate, keep, remove)
