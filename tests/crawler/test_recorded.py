"""A source's definition survives in the WARC file, whole."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler import catalog
from crawler.records.recorded import definitions_in, from_json, to_json
from crawler.source import Expect, Host, Selectors, Source
from crawler.warc import Exchange, WarcWriter

FULL = Source(
    slug="x",
    name="Báo X",
    homepage="https://x.test/",
    article=re.compile(r"-post(?P<id>\d+)"),
    exclude=re.compile("event"),
    hosts=(Host(host="y.test", until=date(2025, 6, 30), same_ids=True), Host(host="z.test")),
    feeds=("/rss",),
    selectors=Selectors(body="div.b", drop=("p.ad", "div.c")),
    expect=Expect(articles_per_week=7),
    started=date(2001, 2, 3),
)


@pytest.mark.parametrize("source", [FULL, *catalog.load(None).sources.values()], ids=lambda source: source.slug)
def test_it_comes_back_as_it_was(source: Source) -> None:
    assert from_json(to_json(source)) == source


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"slug": 1, "article": "("}', '{"hosts": [1]}'])
def test_what_is_no_definition_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"definition|Expecting"):
        from_json(text)


def test_it_stands_once_in_each_file_before_the_first_exchange(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={}, definitions={"x": to_json(FULL)}, max_bytes=2500)
    for number in range(12):
        url = f"https://x.test/{number}"
        request = b"GET / HTTP/1.1\r\nHost: x.test\r\n\r\n"
        metadata = (("source", "x"), ("error", "timeout"))
        writer.write(Exchange(url=url, date=datetime.now(UTC), request=request, status=None, metadata=metadata))
    writer.close()
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert len(files) > 1
    for file in files:
        assert definitions_in(file) == {"x": FULL}
