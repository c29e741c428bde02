"""What a living article says itself stays as it is, whatever a withdrawn one of its newspaper said alike."""

from pathlib import Path

import pytest
from every_surface import Reader
from small_world import (
    NEIGHBOUR,
    OWN,
    SAPO,
    SHARED,
    SITES,
    TARGET,
    TITLE,
    article_lines,
    crawl_again,
    page,
    visit,
)
from worlds import copied, run

from crawler.records.exchanges import Stored, capture_of, exchanges
from pipelines.archive import open_archive
from pipelines.withholding.words.redacting import SIGN

HOME = SITES["dam-say"]
BACKGROUND, REPRINT, LATER = (f"{HOME}/tin/{name}.html" for name in ("nen-51", "dang-lai-52", "nen-53"))
# Begins as the sapo of the withdrawn article does, and goes on otherwise.
ALIKE = f"{SAPO[:32]} mùa cá về, người già trong bản nói thế khi ngồi vá lưới bên bếp lửa nhà sàn của mình."
BOX = (
    f'<div class="lien-quan"><h4>Tin liên quan</h4><ul><li><a href="{TARGET}" title="{TITLE}">{TITLE}</a>'
    f"<p>{SAPO}</p></li></ul></div>"
)
LEAKED = f"<p><b>Đọc thêm: {TITLE}</b></p>"


def background(number: int, *, leaked: str = "") -> bytes:
    lines = [
        f"Kỳ họp thứ {number} của xã bàn việc sửa kênh, ai cũng muốn xong trước khi lúa vào đòng, kẻo lỡ mất con nước.",
        ALIKE,
        SHARED[0],
        f"Tổ thủy nông nhận {number} cây số kênh, mỗi nhà cử một người, làm cuốn chiếu từ đầu nguồn xuống cuối bản.",
        *([leaked] if leaked else []),
        SHARED[1],
    ]
    return page(f"Xã bàn sửa kênh lần {number}", lines, sapo=f"Cuộc họp thứ {number} bàn việc sửa kênh.", around=BOX)


def reprint() -> bytes:
    # But for the lines that the other one has as well: what three articles say is taken for the site's.
    lines = [SAPO, *(line for line in article_lines(OWN["edited"]) if line not in SHARED[:2])]
    return page("Chuyện con đập đăng lại", lines, published="2026-03-02T08:15:00+07:00")


@pytest.fixture(scope="module")
def built(crawled_twice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = copied(crawled_twice, tmp_path_factory.mktemp("living"))
    crawl_again(path, [visit(BACKGROUND, 51, background(51))], "living")
    return path


def withdraw(path: Path, article: str = TARGET, *more: str) -> None:
    assert run(path, "withdraw", article, "--reason", "theo yêu cầu", *more, "--yes") == 0


def shown(path: Path) -> dict[str, str]:
    """What the WARC files have of each address, last."""
    files = sorted(path.with_name("archive-warc").iterdir())
    captures = [capture_of(one) for file in files for one in exchanges(file, ours=True) if isinstance(one, Stored)]
    return {one.url: one.body.decode("utf-8", "replace") for one in captures}


def text(path: Path, url: str) -> str:
    archive = open_archive(path)
    (found,) = archive.connection.execute(
        "SELECT coalesce(title, '') || coalesce(summary, '') || text FROM articles WHERE url = ?", (url,)
    )
    archive.close()
    return str(found[0])


def rebuild(path: Path) -> None:
    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    assert run(path, "rebuild") == 0


def test_a_paragraph_that_the_newspaper_prints_in_many_articles_stays_in_them(path: Path) -> None:
    before = text(path, BACKGROUND)
    withdraw(path)
    crawl_again(path, [visit(LATER, 90, background(53))], "later")
    bodies = shown(path)
    for url in (BACKGROUND, LATER):
        assert all(line in bodies[url] for line in (*SHARED[:2], ALIKE)), bodies[url]
        assert TITLE not in bodies[url] and SAPO not in bodies[url] and SIGN in bodies[url]
    assert text(path, BACKGROUND) == before and all(line in text(path, LATER) for line in (*SHARED[:2], ALIKE))
    rebuild(path)
    assert text(path, BACKGROUND) == before and SIGN not in text(path, LATER)
    assert shown(path) == bodies


def test_its_reprint_under_another_key_stays_whole(path: Path) -> None:
    crawl_again(path, [visit(REPRINT, 52, reprint())], "reprint")
    before = text(path, REPRINT)
    withdraw(path, TARGET, "--destroy")
    assert text(path, REPRINT) == before and SAPO in before
    assert all(line in shown(path)[REPRINT] for line in (SAPO, *SHARED[2:]))


def test_what_leaked_into_its_reading_goes_and_the_rest_stays(path: Path) -> None:
    crawl_again(path, [visit(LATER, 60, background(53, leaked=LEAKED))], "leaked")
    assert TITLE in text(path, LATER)
    withdraw(path)
    found = text(path, LATER)
    assert f"Đọc thêm: {SIGN}" in found and all(line in found for line in (*SHARED[:2], ALIKE))
    assert Reader(path=path, words=(TITLE,)).at_rest() == set()
    rebuild(path)
    assert text(path, LATER) == found


@pytest.mark.parametrize("first", [TARGET, BACKGROUND])
def test_two_are_withdrawn_and_one_comes_back_as_it_was_but_for_the_other(path: Path, first: str) -> None:
    before, alone = text(path, BACKGROUND), copied(path, path.parent / "alone")
    withdraw(alone)
    withdraw(path, first)
    withdraw(path, ({TARGET, BACKGROUND} - {first}).pop())
    assert run(path, "withdraw", BACKGROUND, "--undo", "--yes") == 0
    assert text(path, BACKGROUND) == before
    assert shown(path) == shown(alone)


def test_destroyed_after_another_was_withdrawn_nothing_of_it_is_kept(path: Path) -> None:
    withdraw(path)
    withdraw(path, BACKGROUND, "--destroy")
    dark = [one.read_text("utf-8") for one in path.with_name("archive-dark").glob("*.json")]
    assert not any("muacave" in one for one in dark)


def test_a_name_goes_from_the_box_and_stays_in_what_another_article_says(path: Path) -> None:
    says = article_lines(OWN["edited"])[5]
    crawl_again(path, [visit(LATER, 60, background(53, leaked=f"<p>{says}</p>"))], "names")
    before = text(path, LATER)
    assert run(path, "redact", TARGET, NEIGHBOUR, "--reason", "theo yêu cầu", "--yes") == 0
    body = shown(path)[LATER]
    assert TITLE not in body and f"Ông {SIGN} bên con đập" in body
    assert NEIGHBOUR in says and says in body and text(path, LATER) == before
