"""What the network side may ask the archive. The record side answers (pipelines/state/memory.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from crawler.links import Link, Via
from crawler.listings.backfill import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The last full answer of an address: what a conditional request and a revisit record refer to.

    *record_id*, *url* and *fetched_at* are those of its WARC response record; *payload_digest* as the record states it
    (``sha1:BASE32``, of the body with its content coding). *etag* and *last_modified* are the headers, verbatim.
    """

    record_id: str
    url: str
    fetched_at: datetime
    payload_digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """An address whose article is due to be looked at again. *missing*: it was not there the last time."""

    url: str
    missing: bool = False
    prior: Prior | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A listing as it was last read. *complete*: all that it led to then is known or stands in the frontier, so that
    nothing new in it now means that nothing is new behind it either. *due*: its poll interval has passed.

    *stated* is the date of last change that an index gave for it then. *further* are the listings that it
    named and that are due.
    """

    url: str
    prior: Prior | None = None
    complete: bool = False
    due: bool = True
    stated: str | None = None
    further: tuple[tuple[Via, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """A site's robots.txt as it was last fetched: *body* is that of a 200, else empty."""

    status: int
    fetched_at: datetime
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """*begun*: the listings to begin with are noted."""

    since: date
    begun: bool = False


class Memory(Protocol):
    def unknown(self, source: str, keys: Sequence[str], *, put_off: bool) -> set[str]:
        """Those of *keys* (identity keys) whose page was neither fetched with a lasting outcome (so not: failed) nor
        found before and waits; with *put_off* also those that wait for a backfill: a front page brings them forward.
        """

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        """At most *limit* addresses whose revisit is due at *now*, those missing last time first."""

    def endpoint(self, source: str, url: str, now: datetime) -> Endpoint | None:
        """The listing at *url*, None where it was never read."""

    def waiting(self, source: str, now: datetime, limit: int) -> Sequence[Link]:
        """At most *limit* addresses of articles that were found by an earlier run and not fetched, newest first;
        those that failed only when it is time to try again, and none that are for a backfill.
        """

    def backfill(self, source: str) -> Backfill | None:
        """How far back the operator wants the source to go, where it has not gone there yet."""

    def steps(self, source: str, limit: int) -> Sequence[Step]:
        """At most *limit* listings that the source's backfill has yet to read, newest first."""

    def put_off(self, source: str, since: date, now: datetime, limit: int) -> Sequence[Link]:
        """As ``waiting``, of those that are for a backfill to *since*."""

    def days(self, source: str, keys: Sequence[str]) -> Sequence[str]:
        """The days of publication of those articles among *keys* that are kept and dated."""

    def robots(self, site: str, now: datetime) -> RobotsFile | None:
        """The robots.txt of *site* (``https://host``) where it is less than a day old (RFC 9309, 2.4)."""

    def requisites(self, source: str, limit: int) -> Sequence[Link]:
        """At most *limit* images of articles of the source that were not asked for yet."""

    def same_payload(self, digest: str) -> Prior | None:
        """A requisite that is kept already with this payload digest."""


class NoMemory:
    """An archive that knows nothing."""

    def unknown(self, source: str, keys: Sequence[str], *, put_off: bool) -> set[str]:
        return set(keys)

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        return ()

    def endpoint(self, source: str, url: str, now: datetime) -> Endpoint | None:
        return None

    def waiting(self, source: str, now: datetime, limit: int) -> Sequence[Link]:
        return ()

    def backfill(self, source: str) -> Backfill | None:
        return None

    def steps(self, source: str, limit: int) -> Sequence[Step]:
        return ()

    def put_off(self, source: str, since: date, now: datetime, limit: int) -> Sequence[Link]:
        return ()

    def days(self, source: str, keys: Sequence[str]) -> Sequence[str]:
        return ()

    def robots(self, site: str, now: datetime) -> RobotsFile | None:
        return None

    def requisites(self, source: str, limit: int) -> Sequence[Link]:
        return ()

    def same_payload(self, digest: str) -> Prior | None:
        return None
