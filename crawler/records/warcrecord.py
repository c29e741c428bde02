"""One WARC record: its bytes, its header, and whether its length and digest are what it says."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from warcio.recordloader import ArcWarcRecordLoader

HEAD_END = b"\r\n\r\n"
# The field of our metadata record that has the head of an answer whose own record has none, as a JSON list of lines.
ANSWER = "answer"
# The first field of what stands where a withheld record was (records/tombstones.py); of it, the type.
WITHHELD = "withheld"
# The fields of a record that was made of another one, without words that are withheld (records/masked.py): that one's
# id, and the digest that its payload had.
MADE_OF, MADE_OF_PAYLOAD = "WARC-Words-Withheld-Of", "WARC-Words-Withheld-Payload-Digest"
_TOMBSTONE = f"{WITHHELD}: ".encode()
_FOLD = re.compile(r"\r\n[ \t]+")
_BLOCK_DIGEST = re.compile(rb"^WARC-Block-Digest:[ \t]*(sha1|sha256|sha512|md5):([^\r\n]*)", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """*offset* and *length* are those of the gzip member (or of the plain record). *raw* is the member's bytes,
    None where the record has no member of its own. *data* is the record uncompressed. *payload_digest* is as stated;
    *profile* and the three *refers_to* are a revisit record's, None where it does not say. *made_of* is the id of the
    record that this one is without words that are withheld (records/masked.py); then *payload_digest* is that one's.
    """

    offset: int
    length: int
    type: str
    id: str
    url: str
    date: str
    concurrent_to: str | None
    payload_digest: str | None = None
    profile: str | None = None
    refers_to: str | None = None
    refers_to_url: str | None = None
    refers_to_date: str | None = None
    made_of: str | None = None
    data: bytes = field(repr=False)
    raw: bytes | None = field(default=None, repr=False)

    @property
    def block(self) -> bytes:
        """What follows the record's header."""
        return self.data[self.data.find(HEAD_END) + len(HEAD_END) : -len(HEAD_END)]

    @property
    def is_tombstone(self) -> bool:
        """Whether it stands where a withheld answer was, which *refers_to* names."""
        at = self.data.find(HEAD_END) + len(HEAD_END)
        return self.type == "metadata" and bool(self.refers_to) and self.data.startswith(_TOMBSTONE, at)

    def parse(self) -> Any:
        """warcio's record (a fresh one at each call, since its stream is read once)."""
        return ArcWarcRecordLoader(verify_http=False).parse_record_stream(BytesIO(self.data), known_format="warc")


def warc_fields(block: bytes) -> dict[str, str]:
    """What a block of the type application/warc-fields says."""
    pairs = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def is_vouched(data: bytes) -> bool | None:
    """Whether the record's block has the digest that its header states; None where it states none that we know."""
    head, _, rest = data.partition(HEAD_END)
    found = _BLOCK_DIGEST.search(head)
    if found is None:
        return None
    digest = hashlib.new(found[1].decode().lower(), rest[: -len(HEAD_END)], usedforsecurity=False)
    stated = found[2].strip().rstrip(b"=").upper()
    return stated in (base64.b32encode(digest.digest()).rstrip(b"="), digest.hexdigest().upper().encode())


def record_size(data: bytes | bytearray, at: int) -> int:
    """Bytes of the record at *at*, its closing two line ends included; ValueError where Content-Length lies."""
    head = data.find(HEAD_END, at)
    if not data.startswith(b"WARC/", at) or head < 0:
        raise ValueError("no WARC record where one should follow")
    end = head + len(HEAD_END) + content_length(data[at:head])
    if data[end : end + 4] != HEAD_END:
        raise ValueError("Content-Length does not lead to the record's end")
    return end + 4 - at


def content_length(head: bytes | bytearray) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    raise ValueError("a WARC header without a Content-Length")


def make_record(data: bytes, offset: int, length: int, raw: bytes | None) -> Record:
    header = _header(data)
    return Record(
        offset=offset,
        length=length,
        type=header.get("warc-type", ""),
        id=header.get("warc-record-id", ""),
        url=header.get("warc-target-uri", "").strip("<>"),
        date=header.get("warc-date", ""),
        concurrent_to=header.get("warc-concurrent-to"),
        payload_digest=header.get(MADE_OF_PAYLOAD.lower()) or header.get("warc-payload-digest"),
        profile=header.get("warc-profile"),
        refers_to=header.get("warc-refers-to"),
        refers_to_url=header.get("warc-refers-to-target-uri", "").strip("<>") or None,
        refers_to_date=header.get("warc-refers-to-date"),
        made_of=header.get(MADE_OF.lower()),
        data=data,
        raw=raw,
    )


def _header(data: bytes) -> dict[str, str]:
    """The record's own header, names in lower case, the first of a name; warcio takes four times as long for it."""
    head = data[: data.find(HEAD_END)]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    fields: dict[str, str] = {}
    for line in _FOLD.sub(" ", text).split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields
