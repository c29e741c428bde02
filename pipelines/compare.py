"""Where a capture's words belong among an article's versions. Pure: any order of arrival ends in the same versions."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighting:
    """One capture of an article: when (``*_at`` form), the digest of its words, its row, reading and address."""

    at: str
    sha256: str
    capture: int
    reading: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A run of sightings of the same words: what the newspaper published as one revision. *capture* is the first."""

    number: int
    captured_at: str
    sha256: str
    capture: int
    reading: str = ""
    url: str = ""


def versions(sightings: Sequence[Sighting]) -> tuple[Version, ...]:
    """Consecutive sightings (by time, then digests) of other words are other versions, numbered from 1."""
    found: list[Version] = []
    for seen in sorted(sightings, key=lambda s: (s.at, s.sha256, s.reading, s.url)):
        if not found or found[-1].sha256 != seen.sha256:
            found.append(Version(len(found) + 1, seen.at, seen.sha256, seen.capture, seen.reading, seen.url))
    return tuple(found)
