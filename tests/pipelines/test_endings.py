"""Signatures, credits and noise at the edges of a text, with and without what a site's rules take out."""

import pytest

from pipelines.article import Article, Block, Metadata, Published, Reading
from pipelines.boilerplate import Rules, block_key
from pipelines.clean import clean

PROSE = "Con đường lên bản được mở từ sáng, đến trưa đã có những xe chè đầu tiên chạy xuống chợ huyện."
MORE = "Bà con nói chưa bao giờ nghĩ rằng từ bản ra chợ lại chỉ còn một giờ đồng hồ như hôm nay."


def cleaned(*texts: str, removed: tuple[str, ...] = (), **known: object) -> Article:
    reading = Reading(
        extractor="test",
        metadata=Metadata(**known),  # type: ignore[arg-type]
        published=Published(),
        language="vi",
        machine_translated=False,
        blocks=tuple(Block(text=text) for text in texts),
    )
    rules = Rules(frozenset(block_key(text) for text in removed))
    return clean(reading, rules, source="song-lam", key="k", url="http://song-lam.test/1")


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Theo TTXVN", "TTXVN"),
        ("Theo Thông tấn Sông Lam", "Thông tấn Sông Lam"),
        ("Theo Báo Sông Lam", "Báo Sông Lam"),
        ("(Nguồn: Tạp chí Núi Đá)", "Tạp chí Núi Đá"),
        ("Source: Stone River News Agency", "Stone River News Agency"),
        ("Theo Đài Phát thanh và Truyền hình Sông Lam", "Đài Phát thanh và Truyền hình Sông Lam"),
        ("Theo phóng viên Báo Sông Lam tại Pháp", "Báo Sông Lam"),
        ("Theo báo cáo", None),
        ("Theo Sở Y tế", None),
    ],
)
def test_a_credit_alone_in_the_last_paragraph_leaves_the_text(line: str, agency: str | None) -> None:
    found = cleaned(PROSE, line)
    assert (found.text, found.metadata.agency, found.metadata.credit) == (PROSE, agency, line.strip("()"))


def test_what_the_page_states_comes_first_and_what_its_text_says_besides_is_kept() -> None:
    found = cleaned(PROSE, "Mai Lam", "Theo TTXVN", byline="Trần Tú", credit="Theo VOV", agency="VOV")
    said = found.metadata
    assert (said.byline, said.credit, said.agency) == ("Trần Tú; Mai Lam", "Theo VOV; Theo TTXVN", "VOV")
    assert found.text == PROSE


@pytest.mark.parametrize("stated", ["Mai Lam", "MAI LAM", "Mailam", "Trần Tú; Mai Lam"])
def test_whom_page_and_signature_name_is_named_once(stated: str) -> None:
    assert cleaned(PROSE, "Mai Lam", byline=stated).metadata.byline == stated


def test_the_office_under_a_signature_is_kept_whoever_the_page_names() -> None:
    signature = ("LE VAN SONG", "Secretary of the Commune")
    for stated, byline in ((None, "LE VAN SONG"), ("Mai Lam", "Mai Lam; LE VAN SONG"), ("LE VAN SONG", "LE VAN SONG")):
        found = cleaned(PROSE, *signature, byline=stated).metadata
        assert (found.byline, found.byline_role) == (byline, "Secretary of the Commune")


@pytest.mark.parametrize(
    "tail",
    [
        ["Mai Lam"],
        ["Mai Lam", "Gửi bình luận của bạn"],
        ["Nhóm phóng viên Nông thôn"],
        ["LA THI DA", "Doctor of Sociology", "Institute for Regional Studies", "Gửi bình luận của bạn"],
        ["Mai Lam", "Theo TTXVN"],
    ],
)
def test_a_signature_that_the_rules_take_out_is_still_the_byline(tail: list[str]) -> None:
    plain, ruled = cleaned(PROSE, *tail), cleaned(PROSE, MORE, *tail, removed=tuple(tail))
    assert ruled.text == f"{PROSE}\n{MORE}"
    assert ruled.metadata.byline == tail[0]
    if tail[-1] != "Gửi bình luận của bạn":
        assert plain.metadata == ruled.metadata


def test_boilerplate_behind_the_text_is_no_signature() -> None:
    for line in ("Privacy Policy", "Gửi bình luận của bạn", "Terms of Service", "Trang chủ", "Quảng cáo"):
        assert cleaned(PROSE, line, removed=(line,)).metadata.byline is None


def test_a_name_above_a_paragraph_that_stays_is_no_signature() -> None:
    assert cleaned("Mai Lam", PROSE, removed=("Mai Lam",)).metadata.byline is None


def test_short_noise_goes_and_prose_that_is_noise_too_stays() -> None:
    caption, prose = "Con đường mới. Ảnh: Mai Lam", " ".join([PROSE, MORE] * 3)
    assert cleaned(PROSE, caption, MORE, noise=(caption,)).text == f"{PROSE}\n{MORE}"
    assert cleaned(PROSE, prose, MORE, noise=(prose,)).text == f"{PROSE}\n{prose}\n{MORE}"


def test_noise_never_empties_a_text() -> None:
    assert cleaned(PROSE, noise=(PROSE,)).text == PROSE
    assert cleaned(PROSE, MORE, noise=(PROSE, MORE)).text != ""
    assert cleaned("Con đường mới", title="Con đường mới").text == "Con đường mới"


def test_a_text_of_nothing_but_boilerplate_is_empty() -> None:
    found = cleaned(PROSE, removed=(PROSE,))
    assert (found.text, found.word_count) == ("", 0)


def test_a_signature_that_the_rules_take_out_is_read_above_the_related_too() -> None:
    tail = ["Mai Lam", "Tin liên quan", "Chợ phiên mở lại sau Tết"]
    assert cleaned(PROSE, MORE, *tail, removed=("Mai Lam",)).metadata.byline == "Mai Lam"
    assert cleaned(PROSE, MORE, *tail, removed=("Mai Lam",)).text == cleaned(PROSE, MORE, *tail).text
