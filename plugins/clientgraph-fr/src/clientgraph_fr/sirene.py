"""API Sirene 3.11 of Insee, for those who have a key: asked where the first source fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from clientgraph import (
    Company,
    CompanyCandidate,
    Json,
    NotFound,
    OutboundService,
    PluginContext,
    Protected,
    Unavailable,
    read_json,
)
from clientgraph_fr.fields import place_of, unit_of
from clientgraph_fr.numbers import sirene_number
from clientgraph_fr.units import Place, Unit, candidate, company

_HEADER: Final = "X-INSEE-Api-Key-Integration"
# Thirty requests a minute for each key (documentation of the service).
SERVICE: Final = OutboundService(
    key="sirene",
    base_url="https://api.insee.fr/api-sirene/3.11",
    requests=30,
    per_seconds=60.0,
    credential=_HEADER,
    cache=600.0,
)
KEY: Final = "sirene_key"
_WORD: Final = re.compile(r"\w+")
_SIREN: Final = 9


async def search(
    context: PluginContext, text: str, _country: str, limit: int
) -> Sequence[CompanyCandidate]:
    """Head offices of units whose name has the words."""
    words = _WORD.findall(text.upper())
    if not words:
        return ()
    number = "".join(words)
    wanted = (
        f"{'siren' if len(number) == _SIREN else 'siret'}:{number}"
        if number.isdigit() and len(number) in (_SIREN, 14)
        else " AND ".join(f'denominationUniteLegale:"{word}"' for word in words)
    )
    seat = "" if wanted.startswith("siret:") else " AND etablissementSiege:true"
    try:
        found = await _establishments(context, f"{wanted}{seat}", limit)
    except NotFound:
        return ()
    made = (candidate(*_read(each)) for each in found)
    return [each for each in made if each is not None]


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The establishment, or the head office of the unit; raises `NotFound` or `Protected`."""
    number = sirene_number(kind, value)
    if len(number) == _SIREN:
        found = await _establishments(context, f"siren:{number} AND etablissementSiege:true", 1)
        if not found:
            raise NotFound
        each = found[0]
    else:
        each = (await _asked(context, f"/siret/{number}", {}))["etablissement"]
    unit, place = _read(each)
    if number not in (unit.siren, place.siret):
        raise Unavailable("the answer is of another unit")
    return company(unit, place)


def _read(found: Json) -> tuple[Unit, Place]:
    """A unit and an establishment; what changes stands in periods, one of which has no end."""
    periods = found["periodesEtablissement"].entries()
    now = next((each for each in periods if each["dateFin"].value is None), Json(None))
    unit = unit_of(found["uniteLegale"].record(), found.required("siren"))
    return unit, place_of(found, found["adresseEtablissement"], now.record())


async def _establishments(context: PluginContext, wanted: str, limit: int) -> Sequence[Json]:
    found = await _asked(context, "/siret", {"q": wanted, "nombre": limit})
    return found["etablissements"].entries(found["header"]["total"])


async def _asked(context: PluginContext, path: str, parameters: Mapping[str, str | int]) -> Json:
    """An answer; raises `NotFound` where nothing fits, which Sirene tells by 404."""
    key = context.settings.get(KEY)
    if not key:
        raise Unavailable("there is no key for Sirene")
    http = context.http(SERVICE.key)
    answer = await http.get(path, params=parameters, headers={_HEADER: str(key)})
    if answer.status == 403:
        raise Protected
    return read_json(answer, absent=(404,))
