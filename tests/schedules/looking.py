"""For tests of `sources new`, `check` and `snapshot`: the command in this process, with names that lead to loopback."""

import io
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import config
from pipelines.archive import create
from schedules import cli, trial
from schedules.terms import Terms

DELAY = 0.02


@contextmanager
def names(hosts: Mapping[str, str], timeout: float = 3.0) -> Iterator[None]:
    """Let looks find *hosts* on loopback, and hurry there: a polite look at a site takes half a minute."""

    def terms_of(contact: str) -> Terms:
        pace = replace(trial.PACE, delay=DELAY, timeout=timeout, retries=0, max_seconds=60.0)
        return Terms(contact=contact, pace=pace, hosts=hosts, sync_seconds=0.1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "terms_of", terms_of)
        yield


def archive_in(folder: Path) -> Path:
    path = folder / "archive.db"
    create(path).close()
    (folder / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    return path


def newsarchive(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run(["--archive", str(folder / "archive.db"), "-q", *arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def answer(done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    found: dict[str, object] = json.loads(done.stdout)
    return found
