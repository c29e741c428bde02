"""The fictional province is itself a fixture of much else, so it is examined over real HTTP."""

import gzip
import re
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from itertools import combinations
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from crawler.demo.province import Province

BOT_WALL_BYTES = 177  # as seen in front of Vietnamese sites
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Answer:
    def __init__(self, response: HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        data = response.read()
        self.raw = data
        self.body = gzip.decompress(data) if response.headers.get("Content-Encoding") == "gzip" else data

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def words(self) -> str:
        """The visible text on one line."""
        return one_line(" ".join(html.document_fromstring(self.body).itertext()))


def one_line(text: str) -> str:
    return " ".join(text.split())


def get(province: Province, url: str, timeout: float = 5, method: str = "GET", **headers: str) -> Answer:
    parts = urlsplit(url)
    host, _, port = province.hosts[parts.netloc].partition(":")
    connection = HTTPConnection(host, int(port), timeout=timeout)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path or "/", headers={"Host": parts.netloc} | names)
        return Answer(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def first() -> Iterator[Province]:
    with Province() as province:
        yield province


@pytest.fixture(scope="module")
def second() -> Iterator[Province]:
    with Province() as province:
        province.pass_two()
        yield province


def bare(url: str) -> str:
    return url.replace("http://www.", "http://")


def follow_sections(province: Province, sections: tuple[str, ...]) -> set[str]:
    """Every address that sections and their next pages link."""
    found: set[str] = set()
    pages = list(sections)
    while pages:
        page = pages.pop()
        tree = html.document_fromstring(get(province, page).body, base_url=page)
        tree.make_links_absolute(page)
        found |= {bare(link) for link in tree.xpath("//a/@href")}
        pages += tree.xpath("//a[@rel='next']/@href")
    return found


def follow_sitemap(province: Province, url: str) -> set[str]:
    root = etree.fromstring(get(province, url).body)
    places = {loc.text for loc in root.iter(f"{SITEMAP}loc")}
    if root.tag == f"{SITEMAP}sitemapindex":
        return set().union(*(follow_sitemap(province, place) for place in places))
    return places


def found_by_source(province: Province, slug: str) -> set[str]:
    """What the places named in the source's file lead to and its pattern takes for articles."""
    source = next(source for source in province.sources if source.slug == slug)
    links = follow_sections(province, source.sections)
    for sitemap in source.sitemaps:
        links |= follow_sitemap(province, sitemap)
    for feed in source.feeds:
        links |= {link.text for link in etree.fromstring(get(province, feed).body).iter("link")}
    assert source.article is not None
    return {link for link in links if source.article.search(urlsplit(link).path)} - {province.expected.disallowed}


# -- the texts


def shingles(text: str, size: int = 5) -> set[tuple[str, ...]]:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    syllables = re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char)))
    return {tuple(syllables[n : n + size]) for n in range(len(syllables) - size + 1)}


def test_at_least_sixty_articles_in_two_languages(first: Province) -> None:
    truths = first.truth.values()
    assert first.expected.total == len(truths) >= 60
    english = sum(truth.language == "en" for truth in truths) / len(truths)
    assert 0.33 <= english <= 0.45


def test_articles_are_of_a_believable_length(first: Province, second: Province) -> None:
    lengths = {url: len(truth.text.split()) for url, truth in {**first.truth, **second.truth}.items()}
    assert not {url: n for url, n in lengths.items() if not 120 <= n <= 450}


def test_articles_are_spread_over_the_merger_of_provinces(first: Province) -> None:
    days = [date.fromisoformat(truth.published_at[:10]) for truth in first.truth.values() if truth.published_at]
    assert {day.year for day in days} == set(range(2019, 2027))
    assert sum(day >= date(2025, 7, 1) for day in days) >= 8


def test_vietnamese_is_composed_and_marked(first: Province) -> None:
    for url, truth in first.truth.items():
        whole = f"{truth.title} {truth.sapo} {truth.text}"
        assert unicodedata.is_normalized("NFC", whole), url
        marks = sum(unicodedata.normalize("NFD", char) != char for char in whole) / len(whole)
        assert marks > 0.15 if truth.language == "vi" else marks < 0.01, url


def test_only_the_intended_texts_overlap(second: Province) -> None:
    expected = second.expected
    groups = [{*pair} for pair in (*expected.copies, (expected.reprint, expected.reprint_of))]
    originals = {original: {copy for copy, of in expected.copies if of == original} for _, original in expected.copies}
    sets = {url: shingles(truth.text) for url, truth in second.truth.items()}
    for a, b in combinations(sets, 2):
        contained = len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b]))
        intended = {a, b} in groups or any({a, b} <= copies for copies in originals.values())
        assert contained >= 0.8 if intended else contained < 0.2, (a, b, contained)


def test_agencies_are_named_once_and_credited(first: Province) -> None:
    expected = first.expected
    assert len(expected.copies) >= 3
    for copy, original in expected.copies:
        truth = first.truth[copy]
        assert truth.agency == first.truth[original].agency is not None
        assert truth.credit and truth.agency in truth.credit
        assert truth.byline is None


# -- the servers


def test_every_host_has_its_own_port_with_and_without_www(first: Province) -> None:
    assert len(set(first.hosts.values())) == len(first.sources) == len(first.hosts) / 2
    assert all(first.hosts[f"www.{host}"] == port for host, port in first.hosts.items() if not host.startswith("www."))


def test_every_article_page_has_its_title_and_paragraphs(first: Province) -> None:
    for url, truth in first.truth.items():
        answer = get(first, url)
        words = answer.words
        assert answer.status == 200
        assert one_line(truth.title) in words
        assert one_line(truth.sapo) in words
        assert not [line for line in truth.text.splitlines() if one_line(line.replace(" | ", " ")) not in words]
        assert all(caption in words for caption in truth.captions)


@pytest.mark.parametrize("passes", ["first", "second"])
def test_what_a_source_file_names_leads_to_every_live_article(passes: str, request: pytest.FixtureRequest) -> None:
    province: Province = request.getfixturevalue(passes)
    silent = {province.expected.challenge, province.expected.hanging} if passes == "second" else set()
    for source in province.sources:
        if source.slug not in silent:
            host = urlsplit(source.homepage).netloc
            live = {url for url in province.truth if urlsplit(url).netloc == host}
            assert found_by_source(province, source.slug) == live


def test_source_files_are_short_and_name_the_script_s_sites(first: Province) -> None:
    assert {source.slug for source in first.sources} == set(first.expected.articles)
    assert all(urlsplit(source.homepage).netloc in first.hosts for source in first.sources)


def test_robots_txt(first: Province) -> None:
    robots = get(first, "http://baosonha.test/robots.txt")
    assert robots.headers.get_content_type() == "text/plain"
    assert "Sitemap: http://baosonha.test/sitemap.xml" in robots.text.splitlines()
    disallowed = first.expected.disallowed
    host, path = urlsplit(disallowed).netloc, urlsplit(disallowed).path
    rules = get(first, f"http://{host}/robots.txt").text.splitlines()
    assert any(path.startswith(rule.removeprefix("Disallow: ")) for rule in rules if rule.startswith("Disallow: /"))
    assert disallowed in follow_sections(first, (f"http://{host}/chinh-tri/",))


def test_gzip_for_those_who_accept_it(first: Province) -> None:
    plain = get(first, "http://baosonha.test/rss/home.rss")
    packed = get(first, "http://baosonha.test/rss/home.rss", Accept_Encoding="gzip, deflate")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.raw) < len(plain.raw)
    assert packed.body == plain.body


def test_unknown_paths_and_hosts(first: Province) -> None:
    assert get(first, "http://baosonha.test/khong-co-post1.html").status == 404
    assert get(first, "http://en.baosonha.test/sh/economy/trang-9.html").status == 404
    assert get(first, "http://en.baosonha.test/sh/economy/trang-x.html").status == 404
    assert get(first, "http://baosonha.test/", Host="baovanxuyen.test").status == 421


def test_www_is_another_name_or_a_redirect(first: Province) -> None:
    page = "/en/danh-muc/news-27"
    assert get(first, f"http://www.izasonha.test{page}").status == 200
    links = html.document_fromstring(get(first, f"http://izasonha.test{page}").body).xpath(
        "//div[@class='news-item']/a/@href"
    )
    assert {urlsplit(link).netloc for link in links} == {"izasonha.test", "www.izasonha.test"}
    moved = get(first, f"http://www.tapchitrangson.test{page}")
    assert (moved.status, moved.headers["Location"]) == (301, f"http://tapchitrangson.test{page}")


def test_a_head_request_has_no_body_and_the_connection_goes_on(first: Province) -> None:
    host, _, port = first.hosts["baosonha.test"].partition(":")
    connection = HTTPConnection(host, int(port), timeout=5)
    try:
        for method in ("HEAD", "GET", "GET"):
            connection.request(method, "/rss/home.rss", headers={"Host": "baosonha.test"})
            response = connection.getresponse()
            assert (response.status, bool(response.read())) == (200, method == "GET")
    finally:
        connection.close()


STABLE = [
    "http://baosonha.test/rss/home.rss",
    "http://baosonha.test/sitemap.xml",
    "http://baovanxuyen.test/sitemap.xml",
]


@pytest.mark.parametrize("url", STABLE)
def test_conditional_requests(first: Province, url: str) -> None:
    before = get(first, url)
    again = get(first, url, If_None_Match=before.headers["ETag"])
    assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", before.headers["ETag"])
    assert get(first, url, If_Modified_Since=before.headers["Last-Modified"]).status == 304
    assert get(first, url, If_None_Match='"other"', If_Modified_Since=before.headers["Last-Modified"]).status == 200
    assert get(first, url, If_Modified_Since="yesterday").status == 200


def test_the_second_pass_changes_validators_of_what_changed_only() -> None:
    feed, unchanged, year = STABLE[0], "http://baosonha.test/sitemap.xml", "http://baosonha.test/sitemaps/news-2021.xml"
    with Province() as province:
        before = {url: get(province, url) for url in (feed, unchanged, year)}
        province.pass_two()
        for header, name in (("ETag", "If_None_Match"), ("Last-Modified", "If_Modified_Since")):
            statuses = [get(province, url, **{name: answer.headers[header]}).status for url, answer in before.items()]
            assert statuses == [200, 304, 304]


def test_requests_are_logged_in_order_with_their_host(first: Province) -> None:
    start, since = len(first.requests), time.monotonic()
    get(first, "http://www.baosonha.test/thoi-su/")
    get(first, "http://baosonha.test/kinh-te/")
    asked = first.requests[start:]
    assert [(request.host, request.path) for request in asked] == [
        ("www.baosonha.test", "/thoi-su/"),
        ("baosonha.test", "/kinh-te/"),
    ]
    assert since <= asked[0].time <= asked[1].time <= time.monotonic()


# -- what moves


def test_clocks_counters_and_related_lists_move_with_every_request(first: Province) -> None:
    for url in [next(u for u in first.truth if host in u) for host in ("//en.baosonha", "//izasonha", "//baosonha")]:
        assert get(first, url).words != get(first, url).words
    pattern = r"Today: \d\d/\d\d/\d{4} \d\d:\d\d:\d\d \(GMT\+7\)"
    url = "http://en.baosonha.test/"
    clocks = [re.search(pattern, get(first, url).words) for _ in range(2)]
    assert clocks[0] and clocks[1] and clocks[0][0] != clocks[1][0]


def test_layouts_carry_the_debris_they_imitate(first: Province) -> None:
    english = next(url for url in first.truth if "half" in url)
    page = get(first, english).text
    words = "half-term review, Son Ha province, Party Congress, targets, industrial growth"
    assert page.count(f'alt="{words}"') == 1 and page.count(words) >= 4
    assert "New comment has just been added. Click here" in page
    assert len(html.document_fromstring(page).find_class("item-related")) == 5
    portal = get(first, next(url for url in first.truth if "//izasonha.test/en/" in url)).words
    assert "Business connection" in portal and "Rate exchange" in portal
    magazine = get(first, next(url for url in first.truth if "tapchi" in url and "militia" in url)).words
    assert "BACH CONG HOAN" in magazine and "Saturday, November 13, 2021, 09:06 (GMT+7)" in magazine


# -- the second pass


def test_counts_of_the_second_pass(first: Province, second: Province) -> None:
    expected = first.expected
    gone = {expected.withdrawn, expected.soft_404}
    assert len(expected.news) >= 4
    assert set(first.truth) - set(second.truth) == gone
    assert set(second.truth) - set(first.truth) == {*expected.news, expected.reprint}
    assert sum(expected.added.values()) == len(expected.news) + 1
    changed = [url for url, truth in second.truth.items() if url in first.truth and first.truth[url] != truth]
    assert changed == [expected.edited]


def test_the_edit_changes_three_numbers(first: Province, second: Province) -> None:
    expected = first.expected
    assert len(expected.edits) == 3
    before, after = get(first, expected.edited).words, get(second, expected.edited).words
    for old, new in expected.edits:
        assert old in before and new not in before
        assert new in after and old not in after
        assert old in first.truth[expected.edited].text and new in second.truth[expected.edited].text


def test_withdrawn_and_soft_404(first: Province, second: Province) -> None:
    expected = first.expected
    for url, status in ((expected.withdrawn, 404), (expected.soft_404, 200)):
        assert get(first, url).status == 200
        answer = get(second, url)
        assert answer.status == status
        assert "Không tìm thấy trang" in answer.words
        assert first.truth[url].title not in answer.words


def test_the_reprint_has_a_lead_of_its_own(second: Province) -> None:
    expected = second.expected
    reprint, original = second.truth[expected.reprint], second.truth[expected.reprint_of]
    assert urlsplit(expected.reprint).netloc != urlsplit(expected.reprint_of).netloc
    assert reprint.text.splitlines()[1:] == original.text.splitlines()[:-1]
    assert reprint.title != original.title and reprint.credit == "Theo Báo Sơn Hà"


def test_the_bot_challenge_answers_everything_and_is_no_page(second: Province) -> None:
    host = second.expected.challenge_host
    for path in ("/", "/robots.txt", "/thoi-su"):
        answer = get(second, f"http://{host}{path}")
        assert (answer.status, len(answer.body)) == (200, BOT_WALL_BYTES)
        assert b'document.cookie="D1N=' in answer.body


def test_the_hanging_site_accepts_and_never_answers(second: Province) -> None:
    with pytest.raises(TimeoutError):
        get(second, f"http://{second.expected.hanging_host}/", timeout=0.3)


def test_leaving_ends_the_servers_even_while_one_hangs() -> None:
    with Province() as province:
        province.pass_two()
        host, _, port = province.hosts[province.expected.hanging_host].partition(":")
        connection = HTTPConnection(host, int(port), timeout=5)
        connection.request("GET", "/")
    with pytest.raises((ConnectionError, TimeoutError)):
        connection.getresponse()
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        HTTPConnection(host, int(port), timeout=1).connect()


def test_it_can_be_served_to_be_looked_at() -> None:
    command = [sys.executable, "-m", "crawler.demo", "--pass-two"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "\n"))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    assert any(re.fullmatch(r"127\.0\.0\.1:\d+ +http://www\.baosonha\.test/\n", line) for line in lines)
