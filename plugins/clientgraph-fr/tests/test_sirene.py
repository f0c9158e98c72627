"""What becomes of the answers of API Sirene 3.11."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clientgraph import (
    CompanyAddress,
    FieldOrigin,
    NotFound,
    PluginContext,
    Protected,
    Unavailable,
)
from clientgraph.testing import Api, Replay, Reply, half_right
from clientgraph_fr.sirene import lookup, search

pytestmark = pytest.mark.anyio

SIRET = "10000000900017"
Told = Callable[[str], dict[str, Any]]


async def test_an_establishment(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """Its current period, with the key in the header and nowhere else."""
    sirene.routes[f"/siret/{SIRET}"] = {"etablissement": told_by_sirene(SIRET)}
    found = await lookup(context, "FR_SIRET", SIRET)
    assert (found.name, found.trading_name) == ("ÉTABLISSEMENTS GARCEAU", "GARCEAU & FILLES")
    assert (found.kind, found.activity_code, found.is_active) == ("COMPANY", "62.02A", True)
    assert found.identifiers == {"FR_SIRET": SIRET, "FR_SIREN": "100000009"}
    assert list(found.addresses) == [
        CompanyAddress(
            line1="12-14 PL DU MARCHE",
            line2="BATIMENT C, BP 7",
            postal_code="35000",
            city="RENNES",
            country="FR",
        )
    ]
    source = "Insee, Sirene – Licence Ouverte 2.0"
    assert found.origins["name"] == FieldOrigin(source=source, date=date(2026, 10, 1))
    assert found.origins["addresses"] == FieldOrigin(source=source, date=date(2026, 10, 2))
    (asked,) = sirene.asked
    assert asked.headers["x-insee-api-key-integration"] == "s3cret"
    assert "s3cret" not in f"{asked.path}{asked.query}"


async def test_a_closed_establishment_overseas(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """La Réunion has a code of its own, and a trading name that was given up is none."""
    siret = "10000000900025"
    sirene.routes[f"/siret/{siret}"] = {"etablissement": told_by_sirene(siret)}
    found = await lookup(context, "FR_SIRET", siret)
    assert (found.country, found.trading_name, found.is_active) == ("RE", None, False)
    assert found.addresses[0].line1 == "3 B RUE HAUTE"


async def test_a_sole_trader_abroad_by_siren(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """The person's name is the legal one; the town stood where the street belongs."""
    sirene.routes["/siret"] = {"etablissements": [told_by_sirene("10000001700010")]}
    found = await lookup(context, "FR_SIREN", "100000017")
    assert (found.name, found.kind, found.is_active) == ("CAMILLE MARTIN", "INDIVIDUAL", False)
    assert list(found.addresses) == [
        CompanyAddress(line1="RUE NEUVE 5", postal_code="1000", city="BRUXELLES", country="BE")
    ]
    (asked,) = sirene.asked
    assert asked.query["q"] == "siren:100000017 AND etablissementSiege:true"


async def test_a_protected_unit(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """Neither by its number nor in a search."""
    siret = "10000002500013"
    sirene.routes[f"/siret/{siret}"] = {"etablissement": told_by_sirene(siret)}
    sirene.routes["/siret"] = {"etablissements": [told_by_sirene(siret)]}
    with pytest.raises(Protected):
        await lookup(context, "FR_SIRET", siret)
    assert await search(context, "nd", "FR", 5) == []


async def test_a_search_asks_for_words_only(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """Neither signs nor words of the query's language count as such."""
    sirene.routes["/siret"] = {"etablissements": [told_by_sirene(SIRET)]}
    (found,) = await search(context, 'Garceau" OR siren:* AND (x', "FR", 5)
    assert (found.name, found.city) == ("ÉTABLISSEMENTS GARCEAU", "RENNES")
    (asked,) = sirene.asked
    words = ("GARCEAU", "OR", "SIREN", "AND", "X")
    named = " AND ".join(f'denominationUniteLegale:"{word}"' for word in words)
    assert asked.query == {"q": f"{named} AND etablissementSiege:true", "nombre": "5"}
    assert await search(context, "***", "FR", 5) == ()


@pytest.mark.parametrize(
    ("status", "raised"),
    [(404, NotFound), (403, Protected), (401, Unavailable), (400, Unavailable)],
)
async def test_other_endings(
    context: PluginContext, sirene: Replay, status: int, raised: type[Exception]
) -> None:
    """A number that is not there, may not be told, or cannot be asked for."""
    sirene.routes[f"/siret/{SIRET}"] = Reply(status=status, body={"header": {}})
    with pytest.raises(raised):
        await lookup(context, "FR_SIRET", SIRET)


async def test_a_question_that_is_refused(context: PluginContext, sirene: Replay) -> None:
    """Says nothing of the company, by SIREN or by name."""
    sirene.routes["/siret"] = Reply(status=400, body={"header": {"statut": 400}})
    with pytest.raises(Unavailable):
        await lookup(context, "FR_SIREN", SIRET[:9])
    with pytest.raises(Unavailable):
        await search(context, "garceau", "FR", 5)


async def test_an_answer_of_another_shape(context: PluginContext, sirene: Replay) -> None:
    """Says nothing of the company."""
    sirene.routes[f"/siret/{SIRET}"] = {"header": {"statut": 200}}
    with pytest.raises(Unavailable):
        await lookup(context, "FR_SIRET", SIRET)
    sirene.routes["/siret"] = {"header": {"statut": 200, "total": 1}, "etablissements": []}
    with pytest.raises(Unavailable):
        await lookup(context, "FR_SIREN", SIRET[:9])
    with pytest.raises(Unavailable):
        await search(context, "garceau", "FR", 5)


async def test_half_an_establishment(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """Whatever is missing or of another type: what is told is of this one, or nothing is."""
    ended = []
    told = {"etablissement": told_by_sirene(SIRET)}
    for number, (_, body) in enumerate(half_right(told, 200)):
        sirene.routes[f"/siret/{SIRET}"] = body
        asked = replace(context, settings={"sirene_key": f"key {number}"})
        try:
            found = await lookup(asked, "FR_SIRET", SIRET)
            assert found.identifiers == {"FR_SIRET": SIRET, "FR_SIREN": SIRET[:9]}
            ended.append("FOUND")
        except Unavailable:
            ended.append("UNAVAILABLE")
    assert set(ended) == {"FOUND", "UNAVAILABLE"}


async def test_a_unit_without_a_form(
    context: PluginContext, sirene: Replay, told_by_sirene: Told
) -> None:
    """It may be a person: the town is told."""
    told = told_by_sirene(SIRET)
    told["uniteLegale"]["categorieJuridiqueUniteLegale"] = None
    sirene.routes[f"/siret/{SIRET}"] = {"etablissement": told}
    found = await lookup(context, "FR_SIRET", SIRET)
    assert (found.kind, found.addresses) == (None, [CompanyAddress(city="RENNES", country="FR")])


async def test_without_a_key_nobody_is_asked(context: PluginContext, sirene: Replay) -> None:
    """The next registry is."""
    with pytest.raises(Unavailable):
        await lookup(replace(context, settings={}), "FR_SIRET", SIRET)
    assert sirene.asked == []


async def test_it_answers_where_the_first_source_does_not(
    asking: Api, recherche: Replay, sirene: Replay, told_by_sirene: Told
) -> None:
    """With the key that the operator set; a number that the first one lacks is not asked for."""
    text = """query($siret: String!) { company(kind: "FR_SIRET", value: $siret) {
      status source { registry } draft { name } } }"""
    sirene.routes[f"/siret/{SIRET}"] = {"etablissement": told_by_sirene(SIRET)}
    found = (await asking(text, {"siret": SIRET}))["company"]
    assert (found["status"], sirene.asked) == ("NOT_FOUND", [])
    recherche.garbage = True
    siret = "10000000900025"
    sirene.routes[f"/siret/{siret}"] = {"etablissement": told_by_sirene(siret)}
    assert (await asking(text, {"siret": siret}))["company"] == {
        "status": "FOUND",
        "source": {"registry": "FR_SIRENE"},
        "draft": {"name": "ÉTABLISSEMENTS GARCEAU"},
    }
    (asked,) = sirene.asked
    assert asked.headers["x-insee-api-key-integration"] == "s3cret"
