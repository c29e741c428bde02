"""The table of a run: what a person reads."""

from collections import Counter

from pipelines.ingest import Tally
from schedules.summary import table


def test_columns_that_nobody_needs_are_left_out_and_totals_add_up() -> None:
    one = Tally(captures=3, added=2, outcomes=Counter({"article": 2, "rejected:soft-404": 1}))
    two = Tally(captures=1, gone=1, outcomes=Counter({"missing": 1}))
    shown = table({"a": "Báo A", "b": "Báo B"}, {"a": one, "b": two}, {"b": {"cause": "timeout"}}).splitlines()
    assert shown[0].split() == ["newspaper", "added", "gone", "article", "missing", "rejected", "note"]
    assert shown[2].split() == ["Báo", "A", "2", "·", "2", "·", "1", "rejected:soft-404"]
    assert shown[3].split() == ["Báo", "B", "·", "1", "·", "1", "·", "timeout"]
    assert shown[-1].split()[:6] == ["all", "2", "1", "2", "1", "1"]


def test_a_source_that_brought_nothing_has_its_line() -> None:
    shown = table({"a": "Báo A"}, {}, {})
    assert "Báo A" in shown
    assert "all" in shown
