"""The fictional province as data: its newspapers (sites.toml), their articles, and what happens between two visits."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.demo.stories import Story, load_stories

HERE = Path(__file__).parent


class Precision(StrEnum):
    """How exactly a site prints dates."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """*root* and *cat* are what the section adds to the addresses of its articles."""

    slug: str
    title: str
    path: str
    language: str = "vi"
    root: str = ""
    cat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """*article* is a format string for the path of an article. *homes* maps a path to its language."""

    slug: str
    name: str
    host: str
    article: str
    homes: Mapping[str, str]
    sections: tuple[Section, ...]
    page_size: int = 12
    home_size: int = 6
    precision: Precision = Precision.MINUTE
    mixed_www: bool = False  # section pages link every other article under www
    redirect_www: bool = False
    feed: str | None = None
    sitemap: str | None = None  # "news" (an index over years, Google News) or "plain"
    disallow: tuple[str, ...] = ()
    disallowed_link: str | None = None  # listed, looks like an article, forbidden by robots.txt

    @property
    def hosts(self) -> tuple[str, str]:
        return self.host, f"www.{self.host}"

    def section_of(self, story: Story) -> Section:
        return next(section for section in self.sections if section.slug == story.section)

    def path_of(self, story: Story) -> str:
        section = self.section_of(story)
        # the multiplier is prime and odd: seven hex digits that look random and differ between ids
        code = f"{story.id * 2654435761 % 0xFFFFFFF:07x}"
        return self.article.format(
            slug=story.slug,
            id=story.id,
            section=section.slug,
            root=section.root,
            cat=section.cat,
            month=f"{story.published_at:%Y%m}",
            code=code,
        )

    def url_of(self, story: Story) -> str:
        return f"http://{self.host}{self.path_of(story)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    article: str
    updated_at: datetime
    replace: tuple[tuple[str, str], ...]

    def apply(self, story: Story) -> Story:
        return replace(
            story,
            sapo=self._text(story.sapo),
            blocks=tuple(replace(block, text=self._text(block.text)) for block in story.blocks),
            updated_at=self.updated_at,
        )

    def _text(self, text: str) -> str:
        for old, new in self.replace:
            text = text.replace(old, new)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What happens between the two passes (script.toml); articles by ref, sites by slug."""

    news: tuple[str, ...]
    reprint: str
    edit: Edit
    withdrawn: str
    soft_404: str
    challenge: str
    hangs: str


@dataclass(frozen=True)
class World:
    sites: Mapping[str, Site]
    stories: Mapping[str, Story]
    script: Script

    @cached_property
    def _editions(self) -> tuple[Mapping[str, Story], Mapping[str, Story]]:
        script = self.script
        later = {*script.news, script.reprint}
        gone = {script.withdrawn, script.soft_404}
        first = {ref: story for ref, story in self.stories.items() if ref not in later}
        second = {ref: story for ref, story in self.stories.items() if ref not in gone}
        second[script.edit.article] = script.edit.apply(second[script.edit.article])
        return first, second

    def live(self, second: bool) -> Mapping[str, Story]:
        return self._editions[second]

    def of_site(self, site: Site, second: bool) -> tuple[Story, ...]:
        """The site's live articles, newest first."""
        own = (story for story in self.live(second).values() if story.site == site.slug)
        return tuple(sorted(own, key=lambda story: (story.published_at, story.id), reverse=True))


def load_site(slug: str, values: dict[str, Any]) -> Site:
    sections = tuple(Section(**section) for section in values.pop("sections"))
    values["disallow"] = tuple(values.get("disallow", ()))
    values["precision"] = Precision(values.get("precision", "minute"))
    return Site(slug=slug, sections=sections, **values)


def load_script(values: dict[str, Any]) -> Script:
    edit = values.pop("edit")
    pairs = tuple((old, new) for old, new in edit.pop("replace"))
    return Script(news=tuple(values.pop("news")), edit=Edit(replace=pairs, **edit), **values)


def load_world(folder: Path = HERE) -> World:
    sites = tomllib.loads((folder / "sites.toml").read_text(encoding="utf-8"))
    script = tomllib.loads((folder / "script.toml").read_text(encoding="utf-8"))
    return World(
        sites={slug: load_site(slug, values) for slug, values in sites.items()},
        stories=load_stories(folder / "articles"),
        script=load_script(script),
    )
