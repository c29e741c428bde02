"""Words that were taken out of other records, deleted for good. Callers hold the crawl lock."""

import hashlib
import json
from dataclasses import replace

from crawler.errors import ArchiveError
from pipelines.archive import Archive
from pipelines.withholding.records import cutting, searched
from pipelines.withholding.records.deposits import Claim, Deposit, Deposits, State
from pipelines.withholding.records.moving import lies_in
from pipelines.withholding.records.stand_ins import original
from pipelines.withholding.words import masking


def destroy(archive: Archive, article: str) -> None:
    """Delete for good what of other records has the words of *article*, and what is known of them but its addresses."""
    words, claim = searched.of(archive.path, article), f"{article} {Claim.QUOTED}"
    deposits = Deposits.beside(archive.path)
    gone: list[dict[str, object]] = []
    for one in deposits.of(article, Claim.QUOTED):
        if one.state is not State.DARK:
            continue
        if lies_in(archive, one):
            raise ArchiveError(
                f"{archive.warc_folder / one.file} has words of {article} still: withdraw it again first"
            )
        gone.append({"record": one.record_id, "sha256": [part.sha256 for part in one.parts]})
        if one.claims == (claim,):
            deposits.erase(one)
        else:  # others may still come back, without these words
            _blacken(archive, deposits, one, claim)
    if gone:
        with archive.transaction():
            archive.event("destroyed", object_kind="article", object=article, outcome="done", detail=json.dumps(gone))
    if words and (words.named or words.said):
        searched.put(archive.path, replace(words, named=(), said=()))


def _blacken(archive: Archive, deposits: Deposits, one: Deposit, claim: str) -> None:
    path = cutting.sealed(archive.warc_folder, one.file)
    stored = original(path, deposits, one)
    sought = searched.sought_for(archive, [claim], one.spared)
    bare = masking.without(stored, sought, fields=cutting.told(stored, one.article))
    by_place = {record.offset: record for record in stored.records}
    members = [bare.get(by_place[part.offset].id, by_place[part.offset].raw or b"") for part in one.parts]
    parts = tuple(
        replace(part, sha256=hashlib.sha256(member).hexdigest())
        for part, member in zip(one.parts, members, strict=True)
    )
    deposits.put(replace(one, parts=parts, claims=tuple(each for each in one.claims if each != claim)), members)
