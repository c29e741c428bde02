"""serve, search and export."""

import contextlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from crawler.errors import UsageError, did_you_mean
from pipelines import search as searching
from pipelines.archive import open_readonly
from pipelines.export import export as write_export
from pipelines.publish.dictionary import canned_queries
from pipelines.publish.withheld import see_to
from pipelines.withholding.given_out import note_export


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open a browser on it.")
@click.pass_obj
def serve(archive: Path, host: str, port: int, open_browser: bool) -> None:
    """Browse the archive with Datasette, on this machine."""
    from pipelines.publish.server import serve as run  # Datasette takes half a second to import

    see_to(archive)
    run(archive, host=host, port=port, open_browser=open_browser)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {id, title, url, source, published_at, snippet}.")
@click.pass_obj
def search(archive: Path, words: Sequence[str], limit: int, as_json: bool) -> None:
    """Find articles that have WORDS: as a phrase, else all of them.

    Without Vietnamese marks every spelling is found (bac ninh finds Bắc Ninh); with them, just what was typed.
    """
    asked = " ".join(words)
    see_to(archive)
    with contextlib.closing(open_readonly(archive)) as connection:
        hits = searching.search(connection, asked, limit)
        count = searching.count(connection, asked)
    if as_json:
        click.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2))
        return
    for hit in hits:
        click.secho(hit.title or "Untitled", bold=True)
        click.echo(f"  {hit.source}, {(hit.published_at or 'undated')[:10]}  {hit.url}\n  {hit.snippet}\n")
    more = f", {len(hits)} shown (--limit)" if count > len(hits) else ""
    click.echo(f"{count} article{'' if count == 1 else 's'}{more}", err=True)


@click.command()
@click.argument("query")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.csv, .tsv, .json or .jsonl.")
@click.option(
    "-p", "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A value for :NAME in the query."
)
@click.pass_obj
def export(archive: Path, query: str, output: Path, parameters: Sequence[str]) -> None:
    """Write every row of QUERY to a file, whatever Datasette's limits.

    QUERY is a SELECT statement or the name of a question that Datasette lists. FILE.manifest.json beside the file says
    what it holds; while it is written, and after an interruption, there is no such file.
    """
    sql, given = _sql(query), _parameters(parameters)
    if query in canned_queries():
        _check_given(query, sql, given)
    see_to(archive)
    show = (lambda rows: click.echo(f"\r{rows:,} rows", nl=False, err=True)) if sys.stderr.isatty() else None
    rows = write_export(archive, sql, output, parameters=given, progress=show)
    click.echo("\r" if show else "", nl=False, err=True)
    note_export(archive, output)
    click.echo(f"{rows:,} row{'' if rows == 1 else 's'} in {output}", err=True)


def _sql(query: str) -> str:
    questions = canned_queries()
    if query in questions:
        return questions[query].sql
    if re.fullmatch(r"[\w-]+", query):
        hint = did_you_mean(query, questions)
        raise UsageError(f"no question is called {query}{hint}; allowed: a SELECT statement, {', '.join(questions)}")
    return query


def _parameters(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise UsageError(f"--param {name}: allowed: NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _check_given(question: str, sql: str, given: Mapping[str, str]) -> None:
    asked = dict.fromkeys(re.findall(r"(?<![:\w]):([a-z]\w*)", sql))
    if missing := [name for name in asked if name not in given]:
        wanted = " ".join(f"--param {name}=…" for name in missing)
        raise UsageError(
            f"{question} asks for {', '.join(missing)}: add {wanted}. {canned_queries()[question].description}"
        )


COMMANDS: tuple[click.Command, ...] = (serve, search, export)
