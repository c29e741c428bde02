"""Schedules as TOML files: the shipped ones beside this module, the operator's in ``schedules/`` beside the archive.

    description = "what it is for"
    every = "6h"                    # counted from midnight UTC; or:
    at = ["06:30", "18:00"]         # local times of
    timezone = "Asia/Ho_Chi_Minh"   # UTC unless said; days are told in it as well
    days = ["mon", "thu"]           # every day unless said
    jitter = "5m"                   # each slot is put off by less than this

The file's name is the schedule's; an operator's file replaces the shipped one of its name.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawler.errors import ConfigError, did_you_mean
from schedules.plan import ONE_DAY, Schedule

SHIPPED = Path(__file__).parent
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("description", "every", "at", "timezone", "days", "jitter")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def load(own: Path | None = None) -> Mapping[str, Schedule]:
    """The schedules by name: the shipped ones, overridden by those in the folder *own* (which need not exist)."""
    paths = {path.stem: path for folder in (SHIPPED, own) if folder for path in sorted(folder.glob("*.toml"))}
    return {name: _read(name, path) for name, path in sorted(paths.items())}


def _read(name: str, path: Path) -> Schedule:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ConfigError(f"{path}: a schedule's name is made of lower-case letters, digits and hyphens, not {name!r}")
    try:
        return parse(name, tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def parse(name: str, table: Mapping[str, Any], where: str) -> Schedule:
    """The schedule that a TOML *table* describes; ``ConfigError`` says *where* and what is allowed."""
    for key in table:
        if key not in KEYS:
            raise ConfigError(f"{where}: unknown key {key!r}{did_you_mean(key, KEYS)}; allowed: {', '.join(KEYS)}")
    if ("every" in table) == bool(table.get("at")):
        raise ConfigError(f'{where}: a schedule needs one of every = "1h" and at = ["06:30"]')
    every = _duration(table["every"], "every", where) if "every" in table else None
    jitter = _duration(table.get("jitter", "0m"), "jitter", where)
    if every == timedelta():
        raise ConfigError(f"{where}: every must be longer than 0")
    if jitter >= (every or ONE_DAY):
        raise ConfigError(f"{where}: jitter {table['jitter']!r} must be shorter than the time between two runs")
    return Schedule(
        name=name,
        description=_text(table.get("description", ""), "description", where),
        every=every,
        at=_times(table.get("at", []), where),
        timezone=_zone(table.get("timezone", "UTC"), where),
        days=_days(table.get("days", list(DAYS)), where),
        jitter=jitter,
    )


def _text(value: object, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {key} must be a string, not {value!r}")
    return value


def _duration(value: object, key: str, where: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,4})([mhd])", value) if isinstance(value, str) else None
    if not found:
        raise ConfigError(f'{where}: {key} must be minutes, hours or days such as "15m", "6h" or "1d", not {value!r}')
    return int(found[1]) * UNITS[found[2]]


def _strings(value: object, key: str, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where}: {key} must be a list of strings, not {value!r}")
    return value


def _times(value: object, where: str) -> tuple[time, ...]:
    found = []
    for item in _strings(value, "at", where):
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", item):
            raise ConfigError(f'{where}: at must be local times such as "06:30", not {item!r}')
        found.append(time.fromisoformat(item))
    return tuple(sorted(set(found)))


def _days(value: object, where: str) -> frozenset[int]:
    names = _strings(value, "days", where)
    for name in names:
        if name not in DAYS:
            raise ConfigError(f"{where}: unknown day {name!r}{did_you_mean(name, DAYS)}; allowed: {', '.join(DAYS)}")
    if not names:
        raise ConfigError(f"{where}: days must name at least one of {', '.join(DAYS)}")
    return frozenset(map(DAYS.index, names))


def _zone(value: object, where: str) -> str:
    name = _text(value, "timezone", where)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f'{where}: unknown timezone {name!r}; an IANA name is meant, such as "Asia/Ho_Chi_Minh"'
        ) from error
    return name
