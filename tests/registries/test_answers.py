"""Each way in which asking a registry can end has its own word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.invoicing import with_plugin
from tests.registries.declared import plain, plugin, registry
from tests.registries.questions import company, search
from tests.registries.recherche import ATTRIBUTION, Recherche, Server

import clientgraph_stdnum
from clientgraph import FieldOrigin
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace, running

pytestmark = pytest.mark.anyio

ESSOR = "487 444 697 00428"
TOLD = ("name", "tradingName", "kind", "country", "activityCode", "identifiers", "addresses")
SOURCE = {
    "registry": "FR_RECHERCHE",
    "label": "Company search of France",
    "attribution": ATTRIBUTION,
}


def dated(answer: Any) -> Any:
    """The answer's source without its date, which is now."""
    source = answer["source"]
    asked = datetime.fromisoformat(source.pop("retrievedAt"))
    assert timedelta(0) <= datetime.now(UTC) - asked < timedelta(minutes=1)
    return source


def today() -> str:
    """As answers write it."""
    return datetime.now(UTC).date().isoformat()


def origins_of(answer: Any) -> dict[str, tuple[str, str]]:
    """Who says so and of what day, by field of the draft; taken out of the answer."""
    return {each["path"][1]: (each["source"], each["date"]) for each in answer.pop("origins")}


async def test_found(asking: Api, server: Server) -> None:
    """A known number is answered with a draft, its source and when it was asked."""
    found = await company(asking, ESSOR)
    assert server.asked == ["48744469700428"]
    assert dated(found) == SOURCE
    assert origins_of(found) == dict.fromkeys(TOLD, (ATTRIBUTION, today()))
    assert found == {
        "status": "FOUND",
        "warnings": [],
        "retryAfter": None,
        "source": SOURCE,
        "isActive": True,
        "client": None,
        "draft": {
            "name": "ESSOR ENERGIES",
            "tradingName": "SOLARSUD",
            "kind": "COMPANY",
            "country": "FR",
            "activityCode": "35.11Z",
            "website": None,
            "email": None,
            "phone": None,
            "identifiers": [{"kind": "FR_SIRET", "value": "48744469700428"}],
            "addresses": [
                {
                    "label": None,
                    "kind": "MAIN",
                    "line1": "22 RUE MAISON BLANCHE",
                    "line2": None,
                    "streetNumber": None,
                    "box": None,
                    "postalCode": "24330",
                    "city": "BOULAZAC ISLE MANOIRE",
                    "region": None,
                    "country": "FR",
                }
            ],
        },
    }


async def test_found_by_the_number_of_the_unit(asking: Api) -> None:
    """A SIREN leads to the head office; what follows from its SIRET is left to `clientCreate`."""
    found = await company(asking, "552 032 534", "FR_SIREN")
    assert found["draft"]["name"] == "DANONE"
    assert found["draft"]["identifiers"] == [{"kind": "FR_SIRET", "value": "55203253400703"}]


async def test_a_closed_company_is_found_and_said_to_be_closed(asking: Api) -> None:
    """Its particulars are known; whether to invoice it is for the caller to judge."""
    found = await company(asking, "88087814500015")
    assert (found["status"], found["isActive"]) == ("FOUND", False)
    assert found["draft"]["name"] == "GANYMEDE"
    assert found["warnings"] == [
        {
            "path": ["draft"],
            "code": "COMPANY_CLOSED",
            "message": "This company or establishment is closed. Ask before you invoice it.",
        }
    ]


async def test_values_of_other_origin_say_so(settings: Settings, workspace: Workspace) -> None:
    """A registry can tell for each field who says so, and of what day."""
    origins = {
        "name": FieldOrigin(source="A gazette", date=date(2020, 2, 29)),
        "email": FieldOrigin(source="Nobody"),
        "country": FieldOrigin(source="An atlas"),
    }
    found = replace(plain(), identifiers={"FR_SIRET": ESSOR}, origins=origins)
    plugins = with_plugin("plain", plugin(registry(lookup=lambda _kind, _value: found)))
    async with running(settings, plugins) as client:
        answer = await company(replace(workspace, client=client).api(), ESSOR)
    assert origins_of(answer) == {
        "name": ("A gazette", "2020-02-29"),
        "country": ("An atlas", today()),
        "identifiers": ("Nobody", today()),
    }


SIRET = ESSOR.replace(" ", "")


@pytest.mark.parametrize(
    ("named", "paths"),
    [
        ({"FR_SIRET": SIRET}, [["draft", "identifiers"]]),
        # The SIREN is the registry's word and follows from the SIRET, which is the caller's.
        ({"FR_SIREN": SIRET[:9]}, []),
        ({"LEI": "923257KUD7LAJWSQ7D49"}, [["draft", "identifiers", "0"]]),
        ({}, []),
    ],
)
async def test_a_number_that_is_not_confirmed_has_no_origin(
    settings: Settings, workspace: Workspace, named: dict[str, str], paths: list[list[str]]
) -> None:
    """It was asked for, and the registry does not say that it is the company's."""
    found = replace(plain(), identifiers=named)
    plugins = with_plugin("plain", plugin(registry(lookup=lambda _kind, _value: found)))
    async with running(settings, plugins) as client:
        answer = await company(replace(workspace, client=client).api(), ESSOR)
    assert {"kind": "FR_SIRET", "value": SIRET} in answer["draft"]["identifiers"]
    told = [each["path"] for each in answer["origins"]]
    assert [path for path in told if path[1] == "identifiers"] == paths


async def test_not_found(asking: Api, server: Server) -> None:
    """A number in order that nobody has."""
    found = await company(asking, "10000001700010")
    assert server.asked == ["10000001700010"]
    assert dated(found) == SOURCE
    assert (found["status"], found["draft"], found["isActive"]) == ("NOT_FOUND", None, None)


async def test_invalid(asking: Api, server: Server) -> None:
    """A number with a wrong check digit is refused without asking anybody."""
    found = await company(asking, "12345678900003")
    assert server.asked == []
    assert (found["status"], found["draft"], found["source"]) == ("INVALID", None, None)


async def test_protected(asking: Api) -> None:
    """A masked company is there, and nothing of it is told."""
    found = await company(asking, "10000000900017")
    assert dated(found) == SOURCE
    assert (found["status"], found["draft"]) == ("PROTECTED", None)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_unavailable(asking: Api, server: Server, status: int) -> None:
    """A registry that refuses says nothing about the company; how long it wants to rest is told."""
    server.status, server.headers = status, {"Retry-After": "12"}
    found = await company(asking, ESSOR)
    assert dated(found) == SOURCE
    assert (found["status"], found["draft"], found["retryAfter"]) == ("UNAVAILABLE", None, 12)
    found = await search(asking, "ganymede")
    assert (found["status"], found["results"], found["retryAfter"]) == ("UNAVAILABLE", [], 12)


async def test_garbage_is_no_answer(asking: Api, server: Server) -> None:
    """A page of HTML instead of JSON is a registry that is not available."""
    server.body = b"<html>maintenance</html>"
    assert (await company(asking, ESSOR))["status"] == "UNAVAILABLE"


async def test_nobody_to_ask(asking: Api, server: Server) -> None:
    """Without a registry for the kind or country nothing is known: never NOT_FOUND."""
    for found in (
        await company(asking, "0403449823", "BE_ENTERPRISE"),
        await company(asking, "1", "NO_SUCH_KIND"),
        await search(asking, "ganymede", "BE"),
    ):
        assert (found["status"], found["source"]) == ("UNAVAILABLE", None)
    assert server.asked == []


async def test_a_search_finds_candidates(asking: Api, server: Server) -> None:
    """With what a person tells them by, at most as many as wanted."""
    found = await search(asking, "  Ganymede ", first=2)
    assert server.asked == ["Ganymede"]
    assert dated(found) == SOURCE
    assert found["status"] == "FOUND"
    assert found["results"] == [
        {
            "name": "GANYMEDE",
            "identifiers": [
                {"kind": "FR_SIRET", "value": "90172340300019"},
                {"kind": "FR_SIREN", "value": "901723403"},
            ],
            "address": "58 BOULEVARD ARISTIDE BRIAND 63000 CLERMONT-FERRAND",
            "postalCode": "63000",
            "city": "CLERMONT-FERRAND",
            "isActive": True,
            "client": None,
        },
        {
            "name": "GANYMEDE",
            "identifiers": [
                {"kind": "FR_SIRET", "value": "98119546400012"},
                {"kind": "FR_SIREN", "value": "981195464"},
            ],
            "address": "6 RUE GEORGES WODLI 67000 STRASBOURG",
            "postalCode": "67000",
            "city": "STRASBOURG",
            "isActive": True,
            "client": None,
        },
    ]


async def test_a_search_overseas_asks_the_register_of_france(asking: Api) -> None:
    """Companies of La Réunion are registered with Insee."""
    assert (await search(asking, "ganymede", "RE"))["status"] == "FOUND"


async def test_a_search_without_results(asking: Api) -> None:
    """Is NOT_FOUND."""
    found = await search(asking, "no such company")
    assert (found["status"], found["results"]) == ("NOT_FOUND", [])


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\nb"])
async def test_a_search_for_what_is_no_text(asking: Api, server: Server, text: str) -> None:
    """Is INVALID, and nobody is asked."""
    assert (await search(asking, text))["status"] == "INVALID"
    assert server.asked == []


@pytest.mark.parametrize("given", [{"first": 0}, {"first": 26}, {"country": "XX"}])
async def test_arguments_that_cannot_be(asking: Api, server: Server, given: dict[str, Any]) -> None:
    """Are refused at their field, without asking."""
    text = """query($country: CountryCode!, $first: Int) {
      found: companySearch(query: "a b c", country: $country, first: $first) { status }
    }"""
    body = await asking.answer(text, {"country": "FR", "first": 5, **given})
    found = [(error["path"], error["extensions"]["code"]) for error in body["errors"]]
    assert found == [(["found"], "BAD_USER_INPUT")]
    assert server.asked == []


async def test_clients_that_are_there_already(asking: Api) -> None:
    """Results and drafts lead to the client with one of the identifiers, given or derived."""
    numbers = [{"kind": "FR_SIRET", "value": "98119546400012"}]
    await asking.new_client("Friandises", identifiers=numbers)
    await asking.new_client("Danone", identifiers=[{"kind": "FR_SIREN", "value": "552032534"}])
    found = await search(asking, "ganymede")
    assert [each["client"] for each in found["results"]] == [
        None,
        {"name": "Friandises"},
        None,
        None,
    ]
    assert (await company(asking, "552032534", "FR_SIREN"))["client"] == {"name": "Danone"}
    assert (await company(asking, "55203253400703"))["client"] == {"name": "Danone"}
    assert (await company(asking, "98119546400012"))["client"] == {"name": "Friandises"}


async def test_another_establishment_that_is_there(asking: Api) -> None:
    """The client of one establishment is told for another: they have the SIREN in common."""
    numbers = [{"kind": "FR_SIRET", "value": "48744469700014"}]
    await asking.new_client("Essor, Pau", identifiers=numbers)
    found = await company(asking, ESSOR)
    assert found["client"] == {"name": "Essor, Pau"}
    await asking.done("clientCreate", found["draft"])
    assert (await company(asking, ESSOR))["client"] == {"name": "ESSOR ENERGIES"}


async def test_what_is_there_is_told_when_the_registry_is_not(asking: Api, server: Server) -> None:
    """The client with a number is found whatever the registry says."""
    numbers = [{"kind": "FR_SIRET", "value": ESSOR}]
    await asking.new_client("Essor", identifiers=numbers)
    server.status = 503
    found = await company(asking, ESSOR)
    assert (found["status"], found["client"]) == ("UNAVAILABLE", {"name": "Essor"})


async def test_clients_of_others_are_not_told(asking: Api, other: Workspace) -> None:
    """A number that another workspace has is nobody's here."""
    numbers = [{"kind": "FR_SIRET", "value": ESSOR}]
    await other.api().new_client("Essor", identifiers=numbers)
    assert (await company(asking, ESSOR))["client"] is None


async def test_the_next_registry_is_asked(
    settings: Settings, workspace: Workspace, server: Server
) -> None:
    """Where the first one is not available, and only then, in the order of loading."""
    plugins = Plugins(
        {
            "stdnum": clientgraph_stdnum,
            "first": Recherche("http://127.0.0.1:9", "FR_SILENT"),
            "second": Recherche(server.url),
            "third": Recherche(server.url, "FR_THIRD"),
        }
    )
    async with running(settings, plugins) as client:
        asking = replace(workspace, client=client).api()
        found = await company(asking, ESSOR)
        assert (found["status"], found["source"]["registry"]) == ("FOUND", "FR_RECHERCHE")
        found = await company(asking, "10000001700010")
        assert (found["status"], found["source"]["registry"]) == ("NOT_FOUND", "FR_RECHERCHE")
        found = await search(asking, "ganymede")
        assert (found["status"], found["source"]["registry"]) == ("FOUND", "FR_RECHERCHE")
    assert server.asked == ["48744469700428", "10000001700010", "ganymede"]
