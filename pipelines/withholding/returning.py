"""Words that were taken out of other records, put back where nothing withholds them any more. Callers hold the crawl
lock.
"""

import json
from dataclasses import replace

from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import load
from pipelines.withholding.records import dark, searched
from pipelines.withholding.records.deposits import Claim, Deposits, State
from pipelines.withholding.records.moving import Hidden, Watch, unwatched
from pipelines.withholding.rows.showing import tell_again
from pipelines.withholding.words.redacting import names_for


def give_back(
    archive: Archive, catalogue: Catalogue, article: str, watch: Watch = unwatched, *, claim: Claim = Claim.QUOTED
) -> Hidden:
    """The words of *article*, or names, which nothing withholds any more, back into the records. As
    ``dark.bring_back``.
    """
    there = {one.record_id for one in Deposits.beside(archive.path).of(article, claim) if one.state is State.DARK}
    done = dark.bring_back(archive, article, watch, claim=claim)
    sql = "SELECT id FROM captures WHERE record_id IN (SELECT value FROM json_each(?))"
    rows = [row for (row,) in archive.connection.execute(sql, (json.dumps(sorted(there)),))]
    tell_again(archive, catalogue, rows)
    if claim == Claim.QUOTED:
        searched.forget(archive.path, article, claim)
    return done


def line_up(archive: Archive, catalogue: Catalogue) -> None:
    """Have the names looked for that are in force; where one is put back, all are, and the others taken out again."""
    decided = load(archive.folder)
    for words in searched.all_of(archive.path):
        sql = "SELECT source, key, url FROM articles WHERE id = ?"
        row = archive.connection.execute(sql, (words.article,)).fetchone() if words.claim == Claim.NAMED else None
        if row is None:
            continue
        wanted = names_for(decided.names(catalogue.source(row[0], row[2])), row[1]).all
        if wanted == {*words.names}:
            continue
        if {*words.names} - wanted:
            give_back(archive, catalogue, words.article, claim=Claim.NAMED)
        if wanted:
            searched.put(archive.path, replace(words, names=tuple(sorted(wanted)), files=()))
        else:
            searched.forget(archive.path, words.article, Claim.NAMED)
