"""Dates over generated layouts: the true one where it stands, none where it doesn't; never another's."""

from datetime import datetime

from dated_layouts import FAMILIES, FED, FETCHED, FORMATS, HEAD_NOISES, LINES, NOISES, STATED, TIMES, Layout
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.links import Link
from crawler.source import Source
from pipelines.article import Page, Published
from pipelines.dates import find_published
from pipelines.reading.page.head import head_of

SOURCE = Source(slug="bao", name="Báo Sơn Hà", homepage="https://bao.test/")
PLACES = (*STATED, *TIMES, *FED, *LINES, "url")

noises = st.lists(
    st.tuples(st.integers(0, len(NOISES) - 1), st.integers(0, 9), st.integers(3, 3000), st.booleans()),
    max_size=7,
).map(tuple)
moments = st.datetimes(min_value=datetime(2012, 1, 1), max_value=datetime(2024, 2, 24)).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0)
)
slots = st.sampled_from(["dated", "dated", "above", "after"])


def layouts(place: st.SearchStrategy[str | None]) -> st.SearchStrategy[Layout]:
    return st.builds(
        Layout,
        family=st.sampled_from(list(FAMILIES)),
        place=place,
        form=st.sampled_from(list(FORMATS)),
        slot=slots,
        true=moments,
        short=st.booleans(),
        head=st.sampled_from(list(HEAD_NOISES)),
        noises=noises,
    )


def read(layout: Layout) -> Published:
    link = Link(url=layout.url, published_at=layout.fed, via_kind=FED[layout.place or ""]) if layout.fed else None
    tree = html.document_fromstring(layout.render())
    return find_published(head_of(Page(url=layout.url, fetched_at=FETCHED, source=SOURCE, tree=tree, link=link)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(layouts(st.none()))
def test_no_date_where_the_page_states_none(layout: Layout) -> None:
    found = read(layout)
    assert found.at is None, found
    assert found.updated_at is None, found


@settings(max_examples=600, deadline=None, derandomize=True)
@given(layouts(st.sampled_from(PLACES)))
def test_the_true_date_is_found_where_it_stands(layout: Layout) -> None:
    found = read(layout)
    assert found.at is not None
    true = layout.true
    exact = true.strftime("%Y-%m-%dT%H:%M:%S+07:00"), true.strftime("%Y-%m-%dT%H:%M+07:00")
    assert found.at in exact if layout.place != "url" else found.at == f"{true:%Y-%m-%d}", found
    assert not found.conflict, found
