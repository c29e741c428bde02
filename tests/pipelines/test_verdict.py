"""When a source is verified, when it is failing, and what says nothing of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_side import one, open_memory

from crawler.failures import Failure
from pipelines.archive import Archive
from pipelines.store import insert
from pipelines.verdicts import verdict
from pipelines.verdicts.verdict import RUNS, Look, Standing, Status, judge

GOOD, QUIET, BAD = Look(articles=2), Look(), Look(cause="403", evidence="403 at http://x.test/rss")
NEW, VERIFIED = Standing(), Standing(status=Status.VERIFIED, verified_at="t0")
FAILING = Standing(status=Status.FAILING, verified_at="t0", verdict="403: 403 at http://x.test/rss")


@pytest.mark.parametrize(
    ("before", "looks", "after"),
    [
        (NEW, [GOOD], Standing(status=Status.VERIFIED, verified_at="t1")),
        (NEW, [QUIET], NEW),
        (NEW, [BAD, BAD], NEW),
        (NEW, [BAD, BAD, BAD], Standing(status=Status.FAILING, verdict=FAILING.verdict)),
        (NEW, [Look(cause="dns", articles=5)], NEW),
        (VERIFIED, [GOOD, BAD, BAD], VERIFIED),
        (VERIFIED, [BAD, BAD, QUIET], VERIFIED),
        (VERIFIED, [BAD, BAD, BAD], FAILING),
        (FAILING, [BAD, BAD, BAD], FAILING),
        (FAILING, [QUIET, BAD, BAD], VERIFIED),
        (Standing(status=Status.FAILING, verdict="dns"), [QUIET], NEW),
        (FAILING, [GOOD, BAD, BAD], Standing(status=Status.VERIFIED, verified_at="t1")),
        (Standing(status=Status.IMPORTED), [GOOD], Standing(status=Status.IMPORTED)),
    ],
)
def test_the_standing_after_a_run(before: Standing, looks: list[Look], after: Standing) -> None:
    assert judge(before, looks, "t1") == after


@given(st.lists(st.sampled_from([GOOD, QUIET, BAD]), min_size=1, max_size=12))
def test_any_history_ends_in_what_it_shows(history: Sequence[Look]) -> None:
    standing = NEW
    for number in range(1, len(history) + 1):
        standing = judge(standing, history[:number][::-1][:RUNS], f"t{number}")
    was_good = any(look is GOOD for look in history)
    assert (standing.status == Status.FAILING) == (len(history) >= RUNS and set(history[-RUNS:]) == {BAD})
    assert (standing.status == Status.VERIFIED) == (was_good and standing.status != Status.FAILING)
    assert bool(standing.verdict) == (standing.status == Status.FAILING)
    assert bool(standing.verified_at) == was_good


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def run(archive: Archive, number: int, state: str = "attention", added: int = 0, cause: str | None = "dns") -> str:
    with archive.transaction() as connection:
        name = f"2026030{number}T000000-aa"
        insert(connection, "runs", {"id": name, "kind": "crawl", "started_at": f"t{number}", "state": "done"})
        row = {"run": name, "source": "song", "state": state, "cause": cause, "evidence": "no such host"}
        insert(connection, "source_runs", row | {"added": added})
        verdict.note(archive, name, "song")
    return str(one(archive, "SELECT status FROM sources WHERE slug = 'song'"))


def test_a_run_that_was_cut_short_says_nothing(archive: Archive) -> None:
    said = [
        run(archive, 1),
        run(archive, 2, cause=str(Failure.STOPPED)),
        run(archive, 3, state="unreported", cause=None),
    ]
    said += [run(archive, 4), run(archive, 5)]
    assert said == ["unverified"] * 4 + ["failing"]
    assert one(archive, "SELECT verdict FROM sources WHERE slug = 'song'") == "dns: no such host"
    assert run(archive, 6, state="done", added=1, cause=None) == "verified"
    assert one(archive, "SELECT verdict FROM sources WHERE slug = 'song'") is None
    assert one(archive, "SELECT group_concat(kind) FROM events WHERE object = 'song'") == (
        "source-failing,source-verified"
    )
