"""With what captures were read: a digest of the program's own lines, so that nobody has to raise a number.

Of all modules that reading, cleaning and learning are made of (found by their imports), of what third parties give
them, and of the source as its file describes it. Equal marks: reading again would give the same.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from crawler.records.recorded import to_json
from crawler.source import Expect, Source

# Where reading begins, and what is done with readings afterwards.
ROOTS = ("pipelines.chain", "pipelines.siterules", "pipelines.geography.placing")
OTHERS = ("trafilatura", "lxml", "lingua-language-detector")
DATA = ("crawler/provinces.toml", "pipelines/body/first.json", "pipelines/body/second.json")
_FOLDER = Path(__file__).parent.parent
_IMPORT = re.compile(
    r"^[ \t]*(?:from\s+((?:pipelines|crawler)[\w.]*)\s+import\s+(\([^)]*\)|.*)|import\s+((?:pipelines|crawler)[\w.]*))",
    re.M,
)


def read_by(source: Source, accepted: bool | None = None, names: str = "") -> str:
    """The mark of what this program reads of *source*; *accepted*: what the operator decided of the page; *names*: the
    mark of the names that are taken out of it.
    """
    return _mark(source) + (f"~{names}" if names else "") + {None: "", True: "+", False: "-"}[accepted]


@lru_cache(maxsize=4096)
def _mark(source: Source) -> str:
    # A source that an import made follows from its address alone. When and how often one is fetched changes no reading.
    plain = replace(
        source, schedule="", delay=1.0, legacy_tls=False, expect=Expect(), feeds=(), sitemaps=(), archives=()
    )
    told = "" if source.kind == "import" else to_json(plain)
    return hashlib.sha256(f"{code()}\n{told}".encode("utf-8", "replace")).hexdigest()[:16]


@cache
def code() -> str:
    """Twelve hexadecimal digits that change with the program. Some 10 ms, once a process."""
    found = hashlib.sha256()
    for name in OTHERS:
        found.update(f"{name} {_version(name)}\n".encode())
    for path in sorted(_modules(ROOTS)) + [_FOLDER / name for name in DATA]:
        found.update(path.relative_to(_FOLDER).as_posix().encode() + b"\n" + path.read_bytes())
    return found.hexdigest()[:12]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "0"


def _modules(roots: tuple[str, ...]) -> set[Path]:
    """The files of *roots* and of all that they import of ours, directly and through others."""
    waiting, found = list(roots), set[Path]()
    while waiting:
        path = _file(waiting.pop())
        if path is not None and path not in found:
            found.add(path)
            waiting += _imports(path.read_text(encoding="utf-8"))
    return found


def _file(module: str) -> Path | None:
    path = _FOLDER.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((each for each in candidates if each.is_file()), None)


def _imports(text: str) -> Iterator[str]:
    """What *text* imports; a name after ``import`` may be a module or what is in one."""
    for package, names, module in _IMPORT.findall(text):
        yield package or module
        yield from (f"{package}.{name}" for name in re.findall(r"\w+", names) if package)
