"""The Polish registers, asked through the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from clientgraph.testing import Api, Asked, RegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def today(name: str) -> Callable[[Asked], Any]:
    """A recorded answer of the white list, which must be asked for a day that has come."""

    def answer(asked: Asked) -> Any:
        if abs(date.fromisoformat(asked.query["date"]) - datetime.now(UTC).date()).days > 1:
            return Reply(status=400, body={"code": "WL-103", "message": "date"})
        return recorded(name)

    return answer


LISTED = {
    "/search/nip/7740001454": today("list_company"),
    "/search/regon/610188201": today("list_company"),
    "/search/nip/9990000103": today("list_person"),
    "/search/nip/9990000132": today("list_none"),
}


class TestWhiteList(RegistryConformance):
    """The VAT payers."""

    plugin = "pl"
    registry = "PL_WHITE_LIST"
    service = "white_list"
    routes = LISTED
    found = ("PL_NIP", "774-000-14-54", "ORLEN SPÓŁKA AKCYJNA")
    missing = ("PL_NIP", "9990000132")
    bad = ("PL_NIP", "7740001455")
    nothing: ClassVar[list[Any]] = [{"result": {"subject": None}}]

    @pytest.mark.parametrize(
        ("kind", "value"), [("PL_VAT", "PL 774 000 14 54"), ("PL_REGON", "610188201")]
    )
    async def test_other_numbers(self, asking: Api, kind: str, value: str) -> None:
        """They lead to the same company."""
        found = await self.company(asking, kind, value)
        assert found["draft"]["name"] == "ORLEN SPÓŁKA AKCYJNA"

    async def test_the_regon_of_a_unit(self, asking: Api, replay: Replay) -> None:
        """The list tells that of the whole, with which the unit's begins."""
        told = recorded("list_company")
        told["result"]["subject"]["regon"] = "123456785"
        replay.routes["/search/regon/12345678512347"] = told
        found = await self.company(asking, "PL_REGON", "12345678512347")
        assert {"kind": "PL_REGON", "value": "12345678512347"} in found["draft"]["identifiers"]

    async def test_another_subject(self, asking: Api, replay: Replay) -> None:
        """It is no answer to what was asked."""
        replay.routes["/search/nip/7740001454"] = today("list_person")
        found = await self.company(asking, "PL_NIP", "7740001454")
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)

    async def test_a_sole_trader(self, asking: Api) -> None:
        """The home is in no part of the answer."""
        found = await self.company(asking, "PL_NIP", "9990000103")
        assert found["draft"]["name"] == "JAN ZMYŚLONY"
        assert "DOMOWA" not in json.dumps(found)

    async def test_the_days_look_ups_are_used_up(self, asking: Api, replay: Replay) -> None:
        """Nothing is known then."""
        refused = Reply(status=429, body=recorded("list_error"), headers={"Retry-After": "3600"})
        replay.routes["/search/nip/7740001454"] = refused
        found = await self.company(asking, "PL_NIP", "7740001454")
        assert (found["status"], found["retryAfter"]) == ("UNAVAILABLE", 3600)


def extracts(asked: Asked) -> Any:
    """The extract of an association is in the other part of the register."""
    if asked.query["rejestr"] == "P":
        return Reply(status=404, body={"title": "Not Found"})
    return recorded("extract_village")


EXTRACTS = {
    "/OdpisAktualny/0000028860": recorded("extract"),
    "/OdpisAktualny/0000123456": extracts,
    "/OdpisAktualny/0000123457": Reply(status=204),
}


class TestCourtRegister(RegistryConformance):
    """The KRS."""

    plugin = "pl"
    registry = "PL_KRS"
    service = "krs"
    routes = EXTRACTS
    found = ("PL_KRS", "0000028860", "ORLEN SPÓŁKA AKCYJNA")
    missing = ("PL_KRS", "0000123457")
    bad = ("PL_KRS", "12345678901")

    async def test_an_association(self, asking: Api, replay: Replay) -> None:
        """It is asked for in both parts."""
        found = await self.company(asking, "PL_KRS", "0000123456")
        assert found["draft"]["name"] == "STOWARZYSZENIE ZMYŚLONE"
        assert [asked.query["rejestr"] for asked in replay.asked] == ["P", "S"]
