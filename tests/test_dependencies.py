"""What is declared, what is locked and what is imported agree."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
TRAINING = [Requirement(line) for line in PROJECT["dependency-groups"]["training"]]
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
PACKAGES = ("crawler", "pipelines", "schedules")

# Declared, never imported by us: needed by others, or read as data.
NOT_IMPORTED = {
    "brotli": "warcio unpacks br with it",
    "lxml-html-clean": "trafilatura needs it",
    "tzdata": "zoneinfo reads it where the system has none",
}


@cache
def locked() -> dict[str, Version]:
    return {
        canonicalize_name(name): Version(version) for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, re.M)
    }


@pytest.mark.parametrize("requirement", [*RUNTIME, *DEVELOPMENT, *BUILD], ids=lambda requirement: requirement.name)
def test_the_lock_holds_what_is_declared(requirement: Requirement) -> None:
    version = locked().get(canonicalize_name(requirement.name))
    assert version is not None, f"{requirement.name} is not in requirements.lock: make lock"
    assert version in requirement.specifier


@pytest.mark.parametrize("requirement", TRAINING, ids=lambda requirement: requirement.name)
def test_what_only_training_needs_is_in_no_lock_and_in_no_other_file(requirement: Requirement) -> None:
    assert canonicalize_name(requirement.name) not in locked()
    files = [path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py")]
    users = {path.parent.name for path in files if requirement.name in imports(path)}
    assert users == {"training"}


@pytest.mark.parametrize(
    "requirement", [*RUNTIME, *DEVELOPMENT, *TRAINING, *BUILD], ids=lambda requirement: requirement.name
)
def test_a_dependency_has_a_lower_bound(requirement: Requirement) -> None:
    assert [bound for bound in requirement.specifier if bound.operator == ">="], f"{requirement}: needs a lower bound"


def test_every_pin_has_hashes_and_none_names_a_host() -> None:
    pins = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]
    assert len(pins) > 50
    assert not [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
    assert "://" not in LOCK
    assert not re.findall(r"^\s*(?:-i|-f|--[a-z-]*(?:index|find|host)[a-z-]*)\b", LOCK, re.M)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def third_parties(*folders: str) -> set[str]:
    """The distributions that the files in *folders* import."""
    modules = {name for folder in folders for path in (ROOT / folder).rglob("*.py") for name in imports(path)}
    known = packages_distributions()
    return {canonicalize_name(known[name][0]) for name in modules & known.keys() - set(sys.stdlib_module_names)}


def brought_by(names: set[str]) -> set[str]:
    """*names* and what they require."""
    return names | {canonicalize_name(Requirement(line).name) for name in names for line in _requirements(name)}


def _requirements(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # an extra, or for another system
        return []


def test_what_is_imported_is_declared() -> None:
    """Declared, or part of what a declared one is: Scrapy cannot be used without Twisted's and parsel's types."""
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    assert sorted(third_parties(*PACKAGES) - declared - brought_by(brought_by(declared)) - {"newsarchive"}) == []


def test_what_is_declared_is_imported() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    assert sorted(declared - NOT_IMPORTED.keys() - third_parties(*PACKAGES)) == []
