"""Translations from the WARC files: imported with sources that nobody described, rebuilt, read again."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import one, record
from test_import import newsarchive, rows
from warc_samples import foreign

from pipelines.archive import open_archive
from pipelines.reextract import reextract

PATH = "/thoi-su/son-ha-khoi-cong-truong-noi-tru-o-muong-lu-1643133.ldo"
VIETNAMESE = (
    "Sáng 3/6, UBND xã Mường Lự khởi công trường phổ thông nội trú trên khu đất 3,2 ha, tổng vốn 86 tỷ đồng.",
    "Trường có 24 phòng học và 40 phòng ở cho 720 học sinh người Dao, người Thái của bốn xã vùng cao.",
    "Ông Giàng A Páo, trưởng bản Khuổi Slao, cho biết dân bản đã hiến gần 6.000 m² ruộng để mở đường vào trường.",
    "Đơn vị thi công hứa bàn giao dãy nhà ở trước Tết, để học sinh không phải trọ nhờ thêm một mùa rét nào nữa.",
)
ENGLISH = (
    "Muong Lu commune broke ground on June 3 for a boarding school on 3.2 hectares, worth VND86 billion.",
    "The school has 24 classrooms and 40 dormitory rooms for 720 Dao and Thai pupils from four highland communes.",
    "Giang A Pao, head of Khuoi Slao hamlet, said that villagers had given 6,000 square metres.",
    "The builder promises to hand over the dormitories before Tet, so that no pupil boards out for another winter.",
)
FRENCH = (
    "La commune de Muong Lu a posé le 3 juin la première pierre d'un internat sur un terrain de 3,2 hectares.",
    "L'école compte 24 salles de classe et 40 chambres pour 720 élèves dao et thaï venus de quatre communes.",
    "Giang A Pao, chef du hameau de Khuoi Slao, dit que les habitants ont cédé près de 6 000 mètres carrés de rizière.",
    "L'entreprise promet de livrer les dortoirs avant le Têt, afin que nul élève ne loge ailleurs un hiver de plus.",
)
OTHER = (
    "Chợ phiên Cẩm Phong họp lại sau hai tháng sửa mái, hơn 150 hộ tiểu thương trở về các dãy hàng cũ từ tuần này.",
    "Ban quản lý chợ miễn phí chỗ ngồi quý đầu cho người bán rau, bán cá từ các xã ven sông lên bán trong ngày.",
    "Bà Lò Thị Mây, bán chè ở chợ đã hơn hai mươi năm, nói mái mới cao và thoáng, mưa to cũng không còn dột nữa.",
    "Phiên đầu tiên bán được gần bốn tấn rau và hơn một tấn cá, theo số liệu mà ban quản lý ghi ở cổng chợ.",
)


def page(title: str, lines: Sequence[str], head: str = "", switch: str = "") -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    day = "<meta property='article:published_time' content='2021-06-03T09:30:00+07:00'>"
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title>{day}{head}</head><body>"
        f"<nav><a href='/'>1</a> <a href='/en/'>English</a>{switch}</nav>"
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


CAM_PHONG = "http://baocamphong.test/kinh-te/cho-phien-hop-lai.html"
MARKET = "http://camphongnews.test/economy/market-reopens.html"
TITLES = ("Sơn Hà khởi công trường nội trú ở Mường Lự", "Son Ha starts a boarding school in Muong Lu")
PAGES = [
    (f"http://baosonha.test{PATH}", page(TITLES[0], VIETNAMESE)),
    (f"http://news.baosonha.test{PATH}", page(TITLES[1], ENGLISH)),
    (f"http://fr.baosonha.test{PATH}", page("Un internat à Muong Lu", FRENCH)),
    (CAM_PHONG, page("Chợ phiên Cẩm Phong họp lại", OTHER, f"<link rel='alternate' hreflang='en' href='{MARKET}'>")),
    (MARKET, page("Market reopens in Cam Phong", ENGLISH[1:], switch=f"<a href='{CAM_PHONG}'>Bản tiếng Việt</a>")),
    ("http://baovanxuyen.test/tin/khac-1643133.html", page("Hội chợ sách mở cửa", [*OTHER[1:], VIETNAMESE[3]])),
]
LINKS = [
    (MARKET, CAM_PHONG),
    (f"http://fr.baosonha.test{PATH}", f"http://baosonha.test{PATH}"),
    (f"http://news.baosonha.test{PATH}", f"http://baosonha.test{PATH}"),
]
LINKED = "SELECT a.url, b.url FROM articles a JOIN articles b ON b.id = a.translation_of ORDER BY 1"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    (folder / "pages.warc.gz").write_bytes(foreign(PAGES))
    done = newsarchive(folder, "import", "--new-sources", "pages.warc.gz")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_articles_of_unknown_hosts_are_linked_and_stay_two(imported: Path) -> None:
    assert rows(imported, LINKED) == LINKS
    assert rows(imported, "SELECT count(*), count(DISTINCT id), count(DISTINCT key) FROM articles") == [(6, 6, 6)]
    assert rows(imported, "SELECT DISTINCT method FROM alternates ORDER BY 1") == [("hreflang",), ("link",)]


def test_rebuilt_from_the_files_they_are_linked_the_same(imported: Path) -> None:
    (imported / "archive.db").rename(imported / "before.db")
    try:
        done = newsarchive(imported, "rebuild")
        assert done.returncode == 0, done.stdout + done.stderr
        assert rows(imported, LINKED) == LINKS
    finally:
        (imported / "before.db").replace(imported / "archive.db")


def test_an_archive_that_knew_of_none_learns_of_them_when_it_is_read_again(imported: Path) -> None:
    archive = open_archive(imported / "archive.db")
    try:
        before = record(archive)
        with archive.transaction() as connection:
            connection.execute("UPDATE articles SET translation_of = NULL")
            connection.execute("UPDATE sources SET read_by = NULL")
            connection.execute("DELETE FROM handles")
        assert one(archive, "SELECT count(*) FROM articles WHERE translation_of IS NOT NULL") == 0
        reextract(archive, (), dry_run=False)
        assert record(archive) == before
    finally:
        archive.close()
