"""newsarchive.toml, the operator's settings beside the archive."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError, UsageError
from crawler.keys import Key, count, number, parse_toml, read_table, shorten, texts, wrong
from crawler.toml_lists import move

FILE = "newsarchive.toml"
CONTACT = "a mail address, or a web address that begins with https://"
# It stands in the user agent of every request: one line of plain characters.
_CONTACT = re.compile(r"https?://[!-~]+|[!-~]+@[!-~]+")


class State(StrEnum):
    """What the operator decided about a source; one that is in no list is known and left alone."""

    ENABLED = "enabled"
    PAUSED = "paused"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """*contact* is "" until the operator gives one; nothing may be crawled without. *disk_gb* 0: what the disk has."""

    contact: str = ""
    enabled: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    revisits_per_day: int = 1000
    disk_gb: float = 0.0

    def state(self, slug: str) -> State | None:
        return next((state for state in State if slug in getattr(self, state)), None)


def contact(value: Any, spot: str) -> str:
    if not isinstance(value, str) or (value and not _CONTACT.fullmatch(value)):
        raise wrong(spot, value, CONTACT)
    return value


SETTINGS = (
    Key(name="contact", read=contact, default="", help="where a newspaper can write to; it stands in the user agent"),
    Key(name="enabled", read=texts, default=(), help="the sources that are crawled; nothing else is"),
    Key(name="paused", read=texts, default=(), help="sources that are left alone for now"),
    Key(name="retired", read=texts, default=(), help="sources that are over; what was archived stays"),
    Key(
        name="revisits_per_day",
        read=count,
        default=1000,
        help="how many known articles of a source are looked at again in a day, at the most",
    ),
    Key(
        name="disk_gb",
        read=number(0),
        default=0.0,
        help="gigabytes that the archive may take, 0: all the disk has; second looks thin out first",
    ),
)


def load(folder: Path) -> Config:
    """The settings in *folder*; the defaults where there is no file."""
    path = folder / FILE
    if not path.exists():
        return Config()
    values = read_table(parse_toml(_read(path), str(path)), SETTINGS, f"{path}: ")
    for state in State:
        values[state] = tuple(dict.fromkeys(values[state]))
    config = Config(**values)
    for slug in (*config.paused, *config.retired):
        lists = [state.value for state in State if slug in values[state]]
        if len(lists) > 1:
            raise ConfigError(f'{path}: "{slug}" is in {" and ".join(lists)}: a source can be in one of them')
    return config


def default_text(contact: str) -> str:
    """The file that `init` writes."""
    if not _CONTACT.fullmatch(contact):
        raise UsageError(f'contact "{shorten(contact)}": must be {CONTACT}')
    lines = ["# Settings of the archive beside this file. A program upgrade leaves it alone."]
    for key in SETTINGS:
        value = contact if key.name == "contact" else key.default
        lines += ["", f"# {key.help}", f"{key.name} = {json.dumps(value, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def set_enabled(folder: Path, slugs: Sequence[str], state: State) -> None:
    """Put *slugs* into the list of *state* and out of the others; everything else in the file stays as it is."""
    path = (folder / FILE).resolve()
    if not path.exists():
        raise UsageError(f"{path} is not there; `newsarchive init` makes an archive with one")
    load(folder)  # a wrong file is not edited
    text = _read(path)
    try:
        edited = move(text, slugs, to=state.value, lists=[each.value for each in State])
    except ValueError as error:
        hint = f"write {state.value} = {json.dumps(list(slugs))} by hand"
        raise ConfigError(f"{path}: {error}; {hint}") from error
    if edited != text:
        _replace(path, edited)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # bytes: line ends stay as they are
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _replace(path: Path, text: str) -> None:
    """The old file or the new one, whatever happens in between."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
            shutil.copymode(path, temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
