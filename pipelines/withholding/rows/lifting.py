"""A tombstone taken away, and what only its place had kept from being read. Inside the caller's transaction."""

from crawler.source import Source
from pipelines import search
from pipelines.article import Outcome
from pipelines.chain import Result
from pipelines.filing import file_again
from pipelines.sqlite import Connection
from pipelines.versions.unmodified import follower_at
from pipelines.withholding.decisions import reach, tombstones
from pipelines.withholding.decisions.tombstones import Tombstone
from pipelines.withholding.words.redacting import ByKey


def lift(connection: Connection, source: Source, tomb: Tombstone, names: ByKey | None = None) -> None:
    """Nothing is withheld for *tomb*'s sake any more. Its own pages come back when they are read again, and what stands
    for them with them; what stands for another's page, which is there, is filed here. *names*: to be redacted.
    """
    tombstones.lift(connection, tomb.article)
    for page, referent in reach.freed(connection, source, tomb):
        follower = follower_at(connection, page.row)
        if follower is None:
            continue
        connection.execute("DELETE FROM observations WHERE evidence = ?", (page.row,))
        result = Result(outcome=Outcome.NOT_MODIFIED, key=page.key, names=names)
        kept = file_again(connection, source, follower.capture, page.row, result, referent)
        search.replace(connection, [kept.document] if kept.document else [])
