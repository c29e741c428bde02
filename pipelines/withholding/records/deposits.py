"""``archive-dark/`` beside the archive: what was taken out of the WARC files, byte for byte, and what there is to know
of it. Nothing else reads the folder; only the operator's account can.

An exchange is two files, named for where it lay: ``NAME-OFFSET.warc.gz``, a WARC file of its records, and
``NAME-OFFSET.json``, without which the other one counts for nothing.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.records.warcfile import sync_folder

SUFFIX, UNFINISHED = ".warc.gz", ".unfinished"


class Claim(StrEnum):
    """Why an article's bytes are dark: it was withdrawn, or a name was taken out of it; and why those of another record
    are: it has the words of a withdrawn article (*quoted*), or names (*named*), and stays without them. Each is lifted
    alone.
    """

    WITHDRAWN = "withdrawn"
    NAMES = "names"
    QUOTED = "quoted"
    NAMED = "named"


# A record that is withheld for these alone stays, without some words.
PARTLY = (Claim.QUOTED, Claim.NAMED)


class State(StrEnum):
    """*dark*: kept, and shown nowhere; *destroyed*: deleted, its digests stay. *none*: there were no words (of captures
    alone: there is no such deposit).
    """

    DARK = "dark"
    DESTROYED = "destroyed"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One gzip member as it lay in the WARC file, *offset* and *length* in bytes; *sha256* is the member's."""

    offset: int
    length: int
    sha256: str
    type: str
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What was taken of one exchange. *offset* is its answer's, by which captures know it; *claims* say for whom it is
    withheld, and why: an article's id and a Claim. *at* is when it was taken. *outcome* (and *detail*) say how the
    capture had ended, where that is to be said again when it comes back. *left*: the ids of *parts* that stay as they
    are while it is withheld in part. *spared*: the letters of what stays in the others, being
    the page's own (words/sparing.py).
    """

    record_id: str
    file: str
    offset: int
    url: str
    date: str
    payload_digest: str | None
    at: str
    claims: tuple[str, ...]
    parts: tuple[Part, ...]
    state: State = State.DARK
    outcome: str | None = None
    detail: str | None = None
    left: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether the rest of it is shown."""
        return all(claim.endswith(tuple(f" {one}" for one in PARTLY)) for claim in self.claims)

    @property
    def name(self) -> str:
        return f"{self.file.removesuffix(SUFFIX)}-{self.offset}"

    @property
    def article(self) -> str:
        """The one that its tombstone names."""
        named = (claim.split(" ") for claim in self.claims)
        return min(named, key=lambda claim: claim[1] in PARTLY)[0]


@dataclass(slots=True)
class Deposits:
    """The folder's; made when the first one is put there."""

    folder: Path
    _all: dict[tuple[str, int], Deposit] = field(default_factory=dict)

    @classmethod
    def beside(cls, archive: Path) -> "Deposits":
        """``archive-dark/`` beside ``archive.db``. ArchiveError where a description is damaged."""
        folder = archive.with_name(f"{archive.stem}-dark")
        found = [_load(path) for path in sorted(folder.glob("*.json"))]
        return cls(folder, {(one.file, one.offset): one for one in found})

    def at(self, file: str, offset: int) -> Deposit | None:
        return self._all.get((file, offset))

    def of(self, article: str | None, *claims: Claim) -> list[Deposit]:
        """Those of *article* (of all: None), for one of *claims* (for any: none)."""
        wanted = {f"{article} {claim}" for claim in claims or (Claim.WITHDRAWN, Claim.NAMES)}
        return [one for one in self._all.values() if article is None or wanted & set(one.claims)]

    def bytes_of(self, deposit: Deposit) -> Path:
        return self.folder / (deposit.name + SUFFIX)

    def put(self, deposit: Deposit, members: Sequence[bytes]) -> None:
        """Keep *members*, durably, before their description."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.folder.chmod(0o700)
        _write(self.bytes_of(deposit), b"".join(members))
        self.describe(deposit)

    def describe(self, deposit: Deposit) -> None:
        text = json.dumps(asdict(deposit), ensure_ascii=False, indent=1) + "\n"
        _write(self.folder / f"{deposit.name}.json", text.encode())
        self._all[deposit.file, deposit.offset] = deposit

    def claim(self, deposit: Deposit, claim: str) -> Deposit:
        """*deposit*, withheld for this *claim* too."""
        if claim in deposit.claims:
            return deposit
        claimed = replace(deposit, claims=(*deposit.claims, claim))
        self.describe(claimed)
        return claimed

    def release(self, deposit: Deposit, claim: str) -> None:
        """*deposit*, no longer withheld for this *claim*, but for others still."""
        self.describe(replace(deposit, claims=tuple(one for one in deposit.claims if one != claim)))

    def members(self, deposit: Deposit) -> Iterator[bytes]:
        """Its members, in the order of *parts*; ArchiveError where they are not what was put there."""
        path = self.bytes_of(deposit)
        try:
            with path.open("rb") as stream:
                for part in deposit.parts:
                    member = stream.read(part.length)
                    if hashlib.sha256(member).hexdigest() != part.sha256:
                        raise ArchiveError(f"{path}: {part.record_id} no longer has the digest that it was kept with")
                    yield member
                if stream.read(1):
                    raise ArchiveError(f"{path} is longer than what was kept")
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None

    def erase(self, deposit: Deposit) -> None:
        """Delete the bytes of *deposit*; its description says so from before that on."""
        self.describe(replace(deposit, state=State.DESTROYED, spared=()))
        self.bytes_of(deposit).unlink(missing_ok=True)
        sync_folder(self.folder)

    def forget(self, deposit: Deposit) -> None:
        """Delete all of *deposit*, whose bytes lie in the WARC file again."""
        for path in (self.folder / f"{deposit.name}.json", self.bytes_of(deposit)):
            path.unlink(missing_ok=True)
        sync_folder(self.folder)
        del self._all[deposit.file, deposit.offset]

    def tidy(self) -> None:
        """Delete what a crash left: files that nothing describes, and bytes of what was destroyed."""
        if not self.folder.is_dir():
            return
        kept = {self.bytes_of(one) for one in self._all.values() if one.state is State.DARK}
        for path in self.folder.iterdir():
            if path.name.endswith(UNFINISHED) or (path.name.endswith(SUFFIX) and path not in kept):
                path.unlink()
        sync_folder(self.folder)


def _load(path: Path) -> Deposit:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(Part(**part) for part in fields.pop("parts"))
        state = State(fields.pop("state"))
        lists = {"claims": tuple(fields["claims"]), "left": tuple(fields.get("left", ()))}
        lists["spared"] = tuple(fields.get("spared", ()))
        return Deposit(**fields | lists, parts=parts, state=state)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"{path} does not describe what is kept dark ({error}): put back a copy of it") from None


def _write(path: Path, data: bytes) -> None:
    """The whole file, durably, or none."""
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)
