"""What every test shares: no network but loopback, and the folder of real pages where there is one."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import find as find_chromium
from hypothesis import HealthCheck, settings

# A machine that is shared may be slow at any moment; that says nothing about the code.
settings.register_profile("newsarchive", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("newsarchive")

PAGES = "NEWSARCHIVE_PAGES"


class NetworkRefusedError(RuntimeError):
    """Not an OSError: code that survives a network fault must not survive this."""


def _is_local(family: int, address: object) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = address[0] if isinstance(address, tuple) else address
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection and name that is not this machine's. (Child processes must see to themselves.)"""

    def guard(name: str) -> None:
        real = getattr(socket.socket, name)

        def checked(self: socket.socket, address: object) -> object:
            if not _is_local(self.family, address):
                raise NetworkRefusedError(f"a test tried to reach {address!r}: only loopback is allowed")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, checked)

    look_up = socket.getaddrinfo

    def checked_lookup(host: object, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if not _is_local(socket.AF_INET, (name,)):
            raise NetworkRefusedError(f"a test tried to resolve {name!r}: only loopback is allowed")
        return look_up(host, *args, **kwargs)  # type: ignore[arg-type]

    guard("connect")
    guard("connect_ex")
    monkeypatch.setattr(socket, "getaddrinfo", checked_lookup)
    yield


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of real pages that the environment names; where it is named, or in CI, it must be there."""
    named = os.environ.get(PAGES)
    if not named:
        if os.environ.get("CI"):
            pytest.fail(f"{PAGES} must name the folder of real pages in CI")
        pytest.skip(f"{PAGES} does not name a folder of real pages")
    folder = Path(named)
    if not (folder / "daniel.warc.gz").is_file():
        pytest.fail(f"{PAGES}={named}: no daniel.warc.gz there")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; without one its tests are skipped, in CI they fail."""
    if path := find_chromium():
        return path
    message = "no Chromium or Chrome: `make test` installs one where it may"
    return pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


# A file is one worker's: those that take a minute or more begin first, or all wait for them at the end (the Makefile's
# --no-loadscope-reorder keeps this order; pytest-xdist would begin with the files of the most tests).
LONG = (
    "test_kill.py",
    "test_hostile.py",
    "test_bench_smoke.py",
    "test_real_pages.py",
    "test_backfill.py",
    "test_crawling.py",
    "test_reextract_ends.py",
    "test_reextract.py",
    "test_siterules_orders.py",
    "test_hostile_shapes.py",
    "test_bad_input.py",
    "test_public_surfaces.py",
    "test_quoting_records.py",
    "test_redact.py",
    "test_addressed.py",
    "test_live.py",
    "test_living.py",
    "test_withdraw.py",
    "test_tombstone_rows.py",
    "test_dark.py",
    "test_noise.py",
)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a third of the tests' time is waiting, for servers that keep them so by design."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))
