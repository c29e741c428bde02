"""The reader of our own: no word of a page is lost before it is weighed, tables keep their rows, the trees say the same
however they are asked.
"""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura.utils import load_html

from pipelines.body import trees
from pipelines.body.blocks import FLOOR, blocks_of
from pipelines.body.context import NAMES
from pipelines.body.evidence import Evidence
from pipelines.body.finder import find, forests
from pipelines.body.layout import layout_of
from pipelines.extract import READER, extract

SENTENCE = "Sáng nay, lãnh đạo huyện cùng bà con xã Sơn Hà ra đồng cấy lúa, mở đầu một vụ mùa được mong đợi ở vùng cao."


def page(body: str, title: str = "Một vụ mùa được mong đợi") -> str:
    return f"<html><head><title>{title} - Báo Sơn Hà</title></head><body>{body}</body></html>"


def texts(html: str) -> list[str]:
    return layout_of(load_html(html)).texts


def test_a_block_ends_where_a_box_or_a_line_does() -> None:
    html = page("<div>a <b>b</b><br>c<p>d<span>e</span></p>f<!-- x -->g</div>h<script>i</script>k<hr>l")
    assert texts(html) == ["a b", "c", "de", "fg", "hk", "l"]


def test_links_are_counted_within_and_around_boxes() -> None:
    layout = layout_of(load_html(page('<p>xin <a href="/">chào</a> bạn</p><a href="/"><h3>một tin</h3></a>')))
    assert layout.texts == ["xin chào bạn", "một tin"]
    assert layout.linked == [4, 7]


words = st.text("abcdefgh", min_size=1, max_size=6)
leaves = st.lists(words, min_size=1, max_size=6).map(" ".join)
TAGS = ("div", "p", "span", "b", "td", "li", "h2", "section", "a", "table", "tr", "ul", "blockquote", "nav", "font")


def boxes(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inner = st.lists(children, max_size=4).map(" ".join)
    named = st.sampled_from(
        ["", ' class="content body"', ' class="related x1"', ' id="comments"', ' style="display:none"']
    )
    return st.builds(lambda tag, names, text: f"<{tag}{names}>{text}</{tag}>", st.sampled_from(TAGS), named, inner)


pages = st.lists(st.recursive(leaves, boxes, max_leaves=25), max_size=6).map(lambda parts: page(" <br> ".join(parts)))


@given(html=pages)
@settings(deadline=None)
def test_no_word_of_a_page_is_lost_or_told_twice(html: str) -> None:
    tree = load_html(html)
    whole = " ".join(tree.find("body").itertext()) if tree.find("body") is not None else ""
    assert Counter("".join("".join(texts(html)).split())) == Counter("".join(whole.split()))


@given(html=pages)
@settings(deadline=None)
def test_any_page_is_weighed_the_same_every_time_and_left_as_it_is(html: str) -> None:
    tree = load_html(html)
    before = [(element.tag, element.text, element.tail) for element in tree.iter()]
    found = find(tree, "Một vụ mùa")
    if found is None:
        assert not layout_of(tree).texts
        return
    assert np.isfinite(found.odds).all()
    assert len(found.odds) == len(found.layout.texts)
    again = find(load_html(html), "Một vụ mùa")
    assert again is not None and (again.odds == found.odds).all()
    assert [(element.tag, element.text, element.tail) for element in tree.iter()] == before
    assert 0 <= found.sureness <= 1


def test_the_trees_ask_for_the_evidence_that_there_is() -> None:
    first, second = forests()
    assert first.names == tuple(Evidence(layout_of(load_html(page("<p>a</p>"))), "").names)
    assert second.names == NAMES


@given(
    rows=st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=1, max_size=5), seed=st.integers(0, 1000)
)
def test_a_forest_is_the_sum_of_its_trees(rows: list[list[float]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = [
        {
            "features": rng.integers(0, 3, 2).tolist(),
            "borders": rng.normal(size=2).tolist(),
            "values": rng.normal(size=4).tolist(),
        }
        for _ in range(4)
    ]
    forest = trees.from_json(json.dumps({"names": ["a", "b", "c"], "bias": 0.5, "trees": stored}))
    for row, odds in zip(rows, forest.log_odds(np.array(rows)), strict=True):
        expected = 0.5
        for tree in stored:
            leaf = sum(
                (row[feature] > border) << level
                for level, (feature, border) in enumerate(zip(tree["features"], tree["borders"], strict=True))
            )
            expected += tree["values"][leaf]
        assert odds == pytest.approx(expected)


def rows_of(html: str, odds: float = 3.0) -> list[tuple[str, str]]:
    layout = layout_of(load_html(html))
    return [(block.kind, block.text) for block in blocks_of(layout, np.full(len(layout.texts), odds))]


def test_a_row_of_figures_is_one_block_and_its_columns_stay() -> None:
    html = page(
        "<table><tr><th>Xã</th><th>Vụ</th><th>Tấn</th></tr><tr><td><p>Sơn Hà</p></td><td></td><td>12,5</td></tr>"
        "<tr><td>Cộng</td><td>2</td><td></td></tr></table>"
    )
    assert rows_of(html) == [("table", "Xã | Vụ | Tấn"), ("table", "Sơn Hà | | 12,5"), ("table", "Cộng | 2 |")]


def test_a_layout_of_tables_is_no_table() -> None:
    html = page(f"<table><tr><td>Mục</td><td><p>{SENTENCE}</p><p>{SENTENCE}</p><p>Ngắn</p></td></tr></table>")
    assert [kind for kind, _ in rows_of(html)] == ["p"] * 4


def test_kinds_are_told() -> None:
    html = page("<h2>a</h2><ul><li>b</li><li><p>c</p></li></ul><blockquote><p>d</p></blockquote><div>e</div>")
    assert [kind for kind, _ in rows_of(html)] == ["h", "li", "li", "quote", "p"]


def test_a_table_amid_paragraphs_is_theirs_and_one_elsewhere_is_not() -> None:
    table = "<table><tr><td>USD</td><td>26.000</td></tr><tr><td>EUR</td><td>29.000</td></tr></table>"
    layout = layout_of(load_html(page(f"<div><p>{SENTENCE}</p>{table}<p>{SENTENCE}</p></div><div>{table}</div>")))
    odds = np.array([3.0 if len(text) > 20 else FLOOR + 0.5 for text in layout.texts])
    sure = [block.sure >= 0 for block in blocks_of(layout, odds)]
    assert sure == [True, True, True, True, False, False]


@given(odds=st.lists(st.floats(-9, 9), min_size=8, max_size=8))
def test_what_may_be_the_articles_is_kept_in_order(odds: list[float]) -> None:
    layout = layout_of(load_html(page("".join(f"<p>đoạn {number}</p>" for number in range(8)))))
    blocks = blocks_of(layout, np.array(odds))
    order = [layout.texts.index(block.text) for block in blocks]
    assert order == sorted(order)
    assert {layout.texts[i] for i, odd in enumerate(odds) if odd >= FLOOR} <= {block.text for block in blocks}
    assert all((block.sure >= 0) == (odds[i] >= -0.05) for i, block in zip(order, blocks, strict=True))
    assert {block.path for block in blocks} <= {"p"}


def test_an_article_amid_what_surrounds_it() -> None:
    body = "".join(f"<p>{SENTENCE} Đoạn {number}, ông Nguyễn Văn Hà nói.</p>" for number in "abcdef")
    links = "".join(f'<li><a href="/{number}">Tin khác số {number} của huyện</a></li>' for number in range(20))
    html = page(
        f'<div class="menu"><ul>{links}</ul></div><h1>Một vụ mùa được mong đợi</h1><div class="content">{body}</div>'
        f'<div class="related"><ul>{links}</ul></div><div class="footer"><p>Giấy phép số 12/GP-BC do Cục cấp</p></div>'
    )
    name, blocks = extract(load_html(html), "http://baosonha.test/mot-vu-mua-post1.html")
    assert name == READER
    assert [block.text for block in blocks if block.sure >= 0] == [
        f"{SENTENCE} Đoạn {number}, ông Nguyễn Văn Hà nói." for number in "abcdef"
    ]
