"""Zefix, asked through the API."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from clientgraph.testing import Api, Asked, KeyedRegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def companies(asked: Asked) -> Any:
    """The companies whose name begins so; less than three letters are refused."""
    name = asked.json()["name"]
    if len(name.rstrip("*")) < 3:
        return Reply(status=400, body={"error": {"type": "VALIDATION", "message": "name"}})
    return recorded("search" if name == "zazuko*" else "not_found")


ROUTES = {
    "/company/search": companies,
    "/company/uid/CHE242294601": recorded("company"),
    "/company/uid/CHE999000108": recorded("cancelled"),
    "/company/uid/CHE999000137": recorded("not_found"),
    "/company/uid/CHE999000143": recorded("broken"),
}


class TestZefix(KeyedRegistryConformance):
    """The central index of company names."""

    plugin = "ch"
    registry = "CH_ZEFIX"
    service = "zefix"
    routes = ROUTES
    found = ("CH_UID", "CHE-242.294.601", "Zazuko GmbH")
    missing = ("CH_UID", "CHE-999.000.137")
    bad = ("CH_UID", "CHE-242.294.602")
    closed = ("CH_UID", "CHE999000108")
    searched = ("CH", "zazuko", "Zazuko GmbH")
    nothing: ClassVar[list[Any]] = [[]]
    key = MappingProxyType({"user": "ada", "password": "secret"})
    own_key = MappingProxyType({"user": "eva", "password": "own-pass"})

    def carries(self, asked: Asked, key: Mapping[str, str]) -> bool:
        """As user name and password."""
        account = b64encode(f"{key['user']}:{key['password']}".encode()).decode()
        return asked.headers.get("authorization") == f"Basic {account}"

    async def test_a_vat_number(self, asking: Api) -> None:
        """It is looked up by the UID that it is made of."""
        found = await self.company(asking, "CH_VAT", "CHE-242.294.601 TVA")
        assert found["draft"]["name"] == "Zazuko GmbH"

    async def test_an_error_with_status_200(self, asking: Api) -> None:
        """Only NOT_FOUND says something about the company."""
        found = await self.company(asking, "CH_UID", "CHE999000143")
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)

    async def test_nothing_is_known_by_404_either(self, asking: Api, replay: Replay) -> None:
        """Zefix says it both ways."""
        del replay.routes["/company/uid/CHE999000137"]
        found = await self.company(asking, "CH_UID", "CHE999000137")
        assert found["status"] == "NOT_FOUND"

    async def test_searches(self, asking: Api, replay: Replay) -> None:
        """Nothing fits; what is too short to be asked for says nothing; closed ones come last."""
        assert (await self.search(asking, "CH", "nobody"))["status"] == "NOT_FOUND"
        assert (await self.search(asking, "CH", "za"))["status"] == "UNAVAILABLE"
        assert [asked.json()["name"] for asked in replay.asked] == ["nobody*"]
        found = await self.search(asking, "CH", "zazuko")
        assert [each["isActive"] for each in found["results"]] == [True, False]
