"""Recherche d'entreprises: the search of the state's company directory, without a key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from clientgraph import (
    Company,
    CompanyCandidate,
    Json,
    NotFound,
    OutboundService,
    PluginContext,
    Unavailable,
    read_json,
)
from clientgraph_fr.masks import is_masked, told
from clientgraph_fr.numbers import sirene_number
from clientgraph_fr.units import (
    Place,
    Unit,
    candidate,
    company,
    is_person,
    is_protected,
    joined,
    street_line,
)

# Seven requests a second from one address (documentation of the service).
SERVICE: Final = OutboundService(
    key="recherche",
    base_url="https://recherche-entreprises.api.gouv.fr",
    requests=7,
    per_seconds=1.0,
    cache=600.0,
)
SHORTEST: Final = 3
_MOST: Final = 25
_SIRET: Final = re.compile(r"[0-9]{14}")
_NATURAL: Final = "personne physique"
_BRACKETS: Final = re.compile(r" \(.*\)$")


async def search(
    context: PluginContext, text: str, _country: str, limit: int
) -> Sequence[CompanyCandidate]:
    """The units that fit, each with its head office, or with the establishment that was typed.

    The service takes no text of less than three letters: `Unavailable`, so that others are asked.
    """
    if len(text) < SHORTEST:
        raise Unavailable(f"no text of less than {SHORTEST} letters is taken")
    found = (_both(each, text.replace(" ", "")) for each in await _results(context, text, limit))
    return [made for unit, place in found if (made := candidate(unit, place))]


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The establishment, or the head office of the unit; raises `NotFound` or `Protected`."""
    number = sirene_number(kind, value)
    found = await _results(context, number, 1)
    if not found:
        raise NotFound
    unit, place = _both(found[0], number)
    if number not in (unit.siren, place.siret):
        raise Unavailable("the answer is of another unit")
    return company(unit, place)


async def _results(context: PluginContext, text: str, limit: int) -> Sequence[Json]:
    parameters: dict[str, str | int] = {
        "q": text,
        "per_page": min(limit, _MOST),
        "minimal": "true",
        "include": "siege,matching_etablissements,dirigeants,tva",
        "limite_matching_etablissements": 1,
    }
    answer = await context.http(SERVICE.key).get("/search", params=parameters)
    found = read_json(answer)
    return found["results"].entries(found["total_results"])


def _both(found: Json, number: str) -> tuple[Unit, Place]:
    """The unit, and the establishment with the number, else its head office.

    Raises `Unavailable` where that is missing.
    """
    unit, seat = _unit(found), found["siege"]
    if not _SIRET.fullmatch(number) or seat["siret"].text == number:
        return unit, _seat(seat)
    for other in found["matching_etablissements"]:
        if other["siret"].text == number:
            return unit, _reduced(other)
    raise Unavailable("the establishment is not in the answer")


def _unit(found: Json) -> Unit:
    updated = found["date_mise_a_jour_insee"].date or found["date_mise_a_jour"].date
    return Unit(
        siren=found.required("siren"),
        name=_legal_name(found),
        form=told(found["nature_juridique"]),
        is_open=found["etat_administratif"].text == "A",
        is_protected=is_protected(found["statut_diffusion"]) or is_masked(found["nom_complet"]),
        activity=told(found["activite_principale"]),
        vat=next(filter(None, map(told, found["tva"])), None),
        updated=updated,
    )


def _legal_name(found: Json) -> str | None:
    """The legal name. Sole traders have their own; ``nom_complet`` has trade names in brackets."""
    name = told(found["nom_raison_sociale"])
    if name or not is_person(told(found["nature_juridique"])):
        return name
    for person in found["dirigeants"]:
        first, last = told(person["prenoms"]), told(person["nom"])
        if person["type_dirigeant"].text == _NATURAL and first and last:
            return f"{first.split()[0].rstrip(',')} {last}"
    return _BRACKETS.sub("", told(found["nom_complet"]) or "") or None


def _seat(found: Json) -> Place:
    street = street_line(
        number=found["numero_voie"],
        last=found["dernier_numero_voie"],
        repetition=found["indice_repetition"],
        kind=found["type_voie"],
        name=found["libelle_voie"],
    )
    is_abroad = told(found["code_pays_etranger"])
    town = "libelle_commune_etranger" if is_abroad else "libelle_commune"
    return Place(
        siret=found.required("siret"),
        is_open=found["etat_administratif"].text == "A",
        is_protected=_is_protected(found),
        trading_name=_trading_name(found),
        street=street,
        more=joined(found["complement_adresse"], found["distribution_speciale"]),
        postal_code=told(found["cedex"]) or told(found["code_postal"]),
        city=told(found["libelle_cedex"]) or told(found[town]),
        commune=told(found["commune"]),
        abroad=is_abroad,
        updated=found["date_mise_a_jour_insee"].date,
    )


def _reduced(found: Json) -> Place:
    """An establishment besides the head office: its address is told on one line only."""
    code, city = told(found["code_postal"]), told(found["libelle_commune"])
    line = told(found["adresse"])
    return Place(
        siret=found.required("siret"),
        is_open=found["etat_administratif"].text == "A",
        is_protected=_is_protected(found),
        trading_name=_trading_name(found),
        street=line.removesuffix(f"{code} {city}").strip() or None if line else None,
        postal_code=code,
        city=city,
        commune=told(found["commune"]),
    )


def _is_protected(found: Json) -> bool:
    return is_protected(found["statut_diffusion_etablissement"]) or is_masked(found["adresse"])


def _trading_name(found: Json) -> str | None:
    return told(found["nom_commercial"]) or next(map(told, found["liste_enseignes"]), None)
