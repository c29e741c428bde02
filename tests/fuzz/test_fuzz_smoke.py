"""`make fuzz` runs, and what it found in other runs stays mended; an hour of it is for whoever changes a parser."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from mutate import LARGEST, mutated
from targets import TARGETS

HERE = Path(__file__).parent

# Inputs that once crashed, by target, and what is made of them: an error in words, or how many links there are (0, 1).
MENDED = [
    ("source", b"name = " + b"[" * 9999, " not TOML: "),
    ("source", b"delay = " + b"1" * 9999, " not TOML: "),
    ("sitemap", b"\n" * 500_000, (0, 0, "no sitemap")),
    ("section", b"<a href=/1>" + b"x" * 499 + b" yz</a>", (1, 0, "")),
    ("feed", b'{"items": [{"url": "/tin-1\\udc00.html"}, {"url": "/tin-2.html", "title": "\\ud800"}]}', (1, 0, "")),
]


def fuzz(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE), "--folder", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[1], check=False)


def test_a_short_run_of_every_target_finds_nothing(tmp_path: Path) -> None:
    """The seed is fixed: a test must not fail one time in a hundred."""
    done = fuzz(tmp_path, "--seconds", "0.5", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()[1:]] == list(TARGETS)
    assert not list(tmp_path.iterdir())


def test_a_crash_is_kept_with_the_command_to_replay_it(tmp_path: Path) -> None:
    """A fault is put into a parser, from outside: an assertion of the target's own fails."""
    script = """
import sys
sys.argv = ["fuzz", "--seconds", "2", "--target", "coding", "--folder", sys.argv[1]]
sys.path.insert(0, "tests/fuzz")
import runpy, targets
broken = targets.unpack
targets.unpack = lambda body, codings, limit: broken(body, codings, limit) if body in SEEDS else 1 / 0
SEEDS = targets.seeds("coding")
runpy.run_path("tests/fuzz/__main__.py", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, cwd=HERE.parents[1], check=False
    )
    (kept,) = tmp_path.iterdir()
    assert done.returncode == 1 and "ZeroDivisionError" in done.stdout, done.stderr
    assert f"replay: {sys.executable} tests/fuzz --replay {kept}" in done.stdout
    assert fuzz(tmp_path, "--replay", str(kept)).returncode == 0  # the fault is gone


@pytest.mark.parametrize(("name", "data", "answer"), MENDED)
def test_what_once_crashed(name: str, data: bytes, answer: object) -> None:
    found = TARGETS[name].run(data)
    # The rest of an error's words are Python's own, and change with it.
    assert str(found).startswith(answer) if isinstance(answer, str) else found == answer


def test_the_same_seed_makes_the_same_inputs() -> None:
    made = [[mutated(Random(seed), [b"<a href=1>", b"abc"], [b"rel=next"]) for _ in range(9)] for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
    assert all(len(data) <= LARGEST for data in made[0])
