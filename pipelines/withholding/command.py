"""withdraw: articles' words out of the archive, or back into it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.errors import LockedError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the command line says."""

    reason: str
    reference: str
    destroy: bool
    yes: bool
    dry_run: bool
    as_json: bool


@click.command()
@click.argument("named", metavar="ID|URL...", nargs=-1, required=True)
@click.option("--reason", default="", metavar="TEXT", help="Why: it stands on the tombstone, for anyone to read.")
@click.option("--reference", default="", metavar="TEXT", help="The request or order that it follows from; public too.")
@click.option("--undo", is_flag=True, help="Bring it back, from the bytes that are kept dark.")
@click.option("--destroy", is_flag=True, help="Destroy the bytes as well: nothing can bring them back.")
@click.option("--dry-run", is_flag=True, help="Show all that is meant, and what would be done; change nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON: {withdrawn, rows, kin, releases, quoted, problems, …}.")
@click.pass_obj
def withdraw(
    archive: Path,
    named: Sequence[str],
    reason: str,
    reference: str,
    undo: bool,
    destroy: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Take articles out of the archive: their words from every table, the full text and the WARC files.

    Each is named by its id, or by an address: any of the newspaper's that leads to it, or that of its page here.

    What stays is a tombstone: its id and addresses, when it was published and seen, and why it is withheld. Its bytes
    are kept dark, beside the archive, with their fixity. Neither a crawl nor an import, reextract, rebuild or restore
    brings it back: that is written to decisions.toml beside the archive. Its words go out of listings,
    feeds and other pages of the newspaper, too, which stay without them. Reprints and translations stay, and are
    listed: decide on each.
    """
    from pipelines import archive as archives
    from pipelines.catalogue import Catalogue

    reason, reference = (" ".join(text.split()) for text in (reason, reference))
    asked = _Asked(reason=reason, reference=reference, destroy=destroy, yes=yes, dry_run=dry_run, as_json=as_json)
    opened = archives.open_archive(archive)
    try:
        catalogue = Catalogue.beside(opened.path)
        catalogue.remember(opened.connection)
        articles = _articles(opened, catalogue, named, asked)
        told = (_bring_back if undo else _withdraw)(opened, catalogue, articles, asked)
    finally:
        opened.close()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(told)
    return int(bool(told["problems"]))


def _articles(opened: Any, catalogue: Any, named: Sequence[str], asked: _Asked) -> list[str]:
    """Ids, each once. Raises UsageError where nothing is called so; where several are, unless that is to be shown."""
    from pipelines.withholding.decisions import addressed

    found: list[str] = []
    for each in named:
        meant = addressed.matches(opened, catalogue, each) if asked.dry_run else []
        for match in meant:
            if not asked.as_json:
                click.echo(f"{each}: {match.article}, {match.how}")
        found += [match.article for match in meant] or [addressed.the_article(opened, catalogue, each)]
    return list(dict.fromkeys(found))


def _withdraw(opened: Any, catalogue: Any, named: Sequence[str], asked: _Asked) -> dict[str, Any]:
    from pipelines.decisions import decide
    from pipelines.withholding.decisions import tombstones
    from pipelines.withholding.decisions.withdrawing import with_twins
    from pipelines.withholding.rows.planning import plan, show_plan
    from pipelines.withholding.rows.room import demand_room

    wanted = tombstones.DESTROYED if asked.destroy else tombstones.DARK
    before = {each: tombstones.of(opened.connection, each) for each in named}
    done = {each: tomb for each, tomb in before.items() if tomb and wanted in (tomb.bytes, tombstones.DARK)}
    said = [f"{each} is withdrawn already, since {tomb.at[:10]}" for each, tomb in done.items()]
    to_go = {each: tomb for each, tomb in before.items() if each not in done}
    if not to_go:
        return _nothing(opened, catalogue, said, asked)
    if not asked.dry_run and not asked.reason and not all(to_go.values()):
        raise UsageError("--reason is missing: say why; it stands on the tombstone, for anyone to read")
    for each in [each for each, tomb in to_go.items() if tomb is None]:
        to_go |= {twin: None for twin in with_twins(opened.connection, each) if twin not in to_go}
    articles = list(to_go)
    told: dict[str, Any] = {"withdrawn": articles, "bytes": wanted, "said": said, **plan(opened, articles)}
    if not asked.as_json:
        show_plan(opened, articles, told, asked.destroy)
    if asked.dry_run:
        return told | {"dry_run": True, "quoted": [], "problems": []}
    demand_room(opened)
    _confirm(asked.yes, "Destroy it for good?" if asked.destroy else "Take it out?")
    decide(opened, _decisions(opened, to_go, wanted, asked))
    return told | _carry_out(opened, catalogue)


def _decisions(opened: Any, to_go: Mapping[str, Any], wanted: str, asked: _Asked) -> list[Any]:
    from pipelines.progress import Progress
    from pipelines.withholding.decisions.withdrawing import decision_on
    from pipelines.withholding.records import quoting

    now, made = datetime.now(UTC), []
    for each, tomb in to_go.items():
        with Progress("feeds and listings", 0) as bar:
            told_of = quoting.payloads_with_text(opened, each, lambda done, total: bar.show_of(done, total, ""))
        made.append(
            decision_on(
                opened.connection,
                each,
                reason=asked.reason or (tomb.reason if tomb else ""),
                at=now,
                reference=asked.reference,
                bytes_=wanted,
                before=tomb,
                quoting=told_of,
            )
        )
    return made


def _bring_back(opened: Any, catalogue: Any, named: Sequence[str], asked: _Asked) -> dict[str, Any]:
    from pipelines.decisions import Decision, Kind, Verdict, decide
    from pipelines.withholding.decisions import tombstones
    from pipelines.withholding.records import dark
    from pipelines.withholding.rows.planning import show_article
    from pipelines.withholding.rows.room import demand_room

    before = {each: tombstones.of(opened.connection, each) for each in named}
    said = [f"{each} is not withdrawn" for each, tomb in before.items() if tomb is None]
    tombs = [tomb for tomb in before.values() if tomb]
    for tomb in tombs:
        if tomb.bytes == tombstones.DESTROYED:
            raise UsageError(
                f"{tomb.article} cannot be brought back: its bytes were destroyed, as decided on {tomb.at[:10]}"
            )
        if problems := dark.check(opened, tomb.article):
            raise UsageError(f"{tomb.article} cannot be brought back: {problems[0]}")
    if not tombs:
        return _nothing(opened, catalogue, said, asked)
    told: dict[str, Any] = {"reinstated": [tomb.article for tomb in tombs], "said": said}
    if asked.dry_run:
        if not asked.as_json:
            for tomb in tombs:
                show_article(opened, tomb.article)
        return told | {"dry_run": True, "quoted": [], "problems": []}
    demand_room(opened, rows=False)
    _confirm(asked.yes, "Bring it back?")
    decisions = [
        Decision(
            kind=Kind.ARTICLE,
            source=tomb.source,
            object=tomb.key,
            verdict=Verdict.UNDO,
            article=tomb.article,
            note=asked.reason,
        )
        for tomb in tombs
    ]
    decide(opened, decisions)
    return told | _carry_out(opened, catalogue)


def _nothing(opened: Any, catalogue: Any, said: list[str], asked: _Asked) -> dict[str, Any]:
    """What was decided before; carried out to its end, if something kept it from that."""
    if asked.dry_run:
        return {"said": said, "dry_run": True, "quoted": [], "problems": []}
    return {"said": said} | _carry_out(opened, catalogue)


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
    from pipelines.withholding import carrying, seeking
    from pipelines.withholding.rows import traces

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


def _show(told: dict[str, Any]) -> None:
    for line in told["said"]:
        click.echo(line)
    would = " would be" if told.get("dry_run") else " is"
    for article in told.get("withdrawn", ()):
        after = "" if told.get("dry_run") else f"; its bytes are {told['bytes']}"
        click.echo(f"{article}{would} withdrawn{after}")
    for article in told.get("reinstated", ()):
        click.echo(f"{article}{would} brought back")
    for other in told["quoted"]:
        whose = f" (the page of {other['article']})" if other["article"] else ""
        click.echo(
            f"without its words now: {other['kind']} of {other['source']}, {other['fetched_at']}  {other['url']}{whose}"
        )
    for problem in told["problems"]:
        click.echo(f"newsarchive: {problem}", err=True)


COMMANDS: Sequence[click.Command] = (withdraw,)
