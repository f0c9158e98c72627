"""Rows J12, J13 and B9 of the contract: new clients from what registers of companies know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

import clientgraph_fr
from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running
from tests.invoicing import with_plugin
from tests.registries.questions import company, search
from tests.registries.recherche import ATTRIBUTION, Server, recorded, serving

pytestmark = pytest.mark.anyio

SHOWN = """name tradingName kind country activityCode
    siret: identifier(kind: "FR_SIRET") { value formatted }
    siren: identifier(kind: "FR_SIREN") { value derivedFrom }
    vat: identifier(kind: "FR_VAT") { value derivedFrom }
    mainAddress { formatted } billingAddress { formatted }"""


@pytest.fixture
def server() -> Iterator[Server]:
    """The register's server, which replays what it once answered."""
    with serving() as found:
        yield found


@pytest.fixture
async def jump(settings: Settings, workspace: Workspace, server: Server) -> AsyncIterator[Api]:
    """The API of a workspace that requires what Jump requires, with a register to ask."""
    plugins, urls = with_plugin("fr", clientgraph_fr), {"fr": {"recherche": server.url}}
    async with running(settings, plugins, service_urls=urls) as client:
        api = replace(workspace, client=client).api()
        await api.done("organisationUpdate", {"requirements": "jump"})
        yield api


async def test_j12_a_siret_fills_all_fields_of_a_new_client(jump: Api) -> None:
    """The number is typed, the draft is sent back unchanged, and nothing required is missing."""
    found = await company(jump, "487 444 697 00428")
    assert (found["status"], found["client"]) == ("FOUND", None)
    payload = await jump.done("clientCreate", found["draft"], f"client {{ {SHOWN} }}")
    address = {"formatted": ["22 RUE MAISON BLANCHE", "24330 BOULAZAC ISLE MANOIRE"]}
    assert payload["client"] == {
        "name": "ESSOR ENERGIES",
        "tradingName": "SOLARSUD",
        "kind": "COMPANY",
        "country": "FR",
        "activityCode": "35.11Z",
        "siret": {"value": "48744469700428", "formatted": "487 444 697 00428"},
        "siren": {"value": "487444697", "derivedFrom": "FR_SIRET"},
        "vat": {"value": "FR30487444697", "derivedFrom": "FR_SIRET"},
        "mainAddress": address,
        "billingAddress": address,
    }
    again = await company(jump, "48744469700428")
    assert again["client"] == {"name": "ESSOR ENERGIES"}


async def test_j12_a_wrong_number_is_told_before_the_register_is_asked(
    jump: Api, server: Server
) -> None:
    """A slip of the finger is INVALID; a number that nobody has is NOT_FOUND."""
    assert (await company(jump, "487 444 697 00429"))["status"] == "INVALID"
    assert server.asked == []
    assert (await company(jump, "100 000 017 00010"))["status"] == "NOT_FOUND"


async def test_j12_without_the_register_a_client_is_typed_in(jump: Api, server: Server) -> None:
    """A register that is down is told as such, and keeps nobody from creating a client."""
    server.status = 503
    assert (await company(jump, "48744469700428"))["status"] == "UNAVAILABLE"
    await jump.new_client(
        "Essor Energies",
        identifiers=[{"kind": "FR_SIRET", "value": "48744469700428"}],
        addresses=[{"line1": "22 rue", "postalCode": "24330", "city": "Boulazac"}],
    )


def place(unit: Any) -> dict[str, Any]:
    """What a register says of a head office, in the words of the API."""
    seat = unit["siege"]
    numbers = dict.fromkeys((seat["numero_voie"], seat["dernier_numero_voie"]))
    street = ("-".join(filter(None, numbers)), seat["type_voie"], seat["libelle_voie"])
    return {
        "line1": " ".join(street),
        "postalCode": seat["code_postal"],
        "city": seat["libelle_commune"],
    }


OPEN = [unit for unit in recorded() if unit["statut_diffusion"] == "O"]
OPEN = [unit for unit in OPEN if unit["siege"]["numero_voie"] and unit["siege"]["type_voie"]]


@pytest.mark.parametrize("unit", OPEN, ids=lambda unit: unit["siege"]["siret"])
async def test_j13_what_is_filled_in_equals_the_register(jump: Api, unit: Any) -> None:
    """Name, trading name, number, activity and address are the register's, letter by letter."""
    siret = unit["siege"]["siret"]
    found = await company(jump, siret)
    draft = found["draft"]
    assert draft["name"] == unit["nom_raison_sociale"]
    assert draft["tradingName"] == unit["siege"]["nom_commercial"]
    assert draft["activityCode"] == unit["activite_principale"]
    assert draft["identifiers"] == [{"kind": "FR_SIRET", "value": siret}]
    (address,) = draft["addresses"]
    assert {key: address[key] for key in place(unit)} == place(unit)
    states = {unit["etat_administratif"], unit["siege"]["etat_administratif"]}
    assert found["isActive"] is (states == {"A"})
    assert found["source"]["attribution"] == ATTRIBUTION
    payload = await jump.done(
        "clientCreate", draft, "client { name mainAddress { line1 postalCode city } }"
    )
    assert payload["client"] == {"name": unit["nom_raison_sociale"], "mainAddress": place(unit)}


async def test_b9_search_the_company_and_click_the_right_result(jump: Api) -> None:
    """Companies of one name are told apart by their place; the one that is clicked is filled in."""
    found = await search(jump, "ganymede")
    places = [(each["name"], each["postalCode"], each["city"]) for each in found["results"]]
    assert places == [
        ("GANYMEDE", "63000", "CLERMONT-FERRAND"),
        ("GANYMEDE", "67000", "STRASBOURG"),
        ("GANYMEDE", "75014", "PARIS"),
        ("GANYMEDE", "93400", "SAINT-OUEN-SUR-SEINE"),
    ]
    clicked = found["results"][2]["identifiers"][0]
    assert clicked == {"kind": "FR_SIRET", "value": "81788315000010"}
    chosen = await company(jump, clicked["value"], clicked["kind"])
    await jump.done("clientCreate", chosen["draft"])
    again = await search(jump, "ganymede")
    assert [each["client"] for each in again["results"]] == [
        None,
        None,
        {"name": "GANYMEDE"},
        None,
    ]
