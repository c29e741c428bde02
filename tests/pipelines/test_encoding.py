import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wrong_letters import tcvn3, vni, windows_1258

from pipelines.reading.letters.encoding import decode

VIETNAMESE = (
    "Ban chỉ huy phòng, chống thiên tai xã Tràng Ngạn tổ chức diễn tập; nhiều hộ dân được hướng dẫn đối phó với bão."
)
TEXTS = {
    "windows-1251": "Новая дорога между двумя посёлками была открыта сегодня утром",
    "iso-8859-7": "Ο νέος δρόμος ανάμεσα στα δύο χωριά άνοιξε σήμερα",
    "iso-8859-2": "Nowa droga między dwiema gminami została dziś otwarta ku radości mieszkańców",
    "gb2312": "连接两个山区乡镇的新公路今天上午通车，当地居民十分高兴。" * 30,
    "big5": "連接兩個山區鄉鎮的新公路今天上午通車",
    "shift_jis": "二つの山村を結ぶ新しい道路が今朝開通した",
    "euc-kr": "두 산간 마을을 잇는 새 도로가 오늘 아침 개통되었다",
    "windows-1258": "ă â đ ê ô ơ ư",
    "iso-8859-1": "La nouvelle route entre les communes a été ouverte; « déjà »",
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_server_or_page_says(name: str) -> None:
    body = TEXTS[name].encode(name)
    assert decode(body, f"text/html; charset={name.upper()}") == TEXTS[name]
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={name}">'
    assert decode(meta.encode() + body) == meta + TEXTS[name]
    assert decode(meta.encode() + body, "text/html; charset=utf-8") == meta + TEXTS[name]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1))
def test_valid_utf_8_is_that_whatever_is_said(text: str) -> None:
    assert decode(text.encode(), "text/html; charset=iso-8859-1") == text
    assert decode(codecs.BOM_UTF8 + text.encode(), "text/html; charset=gb2312") == text
    for name, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        assert decode(mark + text.encode(name)) == text
        assert decode(f"<html>{text}".encode(name)) == f"<html>{text}"


@given(st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    assert "\0" not in decode(body) if isinstance(decode(body), str) else decode(body) == body


def test_windows_1258_by_its_name_and_what_is_only_called_so() -> None:
    meta = b'<meta charset="windows-1258">'
    assert decode(meta + "Xin chào".encode("cp1258")) == meta.decode() + "Xin chào"
    assert "Tra\u0300ng" in str(decode(meta + b"Tra\xccng"))
    for encode in (tcvn3, vni):
        assert decode(meta + encode(VIETNAMESE)) == meta.decode() + encode(VIETNAMESE).decode("latin-1")


@pytest.mark.parametrize("label", ["x-user-defined", "TCVN-5712", "x-viet-vni", "viscii", "ISO-8859-1", "nonsense"])
def test_names_that_say_little(label: str) -> None:
    assert decode(tcvn3(VIETNAMESE), f"text/html; charset={label}") == tcvn3(VIETNAMESE).decode("latin-1")


def test_latin_1_is_windows_1252() -> None:
    assert decode(b"\x93caf\xe9\x94 \x80 50 \x81", "text/html; charset=iso-8859-1") == "“café” € 50 \x81"


def test_what_cannot_be_told_stays_bytes() -> None:
    assert isinstance(decode(TEXTS["windows-1251"].encode("windows-1251")), bytes)
    assert isinstance(decode(TEXTS["gb2312"].encode("gb2312"), "text/html; charset=utf-8"), bytes)


def test_utf_8_with_foreign_bytes_in_it() -> None:
    body = (VIETNAMESE * 3).encode()
    assert decode(body + b" \x93caf\xe9\x94") == VIETNAMESE * 3 + " “café”"
    assert decode(body + b" <p>" + windows_1258("hội") + b"</p>") == VIETNAMESE * 3 + " <p>hôòi</p>"


@pytest.mark.parametrize("cut", ["ộ".encode()[:2], "ộ".encode()[:1], "đ".encode()[:1], "ư".encode()[:1]])
@pytest.mark.parametrize("end", ["", '"', "...", " </p>"])
def test_utf_8_cut_off_within_a_letter(cut: bytes, end: str) -> None:
    assert decode(VIETNAMESE.encode() + cut + end.encode()) == f"{VIETNAMESE}\ufffd{end}"
