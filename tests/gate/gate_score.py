"""The gate set through the real command into a real archive, and how well each page was read.

Texts are scored over runs of four words: a text is right where its words stand in their order, wherever lines break. A
family's precision and recall are means over its pages, its F1 is of those two. All else counts as exact or not.
"""

import os
import re
import sqlite3
import statistics
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pages import GatePage, Truth
from trafilatura import bare_extraction

from crawler.records.warcbuild import Builder, Exchange

ROOT = Path(__file__).parents[2]
FIELDS = ("title", "summary", "byline", "byline_role", "agency", "credit", "published_at", "section", "language")
OPTIONAL = ("machine_translated", "flags")
EXACT = (*FIELDS, "captions", *OPTIONAL)
# "article" is wrong where none came of a page.
ALL = ("article", *EXACT)
_WORD = re.compile(r"[^\W_]+")
_RUN = 4  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page as the archive has it; *values* by the truth's names, None where no article came of it."""

    page: GatePage
    values: Mapping[str, Any] | None = field(repr=False)
    outcome: str | None

    @property
    def text(self) -> str:
        return str(self.values["text"] or "") if self.values else ""

    def is_exact(self, name: str) -> bool:
        """A name counts in whatever case: papers print one reporter in capitals here and not there."""
        if self.values is None or name == "article":
            return self.values is not None
        got, wanted = self.values[name], getattr(self.page.truth, name)
        return bool(got == wanted or (name == "byline" and got and wanted and got.casefold() == wanted.casefold()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Each run of four words with how often it comes; of a shorter text all its words as one."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))


def score(wanted: str, got: str) -> Score:
    """Nothing found is no error of precision but all of recall."""
    right, said = runs(wanted), runs(got)
    both = (right & said).total()
    precision = both / said.total() if said else 1.0
    return Score(precision=precision, recall=both / right.total() if right else 1.0)


def bare_score(page: GatePage) -> Score:
    """What trafilatura alone, as it is, reads of a page."""
    document = bare_extraction(page.html, url=page.url, with_metadata=True)
    return score(page.truth.text, str(getattr(document, "text", None) or ""))


def mean(scores: Iterable[Score]) -> Score:
    kept = list(scores)
    return Score(
        precision=statistics.mean(each.precision for each in kept), recall=statistics.mean(each.recall for each in kept)
    )


def wants(truth: Truth, name: str) -> bool:
    """Whether *name* is held against the page: what is optional in the truth only where it is given."""
    return name not in OPTIONAL or getattr(truth, name) is not None


def read_through_archive(gate: Sequence[GatePage], folder: Path) -> list[Found]:
    """*gate* imported as sites that nobody described, and read back. *folder* takes the archive."""
    return _read_back(gate, import_pages(gate, folder))


def import_pages(gate: Sequence[GatePage], folder: Path) -> Path:
    """The archive of *gate*, written as WARC and imported by the command; a page may be in it at several times."""
    warc = folder / "gate.warc.gz"
    warc.write_bytes(b"".join(warc_members(gate)))
    command = [sys.executable, "-m", "schedules.cli", "--archive", str(folder / "archive.db")]
    done = subprocess.run(
        [*command, "import", "--new-sources", str(warc)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"import ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return folder / "archive.db"


def warc_members(gate: Sequence[GatePage]) -> list[bytes]:
    """Record ids follow the address and the time, so that the same pages make the same file."""
    numbers = iter(range(10 * len(gate) + 10))
    builder = Builder(lambda: f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'gate {next(numbers)}')}>")
    return [builder.exchange(_exchange(page)) for page in gate]


def _exchange(page: GatePage) -> Exchange:
    path = page.url.removeprefix(page.site.homepage)
    host = page.site.homepage.split("/")[2]
    # Nothing of the encoding: many servers don't state it, and the page does.
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page.html)}\r\n\r\n"
    return Exchange(
        url=page.url,
        date=page.truth.fetched_at,
        request=f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
        status=200,
        response_head=head.encode(),
        payload=page.html,
        record_id=f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{page.url} {page.truth.fetched_at}')}>",
    )


def _read_back(gate: Sequence[GatePage], path: Path) -> list[Found]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    rows = {row["url"]: dict(row) for row in connection.execute("SELECT * FROM articles")}
    outcomes = dict(connection.execute("SELECT url, outcome FROM captures WHERE kind = 'page'").fetchall())
    captions: dict[str, list[str]] = {}
    sql = "SELECT article, caption FROM images WHERE caption IS NOT NULL ORDER BY article, position"
    for article, caption in connection.execute(sql):
        captions.setdefault(article, []).append(caption)
    connection.close()
    return [
        Found(page=page, values=_values(rows.get(page.url), captions), outcome=outcomes.get(page.url)) for page in gate
    ]


def _values(row: dict[str, Any] | None, captions: Mapping[str, list[str]]) -> dict[str, Any] | None:
    if row is None:
        return None
    values = {name: row[name] for name in ("text", *FIELDS)}
    values["machine_translated"] = bool(row["machine_translated"])
    values["flags"] = tuple((row["flags"] or "").split())
    return values | {"captions": tuple(captions.get(row["id"], ()))}
