"""Connections that go where they were checked to go: a name is looked up once for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpcore2

from clientgraph.outbound.addresses import Refused, Resolver, is_public

Origin = tuple[str, int]


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Looks a host up, leaves out what is not public, and connects to one of these addresses.

    TLS and ``Host`` go on naming the host: the certificate is that of the name. ``trusted`` is
    the host and port that may be anywhere, since the operator named it.
    """

    def __init__(
        self, network: httpcore2.AsyncNetworkBackend, resolver: Resolver, trusted: Origin | None
    ) -> None:
        self._network = network
        self._resolver = resolver
        self._trusted = trusted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the base class has it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address that takes one; raises `Refused` where none may."""
        try:
            found = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("the host is not known") from error
        allowed = [each for each in found if (host, port) == self._trusted or is_public(each)]
        if not allowed:
            raise Refused
        *others, last = allowed
        for address in others:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore2.ConnectError:
                continue
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        """Never: services are on the network."""
        raise Refused

    async def sleep(self, seconds: float) -> None:
        """As the network does."""
        await self._network.sleep(seconds)
