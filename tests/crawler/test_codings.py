"""Packed bodies: whole, half, of several members, with a wrong trailer, and no packed ones at all."""

import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.records.codings import unpack

# 1 MiB of spaces before a flush, and the same again, as often as one likes.
FIRST, AGAIN = bytes.fromhex("abffff074002241e0b24f7fec100"), bytes.fromhex("faff7f002400e2b00074ef1f0c")

TEXT = "".join(f"Lúa chín vàng {n * 7919 % 10007} ngày. " for n in range(3000)).encode()
RAW = zlib.compressobj(wbits=-15)
RAW_TEXT = RAW.compress(TEXT) + RAW.flush()
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
}


@pytest.mark.parametrize("coding", PACKED)
def test_whole_cut_and_limited(coding: str) -> None:
    body = PACKED[coding]
    assert unpack(body, coding, 1 << 20) == (TEXT, True)
    assert unpack(body, coding.upper(), 100) == (TEXT[:100], True)
    half, whole = unpack(body[: len(body) * 2 // 3], coding, 1 << 20)
    assert not whole and TEXT.startswith(half) and len(half) < len(TEXT)


def test_raw_deflate_and_several_members() -> None:
    assert unpack(RAW_TEXT, "deflate", 1 << 20) == (TEXT, True)
    assert unpack(gzip.compress(TEXT) + gzip.compress(b"x"), "gzip", 1 << 20) == (TEXT + b"x", True)
    assert unpack(gzip.compress(TEXT) + bytes(512), "gzip", 1 << 20) == (TEXT, True)


def test_a_wrong_or_missing_checksum_loses_nothing() -> None:
    body = gzip.compress(TEXT)
    assert unpack(body[:-8], "gzip", 1 << 20) == (TEXT, True)
    assert unpack(body[:-8] + b"12345678", "gzip", 1 << 20) == (TEXT, True)
    assert unpack(body[:-3], "gzip", 1 << 20) == (TEXT, True)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "klingon", "identity", "gzip, gzip", ","])
def test_what_is_not_packed_is_left_as_it_is(coding: str) -> None:
    assert unpack(b"<html>" + TEXT, coding, 1 << 20) == (b"<html>" + TEXT, True)


def test_nested() -> None:
    assert unpack(gzip.compress(PACKED["br"]), "br, gzip", 1 << 20) == (TEXT, True)
    assert unpack(gzip.compress(TEXT), "klingon, gzip", 1 << 20) == (TEXT, True)


@given(st.binary(max_size=300), st.sampled_from([*PACKED, "br, gzip"]), st.integers(0, 99))
def test_nothing_raises_and_nothing_exceeds_the_limit(noise: bytes, coding: str, cut: int) -> None:
    for body in (noise, PACKED.get(coding, b"")[:cut] + noise):
        assert len(unpack(body, coding, 1000)[0]) <= 1000


@pytest.mark.parametrize("found", ["brotli", "_brotli"])
def test_a_brotli_bomb_takes_no_memory_with_either_library(found: str) -> None:
    """pywb's `brotli` hides Google's, whose extension module can still be had: users have that one alone."""
    script = f"""
import resource, sys
import {found} as library
sys.modules["brotli"] = library
from crawler.records.codings import unpack
bomb = bytes.fromhex("{FIRST.hex()}") + bytes.fromhex("{AGAIN.hex()}") * 20_000 + b"\\3"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
body, whole = unpack(bomb, "br", 20 << 20)
assert len(body) == 20 << 20 and body.isspace() and whole, (len(body), whole)
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000 * (1024 if sys.platform == "darwin" else 1)
half = unpack(bomb[:200], "br", 20 << 20)
assert not half[1] and half[0].isspace(), half[1]
assert unpack(b"<html>", "br", 99) == (b"<html>", True)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
