"""A source as a file and back."""

import re
import string
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import catalog, provinces
from crawler.catalog import parse_source
from crawler.demo.province import load_sources
from crawler.newsites.write_source import write_source
from crawler.source import Expect, Host, Selectors, Source
from crawler.source_keys import KINDS, REQUISITES


def shown(source: Source) -> dict[str, object]:
    """Patterns compare by identity once the cache has let them go."""
    return {
        field.name: (value.pattern, value.flags) if isinstance(value, re.Pattern) else value
        for field in fields(Source)
        for value in [getattr(source, field.name)]
    }


def again(source: Source) -> Source:
    return parse_source(source.slug, write_source(source), where="test")


@pytest.mark.parametrize("source", [*catalog.load(None).sources.values(), *load_sources()], ids=lambda s: s.slug)
def test_a_file_of_ours_comes_back_as_it_was(source: Source) -> None:
    assert shown(again(source)) == shown(source)


def test_it_reads_as_a_person_writes_it() -> None:
    text = write_source(
        Source(
            slug="baosonha",
            name='Báo "Sơn Hà"',
            homepage="https://baosonha.vn/",
            province="ha-tinh",
            article=re.compile(r"-(?P<id>\d+)\.html$"),
            feeds=("https://baosonha.vn/rss/home.rss", "https://feeds.example/a.rss"),
            hosts=(Host(host="baosonha.com.vn", until=date(2020, 1, 31)),),
            expect=Expect(articles_per_week=70),
        ),
        comment="Probed on 2026-11-22.\nNot read by anybody.",
    )
    assert text == (
        "# Probed on 2026-11-22.\n"
        "# Not read by anybody.\n"
        'name     = "Báo \\"Sơn Hà\\""\n'
        'homepage = "https://baosonha.vn/"\n'
        'province = "ha-tinh"\n'
        "article  = '-(?P<id>\\d+)\\.html$'\n"
        'feeds    = ["/rss/home.rss", "https://feeds.example/a.rss"]\n'
        "[[hosts]]\n"
        'host  = "baosonha.com.vn"\n'
        "until = 2020-01-31\n"
        "[expect]\n"
        "articles_per_week = 70\n"
    )


def test_what_a_family_says_is_not_said_again() -> None:
    text = 'name = "A"\nhomepage = "http://a.test/"\nfamily = "cms-body"\n'
    source = parse_source("a", text, where="test")
    assert len(write_source(source).splitlines()) == 3
    own = parse_source("a", text + "[extract]\ntitle = 'h2'\n", where="test")
    assert write_source(own).splitlines()[3:] == ["[extract]", 'title = "h2"']


def test_a_source_that_undoes_its_family_is_written_out() -> None:
    source = Source(slug="a", name="A", homepage="http://a.test/", family="bbg", article=re.compile("x$"))
    found = again(source)
    assert (found.family, found.exclude, found.selectors) == (None, None, Selectors())
    assert found.article is not None
    assert found.article.pattern == "x$"


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: f"n{text}".strip())
HOSTS = st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda text: f"{text}.test")
PATHS = st.text(string.ascii_letters + string.digits + "/-_.%", max_size=12).map(lambda path: f"/{path.lstrip('/')}")
URLS = st.builds("http://{}{}".format, HOSTS, PATHS)
PATTERNS = st.sampled_from([None, r"-(?P<id>\d+)\.html$", "it's-\\d+$", '"x"\\.bbg$', "a\tb", "plain"])
DAYS = st.none() | st.dates()
SOURCES = st.builds(
    Source,
    slug=st.just("any"),
    name=NAMES,
    homepage=URLS,
    kind=st.sampled_from(KINDS),
    province=st.none() | st.sampled_from(sorted(provinces.load())),
    language=st.sampled_from(["vi", "en", "und"]),
    edition=st.sampled_from(["", "en"]),
    day_first=st.booleans(),
    article=PATTERNS.map(lambda text: re.compile(text) if text else None),
    exclude=PATTERNS.map(lambda text: re.compile(text) if text else None),
    hosts=st.lists(st.builds(Host, host=HOSTS, until=DAYS, same_ids=st.booleans()), max_size=2).map(tuple),
    feeds=st.lists(URLS, max_size=3).map(tuple),
    sections=st.lists(URLS, max_size=3).map(tuple),
    requisites=st.sampled_from(REQUISITES),
    keep=st.lists(NAMES, max_size=2).map(tuple),
    delay=st.floats(1, 1e9),
    legacy_tls=st.booleans(),
    selectors=st.builds(Selectors, title=st.none() | st.just("h1.a, h2"), drop=st.just(()) | st.just((".x", "p > b"))),
    expect=st.builds(Expect, articles_per_week=st.none() | st.integers(1, 10**6)),
    reason=st.none() | NAMES,
    started=DAYS,
    machine_translated=st.booleans(),
)


@given(SOURCES)
def test_any_source_comes_back_as_it_was(source: Source) -> None:
    assert shown(again(source)) == shown(source)
