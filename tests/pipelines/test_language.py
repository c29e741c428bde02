import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.text.language import language_of, machine_translated

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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # without marks, as old notices and telegrams are
        ("vi", "UBND tinh Son Ha hop phien thuong ky"),
        ("vi", "Thong bao tuyen sinh lop 10 nam hoc 2024"),
        ("vi", "Ban tin thoi tiet ngay 12 thang 6"),
        ("vi", "Giay moi hop hoi dong nhan dan xa Son Ha"),
        ("vi", "Danh sach trung tuyen vien chuc nam 2023"),
        ("vi", "CONG HOA XA HOI CHU NGHIA VIET NAM Doc lap Tu do Hanh phuc"),
        ("vi", "TIN VAN BAC NINH: hoi nghi tong ket cong tac"),
        ("vi", "Gia vang hom nay 12/6: tang manh"),
        # lists of names
        ("vi", "Nguyen Van An, Tran Thi Binh, Le Van Cuong, Pham Thi Dung"),
        ("vi", "Nguyễn Văn An, Trần Thị Bình, Lê Văn Cường"),
        ("vi", "Bắc Ninh - Bắc Giang"),
        # short, and foreign names in Vietnamese
        ("vi", "Lịch cắt điện"),
        ("vi", "Mưa to"),
        ("vi", "Kính mời dự họp lúc 8h ngày 12/6."),
        ("vi", "Tổng thống Donald Trump gặp Vladimir Putin tại Alaska"),
        # a footer in two languages is its page's
        ("vi", "Văn bản, chính sách mới Business connection Rate exchange Thông tin đấu thầu Liên kết website"),
        # Vietnamese names in other languages
        ("en", "Mr. Nguyễn Văn Đức, Secretary of the Đông Anh District Party Committee, spoke."),
        ("en", "Bắc Ninh, Đà Nẵng and Đồng Nai attract investors"),
        ("en", "Nguyen Van An, chairman of the Bac Ninh People's Committee, said."),
        ("en", "Le Van Cuong, Pham Thi Dung and Tran Van Be won gold medals"),
        ("en", "Photo by Tran Uyen: workers at Que Vo Industrial Park"),
        ("en", "Quốc lộ 1A (National Highway 1A) in Bắc Ninh was closed on Monday"),
        ("en", "Đại hội XIV: The 14th National Party Congress opened in Hà Nội on Monday"),
        ("en", "VIETNAM NEWS AGENCY – HANOI: GDP grew 6.5 percent in Q2"),
        ("en", "Half-term hallmarks in implementing the Congress resolution"),
        ("en", "COVID-19: Bac Giang reports 45 new cases on Friday"),
        ("fr", "Le président Tô Lâm a reçu la délégation à Hà Nội"),
        ("es", "El presidente Tô Lâm recibió a la delegación en Hà Nội"),
        ("id", "Presiden menerima delegasi dari Vietnam di Hanoi pada hari Senin"),
        ("zh", "越南北宁省"),
        ("ja", "ベトナム北部のバクニン省"),
        ("lo", "ທ່ານປະທານປະເທດ ໄດ້ຕ້ອນຮັບ"),
    ],
)
def test_short_texts(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(unicodedata.normalize("NFD", text)) == language


@pytest.mark.parametrize("text", ["", "12/2021", "OK", "Tea 2021", "— …"])
def test_too_little_to_say(text: str) -> None:
    assert language_of(text) == "und"


@given(st.text(max_size=200))
def test_any_text_has_a_tag(text: str) -> None:
    assert language_of(text).isalpha()


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        # hosts and paths
        ("https://news.laodong.vn/thoi-su/1.ldo", "", True),
        ("https://ja.laodong.vn/thoi-su/1.ldo", "", True),
        ("https://laodong.vn/thoi-su/1.ldo", "", False),
        ("https://baonghean.vn/en/new-road-1.html", "", True),
        ("https://baonghean.vn/new-road-1.html", "", False),
        ("https://www.vietnam.vn/en/new-road", "", True),
        ("https://www.vietnam.vn/new-road", "", False),
        ("https://www.vietnam.vn/vi/new-road", "", False),
        ("https://bao-test.translate.goog/1?_x_tr_tl=en", "", True),
        # marks
        ("https://bao.test/en/1", "It grew by DNUM_BFZAEZCACC percent.", True),
        ("https://bao.test/en/1", "It grew by 8 percent.", False),
        # labels
        ("https://bao.test/es/1", "Contenido traducido por LaoDongAI", True),
        ("https://bao.test/en/1", "The road was opened.\nThis article was automatically translated.", True),
        ("https://bao.test/en/1", "Machine translation", True),
        ("https://bao.test/ja/1", "新しい道路\n（自動翻訳）", True),
        ("https://bao.test/en/1", "Bản dịch tự động", True),
        ("https://bao.test/en/1", f"{'Students of the school built a tool for machine translation. ' * 3}", False),
        # a Vietnamese article's slug
        ("https://bao.test/en/tinh-son-ha-khanh-thanh-duong-moi-1643133.ldo", "", True),
        ("https://bao.test/en/tinh-son-ha-khanh-thanh-duong-moi-postid41.bbg", "", True),
        ("https://bao.test/en/tinh-son-ha-khanh-thanh-duong-moi/", "", True),
        ("https://bao.test/en/xem-tin-tuc-moi-nhat-trong-ngay/new-road-opened-7448.html", "", False),
        ("https://bao.test/en/son-ha-province-opens-the-new-road-12.html", "", False),
        ("https://bao.test/en/nguyen-van-an-1.html", "", False),
    ],
)
def test_machine_translation(url: str, text: str, expected: bool) -> None:
    assert machine_translated(url, text, "en") is expected
    assert not machine_translated(url, text, "vi")


def test_what_language_is_unknown_is_not_judged_by_its_slug() -> None:
    assert not machine_translated("https://bao.test/tinh-son-ha-khanh-thanh-duong-moi-1.html", "", "und")


def test_a_process_that_detects_stays_small() -> None:
    """Two workers of a 1 GB box each hold the models."""
    code = """if True:
        import resource
        from pipelines.reading.text.language import language_of
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert language_of("The new road between the two communes was opened this morning") == "en"
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        unit = 1024 * 1024 if __import__("sys").platform == "darwin" else 1024
        print((after - before) / unit)"""
    grown = float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert grown < 60
