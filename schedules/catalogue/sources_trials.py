"""`newsarchive sources new`, `check`, `snapshot`: a site is tried before it is trusted."""

from pathlib import Path

import click


@click.command()
@click.argument("url")
@click.option("--slug", metavar="SLUG", help="Its name in the catalogue; made from the host where not given.")
@click.option("--province", metavar="ID", help="Whose newspaper it is; guessed from its name where not given.")
@click.option("--keep", metavar="WORD", multiple=True, help="A national site: keep only articles with this word.")
@click.pass_obj
def new(archive: Path, url: str, slug: str | None, province: str | None, keep: tuple[str, ...]) -> int:
    """Look at a site, write its source file, show ten articles as they would be kept.

    Nothing of it is archived, and nothing is crawled until it is enabled. Exit 1 if something needs attention.
    """
    from schedules.catalogue.sources_new import new

    return new(archive, url, slug, province, keep)


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def check(archive: Path, slug: str, as_json: bool) -> int:
    """Try a source: its listings and ten articles, archived nowhere; say what is wrong.

    The verdict is kept with the source (`sources list`). Exit 1 if something needs attention.
    """
    from schedules.catalogue.sources_check import check

    return check(archive, slug, as_json)


@click.command()
@click.argument("slug")
@click.argument("url")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder, such as tests/sources."
)
@click.option("--name", metavar="NAME", help="The files' name; made from the address where not given.")
@click.pass_obj
def snapshot(archive: Path, slug: str, url: str, into: Path, name: str | None) -> int:
    """Record one page with the article it is read as, for a test to hold.

    Writes NAME.html.gz, NAME.toml and NAME.warc.gz into a folder SLUG below DIRECTORY. Exit 1 if it is no article.
    """
    from schedules.catalogue.snapshot import snapshot

    return snapshot(archive, slug, url, into, name)


COMMANDS: tuple[click.Command, ...] = (new, check, snapshot)
