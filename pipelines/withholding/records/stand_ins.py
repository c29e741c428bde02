"""What stands in a WARC file where a deposit was taken from: a tombstone, or the record without some words. It follows
from the deposit's bytes, its claims and what is looked for for them, and so is the same whenever it is made.
"""

from dataclasses import replace
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.records.exchanges import Stored
from crawler.records.warcread import records
from crawler.records.warcrecord import Record, warc_fields
from pipelines.archive import Archive
from pipelines.withholding.records import cutting, searched
from pipelines.withholding.records.deposits import PARTLY, Deposit, Deposits, Part, State
from pipelines.withholding.words import masking


def stays(deposit: Deposit, part: Part) -> bool:
    """Whether *part* has nothing of what is withheld, as long as the rest of the record is shown."""
    return deposit.is_part and part.record_id in deposit.left


def has_partial(deposit: Deposit) -> bool:
    return any(claim.endswith(tuple(f" {one}" for one in PARTLY)) for claim in deposit.claims)


def original(path: Path, deposits: Deposits, deposit: Deposit) -> Stored:
    """The exchange as it was, its records placed as they lie in the WARC file *path*."""
    stored = cutting.exchange_at(path, deposit.offset)
    if deposit.state is not State.DARK:
        return stored
    for _ in deposits.members(deposit):
        pass  # each has the digest that it was kept with
    kept = {part.offset: part for part in deposit.parts}
    own = dict(zip(kept, (one for one in records(deposits.bytes_of(deposit)) if isinstance(one, Record)), strict=True))
    placed = [replace(own[one.offset], offset=one.offset) if one.offset in own else one for one in stored.records]
    notes = next((one for one in placed if one.type == "metadata" and not one.is_tombstone), None)
    return Stored(records=tuple(placed), metadata=warc_fields(notes.block) if notes else stored.metadata)


def stand_in(archive: Archive, deposits: Deposits, deposit: Deposit, part: Part) -> bytes:
    """The member that stands where *part* was."""
    path = cutting.sealed(archive.warc_folder, deposit.file)
    stored = original(path, deposits, deposit)
    record = next((one for one in stored.records if one.offset == part.offset), None)
    if record is None or record.raw is None:
        raise ArchiveError(f"{path}: offset {part.offset} is no record of what was kept dark")
    if not deposit.is_part:
        found = cutting.replacements(path, stored, deposit.article)
        return next((member for one, member in found if one.offset == part.offset), record.raw)
    sought = searched.sought_for(archive, deposit.claims, deposit.spared)
    return masking.without(stored, sought, fields=cutting.told(stored, deposit.article)).get(record.id, record.raw)
