"""Names taken out of texts and readings: in every form that they may stand in, and nothing else."""

import re
import unicodedata
import zlib
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block, Image, Metadata, Published, Reading
from pipelines.boilerplate import NO_RULES
from pipelines.clean import clean
from pipelines.versions.readings import pack, unpack
from pipelines.withholding.words.redacting import (
    FLAG,
    SIGN,
    Names,
    has_words,
    names_for,
    occurs,
    redact,
    redact_reading,
)

NAME = "Nguyễn Thị Hoà"


@pytest.mark.parametrize(
    "text",
    [
        "chị Nguyễn Thị Hòa kể",
        "chị Nguyễn Thị Hoà kể",
        "chị NGUYỄN THỊ HÒA kể",
        "chị nguyễn thị hòa kể",
        "chị Nguyen Thi Hoa kể",
        "chị Nguyễn  Thị\u00a0Hòa kể",
        "chị Nguyễn\nThị Hòa kể",
        "chị Nguyễn-Thị-Hòa kể",
        "chị NguyễnThịHòa kể",
        "chị nguyenthihoa kể",
        "chị nguyen_thi_hoa kể",
        "chị Nguyễn Th\u200bị Hòa kể",
        "chị Ngu\u00adyễn Thị Hòa kể",
        "chị Nguyển Thi Hoạ kể",  # marks mistaken, as they often are
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_goes_in_whatever_form_it_stands(text: str, form: str) -> None:
    for name in (NAME, unicodedata.normalize("NFD", NAME), NAME.upper(), "Nguyen Thi Hoa"):
        assert redact(unicodedata.normalize(form, text), {name}) == f"chị {SIGN} kể"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nguyễn Thị Hoàng, Nguyễn Thị Hoài", {NAME}),
        ("Nguyễn Thị, Hòa", {NAME}),
        ("gặp chị Nguyễn Thị. Hòa Bình mưa to", {NAME}),
        ("bà Thu. Hà Nội", {"Thu Hà"}),
        ("phía nam Thu Hàn", {"Thu Hà"}),
        ("lan rừng nở; lần đầu; làn gió; LẦN", {"Lan"}),
        ("Lán, Lân, Lẫn, Lantern", {"Lan"}),
        ("ông ạ, ông à", {"ông A"}),
        ("ông An", {"ông A"}),
        ("cả Nguyễn lẫn Thị Hòa", {NAME}),
        ("", {NAME}),
        ("chị Nguyễn Thị Hòa", set()),
        ("... — …", {"—", "…"}),
    ],
)
def test_what_is_not_the_name_stays_to_the_letter(text: str, names: set[str]) -> None:
    assert redact(text, names) is text


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("Chị Lan, bé LAN và hoa lan", {"Lan"}, f"Chị {SIGN}, bé {SIGN} và hoa lan"),
        ("Ông A. nói; ông A, bà B", {"ông A"}, f"{SIGN}. nói; {SIGN}, bà B"),
        ("N.V.A. và N. V. A", {"N.V.A"}, f"{SIGN}. và {SIGN}"),
        ("bút danh thihoa88 và THIHOA88", {"thihoa88"}, f"bút danh {SIGN} và {SIGN}"),
        ("Mr. Smith's son", {"Smith"}, f"Mr. {SIGN}'s son"),
        ("Lý Quý Mỹ là Lí Quí Mĩ", {"Lý Quý Mỹ"}, f"{SIGN} là {SIGN}"),
        ("Đỗ Đức, DO DUC, Ðỗ Ðức", {"Đỗ Đức"}, f"{SIGN}, {SIGN}, {SIGN}"),
        ("记者阮文甲报道", {"阮文甲"}, f"记者{SIGN}报道"),
        ("김철수가 말했다", {"김철수"}, f"{SIGN}가 말했다"),
        ("Hoà và Hòa", {"Hoà"}, f"{SIGN} và {SIGN}"),
    ],
)
def test_names_of_other_shapes(text: str, names: set[str], left: str) -> None:
    assert redact(text, names) == left


def test_one_sign_whatever_the_length() -> None:
    assert redact("An Bé, Nguyễn Phúc Bửu Long", {"An Bé", "Nguyễn Phúc Bửu Long"}) == f"{SIGN}, {SIGN}"


def test_names_that_overlap_go_together_in_any_order() -> None:
    names = ["Nguyễn Văn Ba", "Văn Ba Bình", "Ba Bình", "Ba"]
    for order in permutations(names):
        assert redact("gặp Nguyễn Văn Ba Bình và Ba Bình", dict.fromkeys(order)) == f"gặp {SIGN} và {SIGN}"


SYLLABLES = ("Nguyễn", "Thị", "Hòa", "Đức", "Lý", "Thuỷ", "Ba", "Ốc", "Trường", "Vũ")
PLAIN = ("trời", "mưa", "đêm", "12", "ha", "lúa", "hoàn", "kể", "rằng", ",", ".", "—", "Sơn", SIGN)
NAMES = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4, unique=True).map(" ".join)
BARE = str.maketrans("đĐyY", "dDiI", "".join(map(chr, range(0x300, 0x370))))


@st.composite
def forms(draw: st.DrawFn, name: str) -> str:
    """*name* as somebody may write it."""
    form = name
    if draw(st.booleans()):
        form = form.replace("Hòa", "Hoà").replace("Thuỷ", "Thủy")
    form = draw(st.sampled_from((str, str.upper, str.lower, str.title)))(form)
    if draw(st.booleans()):
        form = unicodedata.normalize("NFC", unicodedata.normalize("NFD", form).translate(BARE))
    form = unicodedata.normalize(draw(st.sampled_from(("NFC", "NFD", "NFKC"))), form)
    return draw(st.sampled_from((" ", "  ", "\u00a0", "-", "\n", " \u200b"))).join(form.split(" "))


@st.composite
def told(draw: st.DrawFn) -> tuple[set[str], str]:
    """Names, and a text that has them in forms of all kinds."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3))
    piece = st.sampled_from(PLAIN + SYLLABLES) | st.sampled_from(names).flatmap(forms)
    return set(names), " ".join(draw(st.lists(piece, max_size=25)))


def plainly(text: str) -> str:
    """By other means than the program's: small letters and figures alone, a space between words."""
    bare = unicodedata.normalize("NFD", text.replace("\u200b", "")).translate(BARE).lower()
    words = re.findall(r"[a-z0-9]+|[^a-z0-9\s_-]", bare)
    return f" {' '.join(words)} "


@given(told())
def test_no_occurrence_is_left_in_any_form(case: tuple[set[str], str]) -> None:
    names, text = case
    left = redact(text, names)
    for name in names:
        assert plainly(name) not in plainly(left)
        assert not occurs(left, {name})
    assert redact(left, names) is left
    assert occurs(text, names) == (left is not text)


@given(told(), st.randoms(use_true_random=False))
def test_the_order_of_names_has_no_say(case: tuple[set[str], str], random: Random) -> None:
    names, text = case
    shuffled = sorted(names)
    random.shuffle(shuffled)
    composed, parted = (unicodedata.normalize(form, redact(text, shuffled)) for form in ("NFC", "NFD"))
    assert redact(text, shuffled) == redact(text, names)
    assert unicodedata.normalize("NFD", redact(unicodedata.normalize("NFD", text), names)) == parted or "\u200b" in text
    assert redact(composed, names) is composed


@given(told())
def test_the_words_around_stay_as_they_are(case: tuple[set[str], str]) -> None:
    names, text = case
    pieces = redact(text, names).split(SIGN)
    at = 0
    whole = unicodedata.normalize("NFC", text.replace("\u200b", ""))
    for piece in pieces:
        found = whole.find(piece, at)
        assert found >= 0, (piece, whole[at:])
        at = found + len(piece)
    assert whole.startswith(pieces[0])
    assert whole.endswith(pieces[-1])


def reading(name: str = NAME) -> Reading:
    return Reading(
        extractor="test-1",
        metadata=Metadata(
            title=f"Chuyện chị {name} giữ rừng",
            summary=f"{name} đã ở Khe Sến ba mươi năm.",
            byline=f"Trần Bé; {name}",
            byline_role=f"cộng tác viên {name}",
            agency=name,
            credit=f"Theo {name}",
            dateline=name.upper(),
            section=f"Gương {name}",
            keywords=("rừng", name.lower()),
            images=(Image(url="http://song.test/nguyen-thi-hoa.jpg", caption=f"Chị {name}", credit=f"Ảnh: {name}"),),
            noise=(name.upper(),),
            alternates=(("en", "http://song.test/en/nguyen-thi-hoa", "hreflang"),),
        ),
        published=Published(at="2026-03-01", method="meta"),
        language="vi",
        machine_translated=False,
        blocks=(
            Block(text=f"Sáng nào {name} cũng vào rừng.", path="div.body", sure=40),
            Block(text="Cây lim ở đây đã trăm tuổi.", kind="quote"),
            Block(text=unicodedata.normalize("NFD", f"{name} (trái) và con gái"), kind="li"),
        ),
        flags=("placeholder",),
    )


def test_nothing_that_a_reading_says_has_the_name_but_addresses() -> None:
    found = redact_reading(reading(), Names(all=frozenset({NAME})))
    assert found.flags == ("placeholder", FLAG)
    said = re.sub(r"http://\S+?\"", "", repr(pack_text(found)))
    assert not occurs(said, {NAME}) and said.count(SIGN) >= 14
    assert found.metadata.images[0].url.endswith("nguyen-thi-hoa.jpg") and found.metadata.alternates[0][1]
    assert found.metadata.byline == f"Trần Bé; {SIGN}"
    assert [(b.kind, b.path, b.sure) for b in found.blocks] == [(b.kind, b.path, b.sure) for b in reading().blocks]
    article = clean(found, NO_RULES, source="song", key="k", url="http://song.test/a")
    assert not occurs("\n".join((article.text, article.markdown, article.metadata.byline or "")), {NAME})


def pack_text(found: Reading) -> str:
    return zlib.decompress(pack(found)).decode()


def test_readings_in_any_form_of_the_name_are_one_once_it_is_out() -> None:
    names = Names(all=frozenset({NAME}))
    first = redact_reading(reading(), names)
    for form in (unicodedata.normalize("NFD", NAME), "Nguyễn Thị Hòa", NAME.upper(), "Nguyen Thi Hoa"):
        assert redact_reading(reading(form), names) == first
    assert redact_reading(unpack(pack(first)), names) == first


def test_a_reading_without_the_name_is_the_same() -> None:
    other = reading("Mai Văn Sáu")
    assert redact_reading(other, Names(all=frozenset({NAME}))) is other
    assert redact_reading(other, Names()) is other
    assert replace(other, flags=()) != redact_reading(other, Names(all=frozenset({"Mai Văn Sáu"})))


def test_names_are_looked_up_by_the_plain_key() -> None:
    names = Names(all=frozenset({NAME}), mark="1")
    assert names_for({"http://song.test/a": names}, "http://song.test/a#tieu-de") == names
    assert not names_for({"http://song.test/a": names}, "http://song.test/b") and not names_for({}, "x")


def test_a_name_has_a_letter_or_a_figure() -> None:
    assert has_words(" Hoà ") and has_words("阮") and not has_words(" — …") and not has_words(SIGN)
