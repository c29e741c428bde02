"""With what captures were read: a mark that changes with all that reading depends on, and with nothing else."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from crawler.source import Expect, Selectors, Source
from pipelines import program

SOURCE = Source(slug="song", name="Báo Sông", homepage="http://song.test/")


def modules() -> set[str]:
    return {path.relative_to(program._FOLDER).as_posix() for path in program._modules(program.ROOTS)}


def test_all_that_reads_is_in_it_and_what_shows_or_crawls_is_not() -> None:
    found = modules()
    reading = {
        path.relative_to(program._FOLDER).as_posix()
        for path in Path(program._FOLDER, "pipelines/reading").rglob("[a-z]*.py")
    }
    assert reading <= found
    assert {f"pipelines/{name}.py" for name in ("extract", "clean", "accept", "boilerplate", "dates", "words")} <= found
    assert not {name for name in found if name.startswith(("schedules/", "pipelines/publish/", "crawler/spiders/"))}
    assert all(Path(program._FOLDER, name).is_file() for name in program.DATA)


@pytest.mark.parametrize(
    "text", ["import pipelines.a", "from pipelines import b, c", "from pipelines.d import (\n  e,\n  f,\n)"]
)
def test_imports_are_found(text: str) -> None:
    found = set(program._imports(f"import os\n\ndef f():\n    pass\n{text}\n# from nowhere import x\n"))
    assert found in (
        {"pipelines.a"},
        {"pipelines", "pipelines.b", "pipelines.c"},
        {"pipelines.d", "pipelines.d.e", "pipelines.d.f"},
    )


def test_it_changes_with_a_line_of_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pipelines", "pipelines/deep", "crawler"):
        (tmp_path / name).mkdir()
    (tmp_path / "pipelines/chain.py").write_text("from pipelines.deep import inner\n", encoding="utf-8")
    inner = tmp_path / "pipelines/deep/inner.py"
    inner.write_text("LIMIT = 1\n", encoding="utf-8")
    for name in program.DATA:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(program, "_FOLDER", tmp_path)
    code = program.code.__wrapped__
    before = code()
    assert code() == before
    (tmp_path / "pipelines/other.py").write_text("LIMIT = 1\n", encoding="utf-8")
    assert code() == before
    inner.write_text("LIMIT = 2\n", encoding="utf-8")
    assert code() != before


CHANGES: dict[str, Any] = {
    "selectors": Selectors(body="article"),
    "timezone": "Asia/Bangkok",
    "keep": ("Sơn Hà",),
    "machine_translated": True,
    "family": "liferay",
}
SAME: dict[str, Any] = {
    "schedule": "daily",
    "delay": 5.0,
    "legacy_tls": True,
    "expect": Expect(articles_per_week=9),
    "feeds": ("http://song.test/rss",),
    "sitemaps": ("http://song.test/sitemap.xml",),
    "archives": ("http://song.test/{year}",),
}


def test_it_changes_with_what_a_source_file_says_of_reading() -> None:
    names = {field.name for field in fields(Source)}
    assert set(CHANGES) | set(SAME) <= names
    marks = {program.read_by(replace(SOURCE, **{name: value})) for name, value in CHANGES.items()}
    assert len(marks | {program.read_by(SOURCE)}) == len(CHANGES) + 1
    assert {program.read_by(replace(SOURCE, **{name: value})) for name, value in SAME.items()} == {
        program.read_by(SOURCE)
    }


def test_it_tells_what_the_operator_decided() -> None:
    assert len({program.read_by(SOURCE, accepted) for accepted in (None, True, False)}) == 3


def test_sources_that_imports_made_share_it() -> None:
    made = replace(SOURCE, kind="import")
    assert program.read_by(made) == program.read_by(replace(made, slug="nui", homepage="http://nui.test/"))
