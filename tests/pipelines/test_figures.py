"""Issues of one form are told from a text and its copy, whatever the copy's house does to figures and names."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.figures import LONGEST, Compared, compare, is_named_the_same, says_the_same
from pipelines.copies.prepared import prepare
from pipelines.copies.similarity import TEMPLATE, is_template, likeness

GOLD = (
    "Mở cửa phiên giao dịch sáng {day}, giá vàng miếng tại Công ty Vàng bạc Sơn Hà niêm yết ở mức {} triệu đồng/lượng "
    "mua vào và {} triệu đồng/lượng bán ra.\n"
    "Tại chợ Tràng Ngạn, vàng nhẫn giao dịch quanh {} - {} triệu đồng/lượng, chênh lệch hai chiều là {} triệu đồng.\n"
    "Giá vàng thế giới đứng ở {} USD/ounce, quy đổi tương đương {} triệu đồng/lượng, thấp hơn vàng trong nước {} "
    "triệu đồng. Người mua nên cân nhắc trước khi giao dịch.\n"
)
TOLL = (
    "Theo Ban Chỉ huy Phòng thủ dân sự tỉnh Sơn Hà, tính đến {hour} giờ ngày 12/9, mưa lũ đã làm {dead} người chết, "
    "{missing} người mất tích, 37 người bị thương.\n"
    "Toàn tỉnh có 1.204 ngôi nhà bị tốc mái, 18 điểm trường bị ngập và hơn 950 ha lúa chưa kịp gặt bị hư hại. Tuyến "
    "đường tỉnh 293 qua xã Tràng Ngạn sạt lở dài 60 m, xe máy đã đi lại được từ chiều qua.\n"
    "Lực lượng chức năng đã đưa 412 hộ dân vùng trũng đến nơi an toàn, cấp phát mì tôm và nước sạch cho bà con.\n"
)
POWER = (
    "Điện lực {place} xin thông báo lịch ngừng cung cấp điện để sửa chữa lưới điện theo kế hoạch.\n"
    "Thời gian: từ {from_} giờ đến {until} giờ ngày {day}. Khu vực mất điện: thôn {a}, thôn {b} và một phần xã {c}.\n"
    "Trong trường hợp hoàn thành công việc sớm hơn dự kiến, điện sẽ được đóng lại mà không báo trước. Rất mong quý "
    "khách hàng thông cảm và không tự ý đến gần thiết bị điện.\n"
)


def gold(day: str, *prices: str) -> str:
    return GOLD.format(*prices, day=day)


TODAY = gold("8/6", "36,55", "36,75", "35,9", "36,4", "0,2", "1.298,5", "35,81", "0,94")
TOMORROW = gold("9/6", "36,61", "36,83", "36,0", "36,5", "0,22", "1.302,7", "35,94", "0,89")


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (TODAY, TOMORROW, None),
        (TODAY, TODAY.replace("36,55", "36,56"), "copy"),  # a price put right
        (TODAY, TODAY.replace("1.298,5", "1,298.5").replace("8/6", "08/6/2018"), "copy"),  # another house's figures
        (TODAY, re.sub(r"(\d),(\d)", r"\1.\2", TODAY), "copy"),
        (TODAY, "Tin thị trường của chúng tôi.\n" + TODAY.replace("\nTại chợ", "\nTheo TTXVN, tại chợ"), "copy"),
        (TODAY, TODAY + "Tuần trước, giá vàng có lúc lên 37,2 rồi về 36,1; 35,8; 35,7 và 35,2 triệu đồng.\n", "copy"),
        (TOLL.format(hour=7, dead=3, missing=5), TOLL.format(hour=17, dead=9, missing=2), "copy"),  # an update
    ],
)
def test_a_bulletin_is_told_from_an_edit(one: str, other: str, kind: str | None) -> None:
    found = likeness(one, other)
    assert (found.kind, found.reason) == (kind, None if kind else TEMPLATE)


def test_notices_for_other_places_are_no_copies_of_one_another() -> None:
    one = POWER.format(place="Sơn Hà", from_=7, until=11, day="3/5", a="Vườn Đào", b="Rừng Cấm", c="Cẩm Đàm")
    other = POWER.format(place="Bến Vọng", from_=7, until=16, day="4/5", a="Phú Điền", b="Đồng Mít", c="Kim Trì")
    assert likeness(one, other).reason == TEMPLATE
    assert likeness(one, one.replace("11 giờ", "12 giờ")).kind == "copy"
    assert likeness(one, one.replace("Vườn Đào", "Vườn Đạo")).kind == "copy"
    assert likeness(one, one.upper()).kind == "copy"


def test_a_name_put_right_everywhere_is_one_change() -> None:
    line = "Ông {} đến thăm xã và tặng quà; cùng đi với ông {} có đoàn cán bộ. Bà con cảm ơn ông {} rất nhiều. "
    more = "Đường làng mới đổ bê tông, cống rãnh sạch sẽ, nhà nào cũng trồng hoa trước ngõ. "
    one, other = (line.format(*[name] * 3) + more for name in ("Lê Văn Tám", "Lý Xuân Tâm"))
    found = compare(prepare(one).form, prepare(other).form)
    assert found.other_names <= 1
    assert likeness(one, other).kind == "copy"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1.234,5", "1,234.5", True),
        ("1.234,5", "1234,5", True),
        ("06/08", "6-8", True),
        ("6-8", "06/08/2019", True),
        ("6-8-2018", "06/08/2019", False),
        ("04", "4", True),
        ("36,5", "36,6", False),
        ("36", "36,5", False),
        ("0", "00", True),
        ("٣", "3", True),
        ("1-2", "1-2-3", False),
    ],
)
def test_figures_that_differ_in_their_writing_alone(one: str, other: str, same: bool) -> None:
    assert says_the_same(one, other) is says_the_same(other, one) is same


def test_a_shorter_form_of_a_name_is_the_name() -> None:
    assert is_named_the_same("nguyen van a", "a")
    assert not is_named_the_same("nguyen van a", "nguyen van b")


def test_units_and_currencies_at_a_figure_do_not_hide_it() -> None:
    form = prepare("cafe giá VND122,821 một ký, gió 75-100km/h lúc 19h30").form
    assert form.said == ("122,821", "75-100", "19", "30")


def test_a_month_is_a_figure() -> None:
    assert prepare("It opens in August. You may come on November 18.").form.said == ("8", "11", "18")


def test_only_names_within_a_sentence_are_names() -> None:
    said = prepare("Sáng nay, Nguyễn Văn An đến Hà Nội, Hải Phòng. Ông về quê.\nBà Tư (TTXVN) ở lại.").form.said
    assert said == ("nguyen van an", "ha noi", "hai phong", "tu", "ttxvn")


def test_rewritten_text_has_no_figures_side_by_side() -> None:
    words = [f"tu{n}" for n in range(200)]
    one = " ".join(f"{word} {n}" for n, word in enumerate(words))
    other = " ".join(f"{n} khac{word}" for n, word in enumerate(words, 500))
    assert compare(prepare(one).form, prepare(other).form) == Compared()


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    chance = random.Random(1)
    one, other = (" ".join(f"đoạn {n} có {chance.randrange(10_000)} cân" for n in range(2 * LONGEST)) for _ in range(2))
    found = compare(prepare(one).form, prepare(other).form)
    assert found.other_figures > 100
    assert found.figures <= LONGEST


BULLETIN = st.lists(
    st.tuples(
        st.sampled_from(["Giá cà phê tại {} là {} đồng.", "Xã {} có {} hộ.", "Theo ông {}, {} ha đã gặt."]),
        st.sampled_from(["Sơn Hà", "Tràng Ngạn", "Nậm Lu"]),
        st.integers(100, 103),
    ).map(lambda drawn: drawn[0].format(*drawn[1:])),
    max_size=8,
).map("\n".join)


@given(BULLETIN, BULLETIN)
def test_lines_that_both_texts_have_make_no_difference(one: str, other: str) -> None:
    a, b = prepare(one), prepare(other)
    assert is_template(a, b) == compare(a.form, b.form).is_template


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_figures_and_names_can_be_compared(one: str, other: str) -> None:
    assert compare(prepare(one).form, prepare(other).form) == compare(prepare(other).form, prepare(one).form)
