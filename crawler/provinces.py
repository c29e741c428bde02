"""The provincial units and their eras, from provinces.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from crawler import identity
from crawler.source import Host, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """One area under one administration, from its first day to its last; None: before our time, or there still.

    *id* is unique over the eras, *gso_code* is not. *successor* is the unit that the area belongs to afterwards.
    """

    id: str
    name: str
    name_en: str
    gso_code: str
    unit_type: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None

    def is_valid(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)


@cache
def load() -> Mapping[str, Province]:
    data = tomllib.loads(files("crawler").joinpath("provinces.toml").read_text(encoding="utf-8"))
    provinces = {
        id_: Province(**(row | {"id": id_, "aliases": tuple(row.get("aliases", ()))})) for id_, row in data.items()
    }
    return MappingProxyType(provinces)


def by_code(code: str, day: date) -> Province | None:
    """The unit that bore a statistics office code on a day: seven codes have had two owners."""
    return next((unit for unit in load().values() if unit.gso_code == code and unit.is_valid(day)), None)


def as_of(source: Source, host: str, day: date | None, *, before: date | None = None) -> str | None:
    """The province of an article of *source* at *host* (or address) that was published on *day*, as it was on that day.

    Without a day: the host's province in its last days, else the source's; where that was not there yet on *before*, a
    day by which the article was published, what was.
    """
    then = day or before
    known = _entry_then(source, host, then) if then else _entry(source, host)
    province = (known.province if known else None) or source.province
    day = day or last_day(source, host)
    if province and before and not day and (load()[province].valid_from or before) > before:
        day = before
    return in_force(province, day) if province and day else province


def last_day(source: Source, host: str) -> date | None:
    """The last day of a former *host* (or of an address's), None for one that is there still."""
    known = _entry(source, host)
    return known.until if known else None


def _entry(source: Source, host: str) -> Host | None:
    name = identity.host_of(host)
    return next((entry for entry in source.hosts if identity.host_of(entry.host) == name), None)


def _entry_then(source: Source, host: str, day: date) -> Host | None:
    """Where an article that is at *host* stood on *day*: on the former host, where both show one id alike."""
    spaces, name, own = identity.hosts(source), identity.host_of(host), _entry(source, host)
    shared = (entry for entry in source.hosts if spaces[identity.host_of(entry.host)] == spaces.get(name))
    there = [entry for entry in (own, *shared) if entry and entry.until and day <= entry.until]
    return min(there, key=lambda entry: entry.until or day, default=own)


def area(province: str) -> frozenset[str]:
    """*province*, what it came from and what became of it: whoever covers one of them covers some of its area."""
    units = load()
    before = {unit.id for unit in units.values() if unit.successor == province}
    return frozenset(filter(None, (province, units[province].successor, *before)))


def in_force(province: str, day: date) -> str:
    """*province* itself on a day it was there, else what became of it, or the unit of its name that it came from."""
    units = load()
    unit = units[province]
    if unit.valid_to and day > unit.valid_to and unit.successor:
        return in_force(unit.successor, day)
    if unit.valid_from and day < unit.valid_from:
        before = (old for old in units.values() if old.successor == province and old.name == unit.name)
        return next((in_force(old.id, day) for old in before), province)
    return province
