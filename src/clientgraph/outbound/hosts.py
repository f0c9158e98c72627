"""What is known of each host that a service is asked at, and of each key that it is asked with."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from clientgraph.contract.outbound import OutboundService
from clientgraph.outbound.network import Origin
from clientgraph.outbound.pace import Pace, Rest

MOST_KEPT: Final = 1_000

T = TypeVar("T")
Kept = OrderedDict[bytes, T]


@dataclass(frozen=True)
class Account:
    """Who asks with one key: how fast, and until when that key was sent away."""

    pace: Pace
    rest: Rest = field(default_factory=Rest)


class Host:
    """One host: how many requests it bears at once, how it does, and who asks it."""

    def __init__(self, service: OutboundService) -> None:
        self.places = asyncio.Semaphore(service.at_once)
        self.rest = Rest()
        self._service = service
        self._accounts: Kept[Account] = OrderedDict()

    def account(self, credential: bytes) -> Account:
        """That of a key, which is told by its hash; those without one share theirs."""
        pace = (self._service.requests, self._service.per_seconds)
        return _found(self._accounts, credential, lambda: Account(Pace(*pace)))


class Hosts:
    """The hosts of one service: one, or any number where its URLs are found at run time."""

    def __init__(self, service: OutboundService) -> None:
        self._service = service
        self._hosts: Kept[Host] = OrderedDict()

    def at(self, origin: Origin) -> Host:
        """The host of an origin."""
        name, port = origin
        return _found(self._hosts, f"{name}:{port}".encode(), lambda: Host(self._service))


def _found(kept: Kept[T], key: bytes, make: Callable[[], T]) -> T:
    """What is kept under a key, or is made; what was not asked for the longest is forgotten."""
    value = kept.pop(key) if key in kept else make()
    kept[key] = value
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return value
