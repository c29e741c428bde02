"""What the archive knows of each source, for `sources list`: from its row, its last run and what was decided of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.sqlite import Connection
from pipelines.verdicts.verdict import Status

DECIDED = "source-"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    at: str | None = None
    cause: str | None = None
    evidence: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """*decided*: the operator's last word ("enabled") and when it was given. Without a row, *name* is None."""

    name: str | None = None
    province: str | None = None
    language: str | None = None
    homepage: str | None = None
    kind: str | None = None
    status: str = Status.UNVERIFIED
    verified_at: str | None = None
    verdict: str | None = None
    decided: tuple[str, str] | None = None
    last_run: LastRun = LastRun()


def standings(connection: Connection) -> Mapping[str, Known]:
    """By slug: all that were ever crawled, imported or decided on."""
    decided = {
        slug: (kind.removeprefix(DECIDED), at)
        for slug, kind, at, _ in connection.execute(
            "SELECT object, kind, at, max(id) FROM events WHERE object_kind = 'source'"
            " AND kind IN ('source-enabled', 'source-paused', 'source-retired') GROUP BY object"
        )
    }
    # With max(), SQLite takes the other columns from the row that has it; a run's id begins with its moment.
    runs = {
        slug: LastRun(at=at, cause=cause, evidence=evidence, suggestion=suggestion)
        for slug, _, at, cause, evidence, suggestion in connection.execute(
            "SELECT source, max(run), started_at, cause, evidence, suggestion FROM source_runs GROUP BY source"
        )
    }
    sql = "SELECT slug, name, province, language, homepage, kind, status, verified_at, verdict FROM sources"
    found = {}
    for slug, name, province, language, homepage, kind, status, verified_at, verdict in connection.execute(sql):
        found[slug] = Known(
            name=name, province=province, language=language, homepage=homepage, kind=kind, status=status,
            verified_at=verified_at, verdict=verdict, decided=decided.get(slug), last_run=runs.get(slug, LastRun()),
        )  # fmt: skip
    return found | {slug: Known(decided=word) for slug, word in decided.items() if slug not in found}
