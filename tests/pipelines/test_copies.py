"""Copies and stories: what is one, what is none, and that neither order nor direction matters."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from unittest.mock import patch

import pytest
from record_side import SOURCES, Shot, one, open_memory, record, result_of, take

from pipelines import fingerprint as fingerprints
from pipelines import store
from pipelines.archive import Archive
from pipelines.copies import comparing, edges
from pipelines.copies.similarity import Likeness, Prepared, likeness
from pipelines.filing import tell_reprints
from pipelines.keep import keep


def sentences(subject: str, count: int = 8) -> tuple[str, ...]:
    """Sentences that share no two words with those of any other subject."""
    words = [[f"{subject}{chr(97 + line)}{chr(97 + word)}" for word in range(15)] for line in range(count)]
    return tuple(f"Ở {subject} {' '.join(line)}" for line in words)


ITEM, OTHER, THIRD = sentences("cầu"), sentences("đê"), sentences("chợ")
A = Shot(page="a", lines=ITEM)
REPRINT = ("Báo chúng tôi xin đăng lại tin này của đồng nghiệp.", *ITEM[:-1], "Theo TTXVN.")
B = Shot(page="b", source="nui", lines=REPRINT)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def stories(archive: Archive) -> list[list[str]]:
    rows = archive.connection.execute("SELECT story, group_concat(url, ' ') FROM articles GROUP BY story").fetchall()
    return sorted(sorted(address.rpartition("/")[2] for address in urls.split()) for _, urls in rows)


def test_a_reprint_with_a_new_lead_and_credit_is_one_story(archive: Archive) -> None:
    kept = take(archive, [A, replace(B, agency="TTXVN", hour=1)])
    assert [k.reprint for k in tell_reprints(archive.connection, kept)] == [False, True]
    ids = sorted(k.article or "" for k in kept)
    assert one(archive, "SELECT id, first_article, articles, sources FROM stories") == (ids[0], kept[0].article, 2, 2)
    sql = "SELECT relation, reprint_of, similarity > 0.6 FROM articles WHERE source = 'nui'"
    assert one(archive, sql) == ("reprint", kept[0].article, 1)
    assert one(archive, "SELECT a, b, kind FROM copies") == (*ids, "copy")


def test_whoever_credits_an_agency_did_not_write_it(archive: Archive) -> None:
    kept = take(archive, [replace(B, agency="TTXVN"), replace(A, hour=9)])
    assert one(archive, "SELECT first_article FROM stories") == kept[1].article
    assert one(archive, "SELECT relation FROM articles WHERE source = 'nui'") == "reprint"


def test_a_round_up_glues_nothing(archive: Archive) -> None:
    items = [Shot(page=name, lines=lines) for name, lines in zip("abc", (ITEM, OTHER, THIRD), strict=True)]
    round_up = Shot(page="tin-van", source="bien", lines=(*ITEM, *OTHER, *THIRD))
    for order in ([*items, round_up], [round_up, *items]):
        take(archive, [replace(shot, number=order.index(round_up)) for shot in order])
    assert stories(archive) == [["a"], ["b"], ["c"], ["tin-van"]]
    # An item shares a third of the round-up: not every such pair is a candidate, which does no harm.
    assert archive.connection.execute("SELECT DISTINCT kind FROM copies").fetchall() == [("excerpt",)]


def prices(day: int) -> str:
    line = "Giá cá ở chợ là {} đồng một cân, giá tôm là {} đồng, bà con mua bán như mọi ngày và không lo. "
    return "".join(
        line.format(day * 1000 + n, day * 2000 + n) + "Thương lái vẫn đến từ sáng sớm. " * 3 for n in range(6)
    )


def test_figures_of_the_day_are_no_copies() -> None:
    assert likeness(prices(31), prices(47)).kind is None
    assert likeness(prices(31), prices(31).replace("31001", "31009")).kind == "copy"


@pytest.mark.parametrize(("a", "b"), [("", ""), ("", "một"), ("một hai", "một hai"), ("x " * 4, "y")])
def test_short_texts_raise_nothing_and_likeness_is_symmetrical(a: str, b: str) -> None:
    assert likeness(a, b) == likeness(b, a)


def test_any_order_ends_in_the_same_stories(tmp_path: Path) -> None:
    shots = [
        Shot(page="a", lines=ITEM),
        replace(B, agency="TTXVN"),
        Shot(page="c", source="bien", lines=(*ITEM[:6], "Thêm một câu khác.")),
        Shot(page="d", source="bien", lines=(*ITEM, *OTHER, *THIRD)),
    ]
    records = []
    for order in permutations(shots):
        archive = open_memory(tmp_path)
        take(archive, order, learn=False)
        records.append(record(archive))
        archive.connection.close()
    assert all(found == records[0] for found in records)
    assert len(records[0]["stories"]) == 2


def test_an_edit_dissolves_what_no_longer_holds(archive: Archive) -> None:
    shots = [
        Shot(page="a", lines=ITEM),
        B,
        Shot(page="c", source="bien", lines=ITEM),
    ]
    take(archive, shots)
    assert stories(archive) == [["a", "b", "c"]]
    take(archive, [Shot(page="b", source="nui", lines=OTHER, hour=2)])
    assert stories(archive) == [["a", "c"], ["b"]]
    sql = "SELECT relation, reprint_of, similarity FROM articles WHERE source = 'nui'"
    assert one(archive, sql) == ("original", None, None)
    assert one(archive, "SELECT count(*) FROM copies") == 1


def test_a_forgotten_article_leaves_no_edge(archive: Archive) -> None:
    kept = take(archive, [A, B])
    article = kept[0].article or ""
    n = one(archive, "SELECT n FROM articles WHERE id = ?", article)
    edges.forget(archive.connection, article, n)
    edges.tell_stories(archive.connection, [k.article or "" for k in kept])
    assert stories(archive) == [["a"], ["b"]]
    assert one(archive, "SELECT count(*) FROM copies") == 0
    assert one(archive, "SELECT count(*) FROM signatures") > 0
    assert one(archive, "SELECT count(*) FROM signatures WHERE article = ?", n) == 0


def test_who_waits_with_a_capture_that_is_undone_is_related_all_the_same(archive: Archive) -> None:
    shots = [A, B, Shot(page="c", source="bien", lines=ITEM)]
    results = [result_of(archive.connection, shot) for shot in shots]
    place = store.Place(file="w", offset=0, length=1)
    with archive.transaction() as connection:
        for shot, result in zip(shots[:2], results, strict=False):
            keep(connection, SOURCES[shot.source], shot.capture, place, result)
        before = edges.waiting(connection)
        connection.execute("SAVEPOINT capture")
        keep(connection, SOURCES["bien"], shots[2].capture, place, results[2])
        edges.settle(connection)  # as whoever asks for stories does
        assert one(archive, "SELECT count(*) FROM copies") == 3
        connection.execute("ROLLBACK TO capture")
        edges.wait_again(connection, before)
        connection.execute("RELEASE capture")
    assert stories(archive) == [["a", "b"]]


def test_what_cannot_be_compared_stays_alone_and_stops_nothing(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    def compare(one: Prepared, other: Prepared) -> Likeness:
        if len(one) == len(other):
            raise ValueError("not even close")
        return likeness(one, other)

    with patch.object(edges, "likeness", compare), caplog.at_level(logging.ERROR):
        kept = take(archive, [A, B, Shot(page="c", source="bien", lines=ITEM)], at_once=3)
    assert stories(archive) == [["a", "b"], ["c"]]
    assert [record.getMessage() for record in caplog.records] == [f"{kept[2].article} stays without copies"]
    take(archive, [Shot(page="c", source="bien", lines=(*ITEM, "Thêm một câu."), hour=1)])
    assert stories(archive) == [["a", "b", "c"]]


def test_former_words_are_not_kept_where_the_new_ones_cannot_be_compared(archive: Archive) -> None:
    """A name may have been taken out of them."""
    kept = take(archive, [A, B])
    sql = "SELECT count(words), count(runs) FROM signatures JOIN articles ON n = article WHERE id = ?"
    assert one(archive, sql, kept[0].article) == (1, 1)
    with patch.object(edges, "likeness", side_effect=ValueError("not even close")):
        take(archive, [replace(A, lines=(*ITEM[1:], "Thêm một câu."), hour=1)])
    assert one(archive, sql, kept[0].article) == (0, 0)
    assert stories(archive) == [["a", "b"]]
    take(archive, [replace(A, lines=(*ITEM[1:], "Thêm một câu nữa."), hour=2)])
    assert one(archive, sql, kept[0].article) == (1, 1)


def test_nothing_that_grows_is_scanned(archive: Archive) -> None:
    """Keeping finds all its rows by an index: an archive of a million articles is as quick as a new one."""
    statements: set[str] = set()
    archive.connection.set_trace_callback(statements.add)
    take(
        archive,
        [A, B, Shot(page="a", lines=OTHER, hour=1)],
        learn=False,
    )
    reused = Shot(page="c", lines=ITEM, hour=1)  # one address for two articles, until a third look unites them
    take(archive, [reused, replace(reused, title="Khác", lines=OTHER, hour=3)], learn=False)
    take(archive, [replace(reused, lines=()), replace(reused, lines=OTHER, hour=2)], learn=False)
    take(archive, [Shot(page="a", hour=2), Shot(page="a", hour=3, lines=OTHER)], learn=False)
    archive.connection.set_trace_callback(None)
    asked = [sql for sql in statements if sql.startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(asked) > 20
    for sql in asked:
        if "FROM tombstone_marks" in sql and " WHERE " not in sql:
            continue  # into memory, once for each decision (pipelines/withholding/)
        if "FROM key_files" in sql:
            continue  # a handful, of whatever size
        if sql.endswith(" LIMIT 1") and " WHERE " not in sql and " ORDER " not in sql:
            continue  # whether there is any row at all: the first one tells
        plan = archive.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        steps = [row[3] for row in plan if row[3].startswith("SCAN") and "json_each" not in row[3]]
        steps = [step for step in steps if "articles_fts_config" not in step]  # FTS5's own, of a row or two
        assert not [step for step in steps if "VIRTUAL TABLE" not in step and "SUBQUERY" not in step], sql


FORM = sentences("mẫu", 3)


@pytest.mark.parametrize("are_outlined", [True, False])
def test_notices_of_a_form_are_told_apart_without_their_texts_being_read(archive: Archive, are_outlined: bool) -> None:
    own = [sentences(f"xã{chr(97 + at)}", 3) for at in range(9)]
    notices = [Shot(page=f"p{at}", lines=(*FORM, *lines)) for at, lines in enumerate(own)]
    again = Shot(page="again", source="nui", hour=9, lines=(*FORM, *own[4][:2], "Ở nơi khác"))
    comparing.TEXTS.clear()
    with (
        patch.object(fingerprints, "OUTLINED", fingerprints.OUTLINED if are_outlined else 0),
        patch.object(comparing, "prepare", wraps=comparing.prepare) as read,
    ):
        take(archive, [*notices, again], learn=False)
    pages = {
        url.rpartition("/")[2]: story for url, story in archive.connection.execute("SELECT url, story FROM articles")
    }
    assert len({*pages.values()}) == 9
    assert pages["p4"] == pages["again"]
    assert one(archive, "SELECT count(words) FROM signatures") == (10 if are_outlined else 0)
    assert (read.call_count < 10) == are_outlined
