"""The extractor's gates: what is refused before it could take minutes, and bytes that are no page."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import SOURCES, Shot

from pipelines.chain import run_chain
from pipelines.errors import Unreadable
from pipelines.extract import decode, extract, parse

WORDS = b"mot hai ba bon nam sau bay tam chin muoi "
PAGE = "<html><head><title>Cầu mới</title></head><body><article><h1>Cầu mới qua sông</h1>{}</article></body></html>"
BODY = "".join(f"<p>Đoạn {n}: " + "chữ nghĩa viết ra cho dài thêm " * 6 + "</p>" for n in range(5))

HOSTILE = {
    "paragraphs": b"<html><body>" + b"<p>x</p>" * 200_000,
    "links": b"<html><body>" + b"<p><a href='/x'>mot hai ba bon</a></p>" * 100_000,
    "attributes": b"<html><body><p " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b">" + WORDS,
    "bare attributes": b"<html><body><p " + b" ".join(b"a%d" % n for n in range(100_000)) + b">" + WORDS,
    "line breaks": b"<html><body><p>x" + b"<br>x" * 500_000,
    "large": b"<html><body><p>" + WORDS * 150_000,
}


def outcome(body: bytes, media: str = "text/html") -> str:
    shot = Shot(lines=("x",))
    capture = replace(shot.capture, body=body, headers=(("Content-Type", media),))
    return run_chain(capture, SOURCES["song"]).outcome


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_minutes_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    assert outcome(HOSTILE[name]) == "rejected:too-large"
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\0" * 1000, "not-html"),
        (b"\xff\xfe\xfd" * 99, "not-html"),
        (b"<html><!--" + b"x" * 1_000_000, "not-html"),
    ],
)
def test_what_is_no_page(body: bytes, code: str) -> None:
    assert outcome(body) == f"rejected:{code}"


def test_a_comparison_in_a_long_script_is_no_tag_with_thousands_of_attributes() -> None:
    script = "for(var x=0;x<list.length&&!done;++x){var a = list [ x ] ; " + "a = a + b ; " * 3_000 + "}"
    assert outcome(PAGE.format(f"{BODY}<script>{script}</script>").encode()) == "article"


@pytest.mark.parametrize("depth", [300, 20_000])
def test_deep_nesting_has_an_outcome(depth: int) -> None:
    assert outcome(b"<html><body>" + b"<div>" * depth + b"<p>" + WORDS * 20).startswith(("article", "rejected:"))


@pytest.mark.parametrize(
    "charset", ["undefined", "unicode_escape", "utf-7", "punycode", "hex", "idna", "utf-16", "x" * 99]
)
def test_a_charset_that_nobody_means_is_survived(charset: str) -> None:
    page = b"<html><meta charset=" + charset.encode() + b"><body>\xff\xfe " + WORDS * 9
    assert outcome(page).startswith(("article", "rejected:"))


@settings(max_examples=60)
@given(body=st.binary(max_size=400), media=st.sampled_from(["text/html", "text/html; charset=utf-7", "text/plain"]))
def test_any_bytes_have_an_outcome(body: bytes, media: str) -> None:
    assert outcome(b"<html><body>" + body, media).startswith(("article", "rejected:"))


def test_text_is_decoded_as_it_says() -> None:
    assert decode("Bắc Ninh".encode()) == "Bắc Ninh"
    assert decode("﻿Bắc".encode()) == "Bắc"
    assert decode("café".encode("latin-1"), "text/html; charset=ISO-8859-1") == "café"
    assert decode(b"\xe9", "text/html; charset=nonsense") == b"\xe9"


def test_the_same_page_gives_the_same_text_however_often() -> None:
    tree = parse(PAGE.format(BODY).encode())
    first = extract(tree, "http://song.test/a")
    assert sum(block.kind == "p" for block in first[1]) == 5
    assert all(extract(tree, "http://song.test/a") == first for _ in range(8))


def test_rows_items_and_line_breaks_are_blocks_of_their_own() -> None:
    more = "<ul><li>Một mục dài thêm chữ</li><li>Hai mục dài thêm chữ</li></ul><p>Dòng trên<br>Dòng dưới</p>"
    table = "<table><tr><td>Lúa</td><td>1.250 ha</td></tr><tr><td>Ngô</td><td>300 ha</td></tr></table>"
    _, blocks = extract(parse(PAGE.format(BODY + more + table + BODY).encode()), "http://song.test/a")
    found = {(block.kind, block.text) for block in blocks}
    assert {
        ("li", "Một mục dài thêm chữ"),
        ("p", "Dòng trên"),
        ("p", "Dòng dưới"),
        ("table", "Lúa | 1.250 ha"),
    } <= found


def test_refusals_carry_their_code() -> None:
    with pytest.raises(Unreadable) as raised:
        parse(b"")
    assert raised.value.code == "empty"
