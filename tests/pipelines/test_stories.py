"""What the rows say of a story: whose it is, who repeats it, how much, and what each added."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from record_side import SOURCES, Shot, one, open_memory, take

from crawler.source import Source
from pipelines.archive import Archive
from pipelines.article import compared
from pipelines.copies.comparing import Comparing
from pipelines.copies.similarity import prepare

LINES = tuple(
    f"{start} {middle}, {end}."
    for start, middle, end in (
        ("Sáng mùng 4, hợp tác xã Nà Tông mở kho lạnh đầu tiên của huyện", "chứa được 60 tấn mận", "đủ cho ba xã"),
        ("Kho do 112 hộ góp vốn", "mỗi hộ từ hai đến năm triệu đồng", "phần còn lại vay của quỹ khuyến nông"),
        (
            "Trước đây thương lái ép giá còn ba nghìn đồng một cân",
            "bà con bán chạy trong mười ngày",
            "có nhà đổ bỏ",
        ),
        (
            "Ông Vàng A Sử, chủ nhiệm, nói quả xếp trong kho giữ được bốn mươi ngày",
            "không héo cuống",
            "vỏ còn phấn",
        ),
        ("Huyện đã nối điện ba pha tới tận cổng", "làm thêm 700 m đường bê tông", "xe tải năm tấn vào được"),
        (
            "Chi nhánh ngân hàng ở thị trấn cho vay lãi thấp",
            "chỉ cần chữ ký của trưởng bản",
            "giải ngân trong tuần",
        ),
        ("Vụ sau hợp tác xã sẽ sấy dẻo quả loại hai", "dán tem truy xuất từng thùng", "gửi chào hàng bốn siêu thị"),
        (
            "Phòng nông nghiệp tính kho giúp mỗi hộ thêm bảy triệu đồng một vụ",
            "chưa kể công gặt",
            "bằng nửa con bò",
        ),
        ("Các bản Háng Dề và Phình Hồ cũng xin làm theo", "nhưng còn thiếu mặt bằng", "huyện hứa trả lời trước rằm"),
        (
            "Người già trong bản bảo chưa năm nào mận chín mà nhà không lo",
            "năm nay trẻ vẫn đến lớp đủ",
            "chợ vẫn họp",
        ),
    )
)
OWN = "Phóng viên báo chúng tôi có mặt từ năm giờ sáng, khi chuyến xe mận đầu tiên còn ướt sương lăn bánh vào kho."
A = Shot(page="a", lines=LINES[:8], published="2026-03-01T06:00+07:00")
B = Shot(page="b", source="nui", lines=(*LINES[:8], OWN), published="2026-03-01T08:00+07:00")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def rows(archive: Archive) -> dict[str, tuple[Any, ...]]:
    """By page: relation, the page that it repeats, similarity, added."""
    sql = (
        "SELECT replace(a.url, rtrim(a.url, replace(a.url, '/', '')), ''), a.relation,"
        " (SELECT replace(o.url, rtrim(o.url, replace(o.url, '/', '')), '') FROM articles o WHERE o.id = a.reprint_of),"
        " a.similarity, a.added FROM articles a"
    )
    return {page: tuple(rest) for page, *rest in archive.connection.execute(sql)}


def test_a_reprint_says_of_what_and_how_much_and_what_it_added(archive: Archive) -> None:
    take(archive, [B, A])
    relation, of, similarity, added = rows(archive)["b"]
    assert (relation, of, added) == ("reprint", "a", OWN)
    assert similarity == one(archive, "SELECT jaccard FROM copies") > 0.7
    assert rows(archive)["a"] == ("original", None, None, None)


def test_a_reprint_of_a_reprint_is_compared_with_the_original_itself(archive: Archive) -> None:
    chain = [Shot(page=f"p{at}", source="nui", lines=LINES[at : at + 7], hour=at) for at in (0, 1, 3)]
    take(archive, chain)
    assert one(archive, "SELECT count(*) FROM copies") == 2
    relation, of, similarity, added = rows(archive)["p3"]
    assert (relation, of) == ("reprint", "p0")
    assert 0 < similarity < 0.5
    assert added.splitlines() == [*LINES[7:10]]


def test_another_title_moves_nothing_of_what_was_added(archive: Archive) -> None:
    """Articles are compared by their titles too; what was added is of the text alone."""
    reprint = replace(B, title="Một tiêu đề khác hẳn mà tờ báo kia đặt cho bài của mình")
    take(archive, [A, reprint], learn=False)
    assert rows(archive)["b"][3] == OWN


def test_when_the_original_is_edited_what_was_added_is_told_anew(archive: Archive) -> None:
    take(archive, [A, B])
    take(archive, [replace(A, lines=(*LINES[:8], OWN), hour=5)])
    assert rows(archive)["b"] == ("reprint", "a", 1.0, None)
    take(archive, [replace(A, lines=LINES[:7], hour=6)])
    assert rows(archive)["b"][3] == f"{LINES[7]}\n{OWN}"


def test_the_same_text_under_another_key_stays_two_articles_in_one_story(archive: Archive) -> None:
    moved = [replace(A, page="chuyen-muc-moi-a", hour=9), replace(A, source="bien", page="ten-mien-moi", hour=10)]
    take(archive, [A, *moved])
    assert one(archive, "SELECT articles, sources FROM stories") == (3, 2)
    assert {page: said[:3] for page, said in rows(archive).items()} == {
        "a": ("original", None, None),
        "chuyen-muc-moi-a": ("reprint", "a", 1.0),
        "ten-mien-moi": ("reprint", "a", 1.0),
    }


def test_every_id_that_was_a_storys_leads_to_the_story(archive: Archive) -> None:
    former: set[str] = set()
    for hour, source in enumerate(("bien", "nui", "song")):
        take(archive, [Shot(page=f"p{hour}", source=source, lines=LINES[:8], hour=hour)])
        former |= {id_ for (id_,) in archive.connection.execute("SELECT id FROM stories")}
    (now,) = archive.connection.execute("SELECT id FROM stories").fetchone()
    for id_ in former:
        assert one(archive, "SELECT story FROM articles WHERE id = ?", id_) == now


def test_a_date_or_a_credit_that_changes_alone_is_told(archive: Archive) -> None:
    take(archive, [A, replace(B, lines=LINES[:8])])
    assert rows(archive)["b"][:2] == ("reprint", "a")
    take(archive, [replace(A, agency="VOV", credit="Nguồn: VOV", hour=4)])
    assert rows(archive)["a"][:3] == ("reprint", "b", 1.0)
    nui = one(archive, "SELECT id FROM articles WHERE source = 'nui'")
    assert one(archive, "SELECT agency, first_article FROM stories") == ("VOV", nui)


def test_a_story_says_whose_words_it_is(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    credited = replace(B, agency="TTXVN", credit="Theo TTXVN")
    take(archive, [A, credited])
    assert one(archive, "SELECT agency FROM stories") == "TTXVN"
    assert one(archive, "SELECT agency FROM articles WHERE source = 'song'") is None  # as printed
    plus = Source(slug="plus", name="VietnamPlus", homepage="http://vietnamplus.vn/")
    monkeypatch.setitem(SOURCES, "plus", plus)
    with archive.transaction():
        archive.connection.execute(
            "INSERT INTO sources (slug, name, homepage) VALUES ('plus', 'VietnamPlus', 'http://vietnamplus.vn/')"
        )
    late = replace(A, page="c", source="plus", hour=12, published="2026-03-01T09:00+07:00")
    take(archive, [late], learn=False)
    assert rows(archive)["c"][0] == "original"
    assert {page: said[1] for page, said in rows(archive).items()} == {"a": "c", "b": "c", "c": None}


def test_a_hundred_copies_of_one_text_are_one_story_without_an_edge_for_each_pair(archive: Archive) -> None:
    take(archive, [Shot(page=f"p{at}", lines=LINES, number=at) for at in range(100)], learn=False)
    assert one(archive, "SELECT articles FROM stories") == 100
    assert one(archive, "SELECT count(*) FROM copies") == 99
    assert one(archive, "SELECT count(*) FROM articles WHERE similarity = 1.0") == 99


def test_texts_at_hand_take_no_more_than_they_may(archive: Archive) -> None:
    take(archive, [A, B, Shot(page="c", lines=LINES[2:])], learn=False)
    texts = Comparing(most_bytes=30_000, most_of_outlines=2_000)
    for _ in range(3):
        for n, *words in archive.connection.execute("SELECT n, title, summary, text FROM articles").fetchall():
            assert texts.of(archive.connection, [n])[n].words.words == prepare(compared(*words)).words
            assert 0 < texts.bytes <= 30_000
    texts.clear()
    for _ in range(3):
        for n, *words in archive.connection.execute("SELECT n, title, summary, text FROM articles").fetchall():
            assert texts.outlines(archive.connection, [n]) == {n: prepare(compared(*words)).outline}
            assert 0 < texts.bytes <= 2_000
