"""A golden page: a page as it was served, and the record that it must be read as. Pure; used by `sources snapshot`.

``DIR/SLUG/NAME.html.gz`` is the body, ``NAME.toml`` how it was served and what is expected, ``NAME.warc.gz`` the
exchange as evidence. A source that is not in the catalogue lies beside them as ``source.toml``.
"""

import gzip
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.capture import Capture, Kind
from crawler.newsites.write_source import toml
from crawler.source import Source
from pipelines.article import Article
from pipelines.chain import run_chain

BODY, RECORD, SOURCE_FILE = ".html.gz", ".toml", "source.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """*served* are the body's address, time and type, *expected* is the record, by field."""

    path: Path
    served: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def slug(self) -> str:
        return self.path.parent.name

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.path.with_name(self.path.name.removesuffix(RECORD) + BODY).read_bytes())


def load(path: Path) -> Golden:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Golden(path=path, served=data["served"], expected=data["expected"])


def replay(golden: Golden, source: Source) -> dict[str, Any]:
    """What the chain makes of the page today, before the site's rules are learned."""
    return record_of(capture_of(golden, source), source)


def capture_of(golden: Golden, source: Source) -> Capture:
    served = golden.served
    return Capture(
        record_id=f"urn:golden:{golden.slug}/{golden.path.stem}",
        source=source.slug,
        kind=Kind.PAGE,
        url=served["url"],
        final_url=served["url"],
        fetched_at=datetime.fromisoformat(served["fetched_at"]).astimezone(UTC),
        status=served["status"],
        headers=(("Content-Type", served["content_type"]),),
        body=golden.body,
    )


def record_of(capture: Capture, source: Source) -> dict[str, Any]:
    """The record by field; what a page does not have is left out."""
    result = run_chain(capture, source)
    fields = dict(_fields(result.article)) if result.article else {}
    return {"outcome": result.outcome, "key": result.key} | {name: value for name, value in fields.items() if value}


def _fields(article: Article) -> Iterator[tuple[str, Any]]:
    said, published = article.metadata, article.reading.published
    yield "title", said.title
    yield "published_at", published.at
    yield "published_method", published.method
    yield "updated_at", published.updated_at
    yield "summary", said.summary
    yield "byline", said.byline
    yield "byline_role", said.byline_role
    yield "credit", said.credit
    yield "agency", said.agency
    yield "section", said.section
    yield "keywords", list(said.keywords)
    yield "language", article.reading.language
    yield "captions", [image.caption for image in said.images if image.caption]
    yield "text", article.text.split("\n")


def text_of(capture: Capture, expected: Mapping[str, Any]) -> str:
    """The file of a golden page; a list has a line for each of its texts, so that a change shows in a diff."""
    served = {
        "url": capture.final_url,
        "fetched_at": capture.fetched_at.isoformat(),
        "status": capture.status,
        "content_type": capture.header("content-type") or "",
    }
    lines = [
        "[served]",
        *_table(served),
        "",
        "[expected]   # look at it against the page: this is what is held",
        *_table(expected),
    ]
    return "\n".join(lines) + "\n"


def _table(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, list):
            yield f"{name} = ["
            yield from (f"  {toml(item)}," for item in value)
            yield "]"
        else:
            yield f"{name} = {toml(value)}"
