"""The small world as crawls leave it, made once for all tests here; each works on a copy of its own."""

from pathlib import Path

import pytest
from small_world import build, crawl_again, quoting
from worlds import Command, copied, run


@pytest.fixture(scope="session")
def crawled_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("twice"))


@pytest.fixture(scope="session")
def with_listings(crawled_twice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """And once more: what else of the newspaper says what the article says."""
    path = copied(crawled_twice, tmp_path_factory.mktemp("listings"))
    crawl_again(path, list(quoting()), "list")
    return path


@pytest.fixture(scope="module")
def built(crawled_twice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a module's tests begin with; those that need more of it have their own."""
    return copied(crawled_twice, tmp_path_factory.mktemp("built"))


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return copied(built, tmp_path)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command on an archive; of JSON nothing but that is what it said."""

    def newsarchive(path: Path, *arguments: str) -> tuple[int, str]:
        code = run(path, *arguments)
        said = capsys.readouterr()
        return code, said.out if "--json" in arguments else said.out + said.err

    return newsarchive
