"""Where a capture's words belong among an article's versions. Pure: any order of arrival ends in the same versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.versions.dating import is_moved, is_settled


@dataclass(frozen=True, slots=True)
class Sighting:
    """One capture of an article: when (``*_at`` form), the digest of its words, its row, reading and address; what its
    page states of when it was published and updated.
    """

    at: str
    sha256: str
    capture: int
    reading: str = ""
    url: str = ""
    stated: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A run of sightings of the same words: what the newspaper published as one revision. *capture* is the first.

    *stated* is the date that the run's pages state, as soon as one does; *updated* the last "updated" of any.
    """

    number: int
    captured_at: str
    sha256: str
    capture: int
    reading: str = ""
    url: str = ""
    stated: str | None = None
    updated: str | None = None


def versions(sightings: Sequence[Sighting]) -> tuple[Version, ...]:
    """Consecutive sightings (by time, then digests) of other words, or under another date, are other versions, numbered
    from 1.
    """
    found: list[Version] = []
    for seen in sorted(sightings, key=lambda s: (s.at, s.sha256, s.reading, s.url)):
        stated = seen.stated if seen.stated and is_settled(seen.stated, seen.at) else None
        last = found[-1] if found else None
        if last is None or last.sha256 != seen.sha256 or is_moved(last.stated, stated):
            new = Version(len(found) + 1, seen.at, seen.sha256, seen.capture, seen.reading, seen.url)
            found.append(replace(new, stated=stated, updated=seen.updated))
        elif (stated and not last.stated) or seen.updated:
            found[-1] = replace(last, stated=last.stated or stated, updated=seen.updated or last.updated)
    return tuple(found)
