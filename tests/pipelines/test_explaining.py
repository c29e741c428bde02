"""Why a line is in the text or is not: what is said of each block is what cleaning did."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_side import Shot
from site_pages import COUNTER, HOTLINE, OWN, body, page
from test_rebuild import visit
from warc_samples import ours

from pipelines.archive import create
from pipelines.article import Block, Image, Metadata, Reading
from pipelines.boilerplate import Rules, block_key, place_key
from pipelines.catalogue import Catalogue
from pipelines.clean import put_in_order
from pipelines.explaining import CAPTION, explain
from pipelines.ingest import Ingest
from pipelines.recover import recover
from schedules.cli import run

PROSE = "Sáng nay, bà con thôn Đông đã góp công làm xong con đường ra cánh đồng."
MORE = "Theo trưởng thôn, đoạn còn lại sẽ được đổ bê tông trước mùa mưa năm nay."
BOX = "div.hop/p"


def reading(*blocks: Block) -> Reading:
    metadata = Metadata(
        title="Con đường mới", images=(Image(url="a", caption="Con đường"),), noise=("Con đường", "Bạn đọc viết")
    )
    return replace(Shot(lines=("x",)).reading, metadata=metadata, blocks=blocks)


def test_each_reason() -> None:
    rules = Rules(
        removed=frozenset({block_key("Đường dây nóng")}),
        doubted=frozenset({place_key(BOX)}),
        kept=frozenset({block_key("Đính chính")}),
    )
    reasons = {block_key("Đường dây nóng"): "on 7 of 23 articles", block_key("Đính chính"): "the operator's decision"}
    reasons[place_key(BOX)] = "3% of what stands at this place is the article's"
    found = explain(
        reading(
            Block(text="Con đường mới"),
            Block(text=PROSE, sure=40),
            Block(text="Con đường"),
            Block(text="Bạn đọc viết"),
            Block(text="Thời sự", sure=-12),
            Block(text="Trong hộp", sure=3, path=BOX),
            Block(text="Đính chính", sure=-25),
            Block(text="Đường dây nóng"),
            Block(text=MORE),
            Block(text="Mai Lam"),
            Block(text="Tin liên quan"),
            Block(text="Chợ phiên mở lại"),
        ),
        rules,
        reasons,
    )
    assert [(each.is_kept, each.reason.partition(",")[0].partition(" or")[0]) for each in found] == [
        (False, "the title"),
        (True, "sure +40 by the page"),
        (False, CAPTION.partition(" or")[0]),
        (False, "a byline"),
        (False, "sure -12 by the page"),
        (False, "sure +3 by the page"),
        (True, "kept: the operator's decision"),
        (False, "removed: on 7 of 23 articles"),
        (True, "sure +99 by the page"),
        (False, "a signature"),
        (False, "what stands before"),
        (False, "what stands before"),
    ]
    assert found[5].reason == "sure +3 by the page, its place doubted: 3% of what stands at this place is the article's"


lines = st.sampled_from(
    [PROSE, MORE, "Con đường mới", "Con đường", "Mai Lam", "Theo TTXVN", "Tin liên quan", "Lượt xem: 3", "Bạn đọc viết"]
)
blocks = st.builds(Block, text=lines, sure=st.integers(-30, 40), path=st.sampled_from(["", BOX]))


@given(
    blocks=st.lists(blocks, max_size=9),
    removed=st.sets(lines, max_size=3),
    kept=st.sets(lines, max_size=2),
    trusted=st.booleans(),
)
def test_what_is_said_is_what_cleaning_does(
    blocks: list[Block], removed: set[str], kept: set[str], trusted: bool
) -> None:
    place = frozenset({place_key(BOX)})
    keys = [frozenset(map(block_key, texts)) for texts in (removed - kept, kept)]
    rules = Rules(removed=keys[0], kept=keys[1], trusted=place if trusted else frozenset())
    page = reading(*blocks)
    found = explain(page, rules)
    assert [each.text for each in found] == [block.text for block in blocks]
    told = [each.text for each in found if each.is_kept]
    shown = [block.text for block in put_in_order(page.blocks, page.metadata, rules).blocks]
    assert len(told) == len(shown)
    assert all(text in whole for text, whole in zip(shown, told, strict=True))


def test_extract_explains_by_what_the_archive_has_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "saved.html"
    saved.write_bytes(page(9, extra=(OWN,)))
    path = tmp_path / "archive.db"
    arguments = ["--archive", str(path), "extract", str(saved), "--url", "http://song.test/tin/cho-9.html"]
    assert run([*arguments, "--explain"]) == 0
    alone = _by_text(capsys.readouterr().out)
    assert not path.exists()
    assert alone[HOTLINE]["kept"]
    archive = create(path)
    archive.warc_folder.mkdir(exist_ok=True)
    ours(archive.warc_folder, [visit("localhost", number, number, page(number)) for number in range(4)])
    with Ingest(archive, Catalogue.beside(path), workers=1) as ingest:
        recover(archive, ingest)
    (slug,) = archive.connection.execute("SELECT slug FROM sources").fetchone()
    archive.close()
    assert slug == "localhost"
    local = [*arguments[:-1], "http://localhost/tin/cho-9.html", "--explain"]
    assert run(local) == 0
    told = _by_text(capsys.readouterr().out)
    assert (told[HOTLINE]["kept"], told[HOTLINE]["reason"]) == (False, "removed: on 4 of 4 articles")
    assert not told[COUNTER.format(17)]["kept"]
    assert all(told[line]["kept"] for line in [*body(9), OWN])
    assert run(arguments) == 0
    assert "blocks" not in json.loads(capsys.readouterr().out)


def _by_text(shown: str) -> dict[str, dict[str, object]]:
    return {block["text"]: block for block in json.loads(shown)["blocks"]}
