"""Companies House, asked through the API."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clientgraph.testing import Api, Asked, KeyedRegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def items(asked: Asked) -> Any:
    """The items of a search."""
    known = asked.query["q"] == "made-up" and int(asked.query["items_per_page"]) <= 100
    return recorded("search" if known else "search_empty")


ROUTES = {
    "/search/companies": items,
    "/company/00006402": recorded("company"),
    "/company/SC001234": recorded("dissolved"),
    "/company/OE000123": recorded("overseas"),
    "/company/00006499": Reply(status=404, body=recorded("not_found")),
}


class TestCompaniesHouse(KeyedRegistryConformance):
    """The register of the United Kingdom."""

    plugin = "gb"
    registry = "GB_COMPANIES_HOUSE"
    service = "companies_house"
    routes = ROUTES
    found = ("GB_CRN", "00006402", "MADE-UP PHARMA LTD")
    missing = ("GB_CRN", "00006499")
    bad = ("GB_CRN", "640")
    closed = ("GB_CRN", "sc 001234")
    searched = ("GB", "made-up", "MADE-UP PHARMA LTD")
    key = MappingProxyType({"api_key": "a-key"})
    own_key = MappingProxyType({"api_key": "own-key"})
    refusal = Reply(status=401, body=recorded("unauthorised"))

    def carries(self, asked: Asked, key: Mapping[str, str]) -> bool:
        """As the user name, without a password."""
        user = b64encode(f"{key['api_key']}:".encode()).decode()
        return asked.headers.get("authorization") == f"Basic {user}"

    async def test_a_number_without_its_zeros(self, asking: Api, replay: Replay) -> None:
        """They are put back before the register is asked."""
        await self.company(asking, "GB_CRN", "006402")
        assert [asked.path for asked in replay.asked] == ["/company/00006402"]

    async def test_an_overseas_company(self, asking: Api) -> None:
        """The draft is of its own country."""
        found = await self.company(asking, "GB_CRN", "OE000123")
        assert found["draft"]["country"] == "VG"
        await asking.done("clientCreate", found["draft"], "client { id }")

    async def test_a_path_that_is_none(self, asking: Api, replay: Replay) -> None:
        """A search that is not there is no answer, unlike a number that nobody has."""
        del replay.routes["/search/companies"]
        assert (await self.search(asking, "GB", "made-up"))["status"] == "UNAVAILABLE"

    async def test_nothing_fits(self, asking: Api) -> None:
        """An empty list is an answer."""
        assert (await self.search(asking, "GB", "nobody"))["status"] == "NOT_FOUND"
