import csv
import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.errors import UsageError
from pipelines import sqlite
from pipelines.export import FORMATS, export
from pipelines.publish.commands import COMMANDS

NUMBERS = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {}) SELECT n, 'Đà Nẵng' AS place FROM c"
)
ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n, hex(n) AS h FROM c"


def run(archive: Path, *arguments: str) -> Result:
    command = next(command for command in COMMANDS if command.name == arguments[0])
    return CliRunner().invoke(command, list(arguments[1:]), obj=archive)


def test_every_row_whatever_the_limits_of_the_pages(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "numbers.csv"
    seen: list[int] = []
    assert export(archive, NUMBERS.format(2500), out, progress=seen.append) == 2500
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["n", "place"] and rows[-1] == ["2500", "Đà Nẵng"] and len(rows) == 2501
    assert seen == [1000, 2000]
    # Excel takes a CSV file for UTF-8 only where it begins so.
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


VALUES = (
    """SELECT 1 AS whole, 2.5 AS part, NULL AS none, 'một\n"hai"\tba, bốn\r' AS text, x'00ff' AS bytes, 9e999 AS much"""
)


@pytest.mark.parametrize("ending", FORMATS)
def test_values_come_back(archive: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"values{ending}"
    assert export(archive, VALUES, out) == 1
    text = out.read_bytes().decode("utf-8-sig")
    if ending in (".csv", ".tsv"):
        dialect = "excel" if ending == ".csv" else "excel-tab"
        names, row = csv.reader(text.splitlines(keepends=True), dialect)
        assert row == ["1", "2.5", "", 'một\n"hai"\tba, bốn\r', "AP8=", "inf"]
    else:
        (record,) = json.loads(text) if ending == ".json" else [json.loads(line) for line in text.splitlines()]
        names = list(record)
        assert list(record.values()) == [1, 2.5, None, 'một\n"hai"\tba, bốn\r', "AP8=", "inf"]
    assert names == ["whole", "part", "none", "text", "bytes", "much"]


@pytest.mark.parametrize(("ending", "empty"), [(".json", []), (".jsonl", None), (".csv", None)])
def test_no_rows_are_an_answer_too(archive: Path, tmp_path: Path, ending: str, empty: Any) -> None:
    out = tmp_path / f"none{ending}"
    assert export(archive, "SELECT id FROM articles WHERE 0", out) == 0
    if ending == ".json":
        assert json.loads(out.read_text("utf-8")) == empty
    else:
        assert out.read_text("utf-8-sig").strip() == ("id" if ending == ".csv" else "")


def test_manifest_says_what_the_file_holds(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "articles.csv"
    sql = "SELECT id, title FROM articles WHERE language = :language"
    export(archive, sql, out, parameters={"language": "en"})
    manifest = json.loads((tmp_path / "articles.csv.manifest.json").read_text("utf-8"))
    assert manifest["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert manifest["bytes"] == out.stat().st_size
    assert (manifest["file"], manifest["query"], manifest["rows"]) == ("articles.csv", sql, 1)
    assert (manifest["columns"], manifest["parameters"]) == (["id", "title"], {"language": "en"})
    assert manifest["archive"]["file"] == "archive.db" and manifest["archive"]["latest_capture_at"]
    assert manifest["exported_at"].endswith("Z") and manifest["program"].startswith("newsarchive ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.csv", "articles.csv.manifest.json"]


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGKILL]])
def test_interrupted_it_leaves_what_was_there(archive: Path, tmp_path: Path, signals: list[signal.Signals]) -> None:
    out = tmp_path / "endless.csv"
    export(archive, "SELECT 1 AS old", out)
    before = out.read_bytes()
    code = "import sys; from pathlib import Path; from pipelines.export import export; print('go', flush=True); "
    code += "export(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))"
    command = [sys.executable, "-c", code, str(archive), ENDLESS, str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout and process.stdout.readline() == b"go\n"
        while not any(path.suffix == ".part" and path.stat().st_size > 0 for path in tmp_path.iterdir()):
            assert process.poll() is None
        process.send_signal(signals[0])
        assert process.wait(timeout=20) != 0
    assert out.read_bytes() == before
    manifest = json.loads((tmp_path / "endless.csv.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(before).hexdigest()
    left = {path.name for path in tmp_path.iterdir()} - {out.name, f"{out.name}.manifest.json"}
    assert not left or signals[0] is not signal.SIGINT
    assert not any(name.endswith(tuple(FORMATS)) for name in left)


def test_an_error_in_the_middle_leaves_what_was_there(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "broken.jsonl"
    sql = NUMBERS.format(3000).replace("SELECT n, ", "SELECT json_extract(iif(n < 2900, '{}', '{'), '$.a'), ")
    with pytest.raises(UsageError, match="malformed JSON"):
        export(archive, sql, out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "UPDATE articles SET title = 'x' RETURNING id",
        "DROP TABLE articles",
        "PRAGMA table_info(articles)",
        "PRAGMA query_only = OFF",
        "ATTACH '/tmp/evil.db' AS evil",
        "VACUUM INTO 'x.db'",
        "SELECT 1; DELETE FROM articles",
        "SELECT load_extension('x')",
        "BEGIN",
        "COMMIT",
        "",
        "-- nothing",
        "SELEC 1",
        "SELECT nothing FROM nowhere",
        "SELECT :missing",
        "EXPLAIN SELECT 1; SELECT 2",
    ],
)
def test_only_one_select_is_allowed(archive: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(UsageError) as raised:
        export(archive, sql, tmp_path / "out.csv")
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
    connection = sqlite.connect_readonly(archive)
    assert connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 7
    connection.close()


def test_wrong_places_are_named(archive: Path, tmp_path: Path) -> None:
    for name, message in (
        ("rows.xlsx", "allowed: .csv"),
        ("rows.jsonx", 'did you mean ".json'),
        ("rows", "ends in nothing"),
        ("missing/rows.csv", "cannot be written: No such file"),
    ):
        with pytest.raises(UsageError, match=message):
            export(archive, "SELECT 1 AS a", tmp_path / name)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        export(archive, "SELECT 1 AS a", tmp_path / "folder.csv")
    with pytest.raises(UsageError, match="two columns are called a"):
        export(archive, "SELECT 1 AS a, 2 AS a", tmp_path / "rows.json")
    assert export(archive, "SELECT 1 AS a, 2 AS a", tmp_path / "rows.csv") == 1


def test_unwritable_folder(archive: Path, tmp_path: Path) -> None:
    """A folder below a file can be written by nobody, root included."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        export(archive, "SELECT 1", tmp_path / "file" / "rows.csv")


def test_command_takes_a_statement_or_the_name_of_a_question(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "first.jsonl"
    result = run(archive, "export", "first-appearance", "-o", str(out), "-p", "phrase=bac ninh")
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["article"] for line in out.read_text("utf-8").splitlines()] == ["k4", "p1", "k1", "s1"]
    assert "4 rows in" in result.output
    result = run(archive, "export", "SELECT count(*) AS n FROM articles", "-o", str(tmp_path / "n.json"))
    assert json.loads((tmp_path / "n.json").read_text()) == [{"n": 7}]
    assert "1 row in" in result.output


def test_command_says_what_is_wrong(archive: Path, tmp_path: Path) -> None:
    result = run(archive, "export", "SELECT 1 AS a", "-o", str(tmp_path / "a.csv"), "-p", "phrase")
    assert isinstance(result.exception, UsageError) and "NAME=VALUE" in str(result.exception)
    result = run(archive, "export", "first-apearance", "-o", str(tmp_path / "a.csv"))
    assert isinstance(result.exception, UsageError) and 'did you mean "first-appearance"' in str(result.exception)
    result = run(archive, "export", "articles-about-a-province", "-o", str(tmp_path / "a.csv"))
    assert isinstance(result.exception, UsageError) and "add --param province=…. By the" in str(result.exception)
    for arguments in (["export", "SELECT 1 AS a", "-o", str(tmp_path / "a.csv")], ["search", "x"], ["serve"]):
        result = run(tmp_path / "archive.db", *arguments)
        assert isinstance(result.exception, UsageError) and "no archive at" in str(result.exception)
        assert result.exception.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_search_command(archive: Path) -> None:
    result = run(archive, "search", "bac", "ninh", "--json", "--limit", "2")
    hits = json.loads(result.stdout)
    assert [hit["id"] for hit in hits] == ["p1", "s1"]
    assert set(hits[0]) == {"id", "title", "url", "source", "published_at", "snippet"}
    result = run(archive, "search", "Đà Nẵng")
    assert "Đà Nẵng mở tuyến xe buýt" in result.stdout and "[Đà Nẵng]" in result.stdout
    assert "1 article" in result.stderr
    assert json.loads(run(archive, "search", "--json", "zzz").stdout) == []
