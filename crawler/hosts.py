"""Host names: what counts as one host for politeness, and which names are addresses in disguise."""

import ipaddress
import socket
from urllib.parse import urlsplit


def slot_of(url: str) -> str:
    """The host that *url* burdens: www.x and x are one server, and so are its ports and schemes."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def is_literal(host: str) -> bool:
    """Whether *host* is an address: 127.0.0.1, ::1, and every form that the C library takes (2130706433, 0x7f.1)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except (OSError, ValueError):
            return False
    return True


def is_public(ip: str) -> bool:
    """Whether a crawler may connect to *ip*: nothing private, loopback, link-local, reserved or multicast."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast
