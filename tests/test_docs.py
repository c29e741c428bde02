"""The documentation, asserted both ways: what exists is described, what is described exists.

``python tests/test_docs.py`` writes the parts that are made from the program (between ``<!-- made: … -->`` and
``<!-- end -->``) anew.
"""

import copy
import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pytest

from crawler import catalog, config, errors, remedies, source_keys
from crawler.failures import Failure
from crawler.keys import REQUIRED, Key
from pipelines.publish.dictionary import canned_queries
from schedules import cli, files

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
MADE = re.compile(r"(<!-- made: ([\w ]+) -->\n).*?(<!-- end -->)", re.S)
MOST_BYTES = 200_000  # of a picture: a README is read over slow lines, and git keeps every version


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name, groups before what is in them."""
    for name, (module, _) in cli.TABLE.items():
        command = next(each for each in importlib.import_module(module).COMMANDS if each.name == name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", each) for below, each in command.commands.items())


def help_of(command: click.Command, name: str) -> str:
    command = copy.copy(command)
    command._help_option = None  # click keeps the option of the first context that a test showed it in
    settings = {"terminal_width": 80, "max_content_width": 80, "help_option_names": ["-h", "--help"]}
    context = click.Context(command, info_name=name, **settings)  # type: ignore[arg-type]
    return f"```\n{command.get_help(context)}\n```\n"


def all_helps() -> str:
    parts = [f"## {name}\n\n{help_of(command, f'newsarchive {name}')}" for name, command in commands()]
    return "\n".join(parts)


def shown(value: Any) -> str:
    if value is REQUIRED:
        return "needed"
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def table(keys: Sequence[Key]) -> str:
    rows = [f"| `{key.name}` | {shown(key.default)} | {key.help.replace('|', chr(92) + '|')} |\n" for key in keys]
    return "| key | default | what it is |\n|---|---|---|\n" + "".join(rows)


def families() -> str:
    return ", ".join(f"`{name}`" for name in catalog._families()) + "\n"


def questions() -> str:
    parts = [
        f"### {name}\n\n{query.title}. {query.description}\n\n```sql\n{query.sql}\n```\n"
        for name, query in canned_queries().items()
    ]
    return "\n".join(parts)


PARTS: Mapping[str, Callable[[], str]] = {
    "help": lambda: help_of(cli.cli, "newsarchive"),
    "all helps": all_helps,
    "source keys": lambda: table(source_keys.SOURCE_KEYS),
    "host keys": lambda: table(source_keys.HOST_KEYS),
    "extract keys": lambda: table(source_keys.EXTRACT_KEYS),
    "expect keys": lambda: table(source_keys.EXPECT_KEYS),
    "families": families,
    "settings": lambda: table(config.SETTINGS),
    "questions": questions,
    "causes": lambda: remedies.table() + "\n",
}


def made(text: str) -> str:
    return MADE.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}{found[3]}", text)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> Iterator[str]:
    """The code blocks of a page in *language*."""
    yield from re.findall(rf"^```{language}\n(.*?)^```", read(path), re.M | re.S)


def command_lines(path: Path) -> Iterator[list[str]]:
    """The words of every ``newsarchive …`` that a page tells to type, without the program's name."""
    for block in blocks(path, "sh"):
        for line in re.sub(r"\\\n", " ", block).splitlines():
            words = shlex.split(line, comments=True)
            if "newsarchive" in words[:1]:
                yield words[1:]
    prose = re.sub(r"^```.*?^```", "", read(path), flags=re.M | re.S)
    for code in re.findall(r"`newsarchive ([^`]+)`", prose):
        yield shlex.split(code)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_parts_made_from_the_program_are_up_to_date(path: Path) -> None:
    assert read(path) == made(read(path)), "python tests/test_docs.py writes them anew"


def test_every_part_stands_somewhere() -> None:
    assert {found[2] for path in PAGES for found in MADE.finditer(read(path))} == PARTS.keys()


def test_the_readme_shows_every_command() -> None:
    told = {word for words in command_lines(README) for word in words if word in cli.TABLE}
    assert told == cli.TABLE.keys()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_that_a_page_tells_to_type_is_understood(path: Path) -> None:
    """Names, options and numbers of arguments, without running it."""
    known: dict[str, click.Command] = dict(commands())
    for words in command_lines(path):
        context = cli.cli.make_context(
            "newsarchive", list(words), resilient_parsing=words[0] in ("--help", "--version")
        )
        rest = [*context._protected_args, *context.args]
        if not rest:
            continue
        name = " ".join(rest[:2]) if rest[0] == "sources" and len(rest) > 1 else rest[0]
        assert name in known, f"{path.name}: newsarchive {shlex.join(words)}"
        if len(rest) > len(name.split()) or name in told_bare(path):
            known[name].make_context(name, rest[len(name.split()) :], parent=context)


def told_bare(path: Path) -> set[str]:
    """Commands that stand without arguments in a block to be typed; in prose a bare name is only a name."""
    lines = [line.split("#")[0].split() for block in blocks(path, "sh") for line in block.splitlines()]
    return {words[1] for words in lines if words[:1] == ["newsarchive"] and len(words) == 2}


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.M))
    told = {name for path in PAGES for name in re.findall(r"(?:`|^)make ([a-z]+)", read(path), re.M)}
    assert {"demo", "test"} <= told <= targets


def test_exit_codes_are_those_of_the_program() -> None:
    section = read(README).partition("## Exit codes")[2].partition("\n## ")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", section, re.M)}
    ours = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.ArchiveError)
    }
    assert told == {0, cli.INTERRUPTED} | ours


def test_every_key_of_a_schedule_is_described() -> None:
    section = read(ROOT / "docs" / "operating.md").partition("## Schedules")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == set(files.KEYS)
    for name in files.load():
        assert f"`{name}`" in section


def test_every_cause_of_trouble_is_explained() -> None:
    section = read(ROOT / "docs" / "operating.md").partition("## When something is wrong")[2]
    rows = [re.findall(r"(?<=\| )(.*?)(?= \|)", row) for row in re.findall(r"^\| `.*$", section, re.M)]
    assert {row[0].strip("`") for row in rows} == set(remedies.SUGGESTIONS)
    assert all(len(row) == 4 and all(row) for row in rows)
    # What ends a page and never a source, or goes by another name.
    assert set(map(str, Failure)) - set(remedies.SUGGESTIONS) == {Failure.SEEN, Failure.CHALLENGED}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_source_files_and_schedules_that_a_page_shows_are_right(path: Path) -> None:
    for block in blocks(path, "toml"):
        data = tomllib.loads(block)
        if "homepage" in data:
            assert catalog.parse_source("example", block, where=path.name).homepage == data["homepage"]
        else:
            assert files.parse("example", data, path.name) is not None


def test_the_readmes_source_file_is_of_the_promised_length() -> None:
    lengths = [len(block.splitlines()) for block in blocks(README, "toml")]
    assert lengths and all(8 <= length <= 12 for length in lengths)


def anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", read(path), flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "schedules.cli",
        "-q",
        "--archive",
        str(tmp_path / "archive.db"),
        "demo",
        "--no-serve",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    second = done.stdout.partition("Second pass")[2].partition("The archive is")[0]
    assert second.partition("\n")[2].strip() in read(README)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_resolve(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(there), f"{path.name}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_files_that_a_page_names_exist(path: Path) -> None:
    for name in re.findall(r"`((?:crawler|pipelines|schedules|tests|docs)/[\w./-]+)`", read(path)):
        assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture.read_bytes().startswith(b"\x89PNG"), picture
        assert picture.stat().st_size < MOST_BYTES, picture
        assert f"docs/images/{picture.name}" in read(README), picture


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(made(read(page)), encoding="utf-8")
