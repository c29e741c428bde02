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
    from schedules.sources_new import new

    return new(archive, url, slug, province, keep)


COMMANDS: tuple[click.Command, ...] = (new,)
