"""Which sources of the catalogue a command means: by name, province, kind and standing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler import provinces
from crawler.config import Config, State
from crawler.errors import UsageError, did_you_mean
from crawler.source import Source
from crawler.source_keys import KINDS
from pipelines.verdicts.standings import Known
from pipelines.verdicts.verdict import Status

KNOWN = "known"
STATES = (*State, KNOWN)
MOVABLE: Mapping[State, tuple[str, ...]] = {
    State.ENABLED: (KNOWN, State.PAUSED),
    State.PAUSED: (State.ENABLED,),
    State.RETIRED: (State.ENABLED, State.PAUSED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Several of one option: any of them; several options: all of them. *provinces* are ids of either era."""

    provinces: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.provinces or self.kinds or self.states or self.statuses)

    def __str__(self) -> str:
        options = {"province": self.provinces, "kind": self.kinds, "state": self.states, "status": self.statuses}
        return " ".join(f"--{name} {value}" for name, values in options.items() for value in values)

    def check(self) -> None:
        """UsageError where an option has a value that nothing can have."""
        units = provinces.load()
        for province in self.provinces:
            if province not in units:
                hint = did_you_mean(province, units)
                allowed = 'an id of either era, such as "ha-tinh", "bac-ninh" or "bac-ninh-2025"'
                raise UsageError(f'no province "{province}"{hint}; allowed: {allowed}')
        _demand("kind", self.kinds, KINDS)
        _demand("state", self.states, STATES)
        _demand("status", self.statuses, tuple(Status))

    def takes(self, row: Mapping[str, Any], covered: frozenset[str]) -> bool:
        """Whether a source with the values *row* that covers the units *covered* is among them."""
        areas = [provinces.area(province) for province in self.provinces]
        wanted = (("kind", self.kinds), ("state", self.states), ("status", self.statuses))
        return (not areas or any(area & covered for area in areas)) and all(
            not values or row[name] in values for name, values in wanted
        )


def _demand(name: str, values: Sequence[str], allowed: Sequence[str]) -> None:
    for value in values:
        if value not in allowed:
            raise UsageError(f'no {name} "{value}"{did_you_mean(value, allowed)}; allowed: {", ".join(allowed)}')


def covers(source: Source) -> frozenset[str]:
    """The units that a source is the newspaper or portal of, or was at a former host."""
    found = {source.province, *(host.province for host in source.hosts)}
    return frozenset(unit for unit in found if unit is not None)


def rows(sources: Mapping[str, Source], known: Mapping[str, Known], settings: Config) -> list[dict[str, Any]]:
    """All there is to say of each source that has a file, was ever archived, or is in a list of the settings."""
    decided = {slug for state in State for slug in getattr(settings, state)}
    return [
        _row(slug, sources.get(slug), known.get(slug, Known()), settings.state(slug) or KNOWN)
        for slug in sorted({*sources, *known, *decided})
    ]


def _row(slug: str, source: Source | None, known: Known, state: str) -> dict[str, Any]:
    told: Source | Known = source or known
    return {
        "slug": slug,
        "state": state,
        "since": known.decided[1] if known.decided and known.decided[0] == state else None,
        "status": known.status,
        "verified_at": known.verified_at,
        "verdict": known.verdict,
        "last_run_at": known.last_run.at,
        "cause": known.last_run.cause,
        "evidence": known.last_run.evidence,
        "suggestion": known.last_run.suggestion,
        "province": told.province,
        "covers": sorted(covers(source)) if source else [told.province] if told.province else [],
        "kind": told.kind,
        "language": told.language,
        "schedule": source.schedule if source else None,
        "requisites": source.requisites if source else None,
        "name": told.name,
        "homepage": told.homepage,
        "hosts": [host.host for host in source.hosts] if source else [],
        "has_file": source is not None,
    }


def choose(
    every: Sequence[Mapping[str, Any]], slugs: Sequence[str], selection: Selection, to: State
) -> tuple[list[str], list[str]]:
    """The slugs that are named or selected and are not *to* already, and those that only a name could move.

    What is selected in bulk to be paused is enabled, to be retired enabled or paused; nothing that was put aside for
    good comes back by a selection.
    """
    movable = MOVABLE[to]
    found = [row for row in every if selection and selection.takes(row, frozenset(row["covers"]))]
    moved = [str(row["slug"]) for row in found if row["state"] in movable and (row["has_file"] or to != State.ENABLED)]
    left = [str(row["slug"]) for row in found if to == State.ENABLED and row["state"] == State.RETIRED]
    return list(dict.fromkeys([*slugs, *moved])), [slug for slug in left if slug not in slugs]
