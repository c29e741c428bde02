"""Names → addresses: a run's own names from its plan, all others from the system, and never an inner address.

A page must not be able to make the crawler ask the machine it runs on, or its neighbours (SSRF).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.hosts import is_public


@implementer(IHostResolution)
class _Known:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on what is public, and remembers it for the run."""

    def __init__(self, receiver: Any, found: list[IAddress]) -> None:
        self._receiver = receiver
        self._found = found

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if is_public(address.host):
            self._found.append(address)
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class Resolver:
    """Scrapy's TWISTED_DNS_RESOLVER. *only_known*: a run paced for loopback asks no other host whatever happens."""

    def __init__(self, reactor: Any, hosts: Mapping[str, str], only_known: bool) -> None:
        self._reactor = reactor
        self._system = reactor.nameResolver
        self._hosts = hosts
        self._only_known = only_known
        self._found: dict[tuple[str, int], list[IAddress]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "Resolver":
        settings = crawler.settings
        return cls(reactor, dict(settings["NEWSARCHIVE_HOSTS"]), settings.getbool("NEWSARCHIVE_ONLY_KNOWN_HOSTS"))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        known = self._known(hostName) or self._found.get((hostName, portNumber))
        if known or self._only_known:
            resolution = _Known(hostName)
            resolutionReceiver.resolutionBegan(resolution)
            for address in known or ():
                resolutionReceiver.addressResolved(address)
            resolutionReceiver.resolutionComplete()
            return resolution
        found = self._found[hostName, portNumber] = []
        receiver = _PublicOnly(resolutionReceiver, found)
        return self._system.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)

    def _known(self, name: str) -> list[Any]:
        """The plan's address has a port of its own, which Twisted's endpoint then connects to."""
        ip, _, port = self._hosts.get(name, "").rpartition(":")
        if not ip:
            return []
        kind = IPv6Address if ":" in ip else IPv4Address
        return [kind("TCP", ip.strip("[]"), int(port))]
