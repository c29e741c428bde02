"""What the operator decided against the program: ``decisions.toml`` beside the archive, which no rebuild forgets.

A page is named by its address (its article's key follows from it, by the source's file as it is today), a block of
boilerplate by its key in ``boilerplate``. Of several decisions on one object the last holds; ``undo`` is one too, so
the file is its own history, and may be edited by hand. Each is an event in the archive as well:

    decided = decisions.load(archive.folder)
    decided.of(Kind.BLOCK, "baosong")                     # {object: Verdict}, in force
    decisions.decide(archive, [Decision(kind=Kind.BLOCK, source="baosong", object="123", verdict=Verdict.KEEP)])
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError
from crawler.identity import key as identity_key
from crawler.keys import REQUIRED, Key, one_of, parse_toml, read_table, tables, text, texts, wrong
from crawler.source import Source
from pipelines.archive import Archive, stamp
from pipelines.withholding.words.redacting import ByKey, Names

FILE = "decisions.toml"
HEAD = """\
# What was decided against the program, by its commands or by hand. The last decision on an object holds;
# verdict = "undo" takes back those before it. An archive made anew from its WARC files reads this again.
"""

# Keys of blocks have 63 bits, so 19 figures; what is longer need not be looked at.
_END, _FIGURES = 2**63, 40


class Kind(StrEnum):
    PAGE = "page"
    BLOCK = "block"
    ARTICLE = "article"
    NAME = "name"


class Verdict(StrEnum):
    """Pages are accepted or rejected as articles, blocks kept in texts or removed from them, articles withdrawn,
    names in them redacted.
    """

    ACCEPT = "accept"
    REJECT = "reject"
    KEEP = "keep"
    REMOVE = "remove"
    WITHDRAW = "withdraw"
    REDACT = "redact"
    UNDO = "undo"


VERDICTS = {
    Kind.PAGE: (Verdict.ACCEPT, Verdict.REJECT, Verdict.UNDO),
    Kind.BLOCK: (Verdict.KEEP, Verdict.REMOVE, Verdict.UNDO),
    Kind.ARTICLE: (Verdict.WITHDRAW, Verdict.UNDO),
    Kind.NAME: (Verdict.REDACT, Verdict.UNDO),
}
BYTES = ("dark", "destroyed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """*at* (aware) and *note* say when and why; neither decides anything.

    Of an article withdrawn (its *object* is its identity key) the rest says what a tombstone needs that stands alone:
    *article*, its id; *addresses* and payload *digests* that it was seen with; *spared*, those of other articles with
    the same identity or address, and digests of their titles; *bytes*, ``dark`` or ``destroyed``. *names* are those
    that are taken out of the article whose identity key is the *object* (withholding/words/redacting.py), or put back.
    """

    kind: Kind
    source: str
    object: str
    verdict: Verdict
    at: datetime | None = None
    note: str = ""
    reference: str = ""
    article: str = ""
    url: str = ""
    published_at: str = ""
    language: str = ""
    province: str = ""
    bytes: str = ""
    addresses: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions, in their order."""

    all: tuple[Decision, ...] = field(default=(), repr=False)

    def of(self, kind: Kind, source: str) -> dict[str, Verdict]:
        """What is in force for *source*, by object."""
        last = {each.object: each.verdict for each in self.all if each.kind is kind and each.source == source}
        return {name: verdict for name, verdict in last.items() if verdict is not Verdict.UNDO}

    def keys(self, source: Source) -> frozenset[str]:
        """The identity keys of all pages of *source* that anything was ever decided on."""
        pages = (each.object for each in self.all if each.kind is Kind.PAGE and each.source == source.slug)
        return frozenset(identity_key(url, source) for url in pages)

    def pages(self, source: Source) -> Mapping[str, bool]:
        """Whether a page of *source* is an article, by identity key: of a page's other addresses too."""
        last = {
            identity_key(each.object, source): each.verdict
            for each in self.all
            if each.kind is Kind.PAGE and each.source == source.slug
        }
        return {name: verdict is Verdict.ACCEPT for name, verdict in last.items() if verdict is not Verdict.UNDO}

    @property
    def named(self) -> frozenset[str]:
        """The sources (slugs) of which names were ever decided on."""
        return frozenset(each.source for each in self.all if each.kind is Kind.NAME)

    def names(self, source: Source) -> ByKey:
        return self.names_of(source.slug)

    def names_of(self, slug: str) -> ByKey:
        """What is taken out of articles of a source; ``undo`` puts back the names that it lists, all if it has none."""
        made = [each for each in self.all if each.kind is Kind.NAME and each.source == slug]
        found: dict[str, frozenset[str]] = {}
        for each in made:
            key, mine = _plain(each), frozenset(each.names)
            before = found.get(key, frozenset())
            found[key] = before | mine if each.verdict is Verdict.REDACT else before - (mine or before)
        return {key: Names(all=names, mark=_mark(made, key)) for key, names in found.items() if names}


def _plain(decision: Decision) -> str:
    """Articles that share an identity key are redacted alike: which is which may change with the next capture."""
    return decision.object.partition("#")[0]


def _mark(made: Sequence[Decision], key: str) -> str:
    """Of the decisions on *key*, by when they were made: a digest of names would tell who guesses that he is right."""
    told = [f"{each.verdict} {each.at and stamp(each.at)} {len(each.names)}" for each in made if _plain(each) == key]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]


NONE = Decisions()


def _moment(value: Any, spot: str) -> datetime:
    if not isinstance(value, datetime):
        raise wrong(spot, value, "a time such as 2026-03-01T08:00:00Z, without quotes")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


_ONE = (
    Key(
        name="kind", read=one_of(list(Kind), "what is decided on"), default=REQUIRED, help="page, block, article, name"
    ),
    Key(name="source", read=text, default=REQUIRED, help="the source's slug"),
    Key(name="object", read=text, default=REQUIRED, help="a page's address, the key of a block or article"),
    Key(name="verdict", read=one_of(list(Verdict), "a verdict"), default=REQUIRED, help="what was decided"),
    Key(name="at", read=_moment, help="when"),
    Key(name="note", read=text, default="", help="why"),
    Key(name="reference", read=text, default="", help="the request or order that a withdrawal follows from"),
    Key(name="article", read=text, default="", help="a withdrawn article's id"),
    Key(name="url", read=text, default="", help="its address"),
    Key(name="published_at", read=text, default="", help="its date of publication"),
    Key(name="language", read=text, default="", help="its language"),
    Key(name="province", read=text, default="", help="the province that it is filed under"),
    Key(name="bytes", read=one_of(BYTES, "what becomes of its bytes"), default="", help="dark or destroyed"),
    Key(name="addresses", read=texts, default=(), help="the addresses that it was seen at"),
    Key(name="digests", read=texts, default=(), help="the digests of its payloads"),
    Key(name="spared", read=texts, default=(), help="addresses and digests of others with its identity"),
    Key(name="names", read=texts, default=(), help="the names that are taken out of an article"),
)
_KEYS = (Key(name="decision", read=tables(_ONE), default=(), help="one decision each"),)


def load(folder: Path) -> Decisions:
    """The decisions in *folder*. ConfigError where the file is wrong: ignored, it would let pages go."""
    path = folder / FILE
    return parse(_read(path), str(path)) if path.exists() else NONE


def parse(content: str, where: str = FILE) -> Decisions:
    found = []
    for number, row in enumerate(read_table(parse_toml(content, where), _KEYS, f"{where}: ")["decision"], start=1):
        row |= {"kind": Kind(row["kind"]), "verdict": Verdict(row["verdict"])}
        if row["verdict"] not in VERDICTS[row["kind"]]:
            spot = f"{where}: decision[{number}].verdict"
            raise wrong(spot, row["verdict"], f"of a {row['kind']} {', '.join(VERDICTS[row['kind']])}")
        if row["kind"] is Kind.BLOCK:
            row["object"] = _block(row["object"], f"{where}: decision[{number}].object")
        found.append(Decision(**row))
    return Decisions(tuple(found))


def key_of(named: str) -> int | None:
    """The block's or place's key that *named* is, if it is one."""
    if named.isascii() and named.isdecimal() and len(named) < _FIGURES and int(named) < _END:
        return int(named)
    return None


def _block(named: str, spot: str) -> str:
    """The key in the one spelling that it is known by."""
    key = key_of(named)
    if key is None:
        raise wrong(spot, named, "a block's key, as `newsarchive boilerplate` shows it")
    return str(key)


_WORDS = (
    *("kind", "source", "object", "verdict", "note"),
    *("reference", "article", "url", "published_at", "language", "province", "bytes"),
)


def render(decision: Decision) -> str:
    """*decision* as it stands in the file."""
    lines = ["", "[[decision]]"]
    if decision.at:
        lines.append(f"at = {stamp(decision.at)}")
    for name in _WORDS:
        if value := getattr(decision, name):
            lines.append(f"{name} = {_quoted(value)}")
    for name in ("addresses", "digests", "spared", "names"):
        if values := getattr(decision, name):
            lines += [f"{name} = [", *(f"    {_quoted(value)}," for value in values), "]"]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    # A JSON string is a TOML one, but for DEL, which TOML wants escaped, and lone surrogates, which no file can hold.
    whole = value.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def decide(archive: Archive, made: Sequence[Decision]) -> None:
    """Write down the decisions *made*, as of now where they do not say when: in the file, and as events."""
    now = datetime.now(UTC)
    path = archive.folder / FILE
    with archive.transaction():  # its lock keeps the file to one writer too
        content = _read(path) if path.exists() else HEAD
        before = parse(content, str(path)).all  # a wrong file is not added to
        if content and not content.endswith("\n"):
            content += "\n"
        for each in made:
            content += render(each if each.at else Decision(**(_fields(each) | {"at": now})))
            archive.event(
                "decided",
                object_kind=each.kind,
                object=each.object,
                agent="operator",
                outcome=each.verdict,
                detail=f"{each.source}: {each.note}" if each.note else each.source,
            )
        has_names = any(each.kind is Kind.NAME for each in (*before, *made))
        _replace(path, content, mode=0o600 if has_names else 0o644)


def _fields(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in Decision.__slots__}


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _replace(path: Path, content: str, mode: int) -> None:
    """The old file or the new one, whatever happens in between."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
