"""Which sources a run takes, and what its exit code says."""

from pathlib import Path

import pytest

from crawler import config
from crawler.errors import ArchiveError, ConfigError, UsageError
from pipelines.archive import create
from pipelines.catalogue import Catalogue
from schedules import disk
from schedules.jobs import choose, run

WRONG = 'name = "X"\nprovince = "bac-nin-2025"\nhomepage = "https://x.test/"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "archive.db").close()
    (tmp_path / "sources").mkdir()
    (tmp_path / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    return tmp_path


def catalogue(folder: Path) -> Catalogue:
    return Catalogue.beside(folder / "archive.db")


def test_all_that_is_enabled(folder: Path) -> None:
    config.set_enabled(folder, ["baohatinh", "hanoimoi"], config.State.ENABLED)
    sources, problems = choose(catalogue(folder), config.load(folder), (), None)
    assert ([source.slug for source in sources], problems) == (["baohatinh", "hanoimoi"], [])


def test_only_those_of_the_schedules_that_are_due(folder: Path) -> None:
    config.set_enabled(folder, ["baohatinh", "tapchiqptd-en"], config.State.ENABLED)
    sources, _ = choose(catalogue(folder), config.load(folder), (), ("daily",))
    assert [source.slug for source in sources] == ["tapchiqptd-en"]


def test_an_unknown_slug_is_wrong_use(folder: Path) -> None:
    with pytest.raises(UsageError, match='did you mean "baohatinh"'):
        choose(catalogue(folder), config.load(folder), ("baohatin",), None)


def test_a_source_file_that_is_wrong_is_skipped_and_said(folder: Path) -> None:
    (folder / "sources" / "xpaper.toml").write_text(WRONG, encoding="utf-8")
    sources, problems = choose(catalogue(folder), config.load(folder), ("xpaper", "baohatinh"), None)
    assert [source.slug for source in sources] == ["baohatinh"]
    assert len(problems) == 1
    assert "xpaper.toml" in problems[0]
    assert 'did you mean "bac-ninh-2025"' in problems[0]


def test_nothing_to_crawl_is_no_error(folder: Path) -> None:
    said: list[str] = []
    assert run(folder / "archive.db", echo=said.append) == 0
    assert said == ["nothing to crawl: no such source is enabled (newsarchive sources enable SLUG)"]
    assert run(folder / "archive.db", due=True, echo=said.append) == 0
    assert said[-1] == "nothing is due"


def test_a_wrong_file_alone_ends_with_1(folder: Path) -> None:
    (folder / "sources" / "xpaper.toml").write_text(WRONG, encoding="utf-8")
    said: list[str] = []
    assert run(folder / "archive.db", slugs=("xpaper",), echo=said.append) == 1
    assert said[0].startswith("skipped: ")


def test_nobody_crawls_without_a_contact(folder: Path) -> None:
    settings = folder / config.FILE
    settings.write_text(settings.read_text().replace("me@example.org", ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="contact"):
        run(folder / "archive.db", slugs=("baohatinh",))


def test_no_run_begins_on_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MIN_FREE_BYTES", 1 << 62)
    with pytest.raises(ArchiveError, match=r"MB are free on this disk; a run needs \d+ MB"):
        run(folder / "archive.db", slugs=("baohatinh",))


def test_no_page_is_filed_under_a_guess_where_the_source_file_is_wrong(folder: Path) -> None:
    (folder / "sources" / "xpaper.toml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"xpaper\.toml"):
        catalogue(folder).source("xpaper", "https://x.test/1.html")


def test_a_retired_or_paused_source_is_not_enabled(folder: Path) -> None:
    config.set_enabled(folder, ["baohatinh"], config.State.ENABLED)
    config.set_enabled(folder, ["baohatinh"], config.State.PAUSED)
    sources, problems = choose(catalogue(folder), config.load(folder), (), None)
    assert (sources, problems) == ([], [])
