"""Names taken out of the record: the same rows whether it is decided before the captures come or afterwards."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from record_side import CATALOGUE, SOURCES, Shot, one, open_memory, record, result_of

from crawler.identity import key as identity_key
from pipelines import search, store
from pipelines.archive import Archive
from pipelines.clean import clean
from pipelines.decisions import Decision, Kind, Verdict, decide, load
from pipelines.fingerprint import fingerprint
from pipelines.keep import keep
from pipelines.siterules import relearn, unlearned
from pipelines.versions.readings import prepare
from pipelines.withholding.redactions import carry_out
from pipelines.withholding.words.redacting import FLAG, SIGN, names_for, occurs, redact_reading

NAME = "Phan Thị Lụa"
LONG = (
    "Chiều qua, bà con xóm Cây Gạo họp bàn việc góp công nạo vét con mương dẫn nước về cánh đồng Đầm Sậy.",
    "Chị Phan Thị Lụa nhận đứng ra ghi sổ ngày công, ai bận thì góp gạo cho bếp ăn chung của cả xóm.",
    "Theo trưởng xóm, đoạn mương dài gần hai cây số đã bị đất lấp quá nửa từ sau trận lũ năm ngoái.",
    "Mỗi nhà cử một người, làm từ sáng sớm tới trưa, chừng bốn hôm là nước về tới chân ruộng cuối cùng.",
)
PLAIN = tuple(line.replace("Phan Thị Lụa", "Lò Thị Mây") for line in LONG)


def ruling(archive: Archive, *keys: tuple[str, str], verdict: Verdict = Verdict.REDACT) -> None:
    made = [
        Decision(kind=Kind.NAME, source=source, object=key, verdict=verdict, names=(NAME,), at=datetime.now(UTC))
        for source, key in keys
    ]
    decide(archive, made)


def take(archive: Archive, shots: Iterable[Shot]) -> None:
    """As the chain gives captures to the one writer, with what is decided by then."""
    place = store.Place(file="w", offset=0, length=1)
    for shot in shots:
        source, capture = SOURCES[shot.source], shot.capture
        names = load(archive.folder).names(source)
        result = replace(result_of(archive.connection, shot), names=names or None)
        if result.article:
            reading = redact_reading(shot.reading, names_for(names, result.key))
            rules = store.rules_of(archive.connection, source.slug)
            article = clean(reading, rules, source=source.slug, key=result.key, url=capture.final_url)
            marks = fingerprint(article.compared)
            result = replace(result, article=article, packed=prepare(reading), fingerprint=marks)
        with archive.transaction() as connection:
            kept = keep(connection, source, capture, place, result)
            search.replace(connection, [kept.document] if kept and kept.document else [])


def finish(archive: Archive) -> None:
    relearn(archive, unlearned(archive), CATALOGUE)
    carry_out(archive, CATALOGUE)


def key_of(shot: Shot) -> tuple[str, str]:
    return shot.source, identity_key(shot.capture.final_url, SOURCES[shot.source])


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def words_of(archive: Archive) -> str:
    """Every value of every table, readings unpacked."""
    tables = [name for (name,) in archive.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    said = []
    for table in tables:
        for row in archive.connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, bytes):
                    try:
                        value = zlib.decompress(value).decode()
                    except (zlib.error, UnicodeDecodeError):
                        value = value.decode("utf-8", "replace")
                said.append(str(value))
    return "\n".join(said)


SHOT = Shot(lines=LONG, title="Phan Thị Lụa ghi sổ ngày công")


def test_a_name_is_out_of_every_table(archive: Archive) -> None:
    edited = replace(SHOT, hour=30, lines=(*LONG[:1], "Chị PHAN THI LUA ghi 45 công.", *LONG[2:]))
    take(archive, [SHOT, edited])
    archive.connection.execute(
        "INSERT INTO renditions (article, number, extractor, rules, text, sha256, at)"
        " SELECT id, 1, 'test-0', '0', 'chị Phan Thi Lua đứng ra', 'abc', '2026-03-01T00:00:00.000Z' FROM articles"
    )
    assert one(archive, "SELECT count(*) FROM changes") and occurs(words_of(archive), {NAME})
    ruling(archive, key_of(SHOT))
    finish(archive)
    archive.connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    assert not occurs(words_of(archive), {NAME})
    assert one(archive, "SELECT title, flags FROM articles") == (f"{SIGN} ghi sổ ngày công", FLAG)
    assert one(archive, "SELECT text, sha256 FROM renditions") == (f"chị {SIGN} đứng ra", None)
    assert one(archive, "SELECT count(*) FROM revisions") == 2
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'redacted' AND outcome = 'redacted'") == 1
    assert carry_out(archive, CATALOGUE) == [], "done once"
    assert not search.search(archive.connection, "lua") and search.search(archive.connection, "ngày công")


def test_what_another_article_says_stays_and_what_is_decided_again_is_no_news(archive: Archive) -> None:
    other = Shot(source="nui", page="b", hour=2, lines=LONG, title="Ngày công ở xóm Cây Gạo")
    take(archive, [SHOT, other])
    ruling(archive, key_of(SHOT))
    finish(archive)
    shown = dict(archive.connection.execute("SELECT source, text FROM articles").fetchall())
    assert not occurs(shown["song"], {NAME}) and occurs(shown["nui"], {NAME})
    assert one(archive, "SELECT count(DISTINCT story) FROM articles") == 1, "still the same story"
    ruling(archive, key_of(SHOT))
    assert [done.problem is None for done in carry_out(archive, CATALOGUE)] == [False], "no WARC file to read again"
    assert not occurs(shown["song"], {NAME})


def test_what_cannot_be_read_again_stays_redacted(archive: Archive) -> None:
    take(archive, [SHOT])
    ruling(archive, key_of(SHOT))
    finish(archive)
    before = record(archive)
    ruling(archive, key_of(SHOT), verdict=Verdict.UNDO)
    (done,) = carry_out(archive, CATALOGUE)
    assert done.problem and "cannot be read again" in done.problem
    assert record(archive) == before


def test_a_correction_of_the_name_alone_is_no_version(archive: Archive) -> None:
    """The newspaper wrote the name otherwise: once it is out, the two say the same."""
    corrected = replace(SHOT, hour=20, lines=(LONG[0], LONG[1].replace("Lụa", "Lúa"), *LONG[2:]))
    take(archive, [SHOT, corrected])
    assert one(archive, "SELECT count(*) FROM revisions") == 2
    ruling(archive, key_of(SHOT))
    finish(archive)
    assert one(archive, "SELECT count(*) FROM revisions") == 1
    assert one(archive, "SELECT count(*) FROM changes") == 0


BASE = [
    SHOT,
    replace(SHOT, hour=9, title="Bốn ngày công nạo mương"),
    replace(SHOT, hour=30, lines=(*LONG[:3], "Chị phan thi lua nói: 52 hộ đã ghi tên.")),
    Shot(source="nui", page="r", hour=4, lines=(*LONG, "Nguồn: báo bạn."), title="Phan Thị Lụa và con mương"),
    Shot(source="song", page="c", hour=5, lines=PLAIN, title="Con mương Đầm Sậy"),
    Shot(hour=50),
    Shot(source="song", page="d", hour=6, again=SHOT),
    Shot(hour=60, again=SHOT),
    Shot(source="chung", page="7/mot", hour=1, lines=LONG[:2], title="Phan Thị Lụa"),
    Shot(
        source="chung",
        page="7/hai",
        hour=2,
        lines=("Giá lợn hơi ở chợ huyện giữ ở mức 58.000 đồng, thương lái vẫn gom đều mỗi sáng.",),
        title="Giá lợn hơi, bà Phan Thị Lụa nói",
    ),
]
KEYS = sorted({key_of(BASE[0]), key_of(BASE[8])})


def outcome(shots: Sequence[Shot], decided: int) -> dict[str, list[dict[str, object]]]:
    with TemporaryDirectory() as folder:
        archive = open_memory(Path(folder))
        try:
            take(archive, shots[:decided])
            ruling(archive, *KEYS)
            finish(archive)
            take(archive, shots[decided:])
            finish(archive)
            return record(archive)
        finally:
            archive.close()


@given(st.permutations(BASE), st.integers(0, len(BASE)))
@example(BASE, len(BASE))
@example(BASE[::-1], len(BASE))
@example(BASE[::-1], 4)
@settings(max_examples=8)
def test_when_it_is_decided_has_no_say_nor_has_the_order_of_captures(shots: list[Shot], decided: int) -> None:
    assert outcome(shots, decided) == EXPECTED


EXPECTED = outcome(BASE, 0)


def test_the_expected_record_is_redacted() -> None:
    shown = {row["source"] + row["key"][-2:]: row["text"] for row in EXPECTED["articles"]}
    assert len(shown) == 6
    assert [occurs(str(text), {NAME}) for _, text in sorted(shown.items())].count(True) == 1
