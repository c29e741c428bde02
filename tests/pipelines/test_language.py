import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.language import language_of, machine_translated

TEXTS = {
    "vi": "Con đường mới nối hai xã miền núi đã được khánh thành sáng nay trước sự vui mừng của dân.",
    "en": "The new road between the two communes of Sông Lam was opened today, to everyone's joy.",
    "fr": "La nouvelle route entre les deux communes de montagne a été ouverte ce matin, à la joie de tous.",
    "es": "La nueva carretera entre los dos municipios de montaña fue inaugurada esta mañana ante la alegría de todos.",
    "pt": "A nova estrada entre as duas comunas da montanha foi aberta esta manhã, para alegria da população local.",
    "de": "Die neue Straße zwischen den beiden Bergdörfern wurde heute Morgen zur Freude der Einwohner eröffnet.",
    "pl": "Nowa droga między dwiema górskimi gminami została dziś rano otwarta ku radości wszystkich mieszkańców.",
    "ru": "Новая дорога между двумя горными посёлками была открыта сегодня утром к радости всех жителей.",
    "el": "Ο νέος δρόμος ανάμεσα στα δύο ορεινά χωριά άνοιξε σήμερα το πρωί προς χαρά των κατοίκων.",
    "zh": "连接两个山区乡镇的新公路今天上午通车，当地居民十分高兴。",
    "ja": "二つの山村を結ぶ新しい道路が今朝開通し、住民は喜びに包まれた。",
    "ko": "두 산간 마을을 잇는 새 도로가 오늘 아침 개통되어 주민들이 기뻐했다.",
    "th": "ถนนสายใหม่ระหว่างสองตำบลบนภูเขาเปิดใช้เมื่อเช้านี้",
    "km": "ផ្លូវថ្មីរវាងឃុំភ្នំពីរត្រូវបានបើកព្រឹកនេះ",
}


@pytest.mark.parametrize("language", TEXTS)
def test_languages(language: str) -> None:
    assert language_of(TEXTS[language]) == language


def test_vietnamese_decomposed_or_without_its_marks() -> None:
    assert language_of(unicodedata.normalize("NFD", TEXTS["vi"])) == "vi"
    assert language_of("Con duong moi noi hai xa mien nui da duoc khanh thanh sang nay, ba con rat vui mung") == "vi"
    assert language_of("Bắc Ninh") == "vi"


def test_english_full_of_vietnamese_names_is_english() -> None:
    names = "Nguyễn Văn Đức and Trần Thị Hồng said that the road had changed the trade of tea between the villages. "
    assert language_of(names * 3) == "en"


@pytest.mark.parametrize("text", ["", "12/2021", "OK", "Tea 2021", "— …"])
def test_too_little_to_say(text: str) -> None:
    assert language_of(text) == "und"


@given(st.text(max_size=200))
def test_any_text_has_a_tag(text: str) -> None:
    assert language_of(text).isalpha()


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("https://news.laodong.vn/thoi-su/con-duong-moi-1.ldo", "", True),
        ("https://ja.laodong.vn/thoi-su/con-duong-moi-1.ldo", "", True),
        ("https://laodong.vn/thoi-su/con-duong-moi-1.ldo", "", False),
        ("https://baonghean.vn/en/con-duong-moi-1.html", "", True),
        ("https://baonghean.vn/con-duong-moi-1.html", "", False),
        ("https://www.vietnam.vn/en/con-duong-moi", "", True),
        ("https://www.vietnam.vn/con-duong-moi", "", False),
        ("https://www.vietnam.vn/vi/con-duong-moi", "", False),
        ("https://bao.test/en/1", "It grew by DNUM_BFZAEZCACC percent.", True),
        ("https://bao.test/en/1", "It grew by 8 percent.", False),
        ("https://bao.test/es/1", "Contenido traducido por LaoDongAI", True),
    ],
)
def test_machine_translation(url: str, text: str, expected: bool) -> None:
    assert machine_translated(url, text) is expected


def test_a_process_that_detects_stays_small() -> None:
    """Two workers of a 1 GB box each hold the models."""
    code = """if True:
        import resource
        from pipelines.reading.language import language_of
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert language_of("The new road between the two communes was opened this morning") == "en"
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        unit = 1024 * 1024 if __import__("sys").platform == "darwin" else 1024
        print((after - before) / unit)"""
    grown = float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert grown < 60
