"""GLEIF, asked through the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clientgraph.testing import Api, Asked, RegistryConformance, Replay, Reply

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Any:
    """An answer as the service gave it."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())


def records(asked: Asked) -> Any:
    """The records of a country with a name."""
    country, name = (asked.query[f"filter[entity.{each}]"] for each in FILTERS)
    known = (country, name) == ("GB", "shell")
    return recorded("search" if known else "search_empty")


FILTERS = ("legalAddress.country", "names")


ROUTES = {
    "/lei-records": records,
    "/lei-records/21380068P1DRHMJ8KU70": recorded("british"),
    "/lei-records/5493001KJTIIGC8Y1R12": recorded("american"),
    "/lei-records/222100RB6N1EBY6GMD95": recorded("inactive"),
    "/lei-records/529900GRZ2BQY5ZM9N49": Reply(status=404, body=recorded("not_found")),
}


class TestGleif(RegistryConformance):
    """The LEI records."""

    plugin = "gleif"
    registry = "GLEIF"
    service = "gleif"
    routes = ROUTES
    found = ("LEI", "21380068P1DRHMJ8KU70", "SHELL PLC")
    missing = ("LEI", "529900GRZ2BQY5ZM9N49")
    bad = ("LEI", "21380068P1DRHMJ8KU71")
    closed = ("LEI", "222100RB6N1EBY6GMD95")
    searched = ("GB", "shell", "SHELL PLC")

    async def test_the_number_in_the_national_register(self, asking: Api) -> None:
        """It comes with the LEI, as the field's kind has it."""
        found = await self.company(asking, "LEI", "21380068p1drhmj8ku70")
        assert {each["kind"]: each["value"] for each in found["draft"]["identifiers"]} == {
            "LEI": "21380068P1DRHMJ8KU70",
            "GB_CRN": "04366849",
        }

    async def test_a_company_abroad(self, asking: Api) -> None:
        """Two addresses that can be stored, regions and all."""
        found = await self.company(asking, "LEI", "5493001KJTIIGC8Y1R12")
        await asking.done("clientCreate", found["draft"], "client { id }")
        assert found["draft"]["country"] == "US"

    async def test_any_country(self, asking: Api, replay: Replay) -> None:
        """It is searched in whichever is asked for."""
        assert (await self.search(asking, "JP", "shell"))["status"] == "NOT_FOUND"
        assert replay.asked[0].query["filter[entity.legalAddress.country]"] == "JP"
