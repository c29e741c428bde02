"""Bookkeeping and verdicts, without a network."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.capture import Kind
from crawler.causes import HARMLESS, Trouble, judge
from crawler.failures import Failure
from crawler.frontier import Frontier, newest_first
from crawler.ledger import Ledger, Ticket
from crawler.links import Link, Via
from crawler.remedies import SUGGESTIONS, advice
from crawler.source import Source

SOURCE = Source(slug="bao", name="Báo", homepage="http://bao.vn/", article=re.compile(r"/tin-(?P<id>\d+)"))
NOW = datetime(2026, 9, 26, 12, 0, tzinfo=UTC)


def trouble(code: str, *, required: bool = False, kind: Kind = Kind.PAGE, at: str = "x") -> Trouble:
    return Trouble(kind=kind, required=required, code=code, evidence=f"{at} {code}")


@given(st.lists(st.sampled_from(["200", "404", "timeout", "robots"]), max_size=30))
def test_what_is_settled_is_counted_once_however_often_it_is_settled(outcomes: list[str]) -> None:
    ledger = Ledger()
    ledger.begin("bao", NOW)
    for number, outcome in enumerate(outcomes):
        ticket = Ticket(source=SOURCE, link=Link(url=f"http://bao.vn/tin-{number}"), kind=Kind.PAGE)
        ledger.schedule(ticket)
        assert ledger.settle(ticket, outcome)
        assert not ledger.settle(ticket, outcome)
    report = ledger.report("bao", NOW)
    assert report.scheduled == report.accounted == sum(report.outcomes.values()) == len(outcomes)
    assert report.fetched == outcomes.count("200") and not ledger.pending("bao")


@pytest.mark.parametrize(
    ("troubles", "fetched", "links", "code"),
    [
        ([], 5, 4, None),
        ([], 1, 0, "empty-listing"),
        ([trouble("404"), trouble("410"), trouble("redirect-to-seen")], 1, 3, None),
        ([trouble("timeout"), trouble("404")], 10, 12, None),
        ([trouble("timeout")] * 11, 10, 21, "timeout"),
        ([trouble("403", required=True, kind=Kind.LISTING)], 9, 8, "403"),
        ([trouble("404", kind=Kind.FEED)], 9, 8, None),  # a probed feed
        ([trouble("dns", required=True, kind=Kind.FEED)] * 2 + [trouble("403", required=True)], 0, 0, "dns"),
        ([trouble("challenge"), trouble("403", required=True)], 3, 3, "challenge"),
        ([trouble("stopped")], 9, 20, "stopped"),
        ([trouble("robots")], 1, 1, None),
        # one cause, and the one that explains the others
        ([trouble("challenged")] * 3, 0, 0, "challenge"),
        ([trouble("host-given-up")] * 30 + [trouble("403")] * 25, 1, 55, "403"),
        ([trouble("host-given-up")] * 30, 1, 30, "host-given-up"),
        ([trouble("stopped")] * 3 + [trouble("timeout")] * 4, 1, 9, "timeout"),
        ([trouble("timeout"), trouble("403")], 0, 5, "timeout"),  # as many: in the order of the table
        # nothing was due, or nothing had changed
        ([], 0, None, None),
        ([trouble("304", required=True, kind=Kind.FEED)] * 2, 0, None, None),
        ([trouble("304")] * 20 + [trouble("timeout")], 0, None, None),
        ([trouble("stopped", required=True)], 0, 0, "stopped"),
        # what single pages may do, but not most of many
        ([trouble("404")] * 9, 1, 9, None),
        ([trouble("404")] * 10, 1, 9, "404"),
        ([trouble("404")] * 10, 11, 9, None),
        ([trouble("redirect-to-home")] * 12 + [trouble("404")], 3, 9, "redirect-to-home"),
        ([trouble("redirect-to-seen")] * 40, 3, 9, None),
        ([trouble("offsite", required=True, kind=Kind.LISTING)], 1, 9, "offsite"),
    ],
)
def test_the_cause(troubles: list[Trouble], fetched: int, links: int | None, code: str | None) -> None:
    verdict = judge(troubles, fetched=fetched, links=links)
    assert (verdict.code if verdict else None) == code
    assert verdict is None or verdict.suggestion


def test_every_code_has_advice_even_one_that_nobody_thought_of() -> None:
    assert {*map(str, Failure)} - set(SUGGESTIONS) == {Failure.SEEN, Failure.CHALLENGED}
    for code in (*HARMLESS, "418", "521", "x"):
        assert advice(code)


@given(st.lists(st.builds(trouble, st.sampled_from(sorted(SUGGESTIONS)), required=st.booleans()), max_size=30))
def test_the_cause_does_not_depend_on_the_order_of_what_happened(troubles: list[Trouble]) -> None:
    first, again = (judge(found, fetched=3, links=5) for found in (troubles, troubles[::-1]))
    assert (first and first.code) == (again and again.code)
    assert first is None or first.evidence


def test_links_are_merged_and_stand_newest_first() -> None:
    frontier = Frontier(SOURCE)
    base = "http://bao.vn/tin-"
    entries = frontier.add(
        [
            Link(url=f"{base}1", title="Một", via_kind=Via.SECTION),
            Link(url=f"{base}2", via_kind=Via.SITEMAP),
            Link(url=f"{base}3", published_at="2026-09-26T09:00:00+07:00", via_kind=Via.FEED),
            Link(url=f"{base}4", published_at="2026-09-20", via_kind=Via.FEED),
            Link(url="http://bao.vn/lien-he", via_kind=Via.SECTION),
            Link(url="http://khac.vn/tin-9", via_kind=Via.SECTION),
        ]
    )
    entries += frontier.add(
        [Link(url="https://www.bao.vn/tin-1", published_at="2026-09-25T09:00:00+07:00", via_kind=Via.FEED)]
    )
    merged = frontier.among([key for key, _ in entries])
    found = [link for _, link in newest_first(merged.items(), NOW)]
    assert [link.url[-1] for link in found] == ["3", "1", "4", "2"] and len(frontier) == 4
    assert (found[1].title, found[1].via_kind) == ("Một", Via.FEED)
