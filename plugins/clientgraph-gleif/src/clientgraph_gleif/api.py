"""What is asked of GLEIF: https://api.gleif.org/docs."""

from __future__ import annotations

from typing import Final

from clientgraph import Company, CompanyCandidate, PluginContext, read_json
from clientgraph_gleif.mapping import candidate, company

SERVICE: Final = "gleif"


async def search(
    context: PluginContext, text: str, country: str, most: int
) -> list[CompanyCandidate]:
    """Entities of a country with a name that fits: legal, trading, former or in Latin letters."""
    asked: dict[str, str | int] = {
        "filter[entity.names]": text,
        "filter[entity.legalAddress.country]": country,
        "page[size]": most,
    }
    found = read_json(await context.http(SERVICE).get("/lei-records", params=asked))
    records = found["data"].entries(found["meta"]["pagination"]["total"])
    return [candidate(each["attributes"]) for each in records]


async def lookup(context: PluginContext, _kind: str, value: str) -> Company:
    """The entity with an LEI."""
    answer = await context.http(SERVICE).get(f"/lei-records/{value}")
    return company(read_json(answer, absent=(404,))["data"]["attributes"])
