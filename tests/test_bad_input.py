"""Bad input, each through the command as a person meets it: the exit code, and one line that says what, where, and what
is allowed.
"""

import gzip
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/crawler"))
from warc_samples import foreign, page, plain_record  # noqa: E402

PAGES = [(f"http://songxanh.test/tin/bai-{number}.html", page(number)) for number in range(4)]
SOURCE = 'name = "Sông Xanh"\nprovince = "bac-ninh-2025"\nhomepage = "http://songxanh.test/"\n'


def newsarchive(folder: Path, *arguments: str | Path) -> tuple[int, str, list[str]]:
    """Exit code, output and the lines of errors, log lines left out."""
    command = [sys.executable, "-m", "schedules.cli", "--quiet", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("NEWSARCHIVE_DB", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if " WARNING " not in line and " ERROR " not in line]
    return done.returncode, done.stdout, lines


def one_line(folder: Path, code: int, *arguments: str | Path) -> str:
    """The single line that a command ended with."""
    got, _, lines = newsarchive(folder, *arguments)
    assert (got, len(lines)) == (code, 1), lines
    assert lines[0].startswith("newsarchive: ")
    return lines[0].removeprefix("newsarchive: ")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    assert newsarchive(folder, "init", "--contact", "archive@example.org")[0] == 0
    return folder


# --- files that are no WARC


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("page.html", b"<html>", "is no WARC file (.warc or .warc.gz, WARC 1.0 or 1.1): nothing was changed"),
        ("empty.warc.gz", b"", "is no WARC file (.warc or .warc.gz, WARC 1.0 or 1.1): nothing was changed"),
        ("text.warc.gz", gzip.compress(b"text", mtime=0), "is no WARC file (.warc or .warc.gz, WARC 1.0 or 1.1)"),
        (
            "books.zip",
            b"PK\x05\x06" + bytes(18),
            "is a ZIP file with no archive/*.warc.gz in it, so no WACZ: nothing was changed",
        ),
    ],
)
def test_a_file_that_is_no_warc_changes_nothing(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / "good.warc.gz").write_bytes(foreign(PAGES))
    (tmp_path / name).write_bytes(data)
    before = contents(tmp_path)
    assert message in one_line(tmp_path, 2, "import", "--new-sources", "good.warc.gz", name)
    assert contents(tmp_path) == before


def test_a_damaged_zip_changes_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.wacz", "w") as package:
        package.writestr("archive/a.warc.gz", foreign(PAGES))
    data = (tmp_path / "bad.wacz").read_bytes()
    (tmp_path / "bad.wacz").write_bytes(data.replace(b"PK\x01\x02", b"PK\x01\x09"))
    assert "bad.wacz is a damaged ZIP file (" in one_line(tmp_path, 2, "import", "bad.wacz")
    assert list(contents(tmp_path)) == ["bad.wacz"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    message = one_line(tmp_path, 2, "import", "nowhere.warc.gz")
    assert message == "nowhere.warc.gz is no file; allowed: WARC (.warc, .warc.gz) or WACZ files"


# --- damaged WARC


def test_damage_is_named_by_its_offset_and_the_good_records_are_kept(tmp_path: Path) -> None:
    """In the middle, at the end, and a length that lies: three files, one import."""
    good = foreign(PAGES)
    places = [at for at in range(len(good)) if good.startswith(b"\x1f\x8b\x08", at)]
    flipped = bytearray(good)
    flipped[(places[1] + places[2]) // 2] ^= 0xFF
    (tmp_path / "middle.warc.gz").write_bytes(bytes(flipped))
    (tmp_path / "cut.warc.gz").write_bytes(good[: places[3] + 30])
    records = [plain_record(url, body, WARC_Record_ID=f"<urn:x:{url[-6]}>") for url, body in PAGES]
    records[1] = plain_record(*PAGES[1], Content_Length="99999")
    (tmp_path / "lie.warc").write_bytes(b"".join(records))
    names = ("middle.warc.gz", "cut.warc.gz", "lie.warc")
    code, out, lines = newsarchive(tmp_path, "import", "--new-sources", *names)
    assert code == 1
    lie = len(records[0])
    assert [line.partition(";")[0].partition(": ")[:3] for line in lines if "damaged" in line]
    starts = [line.split(": ")[1] for line in lines]
    assert starts == [f"damaged at offset {place}" for place in (places[1], places[3], lie)]
    assert [line.rpartition("; ")[2] for line in lines] == [
        f"reading went on at {places[2]}",
        "nothing readable follows",
        f"reading went on at {lie + len(records[1])}",
    ]
    # 3 of the first file; of the second 3, of which 2 known; of the third 3 under ids of their own
    assert [line.split()[1] for line in out.splitlines() if " captures (" in line] == ["3", "1", "3"]
    connection = sqlite3.connect(tmp_path / "archive.db")
    assert connection.execute("SELECT count(*) FROM captures").fetchone() == (7,)
    noted = connection.execute("SELECT outcome, detail FROM events WHERE kind = 'import' ORDER BY id").fetchall()
    connection.close()
    assert [outcome for outcome, _ in noted] == ["damaged"] * 3
    assert f'"offset {places[1]}: ' in noted[0][1]


# --- archives that are none of ours


def sqlite_file(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in ("CREATE TABLE notes (text)", *statements):
        connection.execute(statement)
    connection.commit()
    connection.close()


ALLOWED = "; allowed: an archive that this version of newsarchive made, or an older one"


@pytest.mark.parametrize("command", [["import", "good.warc.gz"], ["reextract"], ["status"], ["run"], ["search", "tin"]])
def test_another_programs_database_is_left_alone(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "good.warc.gz").write_bytes(foreign(PAGES))
    sqlite_file(tmp_path / "archive.db")
    before = contents(tmp_path)
    assert one_line(tmp_path, 2, *command) == f"{tmp_path}/archive.db is another program's SQLite file{ALLOWED}"
    assert contents(tmp_path) == before


def test_an_archive_newer_than_the_program_is_refused(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "archive.db", f"PRAGMA application_id = {0x6E777361}", "PRAGMA user_version = 999")
    message = one_line(tmp_path, 2, "reextract")
    assert message.startswith(f"{tmp_path}/archive.db has schema 999, newer than this program's ")
    assert message.endswith(ALLOWED)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("a shopping list, long enough to be no header of SQLite's" * 30)
    message = one_line(tmp_path, 2, "reextract")
    assert message == f"{tmp_path}/archive.db is no archive (file is not a database){ALLOWED}"


@pytest.mark.parametrize(
    "command", [["run"], ["reextract"], ["status"], ["search", "tin"], ["serve"], ["sources", "list"], ["health"]]
)
def test_a_folder_without_an_archive_is_said(tmp_path: Path, command: list[str]) -> None:
    message = one_line(tmp_path, 2, *command)
    assert message.startswith(f"no archive at {tmp_path}/archive.db: make one with `newsarchive init`")
    assert contents(tmp_path) == {}


def test_nothing_to_rebuild_from_or_an_archive_in_the_way(tmp_path: Path, initialised: Path) -> None:
    message = one_line(tmp_path, 2, "rebuild")
    assert message == f"no WARC files in {tmp_path}/archive-warc: there is nothing to rebuild archive.db from"
    (initialised / "archive-warc").mkdir(exist_ok=True)
    (initialised / "archive-warc/a.warc.gz").write_bytes(b"")
    message = one_line(initialised, 2, "rebuild")
    assert message.startswith(f"{initialised}/archive.db is there: move it away")
    (initialised / "archive-warc/a.warc.gz").unlink()


# --- folders that cannot be written (tests may run as root, whom permissions don't stop)


@pytest.mark.parametrize("command", [["init", "--contact", "a@example.org"], ["import", "good.warc.gz"]])
@pytest.mark.parametrize("inside", ["file/archive.db", "file/deeper/archive.db", "/proc/newsarchive/archive.db"])
def test_an_unwritable_folder_is_said(tmp_path: Path, command: list[str], inside: str) -> None:
    (tmp_path / "good.warc.gz").write_bytes(foreign(PAGES))
    (tmp_path / "file").write_text("no folder")
    message = one_line(tmp_path, 2, "--archive", inside, *command)
    assert str((tmp_path / inside).parent) in message
    assert "cannot" in message


# --- source files


WRITING = [
    ["import", "good.warc.gz"],
    ["extract", "page.html"],
    ["reextract"],
    ["rebuild"],
    ["sources", "enable", "song-xanh"],
]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('provnce = "bac-ninh-2025"', ("provnce: no such key", 'did you mean "province"')),
        ('collection = "x"\nprovince = "bac-nin-2025"', ("bac-nin-2025", 'did you mean "bac-ninh-2025"')),
    ],
)
@pytest.mark.parametrize("command", WRITING)
def test_a_wrong_source_file_stops_what_would_file_pages_wrongly(
    initialised: Path, command: list[str], line: str, said: tuple[str, str]
) -> None:
    text = SOURCE.replace('province = "bac-ninh-2025"', line)
    (initialised / "sources/song-xanh.toml").write_text(text, encoding="utf-8")
    (initialised / "good.warc.gz").write_bytes(foreign(PAGES))
    (initialised / "page.html").write_bytes(page(1))
    message = one_line(initialised, 78, *command)
    assert message.startswith(f"{initialised}/sources/song-xanh.toml: ")
    assert all(words in message for words in said), message


def test_a_run_skips_the_source_whose_file_is_wrong(initialised: Path) -> None:
    path = initialised / "sources/song-xanh.toml"
    path.write_text(SOURCE, encoding="utf-8")
    assert newsarchive(initialised, "sources", "enable", "song-xanh")[0] == 0
    path.write_text(SOURCE.replace("bac-ninh-2025", "bac-nin-2025"), encoding="utf-8")
    code, out, lines = newsarchive(initialised, "run")
    assert code == 1
    assert f"{path}: " in "".join([out, *lines])
    assert 'did you mean "bac-ninh-2025"' in "".join([out, *lines])


@pytest.mark.parametrize("command", [["extract", "--source", "song-xah", "page.html"], ["reextract", "song-xah"]])
def test_an_unknown_source_is_said(initialised: Path, command: list[str]) -> None:
    (initialised / "sources/song-xanh.toml").write_text(SOURCE, encoding="utf-8")
    (initialised / "page.html").write_bytes(page(1))
    assert "song-xah" in one_line(initialised, 2, *command)


# --- a full disk: a limit on the size of files stops a write as it does, root or not


@pytest.mark.parametrize("kilobytes", [4, 400])
def test_a_full_disk_is_one_line_and_leaves_an_archive_that_goes_on(tmp_path: Path, kilobytes: int) -> None:
    noise = "".join(f"{number * 7919 % 10007:x} " for number in range(300_000)).encode()
    (tmp_path / "large.warc.gz").write_bytes(foreign([(url, body + noise) for url, body in PAGES]))
    assert newsarchive(tmp_path, "init", "--contact", "a@example.org")[0] == 0
    script = f"ulimit -f {kilobytes}; exec {sys.executable} -m schedules.cli -q import --new-sources large.warc.gz"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert "cannot be written" in lines[0] or "cannot be opened: disk I/O error" in lines[0]
    code, _, _ = newsarchive(tmp_path, "import", "--new-sources", "large.warc.gz")
    assert code == 0
    connection = sqlite3.connect(tmp_path / "archive.db")
    assert connection.execute("SELECT count(*) FROM captures").fetchone() == (4,)
    connection.close()
