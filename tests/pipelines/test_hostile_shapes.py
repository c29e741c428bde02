"""Pages that nobody wrote for readers: each ends in a named outcome, in a fraction of what a page is given."""

import time
from datetime import UTC, datetime

import pytest

from crawler.capture import Capture, Kind
from crawler.catalog import source_for_host
from pipelines.chain import Result, run_chain, warm_up
from pipelines.workers import LIMIT_SECONDS

SENTENCE = "Sáng nay bà con ra đồng cấy lúa, mở đầu một vụ mùa mới ở vùng cao."
PROSE = f"<p>{SENTENCE}</p>" * 9
TOO_LARGE = {
    "200,000 paragraphs": "<p>a b c</p>" * 200_000,
    "100,000 links": '<a href="/x">tin</a> ' * 100_000,
    "100,000 attributes of one element": f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{SENTENCE}</p>",
    "500,000 line breaks": "a<br>" * 500_000,
}
# A fifth of what is let in: linear work takes a fifth of the time, and quadratic work would still show.
READ = {
    "line breaks": f"{SENTENCE[:20]}<br>" * 9_000,
    "items": f"<ul>{'<li>tin tức</li>' * 9_000}</ul>{PROSE}",
    "paragraphs with links": '<p>tin <a href="/a">xa</a></p>' * 5_000 + PROSE,
    "spans": f"<p>{'<span>tin </span>' * 9_000}</p>{PROSE}",
    "tables of one row": "<table><tr><td>1</td><td>2</td></tr></table>" * 2_000 + PROSE,
    "headlines": "<h1>Một tin khác hẳn</h1>" * 5_000 + PROSE,
    "one text": f"<p>{SENTENCE * 9_000}</p>",
    "names": "".join(f'<div class="{f"c{n} " * 4_000}"><p>{SENTENCE}</p></div>' for n in range(30)),
    "attributes": "".join(f"<p {' '.join(f'a{n}=1' for n in range(20))}>tin</p>" for _ in range(2_000)) + PROSE,
}


def read(body: str, title: str = "Một vụ mùa mới") -> tuple[Result, float]:
    """The outcome, and the CPU seconds it took."""
    url = "http://baosonha.example/mot-vu-mua-moi.html"
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    capture = Capture(
        record_id="<urn:test:1>",
        source="s",
        kind=Kind.PAGE,
        url=url,
        final_url=url,
        fetched_at=datetime(2026, 2, 16, tzinfo=UTC),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
    )
    warm_up()
    began = time.process_time()
    result = run_chain(capture, source_for_host("baosonha.example"))
    return result, time.process_time() - began


@pytest.mark.parametrize("shape", TOO_LARGE)
def test_what_is_beyond_any_page_is_refused_at_once(shape: str) -> None:
    result, seconds = read(TOO_LARGE[shape])
    assert result.outcome == "rejected:too-large"
    assert seconds < LIMIT_SECONDS / 4


@pytest.mark.parametrize("shape", READ)
def test_what_is_let_in_is_read_well_within_its_time(shape: str) -> None:
    result, seconds = read(READ[shape])
    assert result.outcome == "article"
    assert result.article is not None and SENTENCE[:20] in result.article.text
    assert seconds < LIMIT_SECONDS / 2


def test_boxes_in_boxes_end_where_the_parser_ends() -> None:
    result, _ = read("<div>" * 30_000 + PROSE)
    assert result.outcome in ("rejected:no-text", "article")


def test_a_title_of_a_megabyte() -> None:
    result, seconds = read(PROSE, "Tin " * 250_000)
    assert result.outcome == "article"
    assert seconds < LIMIT_SECONDS / 2
