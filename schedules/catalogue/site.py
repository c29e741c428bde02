"""An unknown site, probed and understood: what it lists, whose it is, and the source file that follows. No printing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from crawler import catalog, identity
from crawler.capture import Kind
from crawler.causes import CHALLENGE
from crawler.links import Link, Via
from crawler.listings.listing import absolute
from crawler.newsites import introduce, learn, marks, probing
from crawler.newsites.probing import Seen
from crawler.source import Expect, Source
from pipelines.archive import Archive
from schedules.catalogue.trial import PAGES, Look, look
from schedules.terms import Terms

# A site with one article a day needs no look every hour.
FEW_A_WEEK = 7
# Shorter, and a feed's days say nothing of a week.
LEAST_DAYS = 3.0

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """*source* is what was understood, without language and province; *first* the look at the homepage."""

    source: Source
    first: Look
    seen: tuple[Seen, ...] = ()
    learned: learn.Learned | None = None
    family: marks.Recognised | None = None

    @property
    def cause(self) -> str | None:
        """Why there is nothing to learn from, as the crawl says it; None where the homepage was read."""
        homepage = any(each.url == self.source.homepage for each in self.seen)
        cause: str | None = self.first.report.get("cause") or ("stopped" if not self.first.report else None)
        return None if homepage and cause != CHALLENGE else cause or "no-answer"

    @property
    def articles(self) -> list[Link]:
        """The addresses of articles that its listings name, the certain ones first."""
        links = [*probing.certain_links(self.seen, self.source), *probing.possible_links(self.seen, self.source)]
        own = {identity.key(link.url, self.source): link for link in reversed(links) if self._is_article(link)}
        return list(reversed(own.values()))

    def _is_article(self, link: Link) -> bool:
        return identity.is_article(link.url, self.source)


def draft(slug: str, homepage: str, terms: Terms) -> Source:
    """As much of a source as an address says."""
    return Source(slug=slug, name=identity.host_of(homepage), homepage=homepage, delay=terms.pace.delay)


def probe(archive: Archive, source: Source, terms: Terms, say: Say) -> Site:
    """Ask the site at *source*'s homepage in two or three rounds, and say what it is."""
    first = look(archive, source, terms, read=False)
    seen = probing.read_listings(first.captures, source)
    if first.report.get("cause") == CHALLENGE or not any(each.url == source.homepage for each in seen):
        return Site(source=source, first=first, seen=seen)
    pages = [capture.body for capture in first.of(Kind.LISTING)]
    asked = probing.second_round(source, seen, first.robots)
    for _ in range(2):
        if probing.has_listings(asked):
            say(f"asking for {_count(asked)} more listings")
            more = look(archive, asked, terms, read=False)
            seen = (*seen, *probing.read_listings(more.captures, asked))
            pages += [capture.body for capture in more.of(Kind.LISTING)]
        asked = probing.third_round(source, seen)
    return understand(source, first, seen, pages)


def _count(source: Source) -> int:
    return len(source.feeds) + len(source.sitemaps) + len(source.sections)


def understand(source: Source, first: Look, seen: tuple[Seen, ...], pages: Sequence[bytes]) -> Site:
    """The site from its listings: the pattern of its articles, the family, the listings worth keeping."""
    certain, possible = probing.certain_links(seen, source), probing.possible_links(seen, source)
    listings = [each.url for each in seen]
    learned = learn.learn(certain, possible, source.homepage, listings)
    examples = [link.url for link in [*certain, *possible] if learned and _matches(learned.article, link.url)]
    headlines = [link.url for link in certain or possible if learn.is_headline(learn.path_of(link.url), link.title)]
    family = marks.recognise(pages, examples or headlines, listings)
    source = _named(_with_pattern(source, learned, family), first, seen)
    return Site(source=_with_listings(source, seen), first=first, seen=seen, learned=learned, family=family)


def _matches(pattern: str, url: str) -> bool:
    return re.search(pattern, learn.path_of(url)) is not None


def _with_pattern(source: Source, learned: learn.Learned | None, family: marks.Recognised | None) -> Source:
    if family is not None:
        base = catalog.of_family(family.family)
        source = replace(base, slug=source.slug, name=source.name, homepage=source.homepage, delay=source.delay)
        if family.pattern:
            return source
    if learned is None:
        return source
    flags = re.IGNORECASE if source.ignore_case else 0
    exclude = re.compile(learned.exclude, flags) if learned.exclude else source.exclude
    return replace(source, article=re.compile(learned.article, flags), exclude=exclude)


def _named(source: Source, first: Look, seen: Sequence[Seen]) -> Source:
    """Name, kind and edition, from the homepage and its address."""
    home = next((capture for capture in first.of(Kind.LISTING) if capture.url == source.homepage), None)
    name = introduce.name_of(home.body, probing.charset_of(home)) if home else None
    name = name or source.name
    return replace(
        source, name=name, kind=introduce.kind_of(source.homepage, name), edition=introduce.edition_of(source.homepage)
    )


def _with_listings(source: Source, seen: tuple[Seen, ...]) -> Source:
    feeds = probing.chosen(seen, source, Via.FEED)
    known = {key for each in seen if each.url in feeds for key in probing.article_keys(each, source)}
    sitemaps = probing.chosen(seen, source, Via.SITEMAP, frozenset(known))
    enough = probing.covers(seen, source, (*feeds, *sitemaps))
    sections = () if enough else probing.sections(seen, source)
    rate = a_week(probing.certain_links(seen, source))
    return replace(
        source,
        feeds=feeds,
        sitemaps=sitemaps,
        sections=sections,
        schedule="daily" if rate and rate < FEW_A_WEEK else source.schedule,
        expect=Expect(articles_per_week=rate),
    )


def a_week(links: Sequence[Link]) -> int | None:
    """How many articles a week the dates of *links* speak of, None where they are too few to say."""
    stated = [datetime.fromisoformat(link.published_at) for link in links if link.published_at]
    aware = sorted(moment for moment in stated if moment.tzinfo)
    if len(aware) < PAGES:
        return None
    days = (aware[-1] - aware[0]).total_seconds() / 86400
    return int(len(aware) * 7 / days) or None if days >= LEAST_DAYS else None


def moved_to(site: Site) -> str | None:
    """The other host that the homepage sends visitors to, if it does."""
    for capture in site.first.captures:
        if capture.kind is Kind.LISTING and capture.status in (301, 302, 303, 307, 308):
            target = absolute(capture.final_url, capture.header("location") or "")
            if target and identity.host_of(target) != identity.host_of(site.source.homepage):
                return urljoin(target, "/") if not urlsplit(target).path.strip("/") else introduce.homepage_of(target)
    return None
