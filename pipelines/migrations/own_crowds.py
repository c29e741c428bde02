"""Until schema 6 ``bands`` said which keys are crowded, and who has one of the shortest of those, as the files do."""

from pipelines.fingerprint import bands_of
from pipelines.migrations.own_keys import Executes


def keep_apart(db: Executes) -> None:
    db.execute("INSERT INTO crowded SELECT key FROM bands WHERE article = 0")
    db.execute("DELETE FROM bands WHERE article = 0")
    for (key,) in list(db.execute("SELECT key FROM crowded")):
        # A crowded key is of one length alone, so that any who has it tells which.
        sql = "SELECT signature FROM signatures WHERE article = (SELECT article FROM bands WHERE key = ? LIMIT 1)"
        for (signature,) in list(db.execute(sql, (~key,))):
            if key in bands_of(signature):
                db.execute("DELETE FROM bands WHERE key = ?", (~key,))
