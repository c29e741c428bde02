from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block, Image, Metadata, Published, Reading
from pipelines.versions.readings import digest, pack, prepare, unpack

texts = st.text(max_size=30)
maybe = st.none() | texts
tuples = st.lists(texts, max_size=3).map(tuple)
readings = st.builds(
    Reading,
    extractor=texts,
    metadata=st.builds(
        Metadata,
        title=maybe,
        summary=maybe,
        byline=maybe,
        keywords=tuples,
        noise=tuples,
        images=st.lists(st.builds(Image, url=texts, caption=maybe, credit=maybe), max_size=2).map(tuple),
    ),
    published=st.builds(Published, at=maybe, raw=maybe, method=maybe, conflict=st.booleans()),
    language=texts,
    machine_translated=st.booleans(),
    blocks=st.lists(st.builds(Block, text=texts, kind=st.sampled_from(["p", "h", "li"])), max_size=4).map(tuple),
)


@given(readings)
def test_what_was_packed_comes_back(reading: Reading) -> None:
    assert unpack(pack(reading)) == reading


@given(readings, readings)
def test_digests_tell_readings_apart(a: Reading, b: Reading) -> None:
    assert (digest(pack(a)) == digest(pack(b))) == (a == b)


def test_lone_surrogates_are_no_reason_to_fail() -> None:
    reading = Reading(
        extractor="x",
        metadata=Metadata(title="\ud800"),
        published=Published(),
        language="vi",
        machine_translated=False,
        blocks=(Block(text="a\udfffb\0"),),
    )
    assert unpack(prepare(reading).data) == replace(
        reading, metadata=Metadata(title="?"), blocks=(Block(text="a?b\0"),)
    )
