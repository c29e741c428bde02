"""What an archive of the province should hold after each pass, and what each article says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.demo.stories import Story
from crawler.demo.world import Precision, Site, World

TIMESPEC = {Precision.MINUTE: "minutes", Precision.SECOND: "seconds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """*published_at* is ISO 8601, as long as the page prints it; None where it does not
    (the folder of its picture may still tell the day). *text* is the body alone:
    headings, paragraphs and table rows, without sapo, captions, byline and dateline.
    *byline* parts people with "; "."""

    title: str
    sapo: str
    byline: str | None
    credit: str | None
    agency: str | None
    published_at: str | None
    text: str = field(repr=False)
    language: str
    role: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Counts by source slug; addresses without www.

    *articles* is what the first pass finds. In the second, *added* appears (the reprint is one of them), *edited* has a
    second revision with the *edits*, *withdrawn* is a 404 and *soft_404* looks like a page; nothing else has changed.
    *copies* are pairs (copy, original) that agencies' items make in the first pass.
    """

    articles: Mapping[str, int]
    added: Mapping[str, int]
    news: tuple[str, ...]
    edited: str
    edits: tuple[tuple[str, str], ...]
    withdrawn: str
    soft_404: str
    reprint: str
    reprint_of: str
    copies: tuple[tuple[str, str], ...]
    disallowed: str
    challenge: str  # source slug
    challenge_host: str
    hanging: str  # source slug
    hanging_host: str

    @property
    def total(self) -> int:
        return sum(self.articles.values())


def expected(world: World) -> Expected:
    script = world.script
    first = world.live(second=False)
    url = {ref: world.sites[story.site].url_of(story) for ref, story in world.stories.items()}
    original = world.stories[script.reprint].copy_of
    if original is None:
        raise ValueError(f"script.toml: reprint {script.reprint} is no copy (copy_of is missing)")
    later = (*script.news, script.reprint)
    return Expected(
        articles=Counter(story.site for story in first.values()),
        added=Counter(world.stories[ref].site for ref in later),
        news=tuple(url[ref] for ref in script.news),
        edited=url[script.edit.article],
        edits=script.edit.replace,
        withdrawn=url[script.withdrawn],
        soft_404=url[script.soft_404],
        reprint=url[script.reprint],
        reprint_of=url[original],
        copies=tuple((url[ref], url[story.copy_of]) for ref, story in first.items() if story.copy_of),
        disallowed=next(
            f"http://{site.host}{site.disallowed_link}" for site in world.sites.values() if site.disallowed_link
        ),
        challenge=script.challenge,
        challenge_host=world.sites[script.challenge].host,
        hanging=script.hangs,
        hanging_host=world.sites[script.hangs].host,
    )


def truth(world: World, second: bool) -> Mapping[str, Truth]:
    live = world.live(second)
    return {world.sites[story.site].url_of(story): _truth(world.sites[story.site], story) for story in live.values()}


def _truth(site: Site, story: Story) -> Truth:
    return Truth(
        title=story.title,
        sapo=story.sapo,
        byline=story.byline,
        credit=story.credit,
        agency=story.agency,
        published_at=_printed(site, story) if story.printed_date else None,
        text=story.text,
        language=site.section_of(story).language,
        role=story.role,
        captions=tuple(image.text for image in story.images),
    )


def _printed(site: Site, story: Story) -> str:
    if site.precision is Precision.DAY:
        return story.published_at.date().isoformat()
    return story.published_at.isoformat(timespec=TIMESPEC[site.precision])
