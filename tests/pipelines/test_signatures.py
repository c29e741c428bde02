"""What ends a text and is none of it, case by case; and that nothing else ever leaves it, for any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block, Metadata
from pipelines.clean import Body, put_in_order
from pipelines.reading.page.captions import split_caption
from pipelines.reading.text.datelines import strip_dateline
from pipelines.reading.text.endings import read_ending

PROSE = "Con đường lên bản được mở từ sáng, đến trưa đã có những xe chè đầu tiên chạy xuống chợ huyện."
ENGLISH = "The road was opened in the morning, and by noon the first lorries had come down with tea."
OFFICES = (
    "member of the provincial Party Executive Committee, Secretary of the district Party Committee, and head of the"
    " provincial delegation of farmers' deputies"
)


def body(*texts: str, kind: str = "p") -> Body:
    *before, last = texts
    return put_in_order([*(Block(text=text) for text in before), Block(text=last, kind=kind)], Metadata())


def said(found: Body) -> tuple[str | None, ...]:
    credits = found.credits
    return credits.byline, credits.byline_role, credits.agency, credits.credit


@pytest.mark.parametrize(
    ("line", "byline", "role", "agency", "credit"),
    [
        # people, with and without labels
        ("Mai Thương", "Mai Thương", None, None, None),
        ("MAI THƯƠNG", "MAI THƯƠNG", None, None, None),
        ("Mai Thương - Trần Tú", "Mai Thương; Trần Tú", None, None, None),
        ("MAI THƯƠNG – TRẦN TÚ", "Mai Thương; Trần Tú", None, None, None),
        ("Mai Thương, Trần Tú và Hà Khe", "Mai Thương; Trần Tú; Hà Khe", None, None, None),
        ("Bài, ảnh: Mai Thương", "Mai Thương", None, None, None),
        ("Bài và ảnh: Mai Thương", "Mai Thương", None, None, None),
        ("Tin ảnh: MAI THƯƠNG", "Mai Thương", None, None, None),
        ("Tin, ảnh: Văn Đức - CTV", "Văn Đức", None, None, None),
        ("Thực hiện: Văn Đức", "Văn Đức", None, None, None),
        ("By Mai Thuong", "Mai Thuong", None, None, None),
        ("CTV Văn Đức", "Văn Đức", None, None, None),
        ("Phóng viên Văn Đức", "Văn Đức", None, None, None),
        ("Văn Đức (CTV)", "Văn Đức", None, None, None),
        ("Hà Linh (t/h)", "Hà Linh", None, None, None),
        ("Hà Linh (tổng hợp)", "Hà Linh", None, None, None),
        ("Minh Anh (thực hiện)", "Minh Anh", None, None, None),
        ("Hoàng Nam lược ghi", "Hoàng Nam", None, None, None),
        ("Thu Hà dịch", "Thu Hà", None, None, None),
        ("N.T", "N.T", None, None, None),
        ("H.Linh", "H.Linh", None, None, None),
        ("H.NGÂN", "H.NGÂN", None, None, None),
        ("Lò Thị Mẩy", "Lò Thị Mẩy", None, None, None),
        ("K'Sor H'Bia", "K'Sor H'Bia", None, None, None),
        ("Nhóm phóng viên Kinh tế", "Nhóm phóng viên Kinh tế", None, None, None),
        # ranks and offices
        ("PGS.TS. Nguyễn Văn Sơn", "Nguyễn Văn Sơn", "PGS.TS.", None, None),
        ("TS Hà Văn Khe", "Hà Văn Khe", "TS", None, None),
        ("ThS. Trần Thị Suối", "Trần Thị Suối", "ThS.", None, None),
        ("Đại tá Trần Văn Núi", "Trần Văn Núi", "Đại tá", None, None),
        ("NSƯT Lê Thị Sông", "Lê Thị Sông", "NSƯT", None, None),
        ("Luật sư Đỗ Văn Bến", "Đỗ Văn Bến", "Luật sư", None, None),
        ("Colonel Tran Van Nui", "Tran Van Nui", "Colonel", None, None),
        ("Thiếu tướng, PGS, TS. NGUYỄN VĂN SƠN", "Nguyễn Văn Sơn", "Thiếu tướng, PGS, TS.", None, None),
        (
            "NGUYỄN VĂN SƠN, Ủy viên Ban Thường vụ Tỉnh ủy",
            "NGUYỄN VĂN SƠN",
            "Ủy viên Ban Thường vụ Tỉnh ủy",
            None,
            None,
        ),
        ("Nguyễn Văn Sơn, Phó Bí thư Tỉnh ủy", "Nguyễn Văn Sơn", "Phó Bí thư Tỉnh ủy", None, None),
        ("TRẦN VĂN NÚI - Hội Nhà báo tỉnh", "TRẦN VĂN NÚI", "Hội Nhà báo tỉnh", None, None),
        (f"Duong Van Son, {OFFICES}.", "Duong Van Son", OFFICES, None, None),
        (f"DUONG VAN SON, {OFFICES}", "DUONG VAN SON", OFFICES, None, None),
        ("Mai Thương (Sở Y tế)", "Mai Thương", "Sở Y tế", None, None),
        # agencies and newspapers
        ("Theo TTXVN", None, None, "TTXVN", "Theo TTXVN"),
        ("(Theo TTXVN/Vietnam+)", None, None, "TTXVN", "Theo TTXVN/Vietnam+"),
        ("Theo phóng viên TTXVN tại Pháp", None, None, "TTXVN", "Theo phóng viên TTXVN tại Pháp"),
        ("Nguồn: TTXVN", None, None, "TTXVN", "Nguồn: TTXVN"),
        ("Source: VNA", None, None, "TTXVN", "Source: VNA"),
        ("VNA", None, None, "TTXVN", "VNA"),
        ("— VNS", None, None, "TTXVN", "VNS"),
        ("Theo VnExpress", None, None, "VnExpress", "Theo VnExpress"),
        ("Theo Dân trí", None, None, "Dân trí", "Theo Dân trí"),
        ("Theo sonha.gov.vn", None, None, "sonha.gov.vn", "Theo sonha.gov.vn"),
        ("Nguồn: Cổng thông tin điện tử tỉnh", None, None, None, "Nguồn: Cổng thông tin điện tử tỉnh"),
        ("Theo Sở Y tế", None, None, None, "Theo Sở Y tế"),
        ("Ban Giám hiệu", None, None, None, "Ban Giám hiệu"),
        ("Phòng Tài chính - Kế hoạch", None, None, None, "Phòng Tài chính - Kế hoạch"),
        ("Hà Linh - TTXVN", "Hà Linh", None, "TTXVN", "Hà Linh - TTXVN"),
        ("Hà Linh/TTXVN", "Hà Linh", None, "TTXVN", "Hà Linh/TTXVN"),
        ("Hà Linh (Theo TTXVN)", "Hà Linh", None, "TTXVN", "Hà Linh (Theo TTXVN)"),
        ("Mai Lam – Báo Sơn Hà", "Mai Lam", None, "Báo Sơn Hà", "Mai Lam – Báo Sơn Hà"),
        # who took the pictures or translated has written nothing: the line as printed is the credit
        ("Bài: Hà Linh - Ảnh: Mai Lam", "Hà Linh", None, None, "Bài: Hà Linh - Ảnh: Mai Lam"),
        ("Ảnh: Mai Lam", None, None, None, "Ảnh: Mai Lam"),
        ("Translated by N.T", None, None, None, "Translated by N.T"),
        (
            "Reported by Mai Lam; Translated by N.T",
            "Mai Lam",
            None,
            None,
            "Reported by Mai Lam; Translated by N.T",
        ),
        # desks that sign with no name, marks
        ("PV", None, None, None, None),
        ("P.V", None, None, None, None),
        ("PV (tổng hợp)", None, None, None, None),
        ("Nhóm PV", None, None, None, None),
        ("BBT", None, None, None, None),
        ("./.", None, None, None, None),
        ("***", None, None, None, None),
        ("(*) Đầu đề do Tòa soạn đặt.", None, None, None, None),
    ],
)
def test_a_line_that_signs(
    line: str, byline: str | None, role: str | None, agency: str | None, credit: str | None
) -> None:
    found = body(PROSE, line)
    assert [block.text for block in found.blocks] == [PROSE]
    assert said(found) == (byline, role, agency, credit)


@pytest.mark.parametrize(
    "last",
    [
        "Người giữ lửa cho cả bản là cụ Mai Thương",
        "Người giữ lửa cho cả bản là cụ Mai Thương.",
        "Việt Nam",
        "Hồ Chí Minh",
        "Xin cảm ơn ông",
        "Xin trân trọng cảm ơn ông!",
        "Tổng Bí thư Tô Văn A",
        "Theo dòng sông cũ ta về",
        "Theo ông Lê Văn Sông, giá chè năm nay tăng, bà con rất vui",
        "Duong Van Son, member of the Party Committee, chaired the meeting.",
        "Duong Van Son, Secretary of the Party Committee, was there as well.",
        "Nguyễn Văn Sơn, Bí thư Huyện ủy phát biểu tại hội nghị",
        "Đồng chí Nguyễn Văn Sơn, Bí thư Huyện ủy",
        "Lúa 40 ha, ngô 12 ha",
        "From Monday to Friday",
        "The winners",
        "Mai",
        "What comes next",
    ],
)
def test_a_line_that_signs_nothing_stays(last: str) -> None:
    found = body(PROSE, last)
    assert [block.text for block in found.blocks] == [PROSE, last]
    assert said(found) == (None, None, None, None)


@pytest.mark.parametrize("name", ["Nguyễn Văn Sơn", "Mai Lam", "PGS.TS. Nguyễn Văn Sơn"])
def test_a_name_under_a_heading_in_a_list_or_under_a_verse_is_no_signature(name: str) -> None:
    assert len(body(PROSE, "Những người được khen", name).blocks) == 3
    assert len(body(PROSE, "Danh sách gồm:", name).blocks) == 3
    assert len(body(PROSE, name, kind="li").blocks) == 2
    assert len(body(PROSE, "Trăng lên đầu ngõ,", "gió về cuối sông", name).blocks) == 4


def test_a_quotation_keeps_the_name_of_who_said_it() -> None:
    quoted = [Block(text=PROSE), Block(text="“Tôi chỉ mong con đường sớm xong.”")]
    named = [Block(text="Nguyễn Văn Sơn"), Block(text="Giám đốc Sở Giao thông")]
    assert len(put_in_order([*quoted, *named], Metadata()).blocks) == 4
    spoken = [Block(text=PROSE), Block(text="Tôi chỉ mong con đường sớm xong.", kind="quote"), named[0]]
    assert len(put_in_order(spoken, Metadata()).blocks) == 3


@pytest.mark.parametrize(
    ("lines", "byline", "role"),
    [
        (["LA DANG KHOAT", "Member of the Standing Board", "Secretary of the Town Party Committee"], "LA DANG KHOAT",
         "Member of the Standing Board; Secretary of the Town Party Committee"),
        (["Lã Đăng Khoát", "Ủy viên Ban Thường vụ Tỉnh ủy", "Bí thư Thành ủy"], "Lã Đăng Khoát",
         "Ủy viên Ban Thường vụ Tỉnh ủy; Bí thư Thành ủy"),
        (["Đại tá, TS. LÃ ĐĂNG KHOÁT", "Phó Chính ủy Quân khu"], "Lã Đăng Khoát", "Đại tá, TS.; Phó Chính ủy Quân khu"),
        (["LA THI DA", "Doctor of Sociology", "Institute for Regional Studies"], "LA THI DA",
         "Doctor of Sociology; Institute for Regional Studies"),
    ],
)  # fmt: skip
def test_a_name_over_its_offices(lines: list[str], byline: str, role: str) -> None:
    found = body(PROSE, *lines)
    assert [block.text for block in found.blocks] == [PROSE]
    assert (found.credits.byline, found.credits.byline_role) == (byline, role)


def test_after_a_list_a_name_signs() -> None:
    found = put_in_order([Block(text=PROSE), Block(text="Lúa 40 ha", kind="li"), Block(text="Mai Lam")], Metadata())
    assert (found.credits.byline, len(found.blocks)) == ("Mai Lam", 2)


@pytest.mark.parametrize(
    ("end", "byline", "agency", "credit"),
    [
        ("./.", None, None, None),
        (". ./.", None, None, None),
        (".-VNA", None, "TTXVN", None),
        (". — VNS", None, "TTXVN", None),
        ("./. VNA", None, "TTXVN", None),
        (". (TTXVN)", None, "TTXVN", None),
        (". (TTXVN/Vietnam+)", None, "TTXVN", "TTXVN/Vietnam+"),
        (". (Theo TTXVN)", None, "TTXVN", "Theo TTXVN"),
        (". Theo TTXVN", None, "TTXVN", "Theo TTXVN"),
        (". Mai Thương", "Mai Thương", None, None),
        (". Mai Thương (TTXVN)", "Mai Thương", "TTXVN", None),
        (". P.V", None, None, None),
        (".", None, None, None),
    ],
)
def test_what_ends_the_last_paragraph(end: str, byline: str | None, agency: str | None, credit: str | None) -> None:
    found = body(f"{PROSE[:-1]}{end}")
    assert [block.text for block in found.blocks] == [PROSE]
    assert (found.credits.byline, found.credits.agency, found.credits.credit) == (byline, agency, credit)


@pytest.mark.parametrize(
    "text",
    [
        "Người đầu tiên vào bản dạy chữ trong những năm gian khó ấy là TS. Nguyễn Văn Sơn",
        "Lễ trao giải cho những người giữ rừng được tổ chức tại TP. Sơn Hà",
        "The prize for the best tea of the whole season went to Mr. Nguyen Son",
        "Xong. Mai Thương",
        "Giải nhất thuộc về các bạn học sinh lớp 9 của trường gồm: 1. Nguyễn Văn Sơn",
    ],
)
def test_a_paragraph_that_ends_with_a_name_keeps_it(text: str) -> None:
    found = body(PROSE, text)
    assert found.blocks[-1].text == text
    assert found.credits.byline is None


@pytest.mark.parametrize(
    ("text", "dateline", "rest"),
    [
        ("(Dân trí) - Sáng nay", "Dân trí", "Sáng nay"),
        ("(Báo Sơn Hà)- Sáng nay", "Báo Sơn Hà", "Sáng nay"),
        ("(LĐ online) - Sáng nay", "LĐ online", "Sáng nay"),
        ("(TN&MT) - Sáng nay", "TN&MT", "Sáng nay"),
        ("GD&TĐ - Sáng nay", "GD&TĐ", "Sáng nay"),
        ("(PLVN) Sáng nay", "PLVN", "Sáng nay"),
        ("(SGGPO).- Sáng nay", "SGGPO", "Sáng nay"),
        ("VOV.VN - Sáng nay", "VOV.VN", "Sáng nay"),
        ("(BAC GIANG)- The road", "BAC GIANG", "The road"),
        ("BAC GIANG –The road", "BAC GIANG", "The road"),
        ("PORTAL - Sáng nay", "PORTAL", "Sáng nay"),
        ("Hà Nội, ngày 5/1 (TTXVN) - Sáng nay", "Hà Nội, ngày 5/1 (TTXVN)", "Sáng nay"),
        ("(Dân trí) - HÀ NỘI - Sáng nay", "Dân trí - HÀ NỘI", "Sáng nay"),
        ("(Ảnh minh họa) - Sáng nay", None, "(Ảnh minh họa) - Sáng nay"),
        ("(Tiếp theo kỳ trước) - Sáng nay", None, "(Tiếp theo kỳ trước) - Sáng nay"),
        ("Sáng nay - HÀ NỘI - đường mới", None, "Sáng nay - HÀ NỘI - đường mới"),
    ],
)
def test_datelines(text: str, dateline: str | None, rest: str) -> None:
    assert strip_dateline(text) == (dateline, rest)


def test_a_dateline_under_the_sapo_goes_too() -> None:
    blocks = [Block(text="BAC GIANG – " + ENGLISH), Block(text="(BGO) - " + PROSE)]
    found = put_in_order(blocks, Metadata(summary=ENGLISH))
    assert [block.text for block in found.blocks] == [ENGLISH, PROSE]
    assert found.dateline == "BAC GIANG; BGO"


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Cầu mới. Ảnh: Văn Đức - TTXVN", "Cầu mới.", "Văn Đức - TTXVN"),
        ("Cầu mới. Ảnh Mai Lam", "Cầu mới.", "Mai Lam"),
        ("Cầu mới. Đồ họa: Mai Lam", "Cầu mới.", "Mai Lam"),
        ("A bridge. (Photo: VNA)", "A bridge.", "VNA"),
        ("A bridge — VNA/VNS Photo Mai Lam", "A bridge", "VNA/VNS Photo Mai Lam"),
        ("Công nhân kiểm tra trạm điện. Ảnh minh họa", "Công nhân kiểm tra trạm điện. Ảnh minh họa", None),
        ("Nước đổ về từ đầu nguồn: bà con mừng", "Nước đổ về từ đầu nguồn: bà con mừng", None),
        ("Chị Ảnh bên khung cửi", "Chị Ảnh bên khung cửi", None),
    ],
)
def test_captions(text: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(text) == (caption, credit)


WORDS = (
    "con", "đường", "mới", "mở", "Sơn", "Hà", "bà", "rất", "vui", "Mai", "Lam", "TTXVN", "theo", "ảnh", "nguồn", "the",
    "road", "was", "opened", "by", "VNA", "PV",
)  # fmt: skip
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=7, max_size=30).map(lambda words: "Rồi " + " ".join(words) + ".")
# What would be taken out at an edge, and stays in the middle.
TRAPS = st.sampled_from(
    [
        "Mai Lam",
        "MAI LAM",
        "Theo TTXVN",
        "PV",
        "(BGO) - Sáng nay",
        "Bài, ảnh: Mai Lam",
        "Secretary of the Commune",
        "./.",
    ]
)
ENDINGS = st.sampled_from(
    [
        ("Mai Lam",), ("MAI LAM", "Secretary of the Commune"), ("Bài: Mai Lam - Ảnh: Trần Tú",),
        ("Mai Lam", "Theo TTXVN"),
        ("Theo TTXVN", "Tin, ảnh: Văn Đức - CTV"), ("Đại tá Trần Văn Núi",), (f"Duong Van Son, {OFFICES}.",), ("P.V",),
        ("Hà Linh (Theo VnExpress)",), ("./.",), (),
    ]
)  # fmt: skip
LABELS = {"tin", "bài", "ảnh", "ctv", "pv", "p", "v", "theo"}


def words_of(*texts: str | None) -> set[str]:
    return {word.lower() for text in texts if text for word in re.findall(r"\w+", text)}


@given(
    before=st.lists(st.one_of(SENTENCES, TRAPS), max_size=6),
    last=SENTENCES,
    ending=ENDINGS,
    dateline=st.sampled_from(["", "(BGO) - ", "BAC GIANG – "]),
)
def test_the_middle_stays_and_no_word_of_the_end_is_lost(
    before: list[str], last: str, ending: tuple[str, ...], dateline: str
) -> None:
    blocks = [Block(text=text) for text in (f"{dateline}Sáng nay trời đã tạnh hẳn.", *before, last, *ending)]
    found = put_in_order(blocks, Metadata())
    assert [block.text for block in found.blocks] == ["Sáng nay trời đã tạnh hẳn.", *before, last]
    kept = words_of(*said(found), found.dateline)
    assert words_of(*ending, dateline) - LABELS <= kept
    again = put_in_order(found.blocks, Metadata())
    assert again.blocks == found.blocks
    assert (said(again), again.dateline) == ((None, None, None, None), None)


@given(st.lists(st.one_of(SENTENCES, TRAPS, st.text(max_size=40)), min_size=1, max_size=6))
def test_whatever_ends_a_text_is_taken_once(texts: list[str]) -> None:
    blocks = [Block(text=" ".join(text.split())) for text in texts]
    ending = read_ending(blocks)
    assert 1 <= ending.remaining <= len(blocks)
    left = [*blocks[: ending.remaining - 1], Block(text=ending.last)]
    once = read_ending(left)
    assert (once.remaining, once.last) == (len(left), ending.last)
