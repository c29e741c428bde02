"""The command as a person and a shell see it: exit codes, one line an error, what is printed."""

import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path

import pytest

from pipelines import locks
from schedules import cli

# What a cron job has of an environment, and no operator's NEWSARCHIVE_DB.
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def newsarchive(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in *folder*, inside this process: a process each would make these tests ten times as slow."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.delenv("NEWSARCHIVE_DB", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        code = cli.run(arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in *folder*, as a process with a bare environment."""
    command, surroundings = [sys.executable, "-P", "-m", "schedules.cli", *arguments], BARE | environment
    return subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new archive, which the tests that use it leave as it is."""
    folder = tmp_path_factory.mktemp("archive")
    done = process("init", "--contact", "ops@example.org", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a new archive of the test's own."""
    assert newsarchive("init", "--contact", "ops@example.org", folder=tmp_path).returncode == 0
    return tmp_path


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("newsarchive: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_help_lists_every_command_and_imports_none(tmp_path: Path) -> None:
    done = newsarchive("--help", folder=tmp_path)
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.partition("Commands:\n")[2].splitlines() if line[2:3].strip()}
    assert listed == set(cli.TABLE)
    heavy = {"scrapy", "datasette", "lxml", "apscheduler", "sqlite_utils"}
    program = f"import sys, schedules.cli as c; c.run(['--help']); print(*{heavy} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert seen.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize("name", list(cli.TABLE))
def test_every_command_is_where_the_table_says(name: str, tmp_path: Path) -> None:
    module = cli.TABLE[name][0]
    if importlib.util.find_spec(module) is None:
        pytest.fail(f"{module} is missing")
    done = newsarchive(name, "--help", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: newsarchive {name} ")


def test_the_version(tmp_path: Path) -> None:
    assert newsarchive("--version", folder=tmp_path).stdout == f"newsarchive {version('newsarchive')}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["statsu"], '(did you mean "status"?)'),
        (["--archve", "x", "status"], "--archive"),
        (["run", "--schedule", "x", "--due"], "exclude each other"),
        (["sources"], "Usage: newsarchive sources"),
        ([], "Usage: newsarchive"),
        (["init"], "--contact is needed"),
        (["init", "--contact", "nobody"], "must be a mail address"),
        (["sources", "enable"], "Missing argument"),
    ],
)
def test_wrong_use_is_2_and_says_what_is_meant(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = newsarchive(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr + done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    ["run", "run --due", "daemon", "cron", "status", "health", "sources list", "sources enable baobacninhtv"],
)
def test_without_an_archive_every_command_says_so(command: str, tmp_path: Path) -> None:
    message = one_line(newsarchive(*command.split(), folder=tmp_path), 2)
    assert f"no archive at {tmp_path / 'archive.db'}" in message
    assert "newsarchive init" in message
    assert not list(tmp_path.iterdir()), "it must not start one"


def test_init_makes_everything(own: Path) -> None:
    assert {"archive.db", "newsarchive.toml", "sources", "schedules"} <= {path.name for path in own.iterdir()}
    assert 'contact = "ops@example.org"' in (own / "newsarchive.toml").read_text()


def test_init_leaves_what_is_there_alone(own: Path) -> None:
    before = {path.name: path.read_bytes() for path in own.iterdir() if path.is_file()}
    assert "is there already" in one_line(newsarchive("init", "--contact", "x@example.org", folder=own), 2)
    assert {path.name: path.read_bytes() for path in own.iterdir() if path.is_file()} == before


def test_init_keeps_an_operators_settings(tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_text('contact = "mine@example.org"\n')
    assert newsarchive("init", "--contact", "x@example.org", folder=tmp_path).returncode == 0
    assert (tmp_path / "newsarchive.toml").read_text() == 'contact = "mine@example.org"\n'


def test_init_where_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = newsarchive("--archive", "file/archive.db", "init", "--contact", "x@example.org", folder=tmp_path)
    assert done.returncode != 0
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


def test_the_archive_may_be_named_by_option_or_environment(made: Path, tmp_path: Path) -> None:
    database = str(made / "archive.db")
    for done in (
        newsarchive("--archive", database, "status", "--json", folder=tmp_path),
        newsarchive("status", "--json", folder=tmp_path, NEWSARCHIVE_DB=database),
        newsarchive("--archive", os.path.relpath(database, tmp_path), "status", "--json", folder=tmp_path),
    ):
        assert json.loads(done.stdout)["rows"]["articles"] == 0, done.stderr


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"SQLite format 3, or so it says" * 100)
    assert "archive.db" in one_line(newsarchive("status", folder=tmp_path), 2)


def test_status_as_json(made: Path) -> None:
    report = json.loads(newsarchive("status", "--json", folder=made).stdout)
    assert report["wal_reset_bug"] == "fixed"
    assert report["locks"] == {"crawl": None, "daemon": None, "write": None}
    assert report["runs"] == []


def test_status_names_who_holds_a_lock(made: Path) -> None:
    with locks.hold(locks.crawl_lock(made / "archive.db")):
        report = json.loads(newsarchive("status", "--json", folder=made).stdout)
        assert report["locks"]["crawl"].startswith(f"process {os.getpid()} (")
        assert f"process {os.getpid()} (" in newsarchive("status", folder=made).stdout


def test_health_of_a_new_archive(made: Path) -> None:
    done = newsarchive("health", folder=made)
    assert (done.returncode, done.stdout) == (0, "all is well\n")


def test_health_tells_what_is_wrong(own: Path) -> None:
    (own / "sources" / "bad.toml").write_text('nmae = "x"\n')
    assert newsarchive("sources", "enable", "baohatinh", folder=own).returncode == 0
    done = newsarchive("health", "--json", folder=own)
    assert done.returncode == 1
    (said,) = json.loads(done.stdout)
    assert "bad.toml" in said


def test_sources_are_enabled_paused_and_retired(own: Path) -> None:
    def states() -> dict[str, str]:
        rows = json.loads(newsarchive("sources", "list", "--json", folder=own).stdout)
        return {row["slug"]: row["state"] for row in rows if row["state"] != "known"}

    assert states() == {}
    assert newsarchive("sources", "enable", "baohatinh", "hanoimoi", folder=own).returncode == 0
    assert states() == {"baohatinh": "enabled", "hanoimoi": "enabled"}
    assert newsarchive("sources", "pause", "hanoimoi", folder=own).returncode == 0
    assert newsarchive("sources", "retire", "baohatinh", folder=own).returncode == 0
    assert states() == {"baohatinh": "retired", "hanoimoi": "paused"}


def test_an_unknown_source_changes_nothing(own: Path) -> None:
    before = (own / "newsarchive.toml").read_bytes()
    done = newsarchive("sources", "enable", "hanoimoi", "baohatin", folder=own)
    assert 'did you mean "baohatinh"?' in one_line(done, 2)
    assert (own / "newsarchive.toml").read_bytes() == before


def test_a_bad_source_file_is_told_beside_the_good_ones(own: Path) -> None:
    (own / "sources" / "bad.toml").write_text('nmae = "x"\n')
    done = newsarchive("sources", "list", folder=own)
    assert "baohatinh" in done.stdout
    assert "bad.toml" in one_line(done, 78)


@pytest.mark.parametrize("command", ["run", "schedule", "sources list"])
def test_wrong_settings_are_78(own: Path, command: str) -> None:
    (own / "newsarchive.toml").write_text("contcat = 1\n")
    (own / "schedules" / "mine.toml").write_text('evry = "1h"\n')
    assert "did you mean" in one_line(newsarchive(*command.split(), folder=own), 78)


def test_the_coming_week(own: Path) -> None:
    (own / "schedules" / "weekly.toml").write_text('at = ["03:30", "04:30"]\ndays = ["sun"]\n')
    week = json.loads(newsarchive("schedule", "--json", folder=own).stdout)
    assert len(week["weekly"]) == 2
    assert len(week["hourly"]) in (167, 168, 169)
    table = process("schedule", folder=own, TZ="UTC").stdout
    assert [line.split()[2:] for line in table.splitlines() if "weekly" in line] == [["weekly", "2", "03:30,", "04:30"]]


def test_an_unknown_schedule(made: Path) -> None:
    done = newsarchive("run", "--schedule", "hourli", folder=made)
    assert done.returncode == 2
    assert '(did you mean "hourly"?)' in done.stderr


def test_a_run_while_another_crawls_is_75(made: Path) -> None:
    with locks.hold(locks.crawl_lock(made / "archive.db")):
        message = one_line(newsarchive("run", "--due", folder=made), 75)
    assert f"is held by process {os.getpid()} (" in message


def test_a_second_daemon_is_75(made: Path) -> None:
    with locks.hold(locks.daemon_lock(made / "archive.db")):
        message = one_line(newsarchive("daemon", folder=made), 75)
    assert f"process {os.getpid()} (" in message


def test_the_daemon_ends_in_order(made: Path) -> None:
    command = [sys.executable, "-P", "-m", "schedules.cli", "daemon"]
    daemon = subprocess.Popen(command, cwd=made, env=BARE, stderr=subprocess.PIPE, text=True)
    assert daemon.stderr is not None
    assert "daemon started" in daemon.stderr.readline()
    time.sleep(0.3)
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert log.splitlines()[-1].endswith("daemon ended")


def test_a_reader_who_leaves_early_is_no_fault(made: Path) -> None:
    command = f"'{sys.executable}' -P -m schedules.cli schedule --json"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | true"], cwd=made, env=BARE, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""


def test_output_without_an_error_of_python_at_exit(made: Path) -> None:
    command = [sys.executable, "-P", "-m", "schedules.cli", "status"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, cwd=made, env=BARE, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
