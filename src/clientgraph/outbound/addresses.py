"""Which addresses can be reached: public ones, whatever way they are written or found."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# All that is routed (IANA); mapped, translated (NAT64) and compatible addresses lie outside.
_ROUTED: Final = IPv6Network("2000::/3")
# Of what is routed, that which stands for services of protocols, relays, tunnels and examples
# (IANA, registries of special-purpose addresses); `is_global` leaves some of it out, not all.
_SPECIAL_4: Final = tuple(
    map(
        IPv4Network,
        ("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
    )
)
_SPECIAL_6: Final = tuple(
    map(IPv6Network, ("2001::/23", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)


class Refused(Exception):
    """A host that leads to no address that may be reached."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system finds them, best first; raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the public network, and no way round to another."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_unicast(parsed) and not any(parsed in each for each in _SPECIAL_4)
    special = any(parsed in each for each in _SPECIAL_6)
    return parsed in _ROUTED and not special and _is_unicast(parsed)


def _is_unicast(parsed: IPv4Address | IPv6Address) -> bool:
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved
