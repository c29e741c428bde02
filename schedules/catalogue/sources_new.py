"""`newsarchive sources new URL`: a site nobody has described becomes a source file, tried before it is trusted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler import catalog, config, identity, provinces
from crawler.causes import CHALLENGE
from crawler.errors import ConfigError, UsageError, did_you_mean
from crawler.failures import Failure
from crawler.newsites import introduce
from crawler.newsites.write_source import write_source
from crawler.source import Source
from crawler.source_keys import SLUG
from pipelines.reading.text.language import language_of
from schedules.catalogue import trial
from schedules.catalogue.dryrun import DryRun, read_rows
from schedules.catalogue.findings import BY_HAND
from schedules.catalogue.site import Site, draft, moved_to, probe
from schedules.catalogue.trial import PAGES, look, temporary
from schedules.console import demand, operator_folder
from schedules.jobs import trouble

# A plain http:// is tried where nobody said https:// and that does not answer: some provinces have nothing else.
NO_TLS = frozenset({Failure.TLS, Failure.REFUSED, Failure.TIMEOUT, Failure.LOST})


@dataclass(slots=True)
class Notes:
    """What somebody should look at, in the order it was found."""

    lines: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.lines.append(line)

    def mention(self, line: str) -> None:
        """What is worth knowing and nothing can be done about."""
        self.remarks.append(line)

    def show(self) -> None:
        for line in self.lines:
            click.echo(f"  ! {line}")
        for line in self.remarks:
            click.echo(f"  - {line}")


def new(archive: Path, url: str, slug: str | None, province: str | None, keep: Sequence[str]) -> int:
    """Exit code 0 where articles came out and nothing is missing, 1 where somebody should look."""
    demand(archive)
    folder = operator_folder(archive)
    settings, found = config.load(folder), catalog.load(folder / "sources")
    if not settings.contact:
        raise UsageError(f"{folder / config.FILE}: contact is empty; a newspaper must be able to write to somebody")
    given = "://" in url
    homepage = _homepage(url if given else f"https://{url}")
    slug = _slug(slug or introduce.slug_of(homepage), found)
    _refuse_known(homepage, found)
    _check_province(province)
    path = folder / "sources" / f"{slug}.toml"
    if path.exists():
        raise UsageError(f"{path} is there already, and is not written over; choose another name with --slug")
    terms = trial.terms_of(settings.contact)
    with temporary() as scratch:
        click.echo(f"looking at {homepage}", err=True)
        site = probe(scratch, draft(slug, homepage, terms), terms, _say)
        if not given and site.cause in NO_TLS:
            homepage = homepage.replace("https://", "http://", 1)
            click.echo(f"https does not answer ({site.cause}); looking at {homepage}", err=True)
            site = probe(scratch, draft(slug, homepage, terms), terms, _say)
        if site.cause:
            return _nothing(site, path, province, keep)
        site = replace(site, source=_placed(site.source, province, keep))
        links = site.articles[: 3 * PAGES]
        say = f"reading {min(PAGES, len(links))} of {len(links)} articles" if links else "no article to read"
        click.echo(say, err=True)
        taken = look(scratch, site.source, terms, links=links) if links else None
        run = read_rows(scratch, taken) if taken else DryRun(rows=())
    return _tell(site, run, path, province)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _homepage(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname and not parts.username
        good = good and (parts.port or 1) and not re.search(r"[\s\\]", url.strip())
    except ValueError:
        good = False
    if not good:
        raise UsageError(f'"{url}" is no address of a site; allowed: one such as https://baohatinh.vn/')
    return introduce.homepage_of(url.strip())


def _slug(slug: str, found: catalog.Catalog) -> str:
    if not re.fullmatch(SLUG, slug):
        raise UsageError(f'--slug "{slug}" cannot name a source: small letters, digits and single hyphens can')
    if slug in found.sources or slug in found.errors:
        where = found.sources[slug].homepage if slug in found.sources else "a file that is wrong"
        raise UsageError(f'there is a source "{slug}" already ({where}); choose another name with --slug')
    return slug


def _refuse_known(homepage: str, found: catalog.Catalog) -> None:
    """UsageError where the host is a source's already; another edition in a folder of its own is none of that."""
    host, path = identity.site_of(homepage), identity.path_of(homepage)
    for source in found.sources.values():
        if host in identity.hosts(source) and (not path or path == identity.path_of(source.homepage)):
            raise UsageError(
                f'{host} is a host of the source "{source.slug}" ({source.name}); `newsarchive sources check'
                f" {source.slug}` tries it"
            )


def _check_province(province: str | None) -> None:
    units = provinces.load()
    if province is not None and province not in units:
        hint = did_you_mean(province, units) or ", such as ha-tinh or bac-ninh-2025"
        raise UsageError(f'--province "{province}": must be an id of the provinces{hint}')


def _placed(source: Source, province: str | None, keep: Sequence[str]) -> Source:
    guess = None if province or keep else introduce.province_of(source.name, source.homepage)
    return replace(source, province=province or (guess[0] if guess else None), keep=tuple(keep))


def _nothing(site: Site, path: Path, province: str | None, keep: Sequence[str]) -> int:
    """A site that could not be read: why, and what a person can do about it."""
    report, source = site.first.report, _placed(site.source, province, keep)
    cause = site.cause or "no-answer"
    click.echo(trouble(source.slug, cause, report.get("evidence"), report.get("suggestion")))
    if there := moved_to(site):
        click.echo(f"it sends visitors to another host: `newsarchive sources new {there}`")
    elif cause == CHALLENGE or cause.startswith("challenge"):
        click.echo(f"a bot check is never answered; {BY_HAND.format(slug=source.slug)}")
        _write(source, path, DryRun(rows=()), Notes())
    else:
        click.echo("no source file was written: there is nothing to put into it")
    return 1


def _tell(site: Site, run: DryRun, path: Path, province: str | None) -> int:
    notes = Notes()
    source = site.source
    language = run.language or language_of("\n".join(link.title or "" for link in site.articles))
    if language and language != "und":
        source = replace(source, language=language)
    if source.language != "vi" and not source.edition and source.homepage.endswith(".vn/"):
        notes.add(f"its articles are in {source.language}: set edition if it is one edition of a larger site")
    for name, said in _found(site, source, province):
        click.echo(f"{name:<10}{said}")
    _judge(site, source, run, notes)
    if run.rows:
        click.echo()
        run.show()
        click.echo()
    for outcome, count, example in run.refused:
        notes.add(f"{count} of {run.pages} pages are no articles: {outcome}, such as {example}")
    notes.show()
    written = _write(source, path, run, notes)
    return 0 if run.rows and written and not notes.lines else 1


def _found(site: Site, source: Source, province: str | None) -> list[tuple[str, str]]:
    """What was found, line by line."""
    lines = [("name", f"{source.name} ({source.kind}, {source.language}, {source.timezone})")]
    unit = provinces.load().get(source.province or "")
    if unit:
        guess = None if province else introduce.province_of(source.name, source.homepage)
        lines.append(("province", f"{unit.id}, {unit.name}" + (f", guessed from {guess[1]}" if guess else "")))
    for name, urls, kind in (
        ("feeds", source.feeds, "feed"),
        ("sitemaps", source.sitemaps, "sitemap"),
        ("sections", source.sections, "section"),
    ):
        asked = sum(each.via == kind for each in site.seen)
        shown = ", ".join(urls[:4]) + (f" and {len(urls) - 4} more" if len(urls) > 4 else "")
        unused = f"{asked} read, none needed" if asked else "none found"
        lines.append((name, f"{len(urls)}: {shown}" if urls else unused))
    family = site.family
    lines.append(("family", f"{family.family}, by {family.seen}" if family else "none that is known"))
    lines.append(("articles", _pattern(site, source)))
    return lines


def _pattern(site: Site, source: Source) -> str:
    if source.article is None:
        return "no pattern: too few links have one form"
    certain = " that feeds and sitemaps name" if site.learned and site.learned.certain else ""
    return f"{source.article.pattern}  fits {len(site.articles)} addresses{certain and f', {_share(site)}{certain}'}"


def _share(site: Site) -> str:
    return f"{site.learned.matched} of {site.learned.of}" if site.learned else ""


def _judge(site: Site, source: Source, run: DryRun, notes: Notes) -> None:
    links = sum(len(each.listing.links) for each in site.seen)
    if links == 0:
        notes.add(f"no links in its pages: they are made by scripts; {BY_HAND.format(slug=source.slug)}")
    elif not site.articles:
        notes.add(f"{links} links, none of which looks like an article; give article = '…' in its file")
    elif not run.rows:
        notes.add("no article came out of its pages")
    if site.learned and site.learned.strays and source.family is None:
        notes.add(f"the pattern also fits {site.learned.strays[0]}, which is a listing; see whether exclude is needed")
    if run.rows and run.undated * 2 >= len(run.rows):
        notes.add(f"{run.undated} of {len(run.rows)} articles have no date: give [extract] date = a CSS selector")
    if not (source.feeds or source.sitemaps) and source.sections:
        notes.mention("it has no feed and no sitemap: what leaves its section pages between two runs is missed")


def _write(source: Source, path: Path, run: DryRun, notes: Notes) -> bool:
    """The file, and what to do next; whether it could be written."""
    text = file_text(source, run, datetime.now(UTC))
    try:
        catalog.parse_source(source.slug, text, where=str(path))
    except ConfigError as error:
        click.echo(f"not written: {error}")
        click.echo("its province is not known from its name; say it: --province ID, or --keep WORD for a national one")
        click.echo(f"\n{text}", nl=False)
        return False
    path.parent.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"written: {path}" + (" (it needs the attention above)" if notes.lines else ""))
    click.echo(f"nothing is crawled until you say so: newsarchive sources enable {source.slug}")
    return True


def file_text(source: Source, run: DryRun, now: datetime) -> str:
    tried = f"{len(run.rows)} articles read" if run.rows else "no article was read"
    polite = replace(source, delay=max(source.delay, 1.0))
    return write_source(polite, comment=f"Found by `newsarchive sources new` on {now:%Y-%m-%d}; {tried}.")
