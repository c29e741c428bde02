"""What stood for a living article at the address of a withdrawn one stands for it again when that is undone."""

import shutil
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from look_files import write_each
from record_side import Shot, open_memory, record, reinstate, take, withdrawal_of, withhold
from test_conflicts_kept import page
from test_orders_kept import record_id, visit

from crawler.memory import Prior
from crawler.warc import Exchange, payload_digest
from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.decisions import FILE
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.withholding.command import withdraw

BRIDGE = Shot(page="cầu-mới", lines=("Cầu mới nối hai bờ đã thông xe.", "Lễ cắt băng đông người."), title="cầu mới")
RICE = Shot(page="mùa-lúa", hour=1, lines=("Lúa trổ đều khắp đồng.", "Vụ này được mùa."), title="mùa lúa")
SHOWN = Shot(page="7/moi-nhat", hour=2, again=BRIDGE)
STANDS, LATER = (Shot(page="7/moi-nhat", hour=hour, again=RICE) for hour in (3, 4))


def shown_in(archive: Archive, *records: str) -> list[tuple[str, str | None]]:
    """(article, reading) of each of these captures."""
    sql = "SELECT article, reading FROM captures WHERE record_id = ?"
    return [archive.connection.execute(sql, (each,)).fetchone() for each in records]


@pytest.mark.parametrize("shots", [(BRIDGE, RICE, SHOWN, STANDS, LATER), (LATER, SHOWN, STANDS, BRIDGE, RICE)])
@pytest.mark.parametrize("decided", [0, 2, 3, 4, 5])
@pytest.mark.parametrize("kept", [(), ("page",), ("place",)])
def test_it_is_filed_again_though_what_it_stands_for_was_never_withheld(
    tmp_path: Path, shots: tuple[Shot, ...], decided: int, kept: tuple[str, ...]
) -> None:
    """Decided where nobody knew yet that the place shows another article as well."""
    knowing, never, undone = (open_memory(tmp_path) for _ in range(3))
    take(knowing, (BRIDGE, SHOWN))
    found = shown_in(knowing, BRIDGE.capture.record_id, SHOWN.capture.record_id)
    decisions = {
        name: withdrawal_of(knowing, article) for name, (article, _) in zip(("page", "place"), found, strict=True)
    }
    take(undone, shots[:decided])
    withhold(undone, *decisions.values())
    take(undone, shots[decided:])
    standing = [shot.capture.record_id for shot in (STANDS, LATER)]
    assert shown_in(undone, *standing) == [(decisions["place"].article, None)] * 2
    reinstate(undone, shots, *(decision for name, decision in decisions.items() if name not in kept))
    take(never, shots)
    withhold(never, *(decisions[name] for name in kept))
    assert record(undone) == record(never)
    for archive in (knowing, never, undone):
        archive.connection.close()


def looks() -> list[Exchange]:
    """Two articles; then a place that shows the one, and the other."""
    bodies = page("cầu"), page("lúa")
    seen = [visit(f"http://song.test/{number}.html", number, body) for number, body in enumerate(bodies)]
    for number, body in enumerate(bodies):
        prior = Prior(
            record_id=record_id(number),
            url=seen[number].url,
            fetched_at=seen[number].date,
            payload_digest=payload_digest(body),
        )
        place = visit("http://song.test/7/moi-nhat.html", 2 + number, b"")
        seen.append(replace(place, status=304, refers_to=prior))
    return [replace(look, record_id=record_id(number)) for number, look in enumerate(seen)]


def take_in(folder: Path, numbers: Iterable[int]) -> dict[str, Any]:
    path = folder / "archive.db"
    with closing(open_archive(path) if path.exists() else create(path)) as archive:
        write_each(archive.warc_folder, looks(), numbers)
        with Ingest(archive, Catalogue({}), workers=1) as ingest:
            recover(archive, ingest)
        return record(archive)


def decided(folder: Path, *arguments: str) -> None:
    result = CliRunner().invoke(withdraw, [*arguments, "--yes"], obj=folder / "archive.db", standalone_mode=False)
    assert (result.exception, result.return_value) == (None, 0), result.output


@pytest.mark.parametrize(("before", "after"), [((0, 1, 2), (3,)), ((0, 1, 2, 3), ()), ((2, 0), (3, 1))])
def test_from_the_warc_files_too(tmp_path: Path, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    knowing, never, undone = (tmp_path / name for name in ("knowing", "never", "undone"))
    take_in(knowing, (0, 2))
    with closing(open_archive(knowing / "archive.db")) as archive:
        (article, _), (place, _) = shown_in(archive, record_id(0), record_id(2))
    decided(knowing, place, "--reason", "asked for")
    take_in(undone, before)
    shutil.copy(knowing / FILE, undone)
    found = take_in(undone, after)
    assert {row["id"] for row in found["articles"] if row["state"] == "withdrawn"} == {article, place}
    with closing(open_archive(undone / "archive.db")) as archive:
        assert shown_in(archive, record_id(3)) == [(place, None)]
    decided(undone, article, place, "--undo")
    expected = take_in(never, (0, 1, 2, 3))
    with closing(open_archive(undone / "archive.db")) as archive:
        assert record(archive) == expected
