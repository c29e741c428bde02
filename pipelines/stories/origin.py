"""Who of a story's articles the others repeat, and whose words it is; as far as the articles say. Pure.

By the credit line: an article that names its source is no origin, and one that others name is. Then by the earliest
date; of dates that leave it open, by the host of an agency, then by who was seen first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from pipelines.stories.outlets import Outlet, names, own_agency

# A day without an hour is the paper's own.
_LOCAL = timezone(timedelta(hours=7))
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article as its story sees it. *published_at* is as exact as it is long; *conflict*: other methods differed.
    *first_seen_at* is UTC.
    """

    id: str
    outlet: Outlet
    agency: str | None = None
    credit: str | None = field(default=None, repr=False)
    published_at: str | None = None
    conflict: bool = False
    first_seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """*article* is repeated by the others; *agency* is whose words they are, None where they are the article's own."""

    article: str
    agency: str | None


def origin(members: Sequence[Member]) -> Origin:
    """Of one member or more, in any order."""
    if len(members) == 1 and members[0].agency is None:
        return Origin(article=members[0].id, agency=own_agency(members[0].outlet))
    credited: Counter[str] = Counter()  # by how many sources, those that are here by their slugs
    strangers: Counter[str] = Counter()
    for _, agency, line in sorted({(m.outlet.slug, m.agency, m.credit) for m in members if _credits_others(m)}):
        here = {m.outlet.slug for m in members if agency and names(agency, line, m.outlet)}
        credited.update(here)
        if agency and not here:
            strangers[agency] += 1
    article = _likeliest(members, credited)
    return Origin(article=article.id, agency=_whose(article, credited, strangers))


def _credits_others(member: Member) -> bool:
    return member.agency is not None and not names(member.agency, member.credit, member.outlet)


def _likeliest(members: Sequence[Member], credited: Counter[str]) -> Member:
    silent = [member for member in members if not _credits_others(member)]
    named = [member for member in members if credited[member.outlet.slug]]
    both = [member for member in named if member in silent]
    return _earliest(both or named or silent or members)


def _whose(article: Member, credited: Counter[str], strangers: Counter[str]) -> str | None:
    """Most sources decide; an agency that nobody has archived is weighed against the newspaper that is here."""
    if not strangers:
        return own_agency(article.outlet)
    most = max(strangers.values())
    if credited[article.outlet.slug] >= most:
        return own_agency(article.outlet)
    return min(name for name, count in strangers.items() if count == most)


def _earliest(members: Sequence[Member]) -> Member:
    """Nobody is for whom another was surely out before; of the rest, who says most exactly when."""
    spans = {member.id: _span(member) for member in members}
    bound = min(latest for _, latest in spans.values())
    first = [m for m in members if spans[m.id][0] < bound or spans[m.id][1] == bound]
    return min(first, key=lambda m: (_vagueness(m), own_agency(m.outlet) is None, m.first_seen_at, m.id))


def _vagueness(member: Member) -> int:
    if member.published_at is None or _stated(member.published_at) is None:
        return 2
    return int(member.conflict or len(member.published_at) < len("2026-03-01"))


def _span(member: Member) -> tuple[datetime, datetime]:
    """Between when and when it was published: no later than it was seen."""
    seen = datetime.fromisoformat(member.first_seen_at)
    stated = _stated(member.published_at) if member.published_at and not member.conflict else None
    if stated is None:
        return _BEGINNING, seen
    return min(stated[0], seen), min(stated[1], seen)


def _stated(at: str) -> tuple[datetime, datetime] | None:
    """The first moment that *at* may be, and the first that it is no more."""
    try:
        if len(at) > len("2026-03-01"):
            moment = datetime.fromisoformat(at)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=_LOCAL)
            return moment, moment + timedelta(seconds=1 if at[16:17] == ":" else 60)
        start = datetime.fromisoformat(at + "-01-01"[len(at) - 4 :] if len(at) < 10 else at).replace(tzinfo=_LOCAL)
        longest = {4: 366, 7: 31, 10: 1}[len(at)]  # days
        end = start + timedelta(days=longest)
        return start, end.replace(day=1) if longest > 1 else end
    except (ValueError, OverflowError, KeyError):
        return None
