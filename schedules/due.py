"""What is due in an archive now: the one answer that `run --due`, the daemon and `health` act on."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler import catalog, config
from schedules import files, health, plan


def due_now(archive: Path, now: datetime) -> Sequence[str]:
    """The schedules that are due, of those that an enabled source uses."""
    folder = archive.resolve().parent
    known = files.load(folder / "schedules")
    enabled = config.load(folder).enabled
    used = {source.schedule for source in catalog.load(folder / "sources").sources if source.slug in enabled}
    return plan.due({name: known[name] for name in used & known.keys()}, health.last_runs(archive, now), now)
