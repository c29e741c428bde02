"""Which of two articles translates the other, as far as what is said of them goes. Pure.

A newspaper that states it is believed, unless its statement names a page that others name too. Two articles with one
slug, which for readers stands for the title, are one in two languages. The same number alone is evidence among the
editions of a site that count together, and chance where each counts for itself: then days tell, since a translation
follows its original within days, and two counts that meet by chance are years apart; and figures and names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from pipelines.versions.handles import space

NO_LANGUAGE = (None, "", "und")
# A week: English editions of dailies translate within two or three days, weeklies by their next number.
NEAR = 7


class Evidence(IntEnum):
    """The strongest first."""

    MUTUAL = 0  # both pages name each other
    SLUG = 1
    STATED = 2
    NUMBER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An article as its translations are looked for. *is_edition*: on a host or in a folder of a language's."""

    id: str
    key: str
    is_edition: bool
    language: str | None
    machine_translated: bool
    published_at: str | None
    state: str

    @property
    def is_open(self) -> bool:
        """Whether anything may be said of it: a tombstone is nobody's translation."""
        return self.state != "withdrawn" and self.language not in NO_LANGUAGE

    @property
    def originality(self) -> tuple[bool, bool, bool, str, str]:
        """Less is more original: Vietnamese, by people, in the site's main edition, earlier. A total order."""
        day = self.published_at[:10] if self.published_at else "~"
        is_foreign = self.language != "vi"
        return is_foreign, self.machine_translated, self.is_edition, day, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """*alone*: no third article in one of the two languages has what *evidence* rests on. *alike*: whether the two
    texts may say the same, None where they cannot tell; asked where there is no more than a number.
    """

    other: Kin
    evidence: Evidence
    alone: bool = True
    alike: bool | None = None


def original_of(article: Kin, relations: Iterable[Relation]) -> str | None:
    """The id of the article that *article* translates, of those that it is related with. Links only ever lead to what
    is more original, so there is no circle.
    """
    if not article.is_open:
        return None
    candidates = []
    for relation in relations:
        other = relation.other
        if other.is_open and other.language != article.language and other.originality < article.originality:
            days = _days_apart(article, other)
            if _holds(relation, article, days):
                candidates.append((other.language != "vi", relation.evidence, days is None, days, other.originality))
    return min(candidates)[-1][-1] if candidates else None


def _holds(relation: Relation, article: Kin, days: int | None) -> bool:
    match relation.evidence:
        case Evidence.MUTUAL:
            return True
        case Evidence.STATED:
            return relation.alone
        case Evidence.SLUG:
            return relation.alone or (days is not None and days <= NEAR)
        case Evidence.NUMBER:
            if not relation.alone or relation.alike is False:
                return False
            shared = space(article.key)  # the source's file says that they count together
            meet = days <= NEAR if days is not None else shared is not None and shared == space(relation.other.key)
            return meet or relation.alike is True


def _days_apart(one: Kin, other: Kin) -> int | None:
    days = [article.published_at[:10] for article in (one, other) if article.published_at]
    if len(days) < 2 or any(len(day) < 10 for day in days):
        return None
    first, second = map(date.fromisoformat, days)
    return abs((first - second).days)
