"""One exchange over the network, as it goes to WARC and as it comes back from it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.links import Link


class Kind(StrEnum):
    """What was asked for; it decides what ingest does with the answer."""

    PAGE = "page"  # may be an article
    LISTING = "listing"
    FEED = "feed"  # feeds and sitemaps
    ROBOTS = "robots"
    REQUISITE = "requisite"  # what belongs to a page: images, attachments, stylesheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """*fetched_at* is aware UTC. *status* is None where no answer came; then *error* is a code such as ``timeout``.

    *url* is the address that was first asked for, *final_url* the one that this exchange went to (they differ after a
    redirect). *body* is decoded of transfer and content codings; *headers* are those received. *link* is what discovery
    knew of the address. *payload_digest* is the record's (``sha1:BASE32``, of the body with its content coding);
    *refers_to*, where the answer came as a revisit record, is the id of the record that has the body. *record_id* is
    the WARC-Record-ID of the response (or of the metadata record where none came). *withheld*: the answer was taken out
    of the archive, with the article of this id ("" where that is not known); there is neither body nor headers.
    """

    record_id: str
    source: str
    kind: Kind
    url: str
    final_url: str
    fetched_at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    link: Link | None = None
    tls_verified: bool | None = None
    error: str | None = None
    run: str | None = None
    payload_digest: str | None = None
    refers_to: str | None = None
    withheld: str | None = None

    def header(self, name: str) -> str | None:
        """The first header called *name*, whatever its case."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> list[str]:
        """All headers called *name*."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]
