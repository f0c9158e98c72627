"""What is asked of ARES: https://ares.gov.cz/swagger-ui/."""

from __future__ import annotations

from typing import Final

from clientgraph import (
    Company,
    CompanyCandidate,
    NotFound,
    PluginContext,
    Unavailable,
    read_json,
)
from clientgraph_cz.mapping import candidate, company, tax_number

SERVICE: Final = "ares"
ICO_LENGTH: Final = 8


async def search(
    context: PluginContext, text: str, _country: str, most: int
) -> list[CompanyCandidate]:
    """Subjects whose names fit, in the order of ARES."""
    asked = {"obchodniJmeno": text, "start": 0, "pocet": most}
    answer = await context.http(SERVICE).post(
        "/ekonomicke-subjekty/vyhledat", json=asked, repeatable=True
    )
    found = read_json(answer)
    return [candidate(each) for each in found["ekonomickeSubjekty"].entries(found["pocetCelkem"])]


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The subject with an IČO, or with the DIČ that is made of one.

    A DIČ that the subject does not have is `NotFound`. ARES cannot be asked by the DIČ of a person
    or a group, which holds no IČO: `Unavailable`.
    """
    number = value.removeprefix("CZ")
    if len(number) != ICO_LENGTH:
        raise Unavailable("ARES is asked by IČO alone")
    answer = await context.http(SERVICE).get(f"/ekonomicke-subjekty/{number}")
    subject = read_json(answer, absent=(404,))
    found = company(subject)
    if found.identifiers["CZ_ICO"] != number:
        raise Unavailable("the answer is of another subject")
    if kind == "CZ_VAT" and tax_number(subject) != value:
        raise NotFound
    return found
