"""The outlines of short texts: until schema 6 they were read from the texts each time."""

from pipelines.article import compared
from pipelines.fingerprint import OUTLINED, outlined
from pipelines.migrations.own_keys import Executes


def keep_outlines(db: Executes) -> None:
    sql = "SELECT entry FROM signatures WHERE coalesce(shingles, 0) < ?"
    for (entry,) in list(db.execute(sql, (OUTLINED,))):
        sql = "SELECT title, summary, text FROM articles WHERE n = (SELECT article FROM signatures WHERE entry = ?)"
        for words in list(db.execute(sql, (entry,))):
            if (outline := outlined(compared(*words))) is not None:
                sql = "UPDATE signatures SET words = ?, runs = ? WHERE entry = ?"
                db.execute(sql, (outline.packed, outline.fives, entry))
