"""Inputs made of other inputs: bits, ranges, splices, words of the format, and what breaks parsers everywhere."""

from collections.abc import Callable, Sequence
from random import Random

LARGEST = 20_000
AWKWARD = (
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x80",
        b"\r",
        b"\n",
        b"\t",
        b" ",
        b"\x1b",
    ),
    *(b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"%", b"%00", b"'", b'"', b"<", b">", b"&", b"/", b"\\"),
    *(
        "\u202e".encode(),
        "İ".encode(),
        "ﬀ".encode(),
        "\u0345".encode(),
        "đ".encode(),
        "١".encode(),
        "\U0001f4a9".encode(),
    ),
)

Change = Callable[[Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]


def mutated(random: Random, pool: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """One of *pool* with a few changes; *words* are the format's own."""
    data = random.choice(pool)
    for _ in range(1 + int(random.expovariate(0.5))):
        data = random.choice(CHANGES)(random, data, pool, words)[:LARGEST]
    return data


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + int(random.expovariate(1 / 12)) + 1)


def _flip(random: Random, data: bytes, _pool: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _cut(random: Random, data: bytes, _pool: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] if random.random() < 0.1 else data[:start] + data[end:]


def _repeat(random: Random, data: bytes, _pool: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:end] + data[start:end] * random.choice((1, 2, 9, 99, 999)) + data[end:]


def _move(random: Random, data: bytes, _pool: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    (start, end), at = _span(random, data), random.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at:]


def _splice(random: Random, data: bytes, pool: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    other = random.choice(pool)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _insert(random: Random, data: bytes, _pool: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    (start, end), word = _span(random, data), random.choice((*words, *AWKWARD))
    return data[:start] + word + data[start if random.random() < 0.7 else end :]


CHANGES: tuple[Change, ...] = (_flip, _cut, _repeat, _move, _splice, _insert, _insert)
