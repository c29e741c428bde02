"""redact: one person's name out of one article, or back into it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.errors import LockedError, UsageError


@click.command()
@click.argument("article", metavar="ID|URL")
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--reason", default="", metavar="TEXT", help="Why, without the name: anyone may read it in `events`.")
@click.option("--reference", default="", metavar="TEXT", help="The request or order that it follows from.")
@click.option("--undo", is_flag=True, help="Put the names back (all of them where none is given).")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="JSON: {article, names, fields, addresses, others, releases, quoted, problems}.",
)
@click.pass_obj
def redact(
    archive: Path,
    article: str,
    names: tuple[str, ...],
    reason: str,
    reference: str,
    undo: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Take one person's name out of an article: of every version, caption, byline, keyword and the full text.

    Each NAME is taken out as it is given, in any case and spelling of its marks, at the bounds of words; give "ông A"
    or initials as well if they stand there. █████ stands in its place, in listings and feeds of the newspaper, too. The
    captured pages go dark beside the archive.
    It is written to decisions.toml beside it, so no new capture, import, reextract or rebuild brings the name back.
    """
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue
    from pipelines.withholding.rows.room import demand_room

    opened = archives.open_archive(archive)
    try:
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        asked = _ask(opened, catalogue, article, names, reason, undo)
        if not as_json:
            _show_plan(asked, undo)
        demand_room(opened, rows=not undo)
        if not yes and not click.confirm("Put the names back?" if undo else "Take them out?", err=True):
            raise UsageError("nothing was decided")
        _decide(opened, asked, reason, reference, undo)
        done = _carry_out(opened, catalogue, asked, undo)
        told = _told(opened, catalogue, asked, undo, done)
    finally:
        opened.close()
    _show(told, undo, as_json)
    return int(bool(told["problems"]))


def _ask(opened: Any, catalogue: Any, named: str, names: Sequence[str], reason: str, undo: bool) -> dict[str, Any]:
    """What is meant, checked. Raises UsageError."""
    from dataclasses import asdict

    from pipelines import store
    from pipelines.decisions import load
    from pipelines.withholding.decisions import aftermath, bearers
    from pipelines.withholding.words.redacting import has_words, names_for, occurs

    source, key = _article(opened, catalogue, named)
    articles = [each for each in store.known(opened.connection, source.slug, key) if each.state != "withdrawn"]
    if not articles:
        raise UsageError(f"{named} is withdrawn: no word of it is left to take a name out of")
    ids = [each.id for each in articles]
    in_force = names_for(load(opened.folder).names(source), key).all
    names = tuple(" ".join(name.split()) for name in names) or (tuple(sorted(in_force)) if undo else ())
    if not names:
        raise UsageError(
            f"no name is out of {named}" if undo else "no NAME is given; allowed: one or several, as they stand"
        )
    for name in names:
        if undo and name not in in_force:
            raise UsageError(f"a name that is given is not out of {named}; {len(in_force)} are")
        if not undo and not has_words(name):
            raise UsageError(f"{name!r} is no name: it has neither letters nor figures")
        if not undo and name not in in_force and not bearers.fields(opened.connection, ids, [name]):
            raise UsageError(f"{name!r} does not stand in {named}; allowed: names as they are printed there")
    if not undo and not reason.strip():
        raise UsageError("--reason is missing: say why, without the name")
    if occurs(reason, names):
        raise UsageError("--reason has the name in it, and anyone may read the reason")
    return {
        "source": source,
        "key": key,
        "articles": ids,
        "names": names,
        "fields": bearers.fields(opened.connection, ids, names),
        "addresses": bearers.addresses(opened.connection, ids, names),
        "releases": [] if undo else [asdict(each) for each in aftermath.releases_of_all(opened.path, ids)],
    }


def _article(opened: Any, catalogue: Any, named: str) -> tuple[Any, str]:
    """(source, identity key) of the article that the operator names, or of those that share it."""
    from pipelines.withholding.decisions import addressed

    sql = "SELECT source, key, url FROM articles WHERE id = ?"
    found = [
        opened.connection.execute(sql, (each.article,)).fetchone()
        for each in addressed.matches(opened, catalogue, named)
    ]
    known = {(slug, str(key).partition("#")[0]): url for slug, key, url in filter(None, found)}
    if len(known) != 1:
        raise UsageError(f"{addressed.the_article(opened, catalogue, named)} is withdrawn")
    (((slug, key), url),) = known.items()
    return catalogue.source(slug, url), key


def _decide(opened: Any, asked: dict[str, Any], reason: str, reference: str, undo: bool) -> None:
    from pipelines.decisions import Decision, Kind, Verdict, decide

    decision = Decision(
        kind=Kind.NAME,
        source=asked["source"].slug,
        object=asked["key"],
        verdict=Verdict.UNDO if undo else Verdict.REDACT,
        at=datetime.now(UTC),
        note=" ".join(reason.split()),
        reference=" ".join(reference.split()),
        names=asked["names"],
    )
    decide(opened, [decision])


def _carry_out(opened: Any, catalogue: Any, asked: dict[str, Any], undo: bool) -> dict[str, Any]:
    """What else had the names (*quoted*), and what could not be done (*problems*, a line each)."""
    from crawler.identity import article_id
    from pipelines.decisions import load
    from pipelines.locks import crawl_lock, hold
    from pipelines.progress import Progress
    from pipelines.withholding import redactions, seeking
    from pipelines.withholding.records import dark
    from pipelines.withholding.rows import traces
    from pipelines.withholding.words.redacting import names_for

    problems, found = list[str](), list[seeking.Found]()
    source, key = asked["source"], asked["key"]
    try:
        with hold(crawl_lock(opened.path), purpose="redactions"):
            if undo and not names_for(load(opened.folder).names(source), key):
                dark.bring_back(opened, article_id(source.slug, key), claim=dark.Claim.NAMES)
            done = redactions.carry_out(opened, catalogue)
            redactions.hide_bytes(opened, catalogue)
            with Progress("listings and other pages", 0) as bar:
                found = seeking.seek(opened, catalogue, lambda done, total: bar.show_of(done, total))
    except LockedError as error:
        done = redactions.carry_out(opened, catalogue) if not undo else []
        problems.append(f"the captured pages are seen to when the run that goes on has ended: {error}")
    problems += [each.problem for each in done if each.problem]
    if left := traces.wipe_if_due(opened):
        problems.append(left)
    problems += [problem for one in found for problem in one.hidden.problems]
    return {"quoted": seeking.listed(opened, found), "problems": problems}


def _told(opened: Any, catalogue: Any, asked: dict[str, Any], undo: bool, done: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    from pipelines import store
    from pipelines.withholding.decisions import bearers

    articles = [each.id for each in store.known(opened.connection, asked["source"].slug, asked["key"])]
    others = [] if undo else bearers.others(opened.connection, articles, asked["names"])
    return {
        "article": articles[0] if len(articles) == 1 else articles,
        "names": len(asked["names"]),
        "fields": asked["fields"],
        "addresses": [] if undo else asked["addresses"],
        "others": [asdict(each) for each in others],
        "releases": asked["releases"],
        **done,
    }


def _show_plan(asked: dict[str, Any], undo: bool) -> None:
    from pipelines.withholding.rows.planning import show_releases

    where = ", ".join(f"{name} ({count})" for name, count in asked["fields"].items())
    click.echo(
        f"{' '.join(asked['articles'])}: {len(asked['names'])} to put back"
        if undo
        else f"{' '.join(asked['articles'])}: in {where}"
    )
    show_releases(asked["releases"])


def _show(told: dict[str, Any], undo: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo("put back" if undo else "taken out")
    for url in told["addresses"]:
        click.echo(f"the address spells it, and stays: {url}")
    for other in told["others"]:
        click.echo(
            f"still in {other['article']} ({other['how']}, {other['source']}): {other['title'] or ''}  {other['url']}"
        )
    for other in told["quoted"]:
        click.echo(f"without it now: {other['kind']} of {other['source']}, {other['fetched_at']}  {other['url']}")
    for problem in told["problems"]:
        click.echo(f"newsarchive: {problem}", err=True)


COMMANDS: tuple[click.Command, ...] = (redact,)
