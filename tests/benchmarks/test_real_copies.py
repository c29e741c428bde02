"""Copies among real news that nobody here wrote, where the environment names their folder (conftest)."""

from pathlib import Path

import pytest
import real_copies
from real_copies import LEAST_PRECISION, LEAST_RECALL, Measured


@pytest.fixture(scope="module")
def measured(pages: Path) -> Measured:
    return real_copies.measure(pages, everything=False)


def test_copies_among_real_news_are_found(measured: Measured) -> None:
    assert measured.recall >= LEAST_RECALL, sorted(measured.true - measured.copies)
    assert measured.precision >= LEAST_PRECISION, sorted(measured.copies - measured.true)


def test_forms_are_told_from_copies_as_a_person_tells_them(measured: Measured) -> None:
    assert measured.templates == measured.judged
