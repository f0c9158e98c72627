"""The KVK, asked through the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clientgraph.testing import Api, Asked, KeyedRegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def rows(asked: Asked) -> Any:
    """The rows of a search by name or RSIN; where there are none, the KVK says 404."""
    if asked.query.get("naam") == "donald" and int(asked.query["resultatenPerPagina"]) <= 100:
        return recorded("search")
    if asked.query.get("rsin") == "857587973":
        return recorded("search_rsin")
    return Reply(status=404, body=recorded("not_found"))


ROUTES = {
    "/v2/zoeken": rows,
    "/v1/basisprofielen/68750110": recorded("company"),
    "/v1/basisprofielen/69599084": recorded("sole_trader"),
    "/v1/basisprofielen/55505201": recorded("closed_abroad"),
    "/v1/basisprofielen/90004760": Reply(status=404, body=recorded("not_found")),
}


class TestKvk(KeyedRegistryConformance):
    """The Handelsregister."""

    plugin = "nl"
    registry = "NL_KVK"
    service = "kvk"
    routes = ROUTES
    found = ("NL_KVK", "68750110", "Test BV Donald Holding")
    missing = ("NL_KVK", "90004760")
    bad = ("NL_KVK", "6875011A")
    closed = ("NL_KVK", "55505201")
    searched = ("NL", "donald", "Test BV Donald")
    key = MappingProxyType({"api_key": "a-key"})
    own_key = MappingProxyType({"api_key": "own-key"})
    refusal = Reply(status=401, body=recorded("unauthorised"))

    def carries(self, asked: Asked, key: Mapping[str, str]) -> bool:
        """In a header of its own."""
        return asked.headers.get("apikey") == key["api_key"]

    async def test_an_rsin(self, asking: Api, replay: Replay) -> None:
        """The KVK number is searched by it first."""
        found = await self.company(asking, "NL_RSIN", "857587973")
        assert found["draft"]["name"] == "Test BV Donald Holding"
        paths = [asked.path for asked in replay.asked]
        assert paths == ["/v2/zoeken", "/v1/basisprofielen/68750110"]
        assert (await self.company(asking, "NL_RSIN", "999000135"))["status"] == "NOT_FOUND"

    async def test_a_company_is_listed_once(self, asking: Api) -> None:
        """Whatever number of establishments it has."""
        found = await self.search(asking, "NL", "donald")
        assert [each["isActive"] for each in found["results"]] == [True, False]

    async def test_nothing_fits(self, asking: Api) -> None:
        """The KVK says so by 404."""
        assert (await self.search(asking, "NL", "nobody"))["status"] == "NOT_FOUND"
