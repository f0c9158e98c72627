"""Every way out of one application: a client for each service that a plugin declares."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

import httpcore2
import httpx2

from clientgraph.contract.outbound import HttpClient, OutboundService
from clientgraph.outbound.addresses import Resolver, resolve
from clientgraph.outbound.client import ServiceClient, most_at_once
from clientgraph.outbound.network import GuardedNetwork
from clientgraph.outbound.urls import Urls

USER_AGENT: Final = f"clientgraph/{version('clientgraph')}"
_KEPT_SECONDS: Final = 30.0

Services = Mapping[str, Mapping[str, OutboundService]]
ServiceUrls = Mapping[str, Mapping[str, str]]


class Outbound:
    """Makes the clients and ends their connections.

    ``services`` are those that each plugin declares; ``urls`` the base URLs that the operator
    named instead: plugin → key → URL. Proxies of the environment are not used: the guard would
    not see where they lead.
    """

    def __init__(
        self,
        services: Services,
        urls: ServiceUrls | None = None,
        *,
        resolver: Resolver = resolve,
        network: httpcore2.AsyncNetworkBackend | None = None,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        self._services = services
        self._urls = urls or {}
        self._resolver = resolver
        self._network = network or httpcore2.AnyIOBackend()
        self._certificates = certificates
        self._clients: dict[tuple[str, str], ServiceClient] = {}

    def client(self, plugin: str, key: str) -> HttpClient:
        """What a plugin speaks to one of its services with; raises `LookupError` for any other."""
        known = self._clients.get((plugin, key))
        if known is not None:
            return known
        service = self._services.get(plugin, {}).get(key)
        if service is None:
            raise LookupError(f"{plugin} declares no service '{key}'")
        made = self._clients[plugin, key] = self._made(plugin, service)
        return made

    async def close(self) -> None:
        """End all connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for each in clients:
            await each.aclose()

    def _made(self, plugin: str, service: OutboundService) -> ServiceClient:
        if self._certificates is None:
            self._certificates = httpx2.create_ssl_context()
        urls = Urls(service, self._urls.get(plugin, {}).get(service.key))
        pool = httpcore2.AsyncConnectionPool(
            ssl_context=self._certificates,
            max_connections=most_at_once(service),
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=GuardedNetwork(self._network, self._resolver, urls.trusted),
        )
        return ServiceClient(f"{plugin}:{service.key}", service, urls, pool, USER_AGENT)
