"""VIES on this machine, and the API of a workspace whose service asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

import clientgraph_stdnum
import clientgraph_vies
from clientgraph.config import Settings
from clientgraph.testing import (
    Api,
    Asked,
    Replay,
    Reply,
    begun,
    dialect_of_tests,
    fresh_database,
    plugins_for,
    replaying,
    settings_for,
)

# What the test service of VIES answers to each of its numbers.
WORDS = {
    201: "INVALID_INPUT",
    202: "INVALID_REQUESTER_INFO",
    300: "SERVICE_UNAVAILABLE",
    301: "MS_UNAVAILABLE",
    302: "TIMEOUT",
    400: "VAT_BLOCKED",
    401: "IP_BLOCKED",
    500: "GLOBAL_MAX_CONCURRENT_REQ",
    501: "GLOBAL_MAX_CONCURRENT_REQ_TIME",
    600: "MS_MAX_CONCURRENT_REQ",
    601: "MS_MAX_CONCURRENT_REQ_TIME",
}
PATH = "/check-vat-number"
DATE = "2026-11-20T09:15:00.000Z"


class Commission:
    """Behaves as the test service does for the number ``case``, in one of two shapes.

    ``shape`` is ``wrapped`` (failures beside the answer) or ``flat`` (failures as its
    ``userError``); ``status`` is that of failures.
    """

    def __init__(self) -> None:
        self.case = 100
        self.shape = "wrapped"
        self.status = 200
        self.name = "ORLEN SPÓŁKA AKCYJNA"
        self.address = "CHEMIKÓW 7\n09-411 PŁOCK"

    def __call__(self, asked: Asked) -> Any:
        """The answer to one request."""
        given = asked.json()
        refused = self.case == 202 and "requesterNumber" not in given
        case = 100 if refused else self.case
        word = WORDS.get(case)
        if word and self.shape == "wrapped":
            error = {"error": word, "message": "…"}
            body: dict[str, Any] = {"actionSucceed": False, "errorWrappers": [error]}
            return Reply(status=self.status, body=body)
        facts = {
            "requestDate": DATE,
            "requestIdentifier": "WAPIAAAAZ1" if "requesterNumber" in given else "",
            "name": self.name if case == 100 else "---",
            "address": self.address if case == 100 else "---",
        }
        if self.shape == "flat":
            verdict = "VALID" if case == 100 else "INVALID"
            return {"isValid": case == 100, "userError": word or verdict, **facts}
        return {"countryCode": given["countryCode"], "valid": case == 100, **facts}


@dataclass(frozen=True)
class Vies:
    """The service and how it behaves."""

    server: Replay
    commission: Commission


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """The plugin, and that of the identifiers."""
    return {"stdnum": clientgraph_stdnum, "vies": clientgraph_vies}


@pytest.fixture
def vies() -> Iterator[Vies]:
    """A service that finds every number valid."""
    commission = Commission()
    with replaying({PATH: commission}) as server:
        yield Vies(server, commission)


@pytest.fixture(scope="session")
async def own_settings(
    anyio_backend: object,  # noqa: ARG001 - async fixtures ask for it
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Settings]:
    """A database that no other service works on: it would ask in this one's place."""
    async with fresh_database(dialect_of_tests(), tmp_path_factory.mktemp("vies")) as urls:
        yield settings_for(*urls)


@pytest.fixture
async def asking(
    own_settings: Settings, clientgraph_plugins: Mapping[str, object], vies: Vies
) -> AsyncIterator[Api]:
    """The API of a new workspace whose service has the plugin."""
    urls = {"vies": {"rest": vies.server.url}}
    async with begun(own_settings, plugins_for(clientgraph_plugins), service_urls=urls) as made:
        yield (await made.make()).api()
