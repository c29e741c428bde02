"""Pages after the layouts of the five texts that this project began with, each alone: once of a site that nobody
described, once with its source file. Clock, teasers, widgets, footers, captions and signatures are no text; a date is
right or absent.

``seeds/NAME.html`` is the page, ``seeds/NAME.toml`` what must come of it.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.capture import Capture, Kind
from crawler.catalog import parse_source, source_for_host
from crawler.source import Source
from pipelines.article import Article
from pipelines.chain import run_chain

FOLDER = Path(__file__).parent / "seeds"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
FETCHED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
# What its source file would say of each.
EXTRACT = {
    "daily": 'body = "div.ArticleContent"',
    "journal": 'body = "div.newsdt-page-ct-text"',
    "machine": 'body = "div.art-body"\nsummary = "div.chappeau"\ndate = "time"',
    "zones": 'title = "div.news-title"\nbody = "div.news-content"\ndate = "div.news-date"',
    "zones-bare": 'body = "div.news-content"',
}
# Of what stands around the articles, one line each; none may come out in any field but the keywords.
AROUND = (
    "Today: 27/02/2024", "10:13:31", "New comment has just been added", "Sort:", "Three readies bring",
    "before anybody asked",
    "Le Anh Dong", "arbitration", "scale of 1/500", "Most read", "Weather", "Business connection", "Rate exchange",
    "2531",
    "Văn bản, biểu mẫu", "CERTIFICATE", "Waste water plant", "Three zones, one telephone", "Online", "Visits", "Views",
    "Work permit", "Please state the source", "Friday, November 20", "The militia and three flood",
    "Party cells in scattered",
    "Your comment", "Licence", "Thursday, 15/01/2026", "Water of the Trang", "Upland pupils", "SonHaAI", "Hotline",
    "Related",
)  # fmt: skip


def truth_of(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def described(name: str, url: str) -> Source:
    home = f"{urlsplit(url).scheme}://{urlsplit(url).hostname}/"
    lines = ['name = "Son Ha"', f'homepage = "{home}"', 'province = "bac-ninh-2025"', 'language = "en"', "[extract]"]
    text = "\n".join([*lines, EXTRACT[name]])
    return parse_source(name, text, where=name)


def read(name: str, url: str, source: Source) -> Article:
    capture = Capture(
        record_id=f"urn:seed:{name}",
        source=source.slug,
        kind=Kind.PAGE,
        url=url,
        final_url=url,
        fetched_at=FETCHED_AT,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=(FOLDER / f"{name}.html").read_bytes(),
    )
    article = run_chain(capture, source).article
    assert article is not None
    return article


Seed = tuple[dict[str, Any], Article, bool]  # the truth, the article, whether its source is described


@pytest.fixture(
    params=[(name, known) for name in NAMES for known in (False, True)], ids=lambda each: f"{each[0]}-{each[1]}"
)
def seed(request: pytest.FixtureRequest) -> Seed:
    name, is_known = request.param
    truth = truth_of(name)
    url = truth["url"]
    source = described(name, url) if is_known else source_for_host(urlsplit(url).hostname or "")
    return truth, read(name, url, source), is_known


def test_all_five_are_there() -> None:
    assert set(NAMES) == set(EXTRACT) and len(NAMES) == 5


def test_text(seed: Seed) -> None:
    truth, article, _ = seed
    assert article.text.split("\n") == truth["text"]


@pytest.mark.parametrize("field", ["title", "summary", "byline", "byline_role", "agency", "credit", "dateline"])
def test_what_it_says_of_itself(seed: Seed, field: str) -> None:
    truth, article, _ = seed
    assert getattr(article.metadata, field) == truth.get(field)


def test_pictures_have_their_captions(seed: Seed) -> None:
    truth, article, _ = seed
    images = article.metadata.images
    assert [image.caption for image in images if image.caption] == truth["captions"]
    assert [image.credit for image in images if image.credit] == truth["photographers"]


def test_a_date_is_right_or_absent(seed: Seed) -> None:
    """A picture's address is an estimate, and says so."""
    truth, article, is_known = seed
    published = article.reading.published
    wanted = truth.get("published_at")
    if wanted:
        # 07/06/2021 may be either day in English, as long as nobody says where the paper stands.
        assert published.at == wanted or (published.at is None and not is_known and article.key.endswith("7140.html"))
    else:
        assert published.method in (None, "image-path")
    for clock in ("2024-02-27", "2026-11-20", "2026-01-15", "2024-08-02T", "2024-10-14"):
        assert not (published.at or "").startswith(clock) and not (published.updated_at or "").startswith(clock)


def test_nothing_of_what_stands_around_comes_out(seed: Seed) -> None:
    _, article, _ = seed
    said = article.metadata
    text = "\n".join(filter(None, (article.text, said.title, said.summary, said.byline, said.credit, said.section)))
    assert [line for line in AROUND if line in text] == []


def test_keywords_of_alternative_texts_are_keywords_alone() -> None:
    article = read("daily", truth_of("daily")["url"], source_for_host("en.baovongxuyen.example"))
    assert article.metadata.keywords[0] == "Half-term balance"
    assert "Half-term balance" not in article.text
    assert "Half-term balance" not in "".join(image.caption or "" for image in article.metadata.images)


def test_the_edition_that_a_machine_translates_is_known_by_its_host() -> None:
    url = "https://news.laodong.vn/thoi-su/son-ha-trang-hoang-don-dai-hoi-mua-vang-1640201.ldo"
    assert read("machine", url, source_for_host("news.laodong.vn")).reading.machine_translated


def test_the_same_with_and_without_www() -> None:
    url = truth_of("zones")["url"]
    one, other = (read("zones", each, described("zones", url)) for each in (url, url.replace("://", "://www.")))
    assert (one.text, one.sha256) == (other.text, other.sha256)
