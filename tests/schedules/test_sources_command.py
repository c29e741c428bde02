"""`sources list`, enable, pause and retire: by name, province and kind, and what they leave behind."""

import json
from pathlib import Path
from typing import Any

import pytest
from test_cli import newsarchive, one_line

from crawler import catalog
from pipelines.archive import open_archive
from pipelines.store import ensure_source, insert

BAC_NINH = {
    "bacninh-gov",
    "bacninh-gov-en",
    "bacninhtv",
    "baobacninhtv",
    "baobacninhtv-en",
    "izabacninh",
    "izabacninh-en",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    assert newsarchive("init", "--contact", "ops@example.org", folder=tmp_path).returncode == 0
    return tmp_path


def sources(folder: Path, *arguments: str) -> str:
    done = newsarchive("sources", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(folder: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in json.loads(sources(folder, "list", "--json", *arguments))}


def events(folder: Path) -> list[tuple[str, str, str | None]]:
    archive = open_archive(folder / "archive.db")
    sql = "SELECT kind, object, detail FROM events WHERE object_kind = 'source' ORDER BY id"
    found: list[tuple[str, str, str | None]] = archive.connection.execute(sql).fetchall()
    archive.close()
    return found


@pytest.mark.parametrize(
    ("options", "chosen", "others"),
    [
        (["--province", "bac-ninh"], BAC_NINH, {"bacgiang-gov"}),
        (["--province", "bac-ninh-2025"], BAC_NINH | {"bacgiang-gov"}, {"baohaiphong"}),
        (["--province", "bac-giang"], BAC_NINH - {"bacninhtv"} | {"bacgiang-gov"}, {"bacninhtv"}),
        (["--province", "quang-nam", "--kind", "newspaper"], {"baoquangnam", "baodanang"}, {"quangnam-gov"}),
        (["--province", "hue", "--province", "ha-noi", "--kind", "portal"], {"hanoi-gov"}, {"huengaynay"}),
        (["baohatinh", "--province", "ha-noi"], {"baohatinh", "hanoimoi", "hanoi-gov"}, {"hatinh-gov"}),
        (["--kind", "magazine"], {"tapchiqptd-en"}, {"baohatinh"}),
    ],
)  # fmt: skip
def test_which_sources_are_chosen(own: Path, options: list[str], chosen: set[str], others: set[str]) -> None:
    before = (own / "newsarchive.toml").read_bytes()
    said = sources(own, "enable", "--dry-run", *options)
    assert " would be enabled" in said and (own / "newsarchive.toml").read_bytes() == before and not events(own)
    said = sources(own, "enable", *options)
    now = {slug for slug, row in listed(own, "--state", "enabled").items() if row["since"]}
    assert chosen <= now and not others & now
    assert said.startswith(f"{len(now)} enabled") and all(slug in said for slug in now)
    assert "of disk a month" in said


def test_put_aside_with_their_history(own: Path) -> None:
    sources(own, "enable", "--province", "bac-ninh")
    sources(own, "pause", "--kind", "portal")
    assert set(listed(own, "--state", "paused")) == {"bacninh-gov", "bacninh-gov-en", "izabacninh", "izabacninh-en"}
    assert sources(own, "pause", "--kind", "portal") == "0 paused (--kind portal)\n"  # what was never enabled stays
    sources(own, "retire", "izabacninh")
    said = sources(own, "enable", "--province", "bac-ninh-2025", "--kind", "portal")
    assert "1 retired stay so, unless you name them: izabacninh\n" in said
    assert listed(own)["izabacninh"]["state"] == "retired"
    sources(own, "enable", "izabacninh")
    sources(own, "enable", "izabacninh")  # nothing happened: no event
    kinds = [(kind, detail) for kind, slug, detail in events(own) if slug == "izabacninh"]
    assert kinds == [
        ("source-enabled", "--province bac-ninh"),
        ("source-paused", "--kind portal"),
        ("source-retired", None),
        ("source-enabled", None),
    ]
    assert listed(own)["izabacninh"]["since"] > listed(own)["baobacninhtv"]["since"]


def test_a_source_whose_file_is_gone_stays_listed(own: Path) -> None:
    file = own / "sources/toanquoc.toml"
    file.write_text('name = "Toàn quốc"\nhomepage = "http://toanquoc.test/"\nkeep = ["Huế"]\n', encoding="utf-8")
    sources(own, "enable", "toanquoc")
    sources(own, "retire", "toanquoc")
    file.unlink()
    row = listed(own, "--state", "retired")["toanquoc"]
    assert (row["has_file"], row["name"], row["since"] is not None) == (False, None, True)
    assert "toanquoc" in sources(own, "list")


def test_what_the_runs_have_shown_is_listed(own: Path) -> None:
    archive = open_archive(own / "archive.db")
    with archive.transaction() as connection:
        ensure_source(connection, catalog.load(None).sources["baohatinh"])
        connection.execute(
            "UPDATE sources SET status = 'failing', verdict = '403: no', verified_at = '2026-03-01T00:00'"
        )
        for run, cause in (("20260301T000000-a", None), ("20260302T000000-a", "403")):
            insert(connection, "runs", {"id": run, "kind": "crawl", "started_at": run, "state": "done"})
            row = {"run": run, "source": "baohatinh", "started_at": run, "cause": cause, "evidence": cause and "no"}
            insert(connection, "source_runs", row)
    archive.close()
    (row,) = listed(own, "--status", "failing").values()
    assert (row["slug"], row["cause"], row["evidence"], row["verdict"]) == ("baohatinh", "403", "no", "403: no")
    assert row["last_run_at"] == "20260302T000000-a"
    line = next(line for line in sources(own, "list").splitlines() if line.startswith("baohatinh "))
    assert line.split()[:6] == ["baohatinh", "known", "-", "failing", "2026-03-01", "403"]
    assert set(listed(own, "--status", "unverified")) == set(listed(own)) - {"baohatinh"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["enable", "--province", "bac-nin"], 'no province "bac-nin" (did you mean "bac-ninh"?); allowed: an id of'),
        (["pause", "--kind", "portl"], 'no kind "portl" (did you mean "portal"?); allowed: newspaper, portal'),
        (["list", "--state", "on"], 'no state "on"; allowed: enabled, paused, retired, known'),
        (["list", "--status", "ok"], 'no status "ok"; allowed: unverified, verified, failing, imported'),
        (["retire"], "Missing argument: name a source, or choose with --province or --kind"),
        (["enable", "--province", "ha-noi", "baohatin"], 'did you mean "baohatinh"?'),
    ],
)
def test_wrong_use_says_what_is_allowed_and_changes_nothing(own: Path, arguments: list[str], said: str) -> None:
    before = (own / "newsarchive.toml").read_bytes()
    assert said in one_line(newsarchive("sources", *arguments, folder=own), 2)
    assert (own / "newsarchive.toml").read_bytes() == before
