"""What makes two texts one: scattered edits do, another report of the event does not, and spelling never counts."""

import random
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.copies.prepared import prepare
from pipelines.copies.similarity import (
    COPY_ALIGNED,
    COPY_CONTAINMENT,
    COPY_JACCARD,
    COPY_PASSAGE,
    LONGEST,
    Likeness,
    likeness,
)
from pipelines.vietnamese import fold, syllables

NEWS = (
    "Sáng 14/3, Ủy ban nhân dân tỉnh Sơn Hà tổ chức lễ khởi công cầu Tràng Ngạn bắc qua sông Lẫm, nối hai xã vốn chỉ "
    "qua lại bằng đò.\n"
    "Cầu dài 312 m, rộng 9 m, tổng vốn đầu tư 148 tỷ đồng từ ngân sách, dự kiến thông xe trước mùa lũ năm sau. Đơn vị "
    "thi công cam kết hoà nhịp với kế hoạch của địa phương, khoẻ mạnh về vốn và kỹ thuật.\n"
    "Phát biểu tại buổi lễ, lãnh đạo tỉnh đề nghị nhà thầu bảo đảm chất lượng, tiến độ, giữ gìn vệ sinh môi trường và "
    "không làm ảnh hưởng đến việc tưới tiêu của bà con hai bên bờ.\n"
    "Bà con xã Tràng Ngạn cho biết, nhiều năm nay học sinh đi học, người ốm đi viện đều phải chờ đò; mùa nước lớn có "
    "khi nghỉ cả tuần. Có cầu, chợ phiên sẽ đông hơn, nông sản làm ra cũng dễ bán hơn.\n"
    "Chính quyền xã đã vận động 27 hộ bàn giao mặt bằng, không hộ nào khiếu nại. Số tiền hỗ trợ được chi trả tận tay "
    "từng gia đình ngay trong tháng giêng.\n"
)
SAME_EVENT = (
    "Người dân hai bờ sông Lẫm sắp hết cảnh lụy đò: cây cầu mong đợi bấy lâu vừa được động thổ hôm thứ Bảy.\n"
    "Theo thiết kế, công trình có chiều dài 312 m, kinh phí 148 tỷ đồng, do tỉnh Sơn Hà làm chủ đầu tư. Dự án phấn đấu "
    "đưa vào sử dụng sau một năm rưỡi.\n"
    "Chị Lan, buôn bán ở chợ Tràng Ngạn, kể rằng mỗi lần nước lên là gánh hàng phải nằm nhà. Trẻ nhỏ thì lỡ buổi học, "
    "ai đau yếu chỉ biết trông vào chuyến đò cuối ngày.\n"
    "Mặt bằng đã sạch từ đầu năm khi hai mươi bảy gia đình đồng ý nhường đất. Xã cho hay việc chi trả xong xuôi, không "
    "ai thắc mắc.\n"
)


def edited(text: str, share: float, seed: int) -> str:
    """*share* of the words replaced, left out or with another before them."""
    chance = random.Random(seed)
    words = text.split(" ")
    for at in chance.sample(range(len(words)), round(share * len(words))):
        words[at] = chance.choice(("nọ", "kia", "", f"và {words[at]}"))
    return " ".join(filter(None, words))


@pytest.mark.parametrize("seed", range(10))
def test_scattered_edits_of_a_fifth_leave_a_copy(seed: int) -> None:
    found = likeness(NEWS, edited(NEWS, 0.2, seed))
    assert found.kind == "copy"
    assert found.jaccard < 0.5
    assert found.containment < 0.8
    assert found.aligned is not None
    assert found.aligned >= 0.75


@pytest.mark.parametrize("seed", range(5))
def test_a_text_half_rewritten_is_none(seed: int) -> None:
    assert likeness(NEWS, edited(NEWS, 0.5, seed)).kind is None


LEAD = (
    "Bạn đọc nhiều nơi thời gian qua hỏi chuyện đò ngang ở vùng hạ lưu; xin đăng lại bài của một đồng nghiệp đã theo "
    "dõi việc này từ những ngày đầu. Vài chi tiết về giá vé và giờ chạy đò xin hẹn ở số sau, cùng ý kiến của mấy chủ "
    "đò lâu năm.\n"
)
CREDIT = "Theo Báo Bắc Lẫm\n"


@pytest.mark.parametrize("seed", range(10))
def test_what_was_cut_given_a_lead_and_a_credit_and_edited_is_a_copy(seed: int) -> None:
    """A little of everything is gone, too much for each threshold of its own; what is left stands in one piece."""
    kept = "\n".join(NEWS.splitlines()[:-1])
    found = likeness(NEWS, edited(f"{LEAD}{kept}\n{CREDIT}", 0.05, seed))
    assert found.kind == "copy"
    assert found.jaccard < COPY_JACCARD
    assert found.containment < COPY_CONTAINMENT
    assert found.aligned is not None
    assert found.aligned < COPY_ALIGNED


def test_as_many_words_in_several_pieces_are_no_copy() -> None:
    """What two reports both have from one statement, a sentence here and there."""
    theirs, own = NEWS.replace("\n", " ").split(". "), SAME_EVENT.replace("\n", " ").split(". ")
    for places in ((1, 5, 6), (1, 5, 7), (2, 4, 7)):
        sentences = list(theirs)
        for place, sentence in zip(places, own[3:], strict=False):
            sentences[place] = sentence
        found = likeness(NEWS, ". ".join(sentences))
        assert found.kind is None, places
        assert found.aligned is not None
        assert found.aligned >= COPY_PASSAGE, places


def test_the_same_event_in_other_words_is_no_copy() -> None:
    assert likeness(NEWS, SAME_EVENT).kind is None


def test_background_paragraphs_in_common_make_no_copy() -> None:
    lines, others = NEWS.splitlines(), SAME_EVENT.splitlines()
    for shared in range(1, 4):
        found = likeness("\n".join([*others, *lines[-shared:]]), "\n".join(lines))
        assert found.kind is None, shared


def as_i(text: str) -> str:
    return text.replace("kỹ", "kĩ").replace("tỷ", "tỉ")


@pytest.mark.parametrize(
    "other",
    [
        unicodedata.normalize("NFD", NEWS),
        fold(NEWS),
        NEWS.upper(),
        NEWS.replace("hoà", "hòa").replace("khoẻ", "khỏe"),
        as_i(NEWS),
        as_i(unicodedata.normalize("NFD", NEWS)),
        NEWS.replace("\n", " ").replace(",", " ,").replace(" - ", "–"),
        NEWS.replace("tỉnh", "tỉ\u00adnh").replace("cầu", "cầ\u200bu"),
    ],
    ids=["NFD", "no marks", "capitals", "new tones", "i for y", "i for y, NFD", "spaces", "invisible"],
)
def test_spelling_does_not_count(other: str) -> None:
    assert likeness(NEWS, other) == Likeness(jaccard=1.0, containment=1.0, aligned=1.0, kind="copy")


@pytest.mark.parametrize("before", ["", "(TTXVN) - ", "SƠN HÀ - ", "(Baosonha.test) - ", "Tin từ TTXVN: "])
@pytest.mark.parametrize("after", ["", "Theo TTXVN", "Theo VOV\nẢnh: Văn Đức", "(TTXVN)./.", "Nguyễn Văn An"])
@pytest.mark.parametrize("text", [NEWS, NEWS.splitlines()[0]], ids=["article", "notice"])
def test_credits_datelines_and_signatures_do_not_count(before: str, after: str, text: str) -> None:
    assert likeness(text, f"{before}{text}\n{after}").kind == "copy"
    assert likeness(f"BẮC SƠN - {text}", f"{before}{text}\n{after}").kind == "copy"


CHINESE = (
    "山河省人民委员会三月十四日上午举行长岸大桥开工仪式，大桥横跨凛河，连接过去只能靠渡船往来的两个乡。"
    "大桥全长三百一十二米，总投资一千四百八十亿越南盾，预计明年雨季之前通车。省领导要求施工单位保证质量和进度。"
)


def test_chinese_is_compared_by_its_characters() -> None:
    reprint = "据越通社报道，" + CHINESE.replace("预计", "计划") + "（完）"
    assert likeness(CHINESE, reprint).kind == "copy"
    report = "凛河两岸居民盼望多年的新桥昨天动工。当地商贩说，每逢涨水，孩子不能上学，病人不能就医，如今大家都很高兴。"
    assert likeness(CHINESE, report).kind is None
    assert len(prepare(CHINESE)) == sum(character.isalnum() for character in CHINESE)


def test_a_longer_telling_of_a_round_ups_item_is_no_copy_of_the_round_up() -> None:
    """It is more than half as long, but both have less than half of the round-up in common: no story is united."""
    item, own, others = (
        [f"{name}{n}" for n in range(count)] for name, count in (("cau", 40), ("tram", 8), ("cho", 48))
    )
    longer, round_up = " ".join(item + own), " ".join(item + others)
    found = likeness(longer, round_up)
    assert len(item + own) * 2 > len(item + others)
    assert found.containment >= COPY_CONTAINMENT
    assert found.kind == "excerpt"
    assert likeness(longer, " ".join(item)).kind == "copy"


def test_an_item_in_a_round_up_is_an_excerpt_whatever_its_length() -> None:
    item = NEWS.splitlines()[1]
    found = likeness(item, NEWS + SAME_EVENT)
    assert (found.kind, found.containment, found.aligned) == ("excerpt", 1.0, None)


def test_very_long_texts_are_compared_by_their_runs_alone() -> None:
    text = " ".join(f"từ{n}" for n in range(LONGEST + 1))
    assert likeness(text, text) == Likeness(jaccard=1.0, containment=1.0, aligned=None, kind="copy")


anything = st.text(st.characters(exclude_categories=[]), max_size=200)
PIECES = ("một", "hai", "3", "4,5", "Ba", "Hà,", "Nội.", "山", "6/8/2019", "–", "(x)", "\n")
composed = st.lists(st.sampled_from(PIECES), max_size=80)


@settings(max_examples=200)
@given(anything | composed.map(" ".join), anything | composed.map(" ".join))
@example("", "")
@example("một", "một hai")
@example("\ud800", "²")
def test_any_two_texts_have_a_likeness_either_way_round(one: str, other: str) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one) == likeness(prepare(one), prepare(other))
    assert 0 <= found.jaccard <= found.containment <= 1
    assert found.aligned is None or 0 <= found.aligned <= 1
    assert found.kind in (None, "copy", "excerpt")


@given(anything | composed.map(" ".join))
def test_a_text_is_like_itself(text: str) -> None:
    found = likeness(text, text)
    if syllables(text):
        assert found == Likeness(jaccard=1.0, containment=1.0, aligned=1.0, kind="copy")
    else:
        assert found.kind is None


@given(anything)
def test_words_are_split_as_everywhere(text: str) -> None:
    assert len(prepare(text)) == len(syllables(text))
