"""Sites of every family, articles under any id, slug, host and spelling: each ends as one article, and as its own.

What is true is known here, since the pages are made up: no two articles become one, none becomes two.
"""

import re
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, open_memory

from crawler import identity
from crawler.capture import Capture
from crawler.catalog import parse_source
from crawler.source import Source
from pipelines import store
from pipelines.archive import Archive
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.fingerprint import fingerprint
from pipelines.keep import keep
from pipelines.versions.readings import prepare

# Family → the path of an article with this id and slug.
PATHS: dict[str, Callable[[int, str], str]] = {
    "cms-body": lambda number, slug: f"/c/{slug}-post{number}.html",
    "b-grid": lambda number, slug: f"/{slug}-{number}.html",
    "yyyymm-hex": lambda number, slug: f"/c/202303/{slug}-{number:07x}/",
    "bbg": lambda number, slug: f"/c/{slug}-postid{number}.bbg" if number > 20_000 else f"/{slug}.bbg",
    "a-id": lambda number, slug: f"/c/{slug}-a{number}.html",
    "izabacninh": lambda number, slug: f"/vi/xem-tin-tuc/article-27/{slug}-{number}.html",
    "liferay": lambda number, slug: f"/web/g/-/details/4790216/{slug}?p_p_id=x{number}",
    "sharepoint": lambda number, slug: f"/Lists/{slug}/View.aspx?ItemID={number}",
    "webforms": lambda number, slug: f"/{slug}.aspx?newsid={number}",
    "nukeviet": lambda number, slug: f"/vi/news/C/{slug}-{number}.html",
    "numbered": lambda number, slug: f"/c/{slug}-{number:04}.html",
}
# Hosts whose paths mean the same articles, and the former one that has its own.
TODAY, FORMER = ("bao.vn", "www.bao.vn", "m.bao.vn", "amp.bao.vn", "alias.vn", "moved.vn"), ("old.vn", "www.old.vn")
SITE = """
name = "Báo"
province = "bac-ninh-2025"
homepage = "https://bao.vn/"
family = "{}"
[[hosts]]
host = "alias.vn"
[[hosts]]
host = "moved.vn"
until = 2025-06-30
same_ids = true
[[hosts]]
host = "old.vn"
until = 2024-06-30
"""
SITES = {family: parse_source(f"bao-{family}", SITE.format(family), where=family) for family in PATHS}
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda path: path,
    lambda path: f"/amp{path}",
    lambda path: f"/mobile{path}",
    lambda path: f"/savefile{path}",
    lambda path: re.sub(r"/([^/]*)$", r"/print/\1", path),
    lambda path: path + ("&" if "?" in path else "?") + "utm_source=zalo&fbclid=x&gidzl=y&amp=1",
    lambda path: path + "#binh-luan",
    lambda path: path if path.endswith("/") or "?" in path else f"{path}/",
)


def test_every_family_is_tried() -> None:
    assert PATHS.keys() == tomllib.loads(files("crawler").joinpath("families.toml").read_text(encoding="utf-8")).keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A look at the true article *article*, by one spelling of its address."""

    article: int
    url: str
    shot: Shot

    @property
    def capture(self) -> Capture:
        return replace(self.shot.capture, url=self.url, final_url=self.url)


def prose(article: int, version: int) -> tuple[str, ...]:
    lines = [f"Đoạn {n} " + " ".join(f"từ{article}x{n}x{word}" for word in range(14)) + "." for n in range(4)]
    edited = lines[0].replace("Đoạn 0", f"Đoạn {version} sửa")
    return (edited, *lines[1:], "Đường dây nóng: 0912 345 678")


@st.composite
def visits(draw: st.DrawFn, family: str) -> list[Visit]:
    found = []
    for article in range(draw(st.integers(2, 5))):
        # few ids and slugs, so that articles share one, the other, or both
        number = draw(st.sampled_from((5, 2025, 10_001, 410_632, 0x2F4E3A1)))
        path = PATHS[family](number, draw(st.sampled_from(("bao-so-3", "le-hoi"))))
        hosts = draw(st.sampled_from((TODAY, TODAY, FORMER)))
        for look in range(draw(st.integers(1, 3))):
            scheme, port = draw(st.sampled_from((("https", ""), ("http", ""), ("http", ":443"), ("https", ":443"))))
            host, spell = draw(st.sampled_from(hosts)), draw(st.sampled_from(SPELLINGS))
            shot = Shot(
                source=f"bao-{family}",
                title=f"Bài thứ {article}" + draw(st.sampled_from(("", "", ", cập nhật"))),
                hour=draw(st.integers(0, 48)),
                lines=prose(article, draw(st.integers(0, 2))),
                number=100 * article + look,
            )
            found.append(Visit(article=article, url=f"{scheme}://{host}{port}{spell(path)}", shot=shot))
    return draw(st.permutations(found))


def visit(archive: Archive, site: Source, seen: Visit) -> str:
    """The id of the article that a page was kept as."""
    rules = store.rules_of(archive.connection, site.slug)
    key = identity.key(seen.url, site)
    article = clean(seen.shot.reading, rules, source=site.slug, key=key, url=seen.url)
    packed, marks = prepare(seen.shot.reading), fingerprint(article.compared)
    result = Result(outcome="article", key=key, article=article, fingerprint=marks, packed=packed)
    with archive.transaction() as connection:
        kept = keep(connection, site, seen.capture, store.Place(file="w", offset=0, length=1), result)
    assert kept is not None and kept.article is not None
    return kept.article


@pytest.mark.parametrize("family", PATHS)
@settings(max_examples=12)
@given(data=st.data())
def test_no_two_articles_become_one_and_none_becomes_two(family: str, data: st.DataObject) -> None:
    site, seen = SITES[family], data.draw(visits(family))
    with tempfile.TemporaryDirectory() as folder:
        archive = open_memory(Path(folder))
        with archive.transaction() as connection:
            store.ensure_source(connection, site)
        for each in seen:
            assert identity.is_article(each.url, site)
            visit(archive, site, each)
        truth = {each.capture.record_id: each.article for each in seen}
        kept: dict[str, set[int]] = defaultdict(set)
        for record_id, article in archive.connection.execute("SELECT record_id, article FROM captures"):
            kept[article].add(truth[record_id])
        assert sorted(kept.values(), key=min) == [{article} for article in sorted(set(truth.values()))]
        for article, owners in kept.items():
            texts = archive.connection.execute("SELECT text FROM revisions WHERE article = ?", (article,)).fetchall()
            assert all(f"từ{owner}x3x13" in text for owner in owners for (text,) in texts)
        archive.connection.close()


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(PATHS)),
    st.integers(1, 0xFFFFFFF),
    *[st.tuples(st.sampled_from(TODAY), st.sampled_from(SPELLINGS), st.sampled_from(("http", "https")))] * 2,
)
def test_spellings_of_one_address_have_one_key(
    family: str, number: int, one: tuple[str, Callable[[str], str], str], other: tuple[str, Callable[[str], str], str]
) -> None:
    path = PATHS[family](number, "le-hoi")
    urls = [f"{scheme}://{host}{spell(path)}" for host, spell, scheme in (one, other)]
    keys = {identity.key(url, SITES[family]) for url in urls}
    assert len(keys) == 1
    assert identity.key(urls[0].replace(one[0], "old.vn"), SITES[family]) not in keys
