"""The bytes of withdrawn articles: out of the WARC files, kept dark, back again or destroyed, whatever happens."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import record
from test_rebuild import write
from warc_samples import exchange

from crawler.errors import ArchiveError, LockedError
from crawler.records.exchanges import Stored, exchanges
from crawler.records.warcread import Damage, records
from crawler.records.warcrecord import Record
from crawler.source import Source
from crawler.warc import WarcWriter
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.chain import run_chain
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.rereading.ahead import read_at
from pipelines.withholding.records.dark import Claim, bring_back, check, destroy, hide

NONE = Catalogue({})
WORDS = "dãy hàng"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two runs: three articles of one newspaper (one of them seen twice), a reprint in another."""
    folder = tmp_path_factory.mktemp("made")
    with closing(create(folder / "archive.db")) as archive:
        for run in (0, 1):
            write(archive.warc_folder, run)
            with Ingest(archive, NONE, workers=1) as ingest:
                recover(archive, ingest)
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with closing(open_archive(tmp_path / "archive.db")) as opened:
        yield opened


def target(archive: Archive) -> tuple[str, list[int]]:
    """The article that was seen twice, in both files; and its captures."""
    sql = "SELECT article, json_group_array(id) FROM captures WHERE article > '' GROUP BY article HAVING count(*) = 2"
    article, rows = archive.connection.execute(sql).fetchone()
    return article, json.loads(rows)


def files(archive: Archive) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(archive.warc_folder.iterdir())}


def text_of(data: bytes) -> str:
    return gzip.decompress(data).decode("utf-8", "replace")


def dark_files(archive: Archive) -> list[Path]:
    return sorted(one for one in (archive.folder / "archive-dark").iterdir() if one.is_file())


def digests(archive: Archive) -> dict[str, str]:
    return dict(archive.connection.execute("SELECT name, sha256 FROM warc_files"))


def test_the_words_are_gone_and_nothing_else_moved(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    words = [text_of(data).count("phiên thứ 0,") for data in before.values()]
    places = {name: _outline(archive.warc_folder / name) for name in before}
    done = hide(archive, article, rows)
    after = files(archive)
    assert (done.captures, done.files, done.records) == (tuple(rows), 2, 2) and all(words)
    assert [text_of(data).count("phiên thứ 0,") for data in after.values()] == [0, 0]
    assert {name: len(data) for name, data in after.items()} == {name: len(data) for name, data in before.items()}
    for name, outline in places.items():
        now = _outline(archive.warc_folder / name)
        assert [place for place, _ in now] == [place for place, _ in outline]
        assert sum(one != other for one, other in zip(now, outline, strict=True)) == 1
    assert digests(archive) == {name: hashlib.sha256(data).hexdigest() for name, data in after.items()}
    assert check(archive) == []


def _outline(path: Path) -> list[tuple[tuple[int, int], str]]:
    found = list(records(path))
    assert not [one for one in found if isinstance(one, Damage)]
    return [((one.offset, one.length), one.id) for one in found if isinstance(one, Record)]


def test_it_is_noted_with_both_digests(archive: Archive) -> None:
    article, rows = target(archive)
    before = digests(archive)
    hide(archive, article, rows)
    sql = "SELECT object, outcome, detail FROM events WHERE kind = 'withheld' ORDER BY object"
    for name, outcome, detail in archive.connection.execute(sql):
        said = json.loads(detail)
        assert (outcome, said["before"], said["after"]) == ("done", before[name], digests(archive)[name])
    sql = "SELECT id FROM captures WHERE bytes = 'dark' ORDER BY id"
    assert [row for (row,) in archive.connection.execute(sql)] == rows


def test_what_is_dark_is_a_warc_file_that_only_its_owner_reads(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    hide(archive, article, rows)
    kept = [path for path in dark_files(archive) if path.name.endswith(".warc.gz")]
    assert stat.S_IMODE(kept[0].parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in dark_files(archive)} == {0o600}
    assert len(kept) == 2 and len(dark_files(archive)) == 4
    for path in kept:
        subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(path)], check=True)
        assert "phiên thứ 0," in text_of(path.read_bytes())
        assert path.read_bytes() in before[json.loads(path.with_name(path.name[:-8] + ".json").read_text())["file"]]


def test_brought_back_all_is_as_it_was_to_the_byte(archive: Archive) -> None:
    article, rows = target(archive)
    before, said, noted = files(archive), record(archive), digests(archive)
    hide(archive, article, rows)
    done = bring_back(archive, article)
    assert (done.captures, done.records) == (tuple(rows), 2)
    assert (files(archive), digests(archive), dark_files(archive)) == (before, noted, [])
    assert record(archive) == said
    sql = "SELECT count(*) FROM events WHERE kind = 'brought-back'"
    assert archive.connection.execute(sql).fetchone() == (2,)


def test_destroyed_only_its_digests_stay(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    hide(archive, article, rows)
    (one, *_) = [json.loads(path.read_text()) for path in dark_files(archive) if path.suffix == ".json"]
    assert destroy(archive, article).captures == tuple(rows)
    assert [path.suffix for path in dark_files(archive)] == [".json", ".json"]
    part = one["parts"][0]
    lost = before[one["file"]][part["offset"] : part["offset"] + part["length"]]
    assert hashlib.sha256(lost).hexdigest() == part["sha256"]
    assert archive.connection.execute("SELECT count(*) FROM captures WHERE bytes = 'destroyed'").fetchone() == (2,)
    with pytest.raises(ArchiveError, match="was destroyed, and cannot come back"):
        bring_back(archive, article)
    assert check(archive) == [] and destroy(archive, article).captures == ()


def test_doing_it_twice_does_nothing_more(archive: Archive) -> None:
    article, rows = target(archive)
    hide(archive, article, rows)
    before, events = files(archive), archive.connection.execute("SELECT count(*) FROM events").fetchone()
    assert hide(archive, article, rows).captures == () == bring_back(archive, "nobody").captures
    assert files(archive) == before
    assert archive.connection.execute("SELECT count(*) FROM events").fetchone() == events


def test_what_two_withdrawn_articles_share_comes_back_with_the_last(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    hide(archive, article, rows)
    hide(archive, "another", rows[:1])
    assert bring_back(archive, article).captures == tuple(rows[1:])
    assert files(archive) != before
    assert bring_back(archive, "another").captures == tuple(rows[:1])
    assert files(archive) == before


def test_what_names_were_taken_out_of_too_stays_dark_until_they_may_be_read_again(archive: Archive) -> None:
    article, rows = target(archive)
    before = files(archive)
    hide(archive, article, rows, claim=Claim.NAMES)
    hide(archive, article, rows)
    assert (bring_back(archive, article).captures, len(dark_files(archive))) == ((), 4)
    assert bring_back(archive, article, claim=Claim.NAMES).captures == tuple(rows)
    assert (files(archive), dark_files(archive)) == (before, [])


def test_what_another_withdrawal_destroyed_stays_so_and_the_rest_comes_back(archive: Archive) -> None:
    article, rows = target(archive)
    hide(archive, article, rows)
    hide(archive, "another", rows[:1])
    destroy(archive, "another")
    assert bring_back(archive, article).captures == tuple(rows[1:])
    sql = "SELECT bytes FROM captures WHERE id = ?"
    assert [archive.connection.execute(sql, (row,)).fetchone() for row in rows] == [("destroyed",), (None,)]
    assert check(archive) == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hidden_and_brought_back_in_any_order_all_is_as_it_was(archive: Archive, data: st.DataObject) -> None:
    """Captures shared out among articles, some to several: what the last claim leaves comes back to the byte."""
    before, noted = files(archive), digests(archive)
    rows = [row for (row,) in archive.connection.execute("SELECT id FROM captures ORDER BY id")]
    shares = data.draw(st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from(rows), max_size=5)))
    for name in data.draw(st.permutations(sorted(shares))):
        hide(archive, name, shares[name])
    assert check(archive) == []
    for name in data.draw(st.permutations(sorted(shares))):
        bring_back(archive, name)
    assert (files(archive), digests(archive)) == (before, noted)
    assert not (archive.folder / "archive-dark").exists() or dark_files(archive) == []
    left = archive.connection.execute("SELECT DISTINCT bytes FROM captures WHERE bytes > ''").fetchall()
    assert left in ([], [("none",)])  # what had no words is not of these articles


def test_read_again_it_is_withheld_and_nothing_else(archive: Archive) -> None:
    article, rows = target(archive)
    hide(archive, article, rows)
    sql = "SELECT source, warc_file, warc_offset FROM captures WHERE id = ?"
    slug, name, offset = archive.connection.execute(sql, (rows[0],)).fetchone()
    capture = read_at(archive.warc_folder, name, offset)
    assert capture is not None and (capture.withheld, capture.body) == (article, b"")
    source = Source(slug=slug, name=slug, homepage="http://song.test/")
    result = run_chain(capture, source, accepted=True)
    assert (result.outcome, result.article) == ("withheld", None)


def test_what_no_longer_has_its_digest_is_not_brought_back(archive: Archive) -> None:
    article, rows = target(archive)
    hide(archive, article, rows)
    before = files(archive)
    (path, *_) = [path for path in dark_files(archive) if path.suffix == ".gz"]
    path.write_bytes(path.read_bytes()[:-9] + b"\0" + path.read_bytes()[-8:])
    assert len(check(archive)) == 1 and str(path) in check(archive)[0]
    with pytest.raises(ArchiveError, match="no longer has the digest"):
        bring_back(archive, article)
    assert files(archive) == before


def test_a_file_that_is_being_written_is_not_touched(archive: Archive) -> None:
    article, rows = target(archive)
    (path, *_) = sorted(archive.warc_folder.iterdir())
    path.rename(path.with_name(path.name + ".open"))
    before = files(archive)
    with pytest.raises(LockedError, match="still being written"):
        hide(archive, article, rows)
    assert files(archive) == before and not (archive.folder / "archive-dark").exists()


def test_without_room_nothing_is_changed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    article, rows = target(archive)
    before = files(archive)
    usage = shutil.disk_usage(archive.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1 << 20))
    with pytest.raises(ArchiveError, match="1 MB are free on this disk"):
        hide(archive, article, rows)
    assert files(archive) == before and not (archive.folder / "archive-dark").exists()


def test_a_damaged_record_stops_it_before_anything_is_changed(archive: Archive) -> None:
    article, rows = target(archive)
    sql = "SELECT warc_file, warc_offset FROM captures WHERE id = ?"
    name, offset = archive.connection.execute(sql, (rows[1],)).fetchone()
    data = bytearray((archive.warc_folder / name).read_bytes())
    data[offset + 60] ^= 0xFF
    (archive.warc_folder / name).write_bytes(data)
    before = files(archive)
    with pytest.raises(ArchiveError, match=f"offset {offset} cannot be read"):
        hide(archive, article, rows)
    assert files(archive) == before and dark_files(archive) == []


def test_a_file_that_had_another_digest_is_noted_as_such(archive: Archive) -> None:
    article, rows = target(archive)
    with archive.transaction() as connection:
        connection.execute("UPDATE warc_files SET sha256 = 'x'")
    hide(archive, article, rows)
    outcomes = archive.connection.execute("SELECT DISTINCT outcome FROM events WHERE kind = 'withheld'").fetchall()
    assert outcomes == [("it had another digest than was recorded",)]


def test_a_title_that_a_listing_gave_goes_too_and_with_errors_it_is_all(archive: Archive) -> None:
    writer = WarcWriter(archive.warc_folder, info={"software": "newsarchive/test"})
    for item in (exchange(5), exchange(6, error="timeout")):
        writer.write(item)
    writer.close()
    with Ingest(archive, NONE, workers=1) as ingest:
        recover(archive, ingest)
    sql = "SELECT id FROM captures WHERE final_url GLOB 'http://songxanh.test/tin/bai-[56].html' ORDER BY id"
    rows = [row for (row,) in archive.connection.execute(sql)]
    said = record(archive)["captures"]
    path = (
        archive.warc_folder
        / archive.connection.execute("SELECT warc_file FROM captures WHERE id = ?", rows[:1]).fetchone()[0]
    )
    before = path.read_bytes()
    assert text_of(before).count("Cầu mới thông xe") == 2
    assert hide(archive, "a", rows).records == 3
    assert "Cầu mới thông xe" not in text_of(path.read_bytes())
    found = [one for one in exchanges(path, ours=True) if isinstance(one, Stored)]
    assert {one.record_id for one in found} <= {row["record_id"] for row in said}
    assert found[1].metadata["error"] == "timeout"
    assert check(archive) == []
    bring_back(archive, "a")
    assert path.read_bytes() == before


def test_rebuilt_without_anything_else_a_withheld_answer_is_known_as_such(archive: Archive, tmp_path: Path) -> None:
    article, rows = target(archive)
    kept = ("record_id", "source", "kind", "key", "url", "final_url", "fetched_at", "status", "payload_digest")
    sql = f"SELECT {', '.join(kept)}, warc_file, warc_offset FROM captures WHERE id IN (?, ?) ORDER BY id"
    before = archive.connection.execute(sql, rows).fetchall()
    hide(archive, article, rows)
    shutil.copytree(archive.warc_folder, tmp_path / "new" / "archive-warc")
    ingest = rebuild(tmp_path / "new" / "archive.db", NONE)
    assert not ingest.damage
    with closing(open_archive(tmp_path / "new" / "archive.db")) as rebuilt:
        sql = sql.replace("id IN (?, ?)", "outcome = 'withheld'")
        assert rebuilt.connection.execute(sql).fetchall() == before
        assert rebuilt.connection.execute(
            "SELECT count(*) FROM articles WHERE text LIKE '%phiên thứ 0,%'"
        ).fetchone() == (0,)


# What makes something durable: a crash may fall before each of them.
STEPS = ("replace", "unlink", "fsync", "open")


def killed(path: Path, step: int, work: Callable[[Archive], object]) -> bool:
    """Whether a child that does *work* was killed before its *step*-th durable call; False: it had fewer."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
        return status != 0
    try:
        archive = open_archive(path)
        left = [step]

        def count(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **kwargs)

            return call

        for name in STEPS:
            setattr(os, name, count(getattr(os, name)))
        Archive.transaction = count(Archive.transaction)  # type: ignore[method-assign]
        work(archive)
        os._exit(0)
    except BaseException:
        os._exit(1)


State = tuple[dict[str, bytes], dict[str, str], list[tuple[Any, ...]], list[tuple[str, bytes]]]


def state(path: Path) -> State:
    """All that there is of it: WARC files, their digests, where the captures' words are, what is dark."""
    with closing(open_archive(path)) as archive:
        rows = archive.connection.execute("SELECT id, bytes FROM captures ORDER BY id").fetchall()
        dark = archive.folder / "archive-dark"
        kept = [(one.name, one.read_bytes()) for one in sorted(dark.glob("*.gz"))]
        return files(archive), digests(archive), rows, kept


@pytest.mark.parametrize("verb", ["hide", "bring_back", "destroy"])
def test_killed_at_any_step_it_can_be_repeated(made: Path, tmp_path: Path, verb: str) -> None:
    with closing(open_archive(made / "archive.db")) as opened:
        article, rows = target(opened)
    work: dict[str, Callable[[Archive], object]] = {
        "hide": lambda archive: hide(archive, article, rows),
        "bring_back": lambda archive: bring_back(archive, article),
        "destroy": lambda archive: destroy(archive, article),
    }
    ready, done = tmp_path / "ready", tmp_path / "done"
    shutil.copytree(made, ready)
    if verb != "hide":
        with closing(open_archive(ready / "archive.db")) as archive:
            work["hide"](archive)
    shutil.copytree(ready, done)
    with closing(open_archive(done / "archive.db")) as archive:
        work[verb](archive)
    before, after = state(ready / "archive.db"), state(done / "archive.db")
    step = 1
    while _is_the_same_after(ready, tmp_path / str(step), step, work[verb], before, after):
        step += 1
    assert step > 10 or verb == "destroy"


def _is_the_same_after(
    ready: Path, folder: Path, step: int, work: Callable[[Archive], object], before: State, after: State
) -> bool:
    """Whether there was a step *step* to be killed at."""
    shutil.copytree(ready, folder)
    path = folder / "archive.db"
    found = killed(path, step, work)
    names = {one.name: one.read_bytes() for one in (folder / "archive-warc").glob("*.warc.gz")}
    assert {name: data in (before[0][name], after[0][name]) for name, data in names.items()} == dict.fromkeys(
        before[0], True
    )
    with closing(open_archive(path)) as archive:
        assert [problem for problem in check(archive) if "cannot be read" not in problem] == []
        work(archive)
    assert state(path) == after
    assert not [one for one in folder.rglob("*") if one.name.endswith((".withholding", ".unfinished"))]
    shutil.rmtree(folder)
    return found
