"""ARES, asked through the API."""

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


def subjects(asked: Asked) -> Any:
    """The list of subjects with a name."""
    wanted = asked.json()
    if asked.method != "POST" or wanted["pocet"] > 1000:
        return Reply(status=400, body=recorded("bad_input"))
    return recorded("search" if wanted["obchodniJmeno"] == "alz" else "search_empty")


ROUTES = {
    "/ekonomicke-subjekty/vyhledat": subjects,
    "/ekonomicke-subjekty/27082440": recorded("company"),
    "/ekonomicke-subjekty/00841811": recorded("municipality"),
    "/ekonomicke-subjekty/00001007": recorded("person"),
    "/ekonomicke-subjekty/00001023": recorded("closed"),
    "/ekonomicke-subjekty/00001040": Reply(status=404, body=recorded("not_found")),
}


class TestAres(RegistryConformance):
    """The registers' information system."""

    plugin = "cz"
    registry = "CZ_ARES"
    service = "ares"
    routes = ROUTES
    found = ("CZ_ICO", "270 82 440", "Alza.cz a.s.")
    missing = ("CZ_ICO", "00001040")
    bad = ("CZ_ICO", "27082441")
    closed = ("CZ_ICO", "00001023")
    searched = ("CZ", "alz", "Alza.cz a.s.")

    async def test_a_number_without_its_zeros(self, asking: Api, replay: Replay) -> None:
        """They are put back before ARES is asked."""
        found = await self.company(asking, "CZ_ICO", "841811")
        assert found["draft"]["name"] == "Obec Němčice"
        assert [asked.path for asked in replay.asked] == ["/ekonomicke-subjekty/00841811"]

    async def test_a_vat_number(self, asking: Api) -> None:
        """It is found where the subject has it."""
        found = await self.company(asking, "CZ_VAT", "CZ27082440")
        assert found["draft"]["identifiers"] == [{"kind": "CZ_VAT", "value": "CZ27082440"}]
        none = await self.company(asking, "CZ_VAT", "CZ00841811")
        assert none["status"] == "NOT_FOUND"

    @pytest.mark.parametrize(
        "change", [{"ico": None}, {"ico": "00841811"}, {"dic": 7}, {"dicSkDph": {}}]
    )
    async def test_half_of_a_vat_number(
        self, asking: Api, replay: Replay, change: dict[str, Any]
    ) -> None:
        """A subject that is another, or whose DIČ cannot be read, does not say that it has none."""
        replay.routes["/ekonomicke-subjekty/27082440"] = {**recorded("company"), **change}
        found = await self.company(asking, "CZ_VAT", "CZ27082440")
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)

    async def test_the_number_of_a_person(self, asking: Api, replay: Replay) -> None:
        """ARES cannot be asked by it, which says nothing about the person."""
        found = await self.company(asking, "CZ_VAT", "CZ8612301071")
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)
        assert replay.asked == []

    async def test_a_closed_candidate(self, asking: Api) -> None:
        """It is told as such, with the zeros of its number."""
        _, second = (await self.search(asking, "CZ", "alz"))["results"]
        assert second["isActive"] is False
        assert second["identifiers"] == [{"kind": "CZ_ICO", "value": "00001031"}]

    async def test_a_refused_question(self, asking: Api, replay: Replay) -> None:
        """An error in its own words says nothing about the company."""
        refused = Reply(status=400, body=recorded("bad_input"))
        replay.routes["/ekonomicke-subjekty/27082440"] = refused
        assert (await self.company(asking, "CZ_ICO", "27082440"))["status"] == "UNAVAILABLE"
