"""`sources new` on real pages that nobody here wrote, served on loopback; where the environment names their folder."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from looking import archive_in, names, newsarchive

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from local_sites import Pages, Reply, listing, serve

from crawler import identity
from crawler.catalog import parse_source
from crawler.records.exchanges import Stored, exchanges

# Of the set of local and national news: host, language.
SITES = {"rizospastis.gr": "el", "zdrowiutko.info": "pl", "argumenti.ru": "ru"}
MOST = 12


def real_pages(folder: Path) -> dict[str, Pages]:
    """The pages of each site by path, and a homepage that links to them by their titles, beside its menu."""
    found: dict[str, Pages] = {host: {} for host in SITES}
    for stored in exchanges(folder / "daniel.warc.gz", ours=False):
        if not isinstance(stored, Stored) or stored.answer is None:
            continue
        parts = urlsplit(stored.answer.url)
        if parts.netloc in found and len(found[parts.netloc]) < MOST:
            answer = stored.answer.parse()
            kind = answer.http_headers.get_header("Content-Type") or "text/html"
            found[parts.netloc][parts.path] = Reply(answer.content_stream().read(), headers={"Content-Type": kind})
    for pages in found.values():
        home = listing("/politics/", "/economy/", "/contact.html", *pages)
        pages["/"] = Reply(re.sub(rb">B\xc3\xa0i /\w+/[^<]{20,}<", b">A headline of five or more words<", home.body))
        pages |= {path: listing() for path in ("/politics/", "/economy/", "/contact.html")}
    return found


@pytest.fixture(scope="module")
def sites(pages: Path) -> Iterator[dict[str, Pages]]:
    found = real_pages(pages)
    with serve(found) as serving, names({host: site.address for host, site in serving.items()}):
        yield found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("host", SITES)
def test_a_real_site_is_probed_and_its_articles_read(sites: dict[str, Pages], host: str, tmp_path: Path) -> None:
    archive_in(tmp_path)
    done = newsarchive(tmp_path, "sources", "new", f"http://{host}/", "--province", "ha-tinh", "--slug", "real")
    path = tmp_path / "sources" / "real.toml"
    assert path.exists(), done.stdout + done.stderr
    source = parse_source("real", path.read_text(encoding="utf-8"), where=str(path))
    articles = [path for path in sites[host] if len(path) > 40]
    assert len(articles) >= 9
    assert [path for path in articles if not identity.is_article(f"http://{host}{path}", source)] == []
    for path in set(sites[host]) - set(articles):
        assert not identity.is_article(f"http://{host}{path}", source), path
    assert source.language == SITES[host]
    shown = re.findall(r"^\S.*/daniel/", done.stdout, re.M)
    assert len(shown) >= 9, done.stdout
