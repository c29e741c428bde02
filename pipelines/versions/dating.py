"""The date that a page itself states, as far as one capture can be held against another. Pure.

A feed or a sitemap gives a date at one fetch and not at the next, "2 giờ trước" gives another at each, and so may the
clock of a page that was kept ready for a while. What is left says when the newspaper claims to have published.
"""

from datetime import UTC, datetime, timedelta

from pipelines.article import Published

_OF_THE_PAGE = frozenset({"selector", "json-ld", "meta", "time", "text"})
# A page is kept ready for minutes; what it dates within the hour before its fetch may be a clock.
SETTLED = timedelta(hours=1)
# A day alone, in whatever zone: it ends 38 hours after it begins in UTC at the latest.
SETTLED_DAY = timedelta(hours=38)
_DAY = 10  # characters


def stated(published: Published) -> str | None:
    """What the page alone says; a printed date that is as well the last update's may be nothing else."""
    at, method = published.at, published.method
    if at is None or len(at) < _DAY or method not in _OF_THE_PAGE:
        return None
    return None if method == "text" and published.updated_at == at else at


def is_settled(at: str, seen_at: str) -> bool:
    """Whether the date *at* is old enough, at a capture, to be no clock's."""
    age = datetime.fromisoformat(seen_at) - _moment(at)
    return age > (SETTLED if len(at) > _DAY else SETTLED_DAY)


def is_moved(old: str | None, new: str | None) -> bool:
    """Whether two dates contradict each other, as exact as both are. An unknown one contradicts none."""
    if old is None or new is None or old == new:
        return False
    if len(old) == _DAY or len(new) == _DAY:
        return old[:_DAY] != new[:_DAY]
    return _minute(old) != _minute(new)


def _minute(at: str) -> datetime:
    return _moment(at).replace(second=0, microsecond=0)


def _moment(at: str) -> datetime:
    found = datetime.fromisoformat(at)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
