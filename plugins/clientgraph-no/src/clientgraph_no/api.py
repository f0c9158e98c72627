"""What is asked of the register: https://data.brreg.no/enhetsregisteret/api/dokumentasjon/."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from clientgraph import (
    Company,
    CompanyCandidate,
    Json,
    NotFound,
    PluginContext,
    Protected,
    Unavailable,
    read_json,
)
from clientgraph_no.mapping import candidate, company, pays_vat

SERVICE: Final = "enhetsregisteret"
GONE: Final = 410


async def search(
    context: PluginContext, text: str, _country: str, most: int
) -> list[CompanyCandidate]:
    """Entities whose names fit, in the register's order; deleted ones are not among them."""
    asked: dict[str, str | int] = {"navn": text, "size": most}
    found = read_json(await context.http(SERVICE).get("/enheter", params=asked))
    if found["page"]["totalElements"].value == 0:
        return []  # There is no list then.
    listed = found["_embedded"]["enheter"].entries(found["page"]["totalElements"])
    return [candidate(each) for each in listed]


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The entity with a number, or else the establishment.

    A VAT number that the register does not confirm is none: `NotFound`. Entities that were taken
    out for legal reasons are `Protected`.
    """
    number = value.removeprefix("NO").removesuffix("MVA")
    try:
        entity = owner = await _told(context, f"/enheter/{number}")
    except NotFound:
        entity = await _told(context, f"/underenheter/{number}")
        owner = await _owner(context, entity)
    found = company(entity, owner)
    if found.identifiers["NO_ORGNR"] != number:
        raise Unavailable("the answer is of another entity")
    if kind == "NO_MVA" and not pays_vat(entity):
        raise NotFound
    return found


async def _owner(context: PluginContext, establishment: Json) -> Json:
    """The entity that an establishment belongs to; of a closed one it may not be told."""
    number = establishment["overordnetEnhet"].text
    if number is None:
        return Json(None)
    try:
        return await _told(context, f"/enheter/{quote(number, safe='')}")
    except NotFound as error:
        raise Unavailable("the owner of an establishment is missing") from error


async def _told(context: PluginContext, path: str) -> Json:
    answer = await context.http(SERVICE).get(path)
    if answer.status == GONE:
        raise Protected
    return read_json(answer, absent=(404,))
