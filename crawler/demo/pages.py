"""What one newspaper of the province answers to a path. Pure: the moment (pass, count of requests, clock) is given."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.demo.stories import Story
from crawler.demo.world import HERE, Section, Site, World

RELATED = 5
FEED_ITEMS = 10  # feeds show the latest only; the sitemap has the rest
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
# the stub that a bot wall in front of many Vietnamese sites answers with: status 200, 177 bytes, no article
CHALLENGE = (
    b'<html><body><script>document.cookie="D1N=5c1e0b7a94d2f3865c1e0b7a94d2f386"+"; expires=Fri, 31-Dec-2038 '
    b'23:59:59 GMT; path=/";window.location.reload(true);</script></body></html>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """*count* is how many requests the site has answered: its clocks, counters and related lists move with it."""

    second: bool
    count: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """*stable*: the same bytes until the newspaper changes, so worth an ETag."""

    status: int = 200
    content_type: str = HTML
    body: bytes = field(default=b"", repr=False)
    location: str | None = None
    stable: bool = False

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story as a listing, feed or sitemap links it."""

    story: Story
    url: str
    section: Section


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "layouts"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["weekday"] = lambda moment: WEEKDAYS[moment.weekday()]
    made.filters["rfc822"] = lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S %z}"
    made.filters["sach"] = lambda moment: "SA" if moment.hour < 12 else "CH"
    return made


def picture(name: str) -> bytes:
    """A PNG of one muted colour, which depends on *name*."""
    colour = bytes(110 + byte // 3 for byte in hashlib.sha256(name.encode()).digest()[:3])
    width, height = 480, 270
    rows = (b"\0" + colour * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Pages:
    def __init__(self, site: Site, world: World, templates: Environment) -> None:
        self.site, self.world, self.templates = site, world, templates
        self._stories = tuple(world.of_site(site, second) for second in (False, True))
        self._paths = tuple({site.path_of(story): story for story in stories} for stories in self._stories)
        self._soft_404 = site.path_of(story) if (story := self._own(world.script.soft_404)) else None

    def _own(self, ref: str) -> Story | None:
        story = self.world.stories[ref]
        return story if story.site == self.site.slug else None

    def answer(self, path: str, moment: Moment) -> Reply:
        path = path.partition("?")[0]
        if moment.second and path == self._soft_404:
            return self._message(moment, status=200)
        if story := self._paths[moment.second].get(path):
            return self._article(story, moment)
        if language := self.site.homes.get(path):
            return self._home(path, language, moment)
        for section in self.site.sections:
            if path == section.path or path.startswith(f"{section.path.rstrip('/')}/trang-"):
                return self._section(section, path, moment)
        if path.startswith("/Medias/"):
            return Reply(content_type="image/png", body=picture(path))
        if path == self.site.disallowed_link:
            return self._html("draft", moment, self.site.sections[0].language)
        return self._machine(path, moment) or self._message(moment, status=404)

    def _machine(self, path: str, moment: Moment) -> Reply | None:
        """robots.txt, the feed and the sitemaps."""
        items = [self._item(story) for story in self._stories[moment.second]]
        if path == "/robots.txt":
            return self._stable("robots.txt", "text/plain; charset=utf-8", items)
        if path == self.site.feed:
            return self._stable("rss.xml", "application/rss+xml; charset=utf-8", items[:FEED_ITEMS])
        if path == "/sitemap.xml" and self.site.sitemap:
            name = "sitemap-index.xml" if self.site.sitemap == "news" else "sitemap.xml"
            return self._stable(name, XML, items)
        if self.site.sitemap == "news" and path.startswith("/sitemaps/news-"):
            year = path.removeprefix("/sitemaps/news-").removesuffix(".xml")
            of_year = [item for item in items if str(item.story.published_at.year) == year]
            return self._stable("news-sitemap.xml", XML, of_year) if of_year else None
        return None

    def _stable(self, template: str, content_type: str, items: Sequence[Item]) -> Reply:
        text = self.templates.get_template(f"shared/{template}").render(site=self.site, items=items)
        return Reply(content_type=content_type, body=text.encode(), stable=True)

    def _article(self, story: Story, moment: Moment) -> Reply:
        section = self.site.section_of(story)
        others = [
            other
            for other in self._stories[moment.second]
            if other.ref != story.ref and self.site.section_of(other).language == section.language
        ]
        start = moment.count % len(others) if others else 0
        related = [self._item(other) for other in (others[start:] + others[:start])[:RELATED]]
        return self._html(
            "article",
            moment,
            section.language,
            story=story,
            section=section,
            related=related,
            url=self.site.url_of(story),
        )

    def _home(self, path: str, language: str, moment: Moment) -> Reply:
        stories = [s for s in self._stories[moment.second] if self.site.section_of(s).language == language]
        items = [self._item(story) for story in stories[: self.site.home_size]]
        return self._html("listing", moment, language, heading=self.site.name, items=items, older=None, home=True)

    def _section(self, section: Section, path: str, moment: Moment) -> Reply:
        number = (
            path.removeprefix(f"{section.path.rstrip('/')}/trang-").removesuffix(".html")
            if path != section.path
            else "1"
        )
        stories = [story for story in self._stories[moment.second] if story.section == section.slug]
        size = self.site.page_size
        start = (int(number) - 1) * size if number.isdecimal() else len(stories)
        if not 0 <= start < max(len(stories), 1):
            return self._message(moment, status=404)
        items = [self._item(story, mixed=True) for story in stories[start : start + size]]
        more = start + size < len(stories)
        older = f"{section.path.rstrip('/')}/trang-{int(number) + 1}.html" if more else None
        return self._html(
            "listing", moment, section.language, heading=section.title, items=items, older=older, home=False
        )

    def _message(self, moment: Moment, status: int) -> Reply:
        language = self.site.sections[0].language
        page = self._html("missing", moment, language)
        return Reply(status=status, body=page.body)

    def _html(self, template: str, moment: Moment, language: str, **values: object) -> Reply:
        folder = "shared" if template in {"missing", "draft"} else self.site.slug
        text = self.templates.get_template(f"{folder}/{template}.html").render(
            site=self.site,
            frame=f"{self.site.slug}/frame.html",
            language=language,
            sections=[section for section in self.site.sections if section.language == language],
            moment=moment,
            **values,
        )
        return Reply(body=text.encode())

    def _item(self, story: Story, mixed: bool = False) -> Item:
        host = self.site.hosts[mixed and self.site.mixed_www and story.id % 2]
        url = f"http://{host}{self.site.path_of(story)}"
        return Item(story=story, url=url, section=self.site.section_of(story))
