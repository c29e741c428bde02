"""What captures say of whether an article is still there: sightings, and the state that follows from all of them."""

from datetime import datetime
from urllib.parse import urljoin, urlsplit

from pipelines import store
from pipelines.archive import stamp
from pipelines.article import Outcome
from pipelines.sqlite import Connection
from pipelines.state import habits
from pipelines.state.revisits import SIGHTINGS, next_visit


def is_missing(outcome: str, url: str, location: str | None) -> bool:
    """Whether a capture of an article's address shows that the article is not there. *location*: of a redirect."""
    if outcome in (Outcome.MISSING, f"{Outcome.REJECTED}:soft-404"):
        return True
    if outcome != Outcome.REDIRECT:
        return False
    try:
        target = urlsplit(urljoin(url, location or ""))
    except ValueError:
        return False
    return target.path in ("", "/") and not target.query


def note(connection: Connection, article: str, moment: str, state: str, row: int) -> None:
    """One sighting of an article: *state* ``live`` or ``missing``, *row* the capture that shows it."""
    values = (article, moment, state, row)
    connection.execute("INSERT OR IGNORE INTO observations (article, at, state, evidence) VALUES (?, ?, ?, ?)", values)


def settle(connection: Connection, article: str) -> bool:
    """Bring an article's state in line with all sightings of it; whether it has just become ``gone``."""
    seen = connection.execute("SELECT at, state FROM observations WHERE article = ?", (article,)).fetchall()
    was = connection.execute("SELECT state FROM articles WHERE id = ?", (article,)).fetchone()[0]
    lives = [at for at, state in seen if state == "live"]
    if not lives:
        return False  # it comes back, and nothing of it has been read again yet
    missing = sorted(at for at, state in seen if state == "missing" and at > max(lives))
    is_gone = len(missing) >= SIGHTINGS
    now = "withdrawn" if was == "withdrawn" else "gone" if is_gone else "live"
    looked = _time(max(at for at, _ in seen))
    values = {
        "state": now,
        "gone_since": missing[0] if is_gone else None,
        "first_seen_at": min(lives),
        "last_seen_at": max(lives),
        "next_visit_at": None
        if now == "withdrawn"
        else stamp(next_visit(_time(min(lives)), looked, len(missing), habits.ages_of(connection, article))),
    }
    store.update(connection, article, values)
    return now == "gone" and was != "gone"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
