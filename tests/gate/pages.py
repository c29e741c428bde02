"""The gate set: pages written for this project after the layouts of provincial newspapers, with truth by hand.

A site is a folder with ``site.toml``, ``layout.html`` and, per page, ``NN.html`` (its sections) and ``NN.toml`` (what
must come out). The layout's ``{{name}}`` is the section of that name; ``{{=title}}`` is the truth's own value, escaped
for HTML, ``{{=title|json}}`` for a script, ``{{=published_at|%d/%m/%Y}}`` a moment as the site prints it. Whatever is
missing or unknown is an error: a slot that nobody fills would make the page an easier one than was meant.
"""

import html
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

HERE = Path(__file__).parent
FETCHED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

_SECTION = re.compile(r"^==== ([a-z][a-z0-9_-]*) ====$", re.MULTILINE)
_SLOT = re.compile(r"\{\{(=?)([a-z_0-9-]+)(?:\|([^{}]*))?\}\}")


class GateSetError(ValueError):
    """The set itself is wrong: which file, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    slug: str
    name: str
    homepage: str
    language: str
    family: str
    encoding: str = "utf-8"
    layout: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the archive must say of a page: named as the columns of ``articles``; *captions* as in ``images``.

    *text* is one paragraph a line. What is absent must be absent (NULL). *machine_translated* and *flags* are looked at
    where they are given.
    """

    url: str
    title: str
    text: str = field(repr=False)
    language: str
    summary: str | None = None
    byline: str | None = None
    byline_role: str | None = None
    agency: str | None = None
    credit: str | None = None
    published_at: str | None = None
    section: str | None = None
    captions: tuple[str, ...] = ()
    machine_translated: bool | None = None
    flags: tuple[str, ...] | None = None
    fetched_at: datetime = FETCHED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePage:
    site: Site
    number: str
    html: bytes = field(repr=False)
    url: str
    truth: Truth
    sections: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.site.slug}/{self.number}"


def pages(root: Path = HERE) -> list[GatePage]:
    """Every page of the set, by site and number."""
    found = [page for config in sorted(root.glob("*/site.toml")) for page in _site_pages(config)]
    _refuse_twins([page.url for page in found], root)
    return found


def _site_pages(config: Path) -> list[GatePage]:
    folder = config.parent
    layout = (folder / "layout.html").read_text(encoding="utf-8")
    site = _record(Site, {**_toml(config), "slug": folder.name, "layout": layout}, config)
    bodies, truths = sorted(folder.glob("[0-9]*.html")), sorted(folder.glob("[0-9]*.toml"))
    if [path.stem for path in bodies] != [path.stem for path in truths]:
        raise GateSetError(f"{folder}: every NN.html needs its NN.toml, and the other way round")
    return [_page(site, body, truth) for body, truth in zip(bodies, truths, strict=True)]


def _page(site: Site, body: Path, where: Path) -> GatePage:
    truth = _record(Truth, _toml(where), where)
    if not truth.url.startswith(site.homepage):
        raise GateSetError(f"{where}: {truth.url} is not at {site.homepage}")
    sections = _sections(body)
    text = _fill(site.layout, sections, truth, body)
    return GatePage(
        site=site, number=body.stem, html=text.encode(site.encoding), url=truth.url, truth=truth, sections=sections
    )


def filled(page: GatePage, sections: Mapping[str, str]) -> str:
    """The page's layout with other *sections* than its own."""
    return _fill(page.site.layout, sections, page.truth, Path(page.name))


def _sections(path: Path) -> dict[str, str]:
    before, *parts = _SECTION.split(path.read_text(encoding="utf-8"))
    if before.strip():
        raise GateSetError(f"{path}: text before the first section")
    names = parts[::2]
    _refuse_twins(names, path)
    return {name: content.strip("\n") for name, content in zip(names, parts[1::2], strict=True)}


def _fill(layout: str, sections: Mapping[str, str], truth: Truth, where: Path) -> str:
    slots = {name for stated, name, _ in _SLOT.findall(layout) if not stated}
    if slots != sections.keys():
        missing, unknown = sorted(slots - sections.keys()), sorted(sections.keys() - slots)
        raise GateSetError(f"{where}: sections that the layout wants {missing}, that it does not know {unknown}")

    def content(match: re.Match[str]) -> str:
        stated, name, form = match.groups()
        return _stated(truth, name, form, where) if stated else sections[name]

    return _SLOT.sub(content, layout)


def _stated(truth: Truth, name: str, form: str | None, where: Path) -> str:
    if name not in {each.name for each in fields(Truth)}:
        raise GateSetError(f"{where}: the layout asks for {name}, which is no key of the truth")
    value = getattr(truth, name) or ""
    if form == "json":
        return json.dumps(value, ensure_ascii=False)
    if form:
        return datetime.fromisoformat(value).strftime(form) if value else ""
    return html.escape(str(value))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GateSetError(f"{path}: {error}") from None


_Record = TypeVar("_Record", Site, Truth)


def _record(kind: type[_Record], found: dict[str, Any], where: Path) -> _Record:
    known = {each.name: each for each in fields(kind)}
    if unknown := sorted(found.keys() - known.keys()):
        raise GateSetError(f"{where}: unknown keys {unknown}; allowed: {sorted(known)}")
    required = {name for name, each in known.items() if each.default is MISSING}
    if missing := sorted(required - found.keys()):
        raise GateSetError(f"{where}: missing keys {missing}")
    return kind(**{name: _value(value, known[name].type, f"{where}: {name}") for name, value in found.items()})


def _value(value: Any, stated: Any, where: str) -> Any:
    """*value* as the field of type *stated* holds it; text without the blank space around it and its lines."""
    kinds = get_args(stated) if isinstance(stated, UnionType) else (stated,)
    if isinstance(value, list) and any(get_origin(kind) is tuple for kind in kinds):
        return tuple(_value(each, str, where) for each in value)
    if not any(isinstance(value, kind) for kind in kinds if isinstance(kind, type) and get_origin(kind) is None):
        raise GateSetError(f"{where}: {value!r} is no {stated}")
    if isinstance(value, str):
        return "\n".join(line.strip() for line in value.strip().split("\n"))
    return value


def _refuse_twins(names: list[str], where: Path) -> None:
    if twins := sorted({name for name in names if names.count(name) > 1}):
        raise GateSetError(f"{where}: more than once: {twins}")
