"""A capture whose bytes are dark, read from ``archive-dark/``: for an article that is shown, without names in it."""

from dataclasses import replace
from pathlib import Path

from crawler.capture import Capture
from crawler.identity import key as identity_key
from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.warcfile import locate
from crawler.records.warcread import records
from crawler.records.warcrecord import Record, warc_fields
from crawler.source import Source
from pipelines.withholding.records.deposits import SUFFIX
from pipelines.withholding.words.redacting import ByKey, names_for


def lit(folder: Path, file: str, offset: int, capture: Capture, source: Source, names: ByKey | None) -> Capture:
    """*capture* (of *offset* in *file* of the WARC *folder*) with its own words where only names are withheld of it."""
    if capture.withheld is None or not names_for(names or {}, identity_key(capture.final_url, source)):
        return capture
    beside = folder.with_name(folder.name.removesuffix("-warc") + "-dark")
    dark = beside / f"{file.removesuffix(SUFFIX)}-{offset}{SUFFIX}"
    if not dark.is_file():  # destroyed, or the folder was not brought along
        return capture
    kept = [found for found in records(dark) if isinstance(found, Record)]
    shown = next(exchanges(locate(folder, file), offset, ours=True), None)
    answer = next((one for one in kept if one.type == "response"), None)
    if answer is None or not isinstance(shown, Stored):
        return capture
    notes = next((one for one in kept if one.type == "metadata"), None)
    found = capture_of(Stored(records=(answer,), metadata=warc_fields(notes.block) if notes else shown.metadata))
    return replace(found, record_id=capture.record_id)
