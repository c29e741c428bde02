"""Every article of the demo province, fetched over HTTP and read by the chain, against what the province says it is."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from crawler.capture import Capture, Kind
from crawler.demo.expected import Truth
from crawler.demo.province import Province
from crawler.source import Source
from pipelines.article import Article
from pipelines.boilerplate import NO_RULES, learn, page_blocks
from pipelines.chain import run_chain
from pipelines.clean import clean
from pipelines.siterules import rules_from

# These print the sapo as the first paragraph of the body: it stays in the text, where readers of them look for it.
SAPO_IN_BODY = {"en-baosonha", "izasonha", "sonhabusiness", "tapchitrangson"}


@dataclass(frozen=True, kw_only=True)
class Case:
    url: str
    truth: Truth
    article: Article


Cases = Mapping[str, list[Case]]


def fetch(province: Province, url: str, source: Source) -> Capture:
    parts = urlsplit(url)
    host, _, port = province.hosts[parts.netloc].partition(":")
    connection = HTTPConnection(host, int(port), timeout=5)
    try:
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        response = connection.getresponse()
        return Capture(
            record_id=f"<urn:test:{url}>",
            source=source.slug,
            kind=Kind.PAGE,
            url=url,
            final_url=url,
            fetched_at=datetime.now(UTC),
            status=response.status,
            headers=tuple(response.getheaders()),
            body=response.read(),
        )
    finally:
        connection.close()


def read(province: Province, url: str) -> Case:
    host = urlsplit(url).netloc
    source = next(source for source in province.sources if urlsplit(source.homepage).netloc == host)
    result = run_chain(fetch(province, url, source), source)
    assert result.article is not None, (url, result.outcome)
    return Case(url=url, truth=province.truth[url], article=result.article)


def ruled(cases: list[Case]) -> Iterator[Case]:
    """*cases* cleaned again with what each site's articles teach, as the archive does after a batch."""
    sites: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        sites[case.article.source].append(case)
    for site, own in sites.items():
        learned = learn({case.url: page_blocks(case.article.reading.blocks) for case in own})
        rules = rules_from(learned, {})
        for case in own:
            article = clean(case.article.reading, rules, source=site, key=case.article.key, url=case.url)
            yield replace(case, article=article)


@pytest.fixture(scope="module")
def cases() -> Cases:
    """By the rules they are read with; "later" is what the second visit finds new or edited."""
    with Province() as province:
        first = [read(province, url) for url in province.truth]
        province.pass_two()
        found = province.expected
        later = [read(province, url) for url in (*found.news, found.edited, found.reprint)]
    return {"no rules": first, "learned rules": list(ruled(first)), "later": later}


def wanted_text(case: Case) -> str:
    truth = case.truth
    return f"{truth.sapo}\n{truth.text}" if case.article.source in SAPO_IN_BODY else truth.text


def captions(case: Case) -> tuple[str, ...]:
    """Without the stop that parts a caption from its credit ("… on the bridge. Photo: X"): the truth has none."""
    return tuple(image.caption.removesuffix(".") for image in case.article.metadata.images if image.caption)


def published(case: Case) -> str | None:
    """The folder of a picture may tell the day where the page does not; then its method says so."""
    found = case.article.reading.published
    return None if found.method == "image-path" else found.at


FIELDS: dict[str, tuple[Callable[[Case], object], Callable[[Case], object]]] = {
    "title": (lambda case: case.article.metadata.title, lambda case: case.truth.title),
    "sapo": (lambda case: case.article.metadata.summary, lambda case: case.truth.sapo),
    "byline": (lambda case: case.article.metadata.byline, lambda case: case.truth.byline),
    "role": (lambda case: case.article.metadata.byline_role, lambda case: "; ".join(case.truth.role) or None),
    "credit": (lambda case: case.article.metadata.credit, lambda case: case.truth.credit),
    "agency": (lambda case: case.article.metadata.agency, lambda case: case.truth.agency),
    "published": (published, lambda case: case.truth.published_at),
    "language": (lambda case: case.article.reading.language, lambda case: case.truth.language),
    "captions": (captions, lambda case: case.truth.captions),
    "text": (lambda case: case.article.text, wanted_text),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("rules", ["no rules", "learned rules", "later"])
def test_every_article_is_read_as_it_is(cases: Cases, rules: str, field: str) -> None:
    got, wanted = FIELDS[field]
    wrong = {case.url: (got(case), wanted(case)) for case in cases[rules] if got(case) != wanted(case)}
    assert wrong == {}


def test_the_province_is_all_there(cases: Cases) -> None:
    assert len(cases["no rules"]) == len(cases["learned rules"]) >= 60
    assert any(case.article.rules != "0" for case in cases["learned rules"])
    assert len(cases["later"]) >= 3


def test_the_markdown_holds_the_words_of_the_text(cases: Cases) -> None:
    for case in cases["no rules"]:
        article = case.article
        assert article.word_count > 0
        assert all(line in article.markdown for line in article.text.split("\n"))


def test_it_is_the_same_however_often_it_is_read(cases: Cases) -> None:
    for case in cases["no rules"]:
        article = case.article
        again = clean(article.reading, NO_RULES, source=article.source, key=article.key, url=article.url)
        assert again.sha256 == article.sha256
