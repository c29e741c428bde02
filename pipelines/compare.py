"""Where a capture's words belong among an article's versions. Pure: any order of arrival ends in the same versions."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighting:
    """One capture of an article: when (``*_at`` form), and the digest of the words it showed."""

    at: str
    sha256: str
    capture: int


@dataclass(frozen=True, slots=True)
class Version:
    """A run of sightings of the same words: what the newspaper published as one revision. *capture* is the first."""

    number: int
    captured_at: str
    sha256: str
    capture: int


def versions(sightings: Sequence[Sighting]) -> tuple[Version, ...]:
    """Consecutive sightings (by time, then capture digest) of other words are other versions, numbered from 1."""
    found: list[Version] = []
    for sighting in sorted(sightings, key=lambda s: (s.at, s.sha256)):
        if not found or found[-1].sha256 != sighting.sha256:
            found.append(Version(len(found) + 1, sighting.at, sighting.sha256, sighting.capture))
    return tuple(found)
