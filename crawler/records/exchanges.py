"""Records put together again: the exchanges of a WARC file, ours or foreign, and each as a Capture."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders

from crawler.capture import Capture, Kind
from crawler.links import Link, Via
from crawler.records.codings import unpack
from crawler.records.warcread import Damage, records
from crawler.records.warcrecord import ANSWER, Record, warc_fields

# What one page may unpack to: the crawl takes 10 MiB over the wire, and a gzip bomb must not take the box with it.
MAX_BODY = 20 * 1024 * 1024
# Status, headers, unpacked body, what is wrong with it.
Answer = tuple[int | None, tuple[tuple[str, str], ...], bytes, str | None]
_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One exchange's records in file order; *end* is the offset behind the last. *metadata*: our record's fields."""

    records: tuple[Record, ...]
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def offset(self) -> int:
        return self.records[0].offset

    @property
    def end(self) -> int:
        return self.records[-1].offset + self.records[-1].length

    @property
    def answer(self) -> Record | None:
        return next((record for record in self.records if record.type in ("response", "revisit")), None)

    @property
    def tombstone(self) -> Record | None:
        """What stands where the answer was, if that is withheld (records/tombstones.py)."""
        return next((record for record in self.records if record.is_tombstone), None)

    @property
    def is_ours(self) -> bool:
        """Whether its metadata record is one that we wrote, and so says whose page this is."""
        slug, kind, via = (self.metadata.get(name) for name in ("source", "kind", "via-kind"))
        return bool(slug and _SLUG.fullmatch(slug)) and kind in set(Kind) and (via is None or via in set(Via))

    @property
    def anchor(self) -> Record:
        """The record that lies where the exchange's answer does: the response, what stands for a withheld one, else our
        metadata record.
        """
        return self.answer or self.tombstone or self.records[-1]

    @property
    def record_id(self) -> str:
        """The id that the exchange is known by, also when words of it are withheld (records/tombstones.py)."""
        anchor = self.anchor
        if anchor.made_of:
            return anchor.made_of
        return anchor.refers_to if anchor.type == "metadata" and anchor.refers_to else anchor.id


def exchanges(path: Path, offset: int = 0, end: int | None = None, *, ours: bool) -> Iterator[Stored | Damage]:
    """The exchanges of a file, with the damage between them.

    *ours*: an exchange is whole with its metadata record, and what lacks one at the end is left out. Else a response
    alone will do, and records that belong to no exchange (warcinfo, resources, conversions) are passed over.
    """
    group: list[Record] = []
    for found in records(path, offset, end):
        if isinstance(found, Damage):
            yield from _flush(group, ours)
            group = []
            yield found
        elif found.type in ("request", "response", "revisit", "metadata"):
            if group and not _belongs(found, group):
                yield from _flush(group, ours)
                group = []
            group.append(found)
            if ours and found.type == "metadata" and not found.is_tombstone:
                yield from _flush(group, ours)
                group = []
    yield from _flush(group, ours)


def _belongs(record: Record, group: list[Record]) -> bool:
    if _role(record) in {_role(other) for other in group}:
        return False
    ids, own = {name for other in group for name in _names(other)}, _names(record)
    return record.concurrent_to in ids or any(other.concurrent_to in own for other in group)


def _role(record: Record) -> str:
    return "response" if record.is_tombstone else record.type


def _names(record: Record) -> tuple[str | None, ...]:
    """What stands for a withheld record goes by that one's name, too."""
    return (record.id, record.made_of or (record.refers_to if record.is_tombstone else None) or record.id)


def _flush(group: list[Record], ours: bool) -> Iterator[Stored]:
    if not group:
        return
    metadata = next((one for one in group if one.type == "metadata" and not one.is_tombstone), None)
    if ours and metadata is None:
        return
    stored = Stored(records=tuple(group), metadata=warc_fields(metadata.block) if metadata is not None else {})
    # Of ours, a metadata record whose response was lost to damage is no exchange; one that names an error is.
    if stored.answer is not None or stored.tombstone is not None or "error" in stored.metadata:
        yield stored


def capture_of(stored: Stored) -> Capture:
    """The exchange as a Capture: body unpacked (at most 20 MiB of it), evidence from our metadata record.

    Raises ValueError where the exchange says nothing of its source (no metadata record of ours).
    """
    metadata, anchor = stored.metadata, stored.anchor
    if not stored.is_ours:
        raise ValueError("the exchange names no source")
    if anchor.is_tombstone:
        return _withheld(stored)
    status, headers, body, problem = _answer(stored)
    is_revisit = anchor.type == "revisit"
    verified = metadata.get("tls-verified")
    return Capture(
        record_id=stored.record_id,
        source=metadata["source"],
        kind=Kind(metadata.get("kind", Kind.PAGE)),
        url=metadata.get("requested", anchor.url),
        final_url=anchor.url,
        fetched_at=parse_date(anchor.date),
        status=status,
        headers=headers,
        body=body,
        link=_link(metadata, anchor.url),
        tls_verified=None if verified is None else verified == "true",
        error=metadata.get("error") or problem,
        run=metadata.get("run"),
        payload_digest=anchor.payload_digest if stored.answer else None,
        # What an import found out (the record itself may name an address and a time alone) comes first.
        refers_to=(metadata.get("refers-to") or anchor.refers_to) if is_revisit else None,
    )


def _withheld(stored: Stored) -> Capture:
    """Of a withheld answer: what the tombstone and our metadata record say of it."""
    metadata, anchor, said = stored.metadata, stored.anchor, warc_fields(stored.anchor.block)
    verified, status = metadata.get("tls-verified"), said.get("status", "")
    return Capture(
        record_id=stored.record_id,
        source=metadata["source"],
        kind=Kind(metadata.get("kind", Kind.PAGE)),
        url=metadata.get("requested", anchor.url),
        final_url=anchor.url,
        fetched_at=parse_date(anchor.date),
        status=int(status) if status.isdigit() else None,
        link=_link(metadata, anchor.url),
        tls_verified=None if verified is None else verified == "true",
        run=metadata.get("run"),
        payload_digest=said.get("payload-digest"),
        withheld=said.get("article", ""),
    )


def parse_date(text: str) -> datetime:
    """A WARC-Date as aware UTC; ValueError where it is none. WARC 1.1 allows less than a day: ``2016``, ``2016-01``."""
    found = datetime.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} lies outside the calendar") from None


def _link(metadata: dict[str, str], url: str) -> Link | None:
    if "via-kind" not in metadata:
        return None
    return Link(
        url=url,
        title=metadata.get("link-title"),
        published_at=metadata.get("link-published"),
        section=metadata.get("link-section"),
        via=metadata.get("via"),
        via_kind=Via(metadata["via-kind"]),
    )


def _answer(stored: Stored) -> Answer:
    if stored.answer is None:
        return None, (), b"", None
    return _http(stored.answer) if stored.answer.type != "revisit" else _revisited(stored.answer, stored.metadata)


def _http(record: Record) -> Answer:
    parsed: Any = record.parse()
    if parsed.http_headers is None:
        return None, (), b"", "no-http"
    try:
        body, problem = _unpacked(parsed)
    except Exception as error:  # warcio lets many through where chunks are broken
        body, problem = b"", f"bad-body {type(error).__name__}"
    return (*_head(parsed.http_headers), body, problem)


def _revisited(record: Record, metadata: dict[str, str]) -> Answer:
    """The head of an answer whose payload lies elsewhere: in its record, else in our metadata record, else guessed
    from the profile: a record without a block is as good as any.
    """
    http: Any = record.parse().http_headers if record.block else None
    if http is None or not http.get_statuscode().isdigit():
        http = _noted(metadata.get(ANSWER, ""))
    if http is not None:
        return (*_head(http), b"", None)
    return 304 if (record.profile or "").endswith("/server-not-modified") else 200, (), b"", None


def _noted(text: str) -> Any:
    try:
        first, *rest = json.loads(text)
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        protocol, _, status = first.partition(" ")
    except (ValueError, TypeError, AttributeError):
        return None
    return StatusAndHeaders(status, pairs, protocol=protocol) if status[:3].isdigit() else None


def _head(http: Any) -> tuple[int | None, tuple[tuple[str, str], ...]]:
    code, headers = http.get_statuscode(), tuple((str(name), str(value)) for name, value in http.headers)
    return int(code) if code and code.isdigit() else None, headers


def body_of(parsed: Any) -> bytes:
    """The body of warcio's record as it can be read, half of it where it breaks off."""
    try:
        return _read(parsed)[0]
    except Exception:  # as above
        return b""


def _unpacked(parsed: Any) -> tuple[bytes, str | None]:
    """The body up to the limit, without transfer and content codings; the problem, where half of it is missing.

    Half a page must not pass for an edit that took the other half out.
    """
    body, whole = _read(parsed)
    return (body, None) if whole else (b"", "bad-body half")


def _read(parsed: Any) -> tuple[bytes, bool]:
    headers = parsed.http_headers
    chunked = (headers.get_header("transfer-encoding") or "").lower() == "chunked"
    stream = ChunkedDataReader(parsed.raw_stream, decomp_type=None) if chunked else parsed.raw_stream
    codings = ",".join(value for name, value in headers.headers if name.lower() == "content-encoding")
    return unpack(stream.read(MAX_BODY), codings, MAX_BODY)
