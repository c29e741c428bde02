from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_archive import build

from pipelines import sqlite


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sample") / "archive.db")


@pytest.fixture
def connection(archive: Path) -> Iterator[sqlite.Connection]:
    connection = sqlite.connect_readonly(archive)
    yield connection
    connection.close()
