"""Whatever anybody can see of an archive, read for words that should not be there.

What there is to read is asked of the program itself: tables of SQLite, routes of Datasette, commands of click. What is
new there and not known here fails, so that nobody forgets to look.
"""

import asyncio
import contextlib
import html
import io
import json
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import httpx
from datasette.utils import tilde_encode

from pipelines import sqlite
from pipelines.publish.dictionary import canned_queries
from pipelines.publish.server import datasette
from pipelines.snippet import WORD
from schedules import cli

_UNICODE = re.compile(rb"\\u([0-9a-fA-F]{4})")
_SPACES = re.compile(r"\s+")
_MARKS = re.compile("[\u0300-\u036f\u200b\u00ad\ufeff]+")


def plain(text: str) -> str:
    """By other means than the program's, and quicker: files are read in many ways."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return _SPACES.sub(" ", bare.lower().replace("đ", "d"))


def readings(data: bytes) -> Iterator[str]:
    """*data* as text in the ways that it may be one, folded: as it is, unescaped, unpacked."""
    for piece in (data, *unpacked(data)):
        said = piece.decode("utf-8", "replace")
        yield plain(said)
        if b"&" in piece:
            yield plain(html.unescape(said))
        if b"\\u" in piece:
            shown = _UNICODE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), piece)
            yield plain(shown.decode("utf-8", "replace"))
        if b"%" in piece:
            yield plain(unquote_to_bytes(piece).decode("utf-8", "replace"))
        if b"\0" in piece:
            for start in (0, 1):
                for encoding in ("utf-16-le", "utf-16-be"):
                    yield plain(piece[start:].decode(encoding, "replace"))


def unpacked(data: bytes) -> Iterator[bytes]:
    """What *data* is when inflated: every gzip member, or a zlib stream (readings are kept so)."""
    rest = data
    while rest[:2] == b"\x1f\x8b":
        engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            yield engine.decompress(rest)
        except zlib.error:
            return
        rest = engine.unused_data
    if data[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(data)


def numbered(text: str) -> bytes:
    """*text*, which is plain, as the signatures of short articles have it: whoever has a list of words can read it."""
    return b"".join(struct.pack("<I", zlib.crc32(word.encode())) for word in re.findall(r"\w+", text))


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the archive at *path* for *words*; ``found`` says where there was one."""

    path: Path
    words: tuple[str, ...]
    found: set[str] = field(default_factory=set)
    looked: int = 0
    answers: dict[int, int] = field(default_factory=dict)

    def look(self, where: str, data: bytes | str) -> None:
        self.looked += 1
        data = data.encode("utf-8", "replace") if isinstance(data, str) else data
        wanted = [plain(word) for word in self.words]
        for text in readings(data):
            self.found |= {f"{where}: {word}" for word in wanted if word in text}
        self.found |= {f"{where}: {word}" for word in wanted if numbered(word) in data}

    def everything(self) -> set[str]:
        self.files()
        self.tables()
        self.full_text()
        self.pages()
        self.commands()
        return self.found

    def at_rest(self) -> set[str]:
        """Without starting anything on it."""
        self.files()
        self.tables()
        self.full_text()
        return self.found

    # Files ------------------------------------------------------------------------------------------------------------

    @property
    def dark(self) -> Path:
        return self.path.with_name(f"{self.path.stem}-dark")

    def files(self) -> None:
        """All that lies in the folder, as bytes: archive.db with its free pages, its log, WARC files, decisions, …"""
        for each in sorted(self.path.parent.rglob("*")):
            if each.is_file() and self.dark not in each.parents:
                self.look(str(each.relative_to(self.path.parent)), each.read_bytes())

    # The database -----------------------------------------------------------------------------------------------------

    def tables(self) -> None:
        connection = sqlite.connect_readonly(self.path)
        try:
            sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
            for (name,) in connection.execute(sql).fetchall():
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    for value in row:
                        if isinstance(value, str | bytes):
                            self.look(f"table {name}", value)
            for (text,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"):
                self.look("schema", text)
        finally:
            connection.close()

    def full_text(self) -> None:
        """Every term in the index's segments, in those that no search asks any more too: none but of what is there."""
        connection = sqlite.connect_readonly(self.path)
        try:
            docs = connection.execute("SELECT title, text, title_f, text_f FROM search_docs")
            there = {word.lower() for row in docs for text in row for word in WORD.findall(text)} | {""}
            blocks = connection.execute("SELECT id, block FROM articles_fts_data WHERE id > 10").fetchall()
            for row, block in blocks:
                if not row >> 36 & 1:  # leaves, not the pages of a doclist's index
                    self.found |= {f"full text: {term}" for term in terms_of(block) if term not in there}
        finally:
            connection.close()

    # Datasette --------------------------------------------------------------------------------------------------------

    def pages(self) -> None:
        application = datasette(self.path)
        asyncio.run(application.invoke_startup())
        urls = [url for pattern, _ in application._routes() for url in self.urls(pattern.pattern)]
        self.get(*dict.fromkeys(urls))

    def get(self, *urls: str) -> set[str]:
        application = datasette(self.path)

        async def read() -> None:
            for url in urls:
                answer: httpx.Response = await application.client.get(url)
                assert answer.status_code < 500, f"{url}: {answer.text[:300]}"
                self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
                # What was asked for is said back, and stands in links.
                self.look(f"GET {url}", self.without_question(answer.text))

        asyncio.run(read())
        return self.found

    def without_question(self, text: str) -> str:
        return re.sub(f"(?i){re.escape(ASKED)}", "", text)

    def urls(self, pattern: str) -> list[str]:
        for known, make in ROUTES.items():
            if known == pattern:
                return list(make(self))
        raise AssertionError(f"a route that nobody reads: {pattern}")

    def names(self) -> list[str]:
        connection = sqlite.connect_readonly(self.path)
        sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
        found = [name for (name,) in connection.execute(sql)]
        connection.close()
        return found

    def column(self, sql: str) -> list[str]:
        connection = sqlite.connect_readonly(self.path)
        found = [str(row[0]) for row in connection.execute(sql)]
        connection.close()
        return found

    # The command ------------------------------------------------------------------------------------------------------

    def commands(self) -> None:
        unread = cli.TABLE.keys() - COMMANDS.keys()
        assert not unread, f"commands that nobody reads: {unread}"
        for name in cli.TABLE:
            for arguments in COMMANDS[name](self):
                self.run(name, *arguments)
        for each in self.exports:
            self.look(f"exported: {each.name}", each.read_bytes())

    @property
    def exports(self) -> list[Path]:
        return sorted(self.path.parent.glob("given-*"))

    def run(self, *arguments: str) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            cli.run(["--archive", str(self.path), *arguments])
        self.look(f"newsarchive {' '.join(arguments[:3])}", self.without_question(said.getvalue()))
        return said.getvalue()


# Asked for where a page or a command wants words: none of those that are looked for.
ASKED = "zzz chợ phiên"


def terms_of(leaf: bytes) -> Iterator[str]:
    """The terms on a leaf of FTS5's index (fts5_index.c): prefix-compressed, beginning where the leaf's index says."""
    size = int.from_bytes(leaf[2:4], "big")
    at, offset, term = size, 0, b""
    is_first = True
    while at < len(leaf):
        step, at = varint(leaf, at)
        offset += step
        place, kept = offset, 0
        if not is_first:
            kept, place = varint(leaf, place)
        length, place = varint(leaf, place)
        term = term[:kept] + leaf[place : place + length]
        is_first = False
        yield term[1:].decode("utf-8", "replace")  # the first byte says which index


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(9):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return value, at


Urls = Callable[[Reader], Iterable[str]]


def none(reader: Reader) -> Iterable[str]:
    return ()


def tables_and_queries(reader: Reader) -> Iterator[str]:
    for name in reader.names():
        for ending in ("", ".json?_shape=array&_size=max"):
            yield f"/archive/{name}{ending}"
    parameters = "&".join(f"{name}={quote(ASKED)}" for name in asked_for())
    for name in canned_queries():
        yield f"/archive/{name}?{parameters}"
        yield f"/archive/{name}.json?_shape=array&{parameters}"
    yield f"/archive/articles?_search={quote(ASKED)}"


def asked_for() -> set[str]:
    return {name for query in canned_queries().values() for name in re.findall(r"(?<![:\w]):(\w+)", query.sql)}


def rows(reader: Reader) -> Iterator[str]:
    for table in reader.names():
        keys = reader.column(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
        if keys:
            parts = ", ".join(f'CAST("{key}" AS TEXT)' for key in keys)
            for key in reader.column(f'SELECT json_array({parts}) FROM "{table}" LIMIT 1'):
                yield f"/archive/{table}/{','.join(map(tilde_encode, json.loads(key)))}"
    for number in reader.column("SELECT n FROM articles"):
        yield f"/archive/articles/{number}"
        yield f"/archive/articles/{number}.json?_shape=object"


def readable(reader: Reader) -> Iterator[str]:
    for article in reader.column("SELECT id FROM articles"):
        yield f"/read/{article}"
    for at in reader.column("SELECT article || '@' || captured_at FROM revisions"):
        yield f"/read/{at}"


def stories(reader: Reader) -> Iterator[str]:
    for story in reader.column("SELECT id FROM stories UNION SELECT id FROM articles"):
        yield f"/story/{story}"


def searched(ending: str) -> Urls:
    def make(reader: Reader) -> Iterator[str]:
        for word in (ASKED, "ban", "nuoc"):
            yield f"/search{ending}?q={quote(word)}"
        if ending:  # the page says the question back
            for word in reader.words:
                yield f"/search{ending}?q={quote(word)}"

    return make


def only(*urls: str) -> Urls:
    return lambda reader: urls


def beside(prefix: str) -> Urls:
    """What lies beside the archive, and above what a folder of files is served from."""

    def make(reader: Reader) -> Iterator[str]:
        folder = reader.path.parent
        hidden = [str(each.relative_to(folder)) for each in reader.dark.rglob("*")][:2]
        for name in ("decisions.toml", "archive.db", "archive.db-wal", reader.dark.name, *hidden):
            for way in ("", "../" * 6, f"%2e%2e/{folder}/"):
                yield f"{prefix}{way}{name}"

    return make


_JSON = r"(\.(?P<format>json))?$"
# Datasette's and our own routes, each with the addresses to ask for.
ROUTES: dict[str, Urls] = {
    r"^/search$": searched(""),
    r"^/search\.json$": searched(".json"),
    r"^/story/(?P<id>[^/]+)$": stories,
    r"^/read/(?P<id>[^/@]+)(@(?P<captured_at>[^/]+))?$": readable,
    r"/(\.(?P<format>jsono?))?$": only("/", "/.json"),
    r"/favicon.ico": only("/favicon.ico"),
    r"/-/static/(?P<path>.*)$": beside("/-/static/"),
    r"/assets/(?P<path>.*)$": beside("/assets/"),
    r"/:memory:(?P<rest>.*)$": only("/:memory:"),
    **{f"/-/{name}{_JSON}": only(f"/-/{name}", f"/-/{name}.json") for name in ("metadata", "versions", "plugins")},
    **{f"/-/{name}{_JSON}": only(f"/-/{name}", f"/-/{name}.json") for name in ("settings", "threads", "databases")},
    f"/-/actor{_JSON}": only("/-/actor", "/-/actor.json"),
    **{
        pattern: only(pattern.removesuffix("$"))
        for pattern in ("/-/config.json", "/-/config", "/-/auth-token$", "/-/logout$", "/-/permissions$")
    },
    **{pattern: only(pattern.removesuffix("$")) for pattern in ("/-/messages$", "/-/allow-debug$", "/-/patterns$")},
    r"/(?P<database>[^\/\.]+)\.db$": only("/archive.db"),
    r"/(?P<database>[^\/\.]+)(\.(?P<format>\w+))?$": only("/archive", "/archive.json", "/archive?_show_hidden=1"),
    r"/(?P<database>[^\/\.]+)/(?P<table>[^\/\.]+)(\.(?P<format>\w+))?$": tables_and_queries,
    r"/(?P<database>[^\/\.]+)/(?P<table>[^/]+?)/(?P<pks>[^/]+?)(\.(?P<format>\w+))?$": rows,
    # One table's rows, which are read with all others.
    r"^/(?P<database>[^/.]+)/(?P<table>articles)/(?P<pks>[^/]+?)(\.(?P<format>\w+))?$": lambda reader: (),
}

Lines = Iterable[Sequence[str]]


def says(*lines: Sequence[str]) -> Callable[[Reader], Lines]:
    return lambda reader: lines


def exports(reader: Reader) -> Iterator[Sequence[str]]:
    for name in reader.names():
        if not name.startswith(("articles_fts", "sqlite_")):
            out = reader.path.parent / f"given-{name}.{'json' if len(name) % 2 else 'csv'}"
            yield (f'SELECT * FROM "{name}"', "-o", str(out))
    for name, query in canned_queries().items():
        given = [
            part for asked in re.findall(r"(?<![:\w]):(\w+)", query.sql) for part in ("--param", f"{asked}={ASKED}")
        ]
        yield (name, *given, "-o", str(reader.path.parent / f"given-{name}.csv"))


def searches(reader: Reader) -> Iterator[Sequence[str]]:
    for word in reader.words:
        yield (word, "--json")
    yield (ASKED,)


# What commands there are, each with how it is asked; those that say nothing of what is archived are not.
COMMANDS: dict[str, Callable[[Reader], Lines]] = {
    "demo": says(),  # makes an archive of its own
    "init": says(),
    "sources": says(["list"], ["list", "--json"]),
    "run": says(),  # tests/withholding/test_public_surfaces.py crawls again
    "daemon": says(),
    "schedule": says([]),
    "cron": says([]),
    "import": says(),
    "extract": says(),  # of a file that the operator gives it
    "reextract": says(),  # likewise: what it says is read there
    "refused": says([], ["--json"], ["--code", "listing"]),
    "accept": says(),
    "reject": says(),
    "boilerplate": says([], ["--json"]),
    "keep": says(),
    "remove": says(),
    "redact": says(),
    "withdraw": says(),
    "rebuild": says(),
    "serve": says(),  # Datasette, which is read page by page
    "search": searches,
    "export": exports,
    "status": says([], ["--json"]),
    "health": says([], ["--json"]),
}
