"""A line's particulars: the quick way of the commonest says what the long one does."""

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.copies.figures import FIGURE, says_the_same
from pipelines.copies.lines import Line, _checksum, _particulars, _read
from pipelines.vietnamese import syllables


@given(st.text("0123456789.,:/–-;)?!%…”ađ٣", min_size=1, max_size=9))
@example("1.298,5")
@example("19h30.")
@example("8/6,")
@example("12.")
@example("7…")
def test_a_figure_is_read_as_anything_else_is(chunk: str) -> None:
    assert _particulars(chunk) == _read(chunk)
    line = Line(chunk)
    assert line.packed == b"".join(struct.pack("<I", _checksum(word)) for word in syllables(chunk))
    assert line.form.slots.count(FIGURE) == len([said for said in line.form.said if said[0].isdecimal()])


@given(st.text("0123456789", min_size=1, max_size=6), st.text("0123456789", min_size=1, max_size=6))
@example("007", "7")
@example("0", "00")
def test_two_plain_figures_say_the_same_when_they_are_one_number(one: str, other: str) -> None:
    assert says_the_same(one, other) is (int(one) == int(other))
    assert says_the_same(one, one)
