"""Plugins declare the services that they speak to, and are handed clients of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from clientgraph import (
    CompanyCandidate,
    CompanyRegistry,
    OutboundService,
    PluginContext,
    hookimpl,
)
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Asked, Workspace, replaying, running
from tests.invoicing import with_plugin
from tests.registries.questions import search

pytestmark = pytest.mark.anyio


class Trade:
    """A plugin with a register that it asks over the network."""

    @hookimpl
    def outbound_services(self) -> Sequence[OutboundService]:
        """One service."""
        return [OutboundService(key="search", base_url="https://register.example/v1")]

    @hookimpl(version=2)
    def company_registries(self) -> Sequence[CompanyRegistry]:
        """One register."""
        return [
            CompanyRegistry(
                key="TRADE",
                label={"en": "Trade"},
                attribution="Nobody",
                search=self.search,
                countries=frozenset({"FR"}),
            )
        ]

    async def search(
        self, context: PluginContext, text: str, _country: str, _limit: int
    ) -> Sequence[CompanyCandidate]:
        """What the service answers."""
        answer = await context.http("search").get("/companies", params={"q": text})
        return [CompanyCandidate(**each) for each in answer.json()]


async def test_hook_outbound_services(settings: Settings, workspace: Workspace) -> None:
    """The client that a plugin is handed speaks to the base URL that the operator named."""

    def found(asked: Asked) -> Any:
        return [{"name": asked.query["q"], "identifiers": {"FR_SIREN": "552032534"}}]

    with replaying({"/v1/companies": found}) as service:
        urls = {"trade": {"search": f"{service.url}/v1"}}
        async with running(settings, with_plugin("trade", Trade()), service_urls=urls) as client:
            api = replace(workspace, client=client).api()
            answer = await search(api, "Ganymède")
            assert [each["name"] for each in answer["results"]] == ["Ganymède"]
            service.down, service.retry_after = True, 42
            answer = await search(api, "Ganymède")
            assert (answer["status"], answer["retryAfter"]) == ("UNAVAILABLE", 42)
    assert [asked.path for asked in service.asked] == ["/v1/companies"] * 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "Search"}, "lower snake case"),
        ({"key": None}, "lower snake case"),
        ({"base_url": "http://register.example"}, "https://"),
        ({"base_url": "register.example"}, "https://"),
        ({"base_url": "https://"}, "https://"),
        ({"base_url": "https://u:p@register.example"}, "no user"),
        ({"base_url": "https://register.example/?key=1"}, "no query"),
        ({"base_url": 7}, "not a URL"),
        ({"requests": 0}, "requests"),
        ({"timeout": 0}, "more than 0"),
        ({"attempts": True}, "more than 0"),
        ({"cache": -1}, "cache"),
    ],
)
def test_a_service_that_cannot_be_quarantines_its_plugin(
    changes: dict[str, Any], reason: str
) -> None:
    """The operator reads what is wrong with which service."""
    facts = {"key": "search", "base_url": "https://register.example", **changes}
    made = OutboundService(**facts)
    found = Plugins({"trade": SimpleNamespace(outbound_services=hookimpl(lambda: [made]))})
    (error,) = found.infos["trade"].errors
    assert reason in error
    assert found.services == {}


def test_two_services_of_one_key_are_refused() -> None:
    """A plugin could not tell them apart."""
    made = OutboundService(key="search", base_url=None)
    found = Plugins({"trade": SimpleNamespace(outbound_services=hookimpl(lambda: [made, made]))})
    assert "declared twice" in found.infos["trade"].errors[0]
