"""No page can make the crawler ask the machine it runs on, or its neighbours."""

from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.engine.resolver import Resolver
from crawler.hosts import is_literal, is_public, slot_of


class System:
    """A resolver that answers as told, as the system's would."""

    def __init__(self, *ips: str) -> None:
        self.ips = ips
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> object:
        self.asked.append(name)
        receiver.resolutionBegan(self)
        for ip in self.ips:
            receiver.addressResolved((IPv6Address if ":" in ip else IPv4Address)("TCP", ip, port))
        receiver.resolutionComplete()
        return self


class Reactor:
    def __init__(self, system: System) -> None:
        self.nameResolver = system
        self.installed: Any = None

    def installNameResolver(self, resolver: Any) -> None:
        self.installed = resolver


class Receiver:
    def __init__(self) -> None:
        self.found: list[tuple[str, int]] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        """Nothing to note."""

    def addressResolved(self, address: Any) -> None:
        self.found.append((address.host, address.port))

    def resolutionComplete(self) -> None:
        self.complete = True


def resolve(resolver: Resolver, name: str, port: int = 80) -> list[tuple[str, int]]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, name, port)
    assert receiver.complete
    return receiver.found


def test_a_name_of_the_plan_has_the_plans_port() -> None:
    system = System("93.184.216.34")
    resolver = Resolver(Reactor(system), {"x.test": "127.0.0.1:41234", "y.test": "[::1]:8080"}, only_known=False)
    assert resolve(resolver, "x.test") == [("127.0.0.1", 41234)]
    assert resolve(resolver, "y.test") == [("::1", 8080)]
    assert system.asked == []


def test_other_names_are_asked_once() -> None:
    system = System("93.184.216.34", "2606:2800:220:1::1")
    resolver = Resolver(Reactor(system), {}, only_known=False)
    expected = [("93.184.216.34", 443), ("2606:2800:220:1::1", 443)]
    assert resolve(resolver, "bao.vn", 443) == expected == resolve(resolver, "bao.vn", 443)
    assert system.asked == ["bao.vn"]


def test_inner_addresses_are_left_out() -> None:
    system = System("10.0.0.1", "93.184.216.34", "127.0.0.1", "::1", "169.254.169.254")
    assert resolve(Resolver(Reactor(system), {}, only_known=False), "evil.vn") == [("93.184.216.34", 80)]


def test_a_run_for_loopback_asks_nobody_else() -> None:
    system = System("93.184.216.34")
    assert resolve(Resolver(Reactor(system), {}, only_known=True), "bao.vn") == []
    assert system.asked == []


INNER_4 = "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 240.0.0.1"
INNER_6 = "::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1"


@pytest.mark.parametrize("ip", [*INNER_4.split(), *INNER_6.split(), "255.255.255.255"])
def test_inner(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "::1", "0"])
def test_addresses_in_disguise(host: str) -> None:
    assert is_literal(host)


@pytest.mark.parametrize("host", ["bao.vn", "1.bao.vn", "127.0.0.1.nip.io", "localhost", "báo.vn", "", "a\0.vn"])
def test_names(host: str) -> None:
    assert not is_literal(host)


def test_a_host_is_one_whatever_the_port_scheme_or_www() -> None:
    assert {slot_of(url) for url in ("http://bao.vn/a", "https://www.bao.vn:8443/b", "http://BAO.vn")} == {"bao.vn"}
    assert slot_of("http://en.bao.vn/") == "en.bao.vn"
