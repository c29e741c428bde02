"""Exchanges as a crawl of ours would have left them, taken in as the next start takes them."""

import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.warc import Exchange
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))

from warc_samples import ours


def take_in(archive: Archive, visits: Sequence[Exchange]) -> None:
    ours(archive.warc_folder, visits)
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
        recover(archive, ingest)
