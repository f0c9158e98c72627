"""Enhetsregisteret, asked through the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientgraph.testing import Api, Asked, RegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def entities(asked: Asked) -> Any:
    """The list of entities with a name; too many at once are refused."""
    if not 0 < int(asked.query["size"]) <= 10_000:
        return Reply(status=400, body=recorded("bad_request"))
    return recorded("search" if asked.query["navn"].casefold() == "sesam" else "search_empty")


ROUTES = {
    "/enheter": entities,
    "/enheter/976030788": recorded("entity"),
    "/enheter/112233445": recorded("entity_with_post"),
    "/enheter/999000118": recorded("entity_deleted"),
    "/enheter/999000134": Reply(status=410, body={}),
    "/underenheter/999000126": recorded("establishment"),
}


class TestEnhetsregisteret(RegistryConformance):
    """The register of legal entities."""

    plugin = "no"
    registry = "NO_ENHETSREGISTERET"
    service = "enhetsregisteret"
    routes = ROUTES
    found = ("NO_ORGNR", "976 030 788", "SESAM AS")
    missing = ("NO_ORGNR", "999000142")
    bad = ("NO_ORGNR", "976030789")
    closed = ("NO_ORGNR", "999000118")
    protected = ("NO_ORGNR", "999000134")
    searched = ("NO", "sesam", "SESAM AS")

    async def test_a_vat_number(self, asking: Api) -> None:
        """It is found where the register confirms it, and not for a deleted entity."""
        found = await self.company(asking, "NO_MVA", "NO 976 030 788 MVA")
        assert found["draft"]["identifiers"] == [{"kind": "NO_MVA", "value": "NO976030788MVA"}]
        gone = await self.company(asking, "NO_MVA", "NO 999 000 118 MVA")
        assert gone["status"] == "NOT_FOUND"

    @pytest.mark.parametrize(
        "change",
        [
            {"registrertIMvaregisteret": None},
            {"registrertIMvaregisteret": "ja"},
            {"organisasjonsnummer": "999000118"},
        ],
    )
    async def test_half_of_a_vat_number(
        self, asking: Api, replay: Replay, change: dict[str, Any]
    ) -> None:
        """An answer of another, or that does not say whether it is registered, says nothing."""
        replay.routes["/enheter/976030788"] = {**recorded("entity"), **change}
        found = await self.company(asking, "NO_MVA", "NO 976 030 788 MVA")
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)

    async def test_an_entity_that_pays_no_vat(self, asking: Api, replay: Replay) -> None:
        """The register says so."""
        told = {**recorded("entity"), "registrertIMvaregisteret": False}
        replay.routes["/enheter/976030788"] = told
        found = await self.company(asking, "NO_MVA", "NO 976 030 788 MVA")
        assert found["status"] == "NOT_FOUND"

    async def test_an_establishment(self, asking: Api, replay: Replay) -> None:
        """It is asked for where no entity has the number, and its owner after it."""
        found = await self.company(asking, "NO_ORGNR", "999000126")
        assert (found["status"], found["isActive"]) == ("FOUND", False)
        paths = [asked.path for asked in replay.asked]
        assert paths == ["/enheter/999000126", "/underenheter/999000126", "/enheter/112233445"]

    @pytest.mark.parametrize(
        ("owner", "status"),
        [
            (Reply(status=404), "UNAVAILABLE"),
            (Reply(status=410), "PROTECTED"),
            ({"organisasjonsform": {"kode": "ENK"}}, "FOUND"),
        ],
    )
    async def test_an_establishment_of_somebody(
        self, asking: Api, replay: Replay, owner: Any, status: str
    ) -> None:
        """Of a person's the town is told; where nobody knows whose it is, nothing is."""
        replay.routes["/enheter/112233445"] = owner
        text = """{ company(kind: "NO_ORGNR", value: "999000126") {
          status draft { kind addresses { line1 postalCode city } } } }"""
        found = (await asking(text))["company"]
        town = {"line1": None, "postalCode": None, "city": "OSLO"}
        draft = {"kind": "INDIVIDUAL", "addresses": [town]} if status == "FOUND" else None
        assert found == {"status": status, "draft": draft}

    async def test_nothing_fits(self, asking: Api, replay: Replay) -> None:
        """An answer without a list."""
        assert (await self.search(asking, "NO", "jibberish"))["status"] == "NOT_FOUND"
        assert replay.asked[0].query == {"navn": "jibberish", "size": "10"}

    async def test_an_answer_is_kept(self, asking: Api, replay: Replay) -> None:
        """The register is asked once for one number."""
        for _ in range(3):
            await self.company(asking, "NO_ORGNR", "976030788")
        assert len(replay.asked) == 1
