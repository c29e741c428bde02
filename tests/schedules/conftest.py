"""An archive whose operator has enabled one newspaper."""

from pathlib import Path

import pytest

from crawler import config
from pipelines.archive import create


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    create(path).close()
    (tmp_path / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    config.set_enabled(tmp_path, ["baohatinh"], config.State.ENABLED)
    return path
