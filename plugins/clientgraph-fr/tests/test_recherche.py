"""What becomes of the answers of Recherche d'entreprises."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph import PluginContext, Unavailable
from clientgraph.testing import Api, Replay, Reply
from clientgraph_fr.recherche import lookup as recherche_lookup
from clientgraph_fr.recherche import search as recherche_search

from .conftest import recorded

pytestmark = pytest.mark.anyio

COMPANY = """query($kind: String!, $value: String!) { company(kind: $kind, value: $value) {
  status isActive retryAfter source { registry attribution } warnings { code }
  origins { path source date }
  draft { name tradingName kind country activityCode identifiers { kind value }
    addresses { line1 line2 postalCode city country } } } }"""
SEARCH = """query($query: String!) { companySearch(query: $query, country: "FR") {
  status source { registry }
  results { name isActive address postalCode city identifiers { kind value } } } }"""


async def company(api: Api, value: str, kind: str = "FR_SIRET") -> Any:
    """The company with a number."""
    return (await api(COMPANY, {"kind": kind, "value": value}))["company"]


async def search(api: Api, text: str) -> Any:
    """Companies that fit a text."""
    return (await api(SEARCH, {"query": text}))["companySearch"]


async def test_a_siret_fills_in_what_is_known(asking: Api, recherche: Replay) -> None:
    """Name, trading name, form, activity and address, each with its source and day."""
    found = await company(asking, "487 444 697 00428")
    assert found["draft"] == {
        "name": "ESSOR ENERGIES",
        "tradingName": "SOLARSUD",
        "kind": "COMPANY",
        "country": "FR",
        "activityCode": "35.11Z",
        "identifiers": [{"kind": "FR_SIRET", "value": "48744469700428"}],
        "addresses": [
            {
                "line1": "22 RUE MAISON BLANCHE",
                "line2": None,
                "postalCode": "24330",
                "city": "BOULAZAC ISLE MANOIRE",
                "country": "FR",
            }
        ],
    }
    assert found["source"]["attribution"] == "Insee, Sirene – Licence Ouverte 2.0"
    (asked,) = recherche.asked
    assert asked.query["q"] == "48744469700428"
    days = {each["path"][1]: each["date"] for each in found["origins"]}
    assert days["name"] != ""
    assert {each["source"] for each in found["origins"]} == {found["source"]["attribution"]}


async def test_a_siren_and_a_vat_number_lead_to_the_head_office(asking: Api) -> None:
    """The name is the legal one, and the tax office's VAT number is no contradiction."""
    for kind, value in (("FR_SIREN", "552032534"), ("FR_VAT", "FR27552032534")):
        found = await company(asking, value, kind)
        assert (found["status"], found["draft"]["name"]) == ("FOUND", "DANONE")
        assert {"kind": "FR_SIRET", "value": "55203253400703"} in found["draft"]["identifiers"]


@pytest.mark.parametrize("value", ["FR83404833048", "FR53000090353"])
async def test_a_vat_number_without_a_siren(asking: Api, recherche: Replay, value: str) -> None:
    """One of Monaco says nothing of Sirene, and nobody is asked for it."""
    found = await company(asking, value, "FR_VAT")
    siren = value[4:]
    if siren.startswith("000"):
        assert (found["status"], recherche.asked) == ("UNAVAILABLE", [])
    else:
        assert found["status"] == "NOT_FOUND"
        assert [asked.query["q"] for asked in recherche.asked] == [siren]


async def test_an_establishment_besides_the_head_office(asking: Api) -> None:
    """Fourteen digits lead to exactly this one, though the head office is abroad."""
    found = await company(asking, "43524614500021")
    assert found["draft"]["identifiers"] == [{"kind": "FR_SIRET", "value": "43524614500021"}]
    assert found["draft"]["country"] == "FR"
    assert found["draft"]["addresses"] == [
        {
            "line1": "14 RUE DE BERTRAND",
            "line2": None,
            "postalCode": "35000",
            "city": "RENNES",
            "country": "FR",
        }
    ]


@pytest.mark.parametrize(
    ("siret", "address"),
    [
        ("43524614500013", ("AN DER ALSTER 3", "20099", "HAMBOURG", "DE")),
        ("38960098200018", (None, "6203", "SEMPACH STATION", "CH")),
    ],
)
async def test_a_head_office_abroad(
    asking: Api, siret: str, address: tuple[str | None, ...]
) -> None:
    """Street and town change their places back, and the country has its ISO code."""
    found = await company(asking, siret)
    (told,) = found["draft"]["addresses"]
    assert tuple(told[name] for name in ("line1", "postalCode", "city", "country")) == address
    assert found["draft"]["country"] == address[3]


async def test_a_closed_company_is_filled_in_with_a_warning(asking: Api) -> None:
    """It is for people to decide."""
    found = await company(asking, "88087814500015")
    assert (found["status"], found["isActive"]) == ("FOUND", False)
    assert found["warnings"] == [{"code": "COMPANY_CLOSED"}]


async def test_a_public_body(asking: Api) -> None:
    """By its legal form."""
    found = await company(asking, "217500016", "FR_SIREN")
    assert (found["draft"]["name"], found["draft"]["kind"]) == ("VILLE DE PARIS", "PUBLIC_BODY")


async def test_what_is_masked_is_told_nowhere(asking: Api) -> None:
    """By number it is PROTECTED, in a search it does not occur."""
    for kind, value in (("FR_SIREN", "300025764"), ("FR_SIRET", "30002576400048")):
        found = await company(asking, value, kind)
        assert (found["status"], found["draft"]) == ("PROTECTED", None)
    found = await search(asking, "300025764")
    assert (found["status"], found["results"]) == ("NOT_FOUND", [])


async def test_a_masked_part_is_left_out(asking: Api, recherche: Replay) -> None:
    """A unit that is told with an establishment that is not comes without its address."""
    mask = "[NON-DIFFUSIBLE]"
    unit = {
        "siren": "100000009",
        "nom_complet": "GARCEAU (LA HALLE)",
        "nom_raison_sociale": None,
        "etat_administratif": "A",
        "statut_diffusion": "O",
        "nature_juridique": "1000",
        "dirigeants": [
            {"type_dirigeant": "personne physique", "nom": "GARCEAU", "prenoms": "ANNE, LOUISE"}
        ],
        "siege": {
            "siret": "10000000900017",
            "etat_administratif": "A",
            "statut_diffusion_etablissement": "P",
            "adresse": mask,
            "numero_voie": mask,
            "libelle_voie": mask,
            "code_postal": mask,
            "libelle_commune": "RENNES",
            "liste_enseignes": [mask],
            "nom_commercial": "SUPPRESSION DU NOM COMMERCIAL",
        },
    }
    recherche.routes["/search"] = {"results": [unit]}
    found = await company(asking, "10000000900017")
    assert found["draft"] == {
        "name": "ANNE GARCEAU",
        "tradingName": None,
        "kind": "INDIVIDUAL",
        "country": "FR",
        "activityCode": None,
        "identifiers": [{"kind": "FR_SIRET", "value": "10000000900017"}],
        "addresses": [],
    }
    (told,) = (await search(asking, "garceau"))["results"]
    assert (told["name"], told["address"], told["city"]) == ("ANNE GARCEAU", None, None)


async def test_a_search_finds_companies_of_one_name(asking: Api) -> None:
    """Told apart by their place; each with the number to look it up by."""
    found = await search(asking, "ganymede")
    assert [(each["name"], each["city"]) for each in found["results"]] == [
        ("GANYMEDE", "CLERMONT-FERRAND"),
        ("GANYMEDE", "LAMBESC"),
        ("GANYMEDE", "LA CIOTAT"),
        ("GANYMEDE", "STRASBOURG"),
    ]
    assert all(each["identifiers"][0]["kind"] == "FR_SIRET" for each in found["results"])


async def test_a_search_for_too_little_is_asked_elsewhere(
    asking: Api, recherche: Replay, sirene: Replay
) -> None:
    """The service takes three characters and more, which says nothing of the company BP."""
    found = await search(asking, "bp")
    assert (found["status"], found["source"]["registry"]) == ("NOT_FOUND", "FR_SIRENE")
    assert (recherche.asked, len(sirene.asked)) == ([], 1)


@pytest.mark.parametrize(
    "change",
    [
        {"siege": {}},
        {"siege": [1]},
        {"siege": {"siret": None}},
        {"siren": 7.5},
        # What is left are names of directors, and one with trading names.
        {"nom_raison_sociale": None},
        {"statut_diffusion": 7},
    ],
)
async def test_half_a_unit(
    asking: Api, recherche: Replay, sirene: Replay, change: dict[str, Any]
) -> None:
    """Says nothing of it, by number or by name; nor does a list that is said to count it."""
    sirene.down = True
    (unit,) = [each for each in recorded() if each["siren"] == "552032534"]
    recherche.routes["/search"] = {"results": [{**unit, **change}]}
    assert (await company(asking, "552032534", "FR_SIREN"))["status"] == "UNAVAILABLE"
    assert (await search(asking, "danone"))["status"] == "UNAVAILABLE"
    recherche.routes["/search"] = {"results": [], "total_results": 1}
    assert (await company(asking, "552032534", "FR_SIREN"))["status"] == "UNAVAILABLE"


async def test_another_unit(asking: Api, recherche: Replay, sirene: Replay) -> None:
    """It is no answer to what was asked."""
    sirene.down = True
    (unit,) = [each for each in recorded() if each["siren"] == "552032534"]
    recherche.routes["/search"] = {"results": [unit]}
    for kind, value in (("FR_SIREN", "487444697"), ("FR_SIRET", "55203253400018")):
        found = await company(asking, value, kind)
        assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)


async def test_a_unit_without_a_form(asking: Api, recherche: Replay) -> None:
    """It may be a person: its town is told."""
    (unit,) = [each for each in recorded() if each["siren"] == "552032534"]
    recherche.routes["/search"] = {"results": [{**unit, "nature_juridique": None}]}
    draft = (await company(asking, "552032534", "FR_SIREN"))["draft"]
    assert (draft["name"], draft["kind"]) == ("DANONE", None)
    (place,) = draft["addresses"]
    assert (place["line1"], place["postalCode"], place["city"]) == (None, None, "PARIS")
    (found,) = (await search(asking, "danone"))["results"]
    assert (found["address"], found["postalCode"], found["city"]) == (None, None, "PARIS")


@pytest.mark.parametrize("body", [{"results": [{}]}, {"results": ["x"]}, {"erreur": "x"}])
async def test_an_answer_of_another_shape(
    context: PluginContext, recherche: Replay, body: Any
) -> None:
    """Says nothing of the company, and neither does a question that is refused."""
    for route in (body, Reply(status=400, body=body)):
        recherche.routes["/search"] = route
        with pytest.raises(Unavailable):
            await recherche_lookup(context, "FR_SIREN", f"{len(recherche.asked):09}")
        with pytest.raises(Unavailable):
            await recherche_search(context, f"text {len(recherche.asked)}", "FR", 5)


async def test_a_burst_stays_within_the_rate(asking: Api, recherche: Replay) -> None:
    """Ten questions at once to a service that takes seven a second: each is answered."""
    recherche.rate(7, 1.0)
    text = 'query($n: String!) { companySearch(query: $n, country: "FR") { status } }'
    found = await asyncio.gather(*(asking(text, {"n": f"text {n}"}) for n in range(10)))
    assert [each["companySearch"]["status"] for each in found] == ["NOT_FOUND"] * 10
    assert {asked.query["q"] for asked in recherche.asked} == {f"text {n}" for n in range(10)}


async def test_an_answer_is_asked_for_once(asking: Api, recherche: Replay) -> None:
    """The same question within ten minutes costs the service nothing."""
    for _ in range(3):
        assert (await company(asking, "48744469700428"))["status"] == "FOUND"
    assert len(recherche.asked) == 1
