from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from pipelines.compare import Sighting, versions

sightings = st.lists(
    st.builds(Sighting, at=st.sampled_from("123456"), sha256=st.sampled_from("AB"), capture=st.integers(1, 99)),
    unique_by=lambda s: s.capture,
)


def test_no_sightings_no_versions() -> None:
    assert versions([]) == ()


def test_back_and_forth_is_three() -> None:
    seen = [Sighting("3", "A", 3), Sighting("1", "A", 1), Sighting("2", "B", 2), Sighting("4", "A", 4)]
    assert [(v.number, v.captured_at, v.sha256, v.capture) for v in versions(seen)] == [
        (1, "1", "A", 1),
        (2, "2", "B", 2),
        (3, "3", "A", 3),
    ]


@given(seen=sightings, data=st.data())
def test_runs_of_the_same_words_whatever_the_order(seen: list[Sighting], data: st.DataObject) -> None:
    found = [(v.number, v.captured_at, v.sha256) for v in versions(seen)]
    shuffled = data.draw(st.permutations(seen))
    assert [(v.number, v.captured_at, v.sha256) for v in versions(shuffled)] == found
    runs = [key for key, _ in groupby(sorted((s.at, s.sha256) for s in seen), key=lambda pair: pair[1])]
    assert [sha256 for _, _, sha256 in found] == runs
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
