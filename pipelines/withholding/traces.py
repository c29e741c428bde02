"""What SQLite leaves of rows that are gone, taken out of the files: free pages, old parts of the full text, the log."""

import time

from pipelines.archive import LOCK_WAIT_SECONDS, Archive
from pipelines.locks import hold, write_lock
from pipelines.sqlite import OperationalError

# A reader has the log for the time of a query, 2 s at most in Datasette.
TRIES, PAUSE_SECONDS = 10, 0.5


def wipe(archive: Archive) -> str | None:
    """Write archive.db anew without what its rows no longer say; why it could not be done, if so.

    Takes some seconds a gigabyte, as much room beside the archive as it has itself, and the write lock meanwhile.
    """
    connection = archive.connection
    with hold(write_lock(archive.path), wait=LOCK_WAIT_SECONDS, purpose="wipe what was taken out"):
        try:
            # Words that were taken out of the index stand in its older segments until they are merged.
            connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
            connection.execute("VACUUM")
            for _ in range(TRIES):
                busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return None
                time.sleep(PAUSE_SECONDS)
        except OperationalError as error:
            return f"{archive.path} could not be written anew: {error}"
    return f"{archive.path}-wal is being read: what was taken out stands in it until the archive is next closed"
