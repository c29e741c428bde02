"""withdraw: an article's words out of the archive, or back into it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.errors import LockedError, UsageError, did_you_mean


@click.command()
@click.argument("named", metavar="ID|URL")
@click.option("--reason", default="", metavar="TEXT", help="Why: it stands on the tombstone, for anyone to read.")
@click.option("--reference", default="", metavar="TEXT", help="The request or order that it follows from; public too.")
@click.option("--undo", is_flag=True, help="Bring it back, from the bytes that are kept dark.")
@click.option("--destroy", is_flag=True, help="Destroy the bytes as well: nothing can bring them back.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON: {withdrawn, rows, kin, releases, quoted, problems}.")
@click.pass_obj
def withdraw(
    archive: Path, named: str, reason: str, reference: str, undo: bool, destroy: bool, yes: bool, as_json: bool
) -> int:
    """Take an article out of the archive: its words from every table, the full text and the WARC files.

    What stays is a tombstone: its id and addresses, when it was published and seen, and why it is withheld. Its bytes
    are kept dark, beside the archive, with their fixity. Neither a crawl nor an import, reextract, rebuild or restore
    brings it back: that is written to decisions.toml beside the archive. Its words go out of listings,
    feeds and other pages of the newspaper, too, which stay without them. Reprints and translations stay, and are
    listed: decide on each.
    """
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue

    reason, reference = (" ".join(text.split()) for text in (reason, reference))
    opened = archives.open_archive(archive)
    try:
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        told = (
            _bring_back(opened, catalogue, named, reason, yes)
            if undo
            else _withdraw(opened, catalogue, named, reason, reference, destroy, yes, as_json)
        )
    finally:
        opened.close()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(told)
    return int(bool(told["problems"]))


def _article(opened: Any, named: str) -> str:
    """The id of what the operator names. Raises UsageError where nothing is called so."""
    sql = (
        "SELECT id FROM articles WHERE id = ?1 UNION SELECT article FROM tombstones WHERE article = ?1"
        " UNION SELECT article FROM addresses WHERE url = ?1"
    )
    found = [id_ for (id_,) in opened.connection.execute(sql, (named,))]
    if len(found) > 1:
        raise UsageError(f"{named} led to several articles: {', '.join(found)}; name one by its id")
    if found:
        return str(found[0])
    near = "SELECT id FROM articles WHERE id >= substr(?1, 1, 3) AND id < substr(?1, 1, 3) || '~' LIMIT 1000"
    hint = did_you_mean(named, [id_ for (id_,) in opened.connection.execute(near, (named,))])
    raise UsageError(f"no article has the id or address {named}{hint}; `newsarchive search --json` shows ids")


def _withdraw(
    opened: Any,
    catalogue: Any,
    named: str,
    reason: str,
    reference: str,
    destroy: bool,
    yes: bool,
    as_json: bool,
) -> dict[str, Any]:
    from dataclasses import asdict

    from pipelines.decisions import decide
    from pipelines.progress import Progress
    from pipelines.withholding import aftermath, quoting, tombstones
    from pipelines.withholding.entombing import counts
    from pipelines.withholding.withdrawing import decision_on, with_twins

    article = _article(opened, named)
    before = tombstones.of(opened.connection, article)
    wanted = tombstones.DESTROYED if destroy else tombstones.DARK
    if before and wanted in (before.bytes, tombstones.DARK):
        return _nothing(opened, catalogue, article, f"{article} is withdrawn already, since {before.at[:10]}")
    reason = reason or (before.reason if before else "")
    if not reason:
        raise UsageError("--reason is missing: say why; it stands on the tombstone, for anyone to read")
    articles = [article] if before else with_twins(opened.connection, article)
    told: dict[str, Any] = {
        "withdrawn": articles,
        "bytes": wanted,
        "rows": {each: counts(opened.connection, each) for each in articles},
        "kin": [asdict(each) for each in aftermath.kin(opened.connection, article) if each.id not in articles],
        "releases": [asdict(each) for each in aftermath.releases(opened.path, article)],
    }
    if not as_json:
        _show_plan(opened, told)
    _confirm(yes, "Destroy it for good?" if destroy else "Take it out?")
    now = datetime.now(UTC)
    decisions = []
    for each in articles:
        with Progress("feeds and listings", 0) as bar:
            told_of = quoting.payloads_with_text(opened, each, lambda done, total: bar.show_of(done, total, ""))
        made = decision_on(
            opened.connection,
            each,
            reason=reason,
            at=now,
            reference=reference,
            bytes_=wanted,
            before=before,
            quoting=told_of,
        )
        decisions.append(made)
    decide(opened, decisions)
    return told | _carry_out(opened, catalogue)


def _bring_back(opened: Any, catalogue: Any, named: str, reason: str, yes: bool) -> dict[str, Any]:
    from pipelines.decisions import Decision, Kind, Verdict, decide
    from pipelines.withholding import dark, tombstones

    article = _article(opened, named)
    tomb = tombstones.of(opened.connection, article)
    if tomb is None:
        return _nothing(opened, catalogue, article, f"{article} is not withdrawn")
    if tomb.bytes == tombstones.DESTROYED:
        raise UsageError(f"{article} cannot be brought back: its bytes were destroyed, as decided on {tomb.at[:10]}")
    if problems := dark.check(opened, article):
        raise UsageError(f"{article} cannot be brought back: {problems[0]}")
    _confirm(yes, "Bring it back?")
    decision = Decision(
        kind=Kind.ARTICLE, source=tomb.source, object=tomb.key, verdict=Verdict.UNDO, article=article, note=reason
    )
    decide(opened, [decision])
    return {"reinstated": [article]} | _carry_out(opened, catalogue)


def _nothing(opened: Any, catalogue: Any, article: str, said: str) -> dict[str, Any]:
    """What was decided before; carried out to its end, if something kept it from that."""
    return {"article": article, "said": said} | _carry_out(opened, catalogue)


def _confirm(yes: bool, question: str) -> None:
    """Only a terminal can be asked: a script says --yes."""
    import sys

    if not yes and not sys.stdin.isatty():
        raise UsageError("nobody can be asked here; say --yes to do it without")
    if not yes and not click.confirm(question, err=True):
        raise UsageError("nothing was decided")


def _carry_out(opened: Any, catalogue: Any) -> dict[str, Any]:
    """What else had words of it (*quoted*), and what could not be done (*problems*, a line each): rows are seen to at
    once, WARC files where no run writes them.
    """
    from pipelines.locks import crawl_lock, hold
    from pipelines.progress import Progress
    from pipelines.withholding import carrying, seeking, traces

    carrying.withhold(opened)
    problems = [problem] if (problem := traces.wipe_if_due(opened)) else []
    try:
        with (
            hold(crawl_lock(opened.path), purpose="write WARC files anew"),
            Progress("listings and other pages", 0) as looked,
            Progress("WARC files", 0) as bar,
        ):
            done = carrying.carry_out(
                opened,
                catalogue,
                lambda done, total: bar.show_of(done, total, ""),
                lambda done, total: looked.show_of(done, total),
            )
    except LockedError as error:
        later = f"written down; the WARC files are seen to when the next run starts: {error}"
        return {"quoted": [], "problems": [*problems, later]}
    problems = list(dict.fromkeys((*problems, *done.problems)))
    return {"quoted": seeking.listed(opened, done.quoted), "problems": problems}


def _show_plan(opened: Any, told: dict[str, Any]) -> None:
    for article in told["withdrawn"]:
        sql = "SELECT source, url, title FROM articles WHERE id = ?"
        source, url, title = opened.connection.execute(sql, (article,)).fetchone()
        rows = ", ".join(f"{count} {table}" for table, count in told["rows"][article].items())
        click.echo(f"{article}  {source}  {title or ''}\n  {url}\n  rows to go: {rows or 'none'}")
    for other in told["kin"]:
        like = "" if other["similarity"] is None else f" {other['similarity']:.0%}"
        click.echo(f"stays, decide on it: {other['id']} ({other['how']}{like}, {other['source']})  {other['url']}")
    for release in told["releases"]:
        has = {True: "has it", False: "has it not, as asked today", None: "may have it"}[release["contains"]]
        click.echo(f"given out on {release['at'][:10]}: {release['file']}  {has}  (sha256 {release['sha256'][:12]}…)")


def _show(told: dict[str, Any]) -> None:
    if "said" in told:
        click.echo(told["said"])
    for article in told.get("withdrawn", ()):
        click.echo(f"{article} is withdrawn; its bytes are {told['bytes']}")
    for article in told.get("reinstated", ()):
        click.echo(f"{article} is brought back")
    for other in told["quoted"]:
        whose = f" (the page of {other['article']})" if other["article"] else ""
        click.echo(
            f"without its words now: {other['kind']} of {other['source']}, {other['fetched_at']}  {other['url']}{whose}"
        )
    for problem in told["problems"]:
        click.echo(f"newsarchive: {problem}", err=True)


COMMANDS: Sequence[click.Command] = (withdraw,)
