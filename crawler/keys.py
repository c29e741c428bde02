"""What a TOML file may say, as a table of keys: it checks, gives the defaults, and the documentation is made from it.

An error is one line: the file, the key, what it says, what is allowed.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import ConfigError, did_you_mean

# A value as TOML has it and the place it stands at ("sources/x.toml: hosts[1].until") → the value as we want it.
Reader = Callable[[Any, str], Any]

REQUIRED: Any = object()  # as a default: there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    name: str
    read: Reader
    default: Any = None
    help: str = ""


def parse_toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # the latter and numbers of 4,300 digits are no TOMLDecodeError
        raise ConfigError(f"{where}: not TOML: {error}") from error


def read_table(data: dict[str, Any], keys: Sequence[Key], at: str) -> dict[str, Any]:
    """A value for every key. *at* is what a key's name is appended to: "sources/x.toml: ", or "… hosts[1]."."""
    names = [key.name for key in keys]
    for name in data:
        if name not in names:
            shown = shorten(" ".join(name.split()))
            raise ConfigError(f"{at}{shown}: no such key{did_you_mean(name, names)}; allowed: {', '.join(names)}")
    values = {}
    for key in keys:
        if key.name in data:
            values[key.name] = key.read(data[key.name], f"{at}{key.name}")
        elif key.default is REQUIRED:
            raise ConfigError(f"{at}{key.name}: missing, and there is no default: {key.help}")
        else:
            values[key.name] = key.default
    return values


def wrong(spot: str, value: Any, allowed: str) -> ConfigError:
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return ConfigError(" ".join(f"{spot} = {shorten(shown)}: must be {allowed}".split()))


def shorten(shown: str) -> str:
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


def text(value: Any, spot: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong(spot, value, 'a text in quotes, such as "08"')
    return value.strip()


def flag(value: Any, spot: str) -> bool:
    if not isinstance(value, bool):
        raise wrong(spot, value, "true or false")
    return value


def number(least: float) -> Reader:
    def read(value: Any, spot: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            raise wrong(spot, value, f"a number, at least {least:g}")
        return float(value)

    return read


def count(value: Any, spot: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise wrong(spot, value, "a whole number, at least 1")
    return value


def day(value: Any, spot: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise wrong(spot, value, "a day such as 2025-06-30, without quotes")
    return value


def texts(value: Any, spot: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise wrong(spot, value, 'a list of texts, such as ["a", "b"]')
    return tuple(text(item, f"{spot}[{number}]") for number, item in enumerate(value, start=1))


def one_of(allowed: Sequence[str], what: str) -> Reader:
    """One of few words, all of which an error can name."""

    def read(value: Any, spot: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise wrong(spot, value, f"{what}: {', '.join(allowed)}{did_you_mean(str(value), allowed)}")
        return value

    return read


def matching(pattern: str, allowed: str) -> Reader:
    def read(value: Any, spot: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise wrong(spot, value, allowed)
        return value

    return read


def url(value: Any, spot: str) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        good = parts and parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\\]", value)
        good = good and parts.username is None and parts.port != 0  # type: ignore[union-attr]
    except ValueError:
        good = False
    if not good:
        raise wrong(spot, value, "an address such as https://baohatinh.vn/")
    return str(value)


def table(keys: Sequence[Key]) -> Reader:
    """A [table] within the file → a dict of its values."""

    def read(value: Any, spot: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong(spot, value, f"a table of {', '.join(key.name for key in keys)}")
        return read_table(value, keys, f"{spot}.")

    return read


def tables(keys: Sequence[Key]) -> Reader:
    """A [[list of tables]] → a tuple of dicts."""
    one = table(keys)

    def read(value: Any, spot: str) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list):
            raise wrong(spot, value, f"a list of tables, each headed [[{spot.rpartition(' ')[2]}]]")
        return tuple(one(item, f"{spot}[{number}]") for number, item in enumerate(value, start=1))

    return read
