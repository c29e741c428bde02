"""`newsarchive sources snapshot SLUG URL --into DIR`: one page and the record it must be read as, for the tests."""

import gzip
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from crawler import catalog, config, identity
from crawler.capture import Capture, Kind
from crawler.errors import ArchiveError, UsageError
from crawler.links import Link, Via
from crawler.newsites.write_source import write_source
from crawler.source import Source
from pipelines import golden
from pipelines.archive import Archive
from schedules.catalogue import trial
from schedules.catalogue.trial import Look, look, temporary
from schedules.console import demand, operator_folder
from schedules.jobs import trouble

MOST_NAME = 60


def snapshot(archive: Path, slug: str, url: str, into: Path, name: str | None) -> int:
    """Exit code 0 where the page is an article, 1 where it was refused: that too may be what is to be held."""
    demand(archive)
    folder = operator_folder(archive)
    settings, found = config.load(folder), catalog.load(folder / "sources")
    source = found.get(slug)
    if not settings.contact:
        raise UsageError(f"{folder / config.FILE}: contact is empty; a newspaper must be able to write to somebody")
    if not identity.is_article(url, source):
        said = f"by {source.article.pattern}" if source.article else "on its hosts"
        raise UsageError(f"{url} is no article of {slug}, {said}; allowed: an address that the source's file matches")
    target = into / slug / (name or name_of(url))
    for ending in (golden.RECORD, golden.BODY):
        if (there := target.with_name(target.name + ending)).exists():
            raise UsageError(f"{there} is there already, and is not written over; choose another name with --name")
    with temporary() as scratch:
        link = Link(url=url, via_kind=Via.OPERATOR)
        taken = look(scratch, source, trial.terms_of(settings.contact), links=(link,))
        page = next((capture for capture in taken.of(Kind.PAGE) if capture.status == 200), None)
        if page is None:
            raise ArchiveError(_why(slug, url, taken))
        expected = golden.record_of(page, source)
        _write(target, page, golden.text_of(page, expected), scratch)
    _write_source(target.parent, source)
    for field in ("outcome", "title", "published_at", "byline", "section"):
        click.echo(f"{field:<13}{expected.get(field, '-')}")
    click.echo(f"written: {target}{golden.RECORD}; compare it with the page before you commit it")
    return 0 if expected["outcome"] == "article" else 1


def name_of(url: str) -> str:
    """A file's name from the address's last part that has letters, no longer than a few words."""
    stems = [re.sub(r"\.[a-z]{2,5}$", "", part, flags=re.I) for part in unquote(urlsplit(url).path).split("/")]
    named = [stem for stem in stems if re.search("[a-z]", stem, re.I)]
    stem = re.sub(r"[^a-z0-9]+", "-", (named or stems)[-1].lower()).strip("-") or "page"
    return stem if len(stem) <= MOST_NAME else stem[:MOST_NAME].rpartition("-")[0] or stem[:MOST_NAME]


def _why(slug: str, url: str, taken: Look) -> str:
    report = taken.report
    answered = next((f"HTTP {capture.status}" for capture in taken.of(Kind.PAGE) if capture.status), "no answer")
    evidence = report.get("evidence") or url
    return trouble(slug, report.get("cause") or answered, evidence, report.get("suggestion"))


def _write(target: Path, page: Capture, text: str, scratch: Archive) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The gzip member carries no time: the same page makes the same file.
    target.with_name(target.name + golden.BODY).write_bytes(gzip.compress(page.body, 9, mtime=0))
    target.with_name(target.name + golden.RECORD).write_text(text, encoding="utf-8")
    for file in scratch.warc_folder.glob("*.warc.gz"):
        shutil.copyfile(file, target.with_name(f"{target.name}.warc.gz"))


def _write_source(folder: Path, source: Source) -> None:
    """Beside the pages of a source that the program does not ship, so that they can be read anywhere."""
    if source.slug not in catalog.load(None).sources:
        (folder / golden.SOURCE_FILE).write_text(write_source(source), encoding="utf-8")
