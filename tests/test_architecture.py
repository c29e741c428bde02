"""The layout of the design, checked: who imports whom, directly and through others; what lies at the root."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "pipelines", "schedules")

# A third party is imported in one place each; a folder stands for all below it.
PLACES = {
    "scrapy": ("crawler/",),
    "twisted": ("crawler/",),
    "itemadapter": (),
    "apscheduler": ("schedules/daemon.py",),
    "trafilatura": ("pipelines/extract.py",),
    "sqlite_utils": ("pipelines/schema.py", "pipelines/archive.py"),
    "datasette": ("pipelines/publish/",),
    "sqlite3": (),
    "pysqlite3": ("pipelines/sqlite.py",),
}
FORBIDDEN = {
    "crawler": ("pipelines", "schedules", "apscheduler", "trafilatura", "sqlite_utils", "datasette", "pysqlite3"),
    "pipelines": ("schedules", "scrapy", "twisted", "apscheduler"),
}
# Pure modules are told the time.
PURE = (
    "crawler/identity.py",
    "crawler/links.py",
    "pipelines/clean.py",
    "pipelines/accept.py",
    "pipelines/fingerprint.py",
    "pipelines/compare.py",
    "pipelines/vietnamese.py",
    "schedules/plan.py",
)
# A folder's parts, of which each imports those before it; what stands beside them may import all, and none of them it.
LAYERS = {
    "pipelines.reading": ("letters", "page", "people", "dates", "text"),
    "pipelines.withholding": ("words", "records", "decisions", "rows"),
}
AT_THE_ROOT = {
    *("crawler", "pipelines", "schedules", "tests", "docs", ".ci"),
    *("pyproject.toml", "Makefile", "requirements.lock", ".gitignore", ".gitattributes", ".editorconfig"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in MODULES.items()}


def imported(name: str) -> Iterator[str]:
    """The modules that *name* imports anywhere in it, also inside functions, as dotted names."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute here"
            yield from (
                full if (full := f"{node.module}.{alias.name}") in MODULES else str(node.module) for alias in node.names
            )


IMPORTS: Mapping[str, frozenset[str]] = {name: frozenset(imported(name)) for name in MODULES}


def packages_of(name: str) -> Iterator[str]:
    """*name* and the packages around it: importing a.b.c runs a and a.b as well."""
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def reached(start: str) -> Mapping[str, tuple[str, ...]]:
    """Everything that importing *start* may bring in, each with the way there."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    queue = [start]
    while queue:
        here = queue.pop()
        for target in IMPORTS.get(here, ()):
            for name in packages_of(target):
                if name not in ways:
                    ways[name] = (*ways[here], name)
                    queue.append(name)
    return ways


def test_there_is_something_to_check() -> None:
    assert {"crawler.errors", "pipelines.sqlite", "schedules.plan"} <= MODULES.keys()
    assert "crawler.errors" in reached("schedules.cli")
    assert "apscheduler" in reached("schedules.daemon")


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_run_one_way(name: str) -> None:
    ways = reached(name)
    for package in FORBIDDEN.get(name.partition(".")[0], ()):
        found = next((way for target, way in ways.items() if target.partition(".")[0] == package), None)
        assert found is None, f"{package} must not be reached: {' -> '.join(found or ())}"


@pytest.mark.parametrize("folder", LAYERS)
def test_a_part_imports_those_before_it(folder: str) -> None:
    parts = [f"{folder}.{part}" for part in LAYERS[folder]]
    found = {name for name, path in MODULES.items() if path.stem == "__init__" and name.startswith(f"{folder}.")}
    assert found == set(parts), "a part has its place in LAYERS"
    for number, part in enumerate(parts):
        allowed = tuple(f"{each}." for each in parts[: number + 1])
        inside = [name for name in MODULES if name.startswith(f"{part}.")]
        for name in inside:
            targets = [each for each in IMPORTS[name] if each == folder or each.startswith(f"{folder}.")]
            back = [each for each in targets if not each.startswith(allowed)]
            assert not back, f"{name} must not import {', '.join(back)}"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_third_party_has_its_place(name: str) -> None:
    where = MODULES[name].relative_to(ROOT).as_posix()
    for target in IMPORTS[name]:
        allowed = PLACES.get(target.partition(".")[0])
        assert allowed is None or any(
            where == place or (place[-1] == "/" and where.startswith(place)) for place in allowed
        ), f"{where} imports {target}; its place is {', '.join(allowed or ('nowhere',))}"


@pytest.mark.parametrize("where", PURE)
def test_pure_modules_are_told_the_time(where: str) -> None:
    if not (ROOT / where).exists():
        pytest.skip("not written yet")
    for node in ast.walk(ast.parse((ROOT / where).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("now", "utcnow", "today", "time", "monotonic"), f"{where}:{node.lineno}"


def test_the_record_side_loads_without_the_network_side() -> None:
    """As Python sees it, not as the syntax says it: a worker must not spend its memory on Scrapy."""
    names = [name for name in MODULES if name.partition(".")[0] == "pipelines" and ".plugins" not in name]
    program = f"""
import importlib, sys
for name in {names!r}:
    importlib.import_module(name)
print(*sorted({{"scrapy", "twisted", "apscheduler"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_the_root_holds_the_agreed_names_only() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    assert {path.partition("/")[0] for path in listing.stdout.split("\0") if path} <= AT_THE_ROOT
