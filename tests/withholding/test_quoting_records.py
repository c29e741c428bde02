"""Records that say what a withdrawn article says: without its words while it is withdrawn, whole again afterwards."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from every_surface import Reader
from small_world import (
    LISTING,
    NEIGHBOUR,
    OWN,
    SAPO,
    SITES,
    TARGET,
    TITLE,
    article_lines,
    crawl_again,
    quoting,
    visit,
)
from worlds import copied, run

sys.path.insert(0, str(Path(__file__).parents[1] / "pipelines"))
from record_side import one, record
from wrong_letters import windows_1258

from crawler.records.exchanges import Stored, capture_of, exchanges
from pipelines.archive import open_archive
from pipelines.catalogue import Catalogue
from pipelines.withholding import carrying, seeking
from pipelines.withholding.words import masking
from pipelines.withholding.words.gate import gate
from pipelines.withholding.words.items import paths_of
from pipelines.withholding.words.masking import Sought
from pipelines.withholding.words.wording import wording

WORDS = (OWN["title"], OWN["sapo"], OWN["quoted"], NEIGHBOUR, TITLE)


@pytest.fixture(scope="module")
def built(with_listings: Path) -> Path:
    return with_listings


def withdraw(path: Path, *more: str) -> None:
    assert run(path, "withdraw", TARGET, "--reason", "theo yêu cầu", "--yes", *more) == 0


def warc(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(path.with_name("archive-warc").iterdir())}


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    archive = open_archive(path)
    found: dict[str, list[dict[str, Any]]] = record(archive)
    archive.close()
    return found


def listing(path: Path) -> list[Stored]:
    (file,) = path.with_name("archive-warc").glob("list-*")
    return [found for found in exchanges(file, ours=True) if isinstance(found, Stored)]


def test_what_else_a_record_says_stays_where_it_was(path: Path) -> None:
    before, said = listing(path), rows(path)
    withdraw(path)
    after = listing(path)
    assert [one.record_id for one in after] == [one.record_id for one in before]
    for old, new in zip(before, after, strict=True):
        assert [(each.offset, each.length) for each in new.records] == [
            (each.offset, each.length) for each in old.records
        ]
        was, now = capture_of(old), capture_of(new)
        assert (now.url, now.status, now.payload_digest, now.withheld) == (
            was.url,
            was.status,
            was.payload_digest,
            None,
        )
    bodies = {capture_of(one).url: capture_of(one).body.decode() for one in after}
    home = SITES["dam-say"]
    assert all(f"Chợ phiên {number}</a>" in bodies[f"{home}/thoi-su"] for number in range(9))
    assert "Chợ phiên đông khách" in bodies[f"{home}/rss/moi.rss"] and TARGET in bodies[f"{home}/rss/moi.rss"]
    assert json.loads(bodies[f"{home}/feed.json"])["items"][1]["title"] == "Chợ phiên đông khách"
    assert "Chợ phiên Cò Mỵ đông khách" in bodies[f"{home}/tin/cho-9.html"]
    others = {each["url"]: each["text"] for each in said["articles"] if each["url"] != TARGET}
    assert {each["url"]: each["text"] for each in rows(path)["articles"] if each["url"] in others} == others


def test_other_tools_read_the_file(path: Path) -> None:
    withdraw(path)
    files = sorted(path.with_name("archive-warc").iterdir())
    subprocess.run([sys.executable, "-m", "warcio.cli", "check", *map(str, files)], check=True)
    assert all(gzip.decompress(file.read_bytes()) for file in files)


def test_undone_every_byte_and_every_row_is_as_it_was(path: Path) -> None:
    files, said = warc(path), rows(path)
    withdraw(path)
    assert warc(path).keys() == files.keys() and warc(path) != files
    assert run(path, "withdraw", TARGET, "--undo", "--yes") == 0
    assert warc(path) == files
    assert rows(path) == said
    assert not list(path.with_name("archive-dark").rglob("*.*"))


def test_destroyed_not_even_the_dark_has_a_word(path: Path) -> None:
    withdraw(path, "--destroy")
    reader = Reader(path=path, words=WORDS)
    for each in path.with_name("archive-dark").rglob("*"):
        if each.is_file():
            reader.look(each.name, each.read_bytes())
    assert reader.at_rest() == set()
    crawl_again(path, [next(iter(quoting(hours=70)))], "later")  # what its link says, goes by the address
    assert Reader(path=path, words=(TITLE,)).at_rest() == set()


def test_a_listing_that_two_withdrawn_articles_stand_in(path: Path) -> None:
    before = warc(path)
    other = f"{SITES['dam-say']}/tin/cho-2.html"
    withdraw(path)
    once = warc(path)
    assert run(path, "withdraw", other, "--reason", "theo yêu cầu", "--yes") == 0
    assert run(path, "withdraw", TARGET, "--undo", "--yes") == 0
    assert "Chợ phiên đông khách" not in "".join(capture_of(one).body.decode() for one in listing(path))
    withdraw(path)
    assert run(path, "withdraw", other, "--undo", "--yes") == 0
    assert warc(path) == once
    assert run(path, "withdraw", TARGET, "--undo", "--yes") == 0
    assert warc(path) == before


def test_destroyed_of_a_listing_that_two_stand_in_the_other_can_come_back(path: Path) -> None:
    other = f"{SITES['dam-say']}/tin/cho-2.html"
    withdraw(path)
    once = {capture_of(one).url: capture_of(one).body for one in listing(path)}
    assert run(path, "withdraw", other, "--reason", "theo yêu cầu", "--yes") == 0
    withdraw(path, "--destroy")
    reader = Reader(path=path, words=WORDS)
    for each in path.with_name("archive-dark").rglob("*.*"):
        reader.look(each.name, each.read_bytes())
    assert reader.at_rest() == set()
    assert run(path, "withdraw", other, "--undo", "--yes") == 0
    assert {capture_of(one).url: capture_of(one).body for one in listing(path)} == once


def test_a_listing_in_windows_1258(path: Path) -> None:
    url = f"{SITES['dam-say']}/cu"
    text = LISTING.decode().replace('charset="utf-8"', 'charset="windows-1258"')
    body, head = windows_1258(text), "Content-Type: text/html; charset=windows-1258\r\n"
    withdraw(path)
    crawl_again(path, [visit(url, 60, body, kind="listing", head=head)], "old")
    (file,) = path.with_name("archive-warc").glob("old-*")
    (found,) = (capture_of(one).body for one in exchanges(file, ours=True) if isinstance(one, Stored))
    assert found == body.replace(windows_1258(TITLE), b"XXXXX").replace(windows_1258(SAPO[:-1]), b"XXXXX") != body


# In a process of its own: pywb patches sockets. Prints the status of each address and what is shown there.
PYWB = """
import json, shutil, sys
from pathlib import Path
import gevent.monkey; gevent.monkey.patch_all()
import requests
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main
from pywb.utils.geventserver import GeventServer

before, after, *urls = sys.argv[1:]
for name, first in (("old", before), ("new", after)):
    main(["init", name])
    main(["add", name, first])
    shutil.copyfile(after, f"collections/{name}/archive/{Path(first).name}")
server = GeventServer(FrontEndApp(config_file=None, custom_config={"collections_root": "collections"}), port=0)
shown = {}
for name in ("old", "new"):
    for url in urls:
        asked = f"http://localhost:{server.port}/{name}/2026id_/{url}"
        answer = requests.get(asked, allow_redirects=False)
        shown[f"{name} {url}"] = [answer.status_code, answer.content.decode()]
print("=" + json.dumps(shown))
server.stop()
"""


def test_it_is_replayed_without_the_words(path: Path, tmp_path: Path) -> None:
    (file,) = path.with_name("archive-warc").glob("list-*")
    before = Path(shutil.copy(file, tmp_path / file.name))
    withdraw(path)
    bodies = {capture_of(one).url: capture_of(one).body.decode() for one in listing(path)}
    urls = [url for url in bodies if "/tin/cu" not in url]  # a redirect
    command = [sys.executable, "-c", PYWB, str(before), str(file), *urls]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    (line,) = (line[1:] for line in done.stdout.splitlines() if line.startswith("="))
    assert json.loads(line) == {f"{name} {url}": [200, bodies[url]] for name in ("old", "new") for url in urls}


@pytest.fixture(scope="module")
def wanted(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = copied(built, tmp_path_factory.mktemp("wanted"))
    withdraw(path)
    return path


@pytest.mark.parametrize("place", ["cut", "clear"])
def test_killed_in_the_middle_the_next_start_ends_the_same(path: Path, wanted: Path, place: str) -> None:
    child = os.fork()
    if child == 0:
        _kill_at(place)
        run(path, "withdraw", TARGET, "--reason", "theo yêu cầu", "--yes")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    archive = open_archive(path)
    carrying.carry_out(archive, Catalogue.beside(path))
    archive.close()
    assert warc(path) == warc(wanted)
    assert Reader(path=path, words=WORDS).at_rest() == set()
    archive = open_archive(path)
    assert one(archive, "SELECT group_concat(sha256) FROM (SELECT sha256 FROM warc_files ORDER BY name)") == one(
        open_archive(wanted), "SELECT group_concat(sha256) FROM (SELECT sha256 FROM warc_files ORDER BY name)"
    )
    archive.close()


def _kill_at(place: str) -> None:
    def killed(*args: object, **more: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(seeking, place, killed)


def test_each_file_is_searched_once_and_what_comes_into_it_later_too(path: Path) -> None:
    withdraw(path)
    archive = open_archive(path)
    catalogue = Catalogue.beside(path)
    assert seeking.seek(archive, catalogue) == []
    with archive.transaction() as connection:  # as if a crash had left its end to be taken in
        connection.execute("UPDATE warc_files SET read_to = read_to + 1 WHERE name LIKE 'list-%'")
    (found,) = seeking.seek(archive, catalogue)
    assert found.looked == 7 and found.rows and not found.hidden.files
    assert seeking.seek(archive, catalogue) == []
    archive.close()


def test_one_look_for_many_articles_finds_what_a_look_for_each_does(path: Path) -> None:
    sought = [
        Sought(article="a", words=wording([TITLE, SAPO], article_lines("x")), paths=paths_of([TARGET])),
        Sought(article="b", words=wording(["Chợ phiên Cò Mỵ đông khách mua"], [])),
        Sought(article="c", words=wording([], []), paths=paths_of([f"{SITES['dam-say']}/tin/cho-7.html"])),
        Sought(article="d", words=wording(["Không đâu nói câu này cả bao giờ"], ["Câu này cũng chẳng ai nói đến."])),
        Sought(article="e", words=wording([], []), names=(NEIGHBOUR, "Lan")),
    ]
    entrance, all_found = gate(sought), set[int]()
    for stored in listing(path):
        kind = stored.metadata["kind"]
        each = {
            number
            for number, one in enumerate(sought)
            if any(one.within(kind).is_there(text) for text, _ in masking.texts(stored))
        }
        assert entrance.let_in(stored) == each
        all_found |= each
    assert all_found == {0, 1, 2, 4}
