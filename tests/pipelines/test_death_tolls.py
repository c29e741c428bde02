"""Which death tolls were revised, asked of an archive of pages that were fetched twice."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from old_archive import make
from test_rebuild import visit

from pipelines.export import export
from pipelines.publish.dictionary import canned_queries
from pipelines.publish.server import datasette

QUERY = canned_queries()["revised-death-tolls"].sql
# (title, a paragraph before its edit and after it, the tolls that were revised)
EDITED: Sequence[tuple[str, str, str, list[tuple[str, str]]]] = (
    (
        "Lũ ống cuốn trôi lán thợ ở Nậm Cang",
        "Trận lũ ống rạng sáng 3/8 làm 3 người chết, 7 người mất tích; 12 ngôi nhà bị cuốn trôi.",
        "Trận lũ ống rạng sáng 3/8 làm 5 người chết, 5 người mất tích; 14 ngôi nhà bị cuốn trôi.",
        [("3", "5"), ("7", "5")],
    ),
    (
        "Sạt lở đất vùi lấp một nhà dân ở Bản Khoang",
        "Theo UBND xã, vụ sạt lở đã khiến hai người trong một gia đình tử vong.",
        "Theo UBND xã, vụ sạt lở đã khiến bốn người trong một gia đình tử vong.",
        [("hai", "bốn")],
    ),
    (
        "Xe khách lật trên đèo Mây",
        "Đến chiều cùng ngày, số người thiệt mạng đã tăng lên 9, bệnh viện huyện cho biết.",
        "Đến sáng hôm sau, số người thiệt mạng đã tăng lên 11, bệnh viện huyện cho biết.",
        [("9", "11")],
    ),
    (
        "Ferry sinks off Hon Da island",
        "The ferry sank within minutes on Tuesday, and the death toll stands at 14, the coast guard said.",
        "The ferry sank within minutes on Tuesday, and the death toll rises to 17, the coast guard said.",
        [("14", "17")],
    ),
    (
        "Boiler explodes at a paper mill",
        "The blast at the mill killed at least three workers before firefighters arrived from the town.",
        "The blast at the mill killed at least four workers before firefighters arrived from the town.",
        [("three", "four")],
    ),
    (
        "Cháy chợ huyện Sơn Hà",
        "Vụ cháy không gây thương vong, thiệt hại ước tính 12,5 tỷ đồng.",
        "Vụ cháy không gây thương vong, thiệt hại ước tính 15,5 tỷ đồng.",
        [],
    ),
    (
        "Tai nạn trên đường liên xã Tân Phú",
        "Vụ tai nạn ngày 12/9 làm ba người chết tại chỗ, theo công an huyện.",
        "Vụ tai nạn ngày 13/9 làm ba người chết tại chỗ, theo công an huyện.",
        [],
    ),
    (
        "Cháu bé bị nước cuốn ở suối Đục",
        "Nạn nhân là cháu bé 6 tuổi tử vong khi theo mẹ ra suối giặt đồ.",
        "Nạn nhân là cháu bé 8 tuổi tử vong khi theo mẹ ra suối giặt đồ.",
        [],
    ),
    (
        "Rét đậm ở vùng cao",
        "Đợt rét làm 320 con trâu, bò chết ở các xã vùng cao của huyện.",
        "Đợt rét làm 410 con trâu, bò chết ở các xã vùng cao của huyện.",
        [],
    ),
    (
        "Giá cà phê lập đỉnh mới",
        "Giá cà phê nhân xô sáng nay đạt 98.500 đồng một ki lô gam, cao nhất từ đầu vụ.",
        "Giá cà phê nhân xô sáng nay đạt 99.200 đồng một ki lô gam, cao nhất từ đầu vụ.",
        [],
    ),
    (
        "Bridge collapse trial opens",
        "The trial over the collapse that killed 11 people on March 12 opened before a full court.",
        "The trial over the collapse that killed 11 people on March 14 opened before a full court.",
        [],
    ),
)
VI = "Lực lượng chức năng của huyện đã có mặt từ sớm; chính quyền xã vận động bà con lối xóm góp gạo, góp công giúp đỡ."
EN = "Officials of the district came early in the morning, and neighbours brought rice, blankets and a helping hand."


def page(number: int, lead: str) -> bytes:
    title, before, *_ = EDITED[number]
    more = EN if before.isascii() else VI
    lines = "".join(f"<p>{line}</p>" for line in (lead, f"{more} ({number})", f"{title}. {more}"))
    return f"<html><title>{title}</title><article><h1>{title}</h1>{lines}</article></html>".encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = [visit("song", n, n, page(n, before)) for n, (_, before, _, _) in enumerate(EDITED)]
    again = [visit("song", n, 100 + n, page(n, after)) for n, (_, _, after, _) in enumerate(EDITED)]
    made = make(tmp_path_factory.mktemp("tolls"), [*first, *again])
    made.close()
    return made.path


def test_tolls_are_found_and_nothing_that_looks_like_one(archive: Path) -> None:
    connection = sqlite3.connect(archive)
    rows = connection.execute(f"SELECT title, old, new FROM ({QUERY})").fetchall()
    edited = connection.execute("SELECT count(*) FROM articles WHERE revision = 2").fetchone()
    connection.close()
    assert edited == (len(EDITED),)
    expected = [(title, *toll) for title, _, _, tolls in EDITED for toll in tolls]
    assert sorted(rows) == sorted(expected)


def test_the_answer_says_where_and_how(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "tolls.json"
    export(archive, QUERY, out)
    found = {row["title"]: row for row in json.loads(out.read_text("utf-8"))}
    row = found["Xe khách lật trên đèo Mây"]
    said = "Đến sáng hôm sau, số người thiệt mạng đã tăng lên [9 → 11] , bệnh viện huyện cho biết."
    assert row["passage"] == said
    assert (row["source"], row["field"], row["silent"], row["seen_at"][:4]) == ("song", "text", 1, "2024")


def test_datasette_answers_it_too(archive: Path, tmp_path: Path) -> None:
    answer = asyncio.run(datasette(archive).client.get("/archive/revised-death-tolls.json?_shape=array"))
    assert answer.status_code == 200
    assert len(answer.json()) == sum(len(tolls) for *_, tolls in EDITED)
