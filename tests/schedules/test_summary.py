"""The tables of a run: what a person reads."""

from collections import Counter

from pipelines.tally import Tally
from schedules.summary import LONGEST_NAME, table

ONE = Tally(captures=3, added=2, outcomes=Counter({"article": 2, "rejected:soft-404": 1}))
TWO = Tally(captures=2, gone=1, outcomes=Counter({"missing": 1, "failed:timeout": 1}))


def test_columns_that_nobody_needs_are_left_out_and_totals_add_up() -> None:
    shown = table({"a": "Báo A", "b": "Báo B"}, {"a": ONE, "b": TWO}, {"b": {"cause": "timeout"}})
    articles, captures = (part.splitlines() for part in shown.split("\n\n"))
    assert articles[0].split() == ["newspaper", "added", "gone", "note"]
    assert articles[2].split() == ["Báo", "A", "2", "·", "rejected:soft-404"]
    assert articles[3].split() == ["Báo", "B", "·", "1", "timeout"]  # failed:timeout would say it twice
    assert articles[-1].split() == ["all", "2", "1"]
    assert captures[0].split() == ["captures", "by", "outcome", "article", "missing", "rejected", "failed", "all"]
    assert captures[2].split() == ["Báo", "A", "2", "·", "1", "·", "3"]
    assert captures[-1].split() == ["all", "2", "1", "1", "1", "5"]


def test_a_source_that_brought_nothing_has_its_line() -> None:
    shown = table({"a": "Báo A"}, {}, {})
    assert shown.count("Báo A") == 2


def test_every_line_fits_a_terminal() -> None:
    words = (
        "article",
        "unchanged",
        "missing",
        "rejected:x",
        "failed:timeout",
        "challenge",
        "listing",
        "feed",
        "robots",
    )
    busy = Tally(captures=900, added=1, revised=1, reprints=1, gone=1, outcomes=Counter(dict.fromkeys(words, 1000)))
    shown = table({"a": "Đài " * 30}, {"a": busy}, {"a": {"cause": "timeout"}})
    assert max(map(len, shown.splitlines())) <= 120
    assert "Đài Đài" in shown
    assert "Đài " * (LONGEST_NAME // 4 + 1) not in shown
